"""Liver outcomes from diagnoses and procedures; death."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.decompensation import KINDS, decompensations
from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event, first_of, per_day
from seroclear.course.liver_death import liver_death
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


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
        per_day(condition.filter(condition.condition == "liver_transplant")),
        per_day(procedure.filter(procedure.procedure == "liver_transplant")),
    )
    died = patient.filter(patient.death_date.notnull())
    return [
        diagnosed(condition, "cirrhosis", definition),
        diagnosed(condition, "hcc", definition),
        first_of(decompensations(condition, definition), "decompensation"),
        *(first_of(condition.filter(condition.condition == kind), kind) for kind in KINDS),
        first_of(transplanted, "liver_transplant"),
        event(died, "death", date=died.death_date, evidence=[died.source_row]),
    ]


def derive(given: Inputs) -> Derived:
    """Liver outcomes and death."""
    events = [
        given.engine.keep(table)
        for table in liver_events(given.condition, given.procedure, given.patient, given.rules)
    ]
    death = liver_death(given.patient, given.condition, ibis.union(*events), given.rules)
    return Derived(event=[*events, death])
