"""Liver outcomes and coinfections from diagnoses, procedures and serology; death."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.event import event, first_of, per_day
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Kinds of decompensation, each an event of its own; the last two only in the wider variant.
NARROW = ("ascites", "variceal_bleeding", "hepatic_encephalopathy")
KINDS = (*NARROW, "spontaneous_bacterial_peritonitis", "hepatorenal_syndrome")
UNSPECIFIED = "decompensated_cirrhosis"  # a code that does not say of which kind
COINFECTIONS = {
    "hcv": ("hcv", (("anti_hcv", "positive"), ("hcv_rna", "detectable"))),
    "hdv": ("hdv", (("anti_hdv", "positive"), ("hdv_rna", "detectable"))),
    "hiv": ("hiv", (("hiv", "positive"),)),
}


def diagnosed(condition: ir.Table, name: str, definition: Definition) -> ir.Table:
    """A diagnosis coded once in hospital, or twice far enough apart elsewhere.

    The date is that of the first code; `confirmed_on` is the day on which the rule was met.
    """
    coded = condition.filter(condition.condition == name)
    days = coded.group_by("patient_id", "date").agg(
        source_row=coded.source_row.min(), inpatient=(coded.setting == "inpatient").max()
    )
    firsts = days.group_by("patient_id").agg(
        first=days.date.min(), first_row=days.source_row.argmin(days.date)
    )
    joined = days.join(firsts, "patient_id")
    gap = definition["condition.outpatient_gap"]
    enough = joined.filter(
        joined.inpatient.fill_null(False) | (joined.date >= days_after(joined["first"], gap))
    )
    met = enough.group_by("patient_id", "first", "first_row").agg(
        met=enough.date.min(), met_row=enough.source_row.argmin(enough.date)
    )
    second = (met.met_row != met.first_row).ifelse(met.met_row, ibis.null("string"))
    return event(
        met, name, date=met["first"], confirmed_on=met.met, evidence=[met.first_row, second]
    )


def liver_events(
    condition: ir.Table, procedure: ir.Table, patient: ir.Table, definition: Definition
) -> list[ir.Table]:
    """cirrhosis, hcc, decompensation and its kinds, liver_transplant, death."""
    transplanted = ibis.union(
        _dated(condition.filter(condition.condition == "liver_transplant")),
        _dated(procedure.filter(procedure.procedure == "liver_transplant")),
    )
    died = patient.filter(patient.death_date.notnull())
    return [
        diagnosed(condition, "cirrhosis", definition),
        diagnosed(condition, "hcc", definition),
        first_of(_dated(decompensations(condition, definition)), "decompensation"),
        *(first_of(_dated(condition.filter(condition.condition == kind)), kind) for kind in KINDS),
        first_of(transplanted, "liver_transplant"),
        event(died, "death", date=died.death_date, evidence=[died.source_row]),
    ]


def decompensations(condition: ir.Table, definition: Definition) -> ir.Table:
    """The diagnoses that count as decompensation, by decompensation.kinds."""
    kinds = KINDS if definition["decompensation.kinds"] == "wide" else NARROW
    return condition.filter(condition.condition.isin([*kinds, UNSPECIFIED]))


def coinfections(findings: ir.Table, condition: ir.Table) -> dict[str, ir.Table]:
    """hcv, hdv, hiv: a positive antibody, detectable RNA or a diagnosis code."""
    events = {}
    for name, (code, markers) in COINFECTIONS.items():
        tables = [_dated(condition.filter(condition.condition == code))]
        for marker, status in markers:
            seen = findings.filter(findings.marker == marker, findings.status == status)
            tables.append(_dated(seen))
        events[name] = first_of(ibis.union(*tables), name)
    return events


def _dated(table: ir.Table) -> ir.Table:
    return per_day(table.select("patient_id", "date", "source_row"))
