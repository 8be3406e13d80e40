"""Death with a liver cause, as far as records without causes of death can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.decompensation import decompensations
from seroclear.course.definition import Definition
from seroclear.course.event import event, per_day
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir


def liver_death(
    patient: ir.Table, condition: ir.Table, events: ir.Table, rules: Definition
) -> ir.Table:
    """Death after HCC, or soon after a code of decompensation.

    A new liver starts afresh: after a transplantation, only what is coded from that day on counts.
    Every other death stays of unknown cause.

    Args:
        patient: the patient table.
        condition: the condition table.
        events: hcc and liver_transplant.
        rules: topics decompensation and liver_death.
    """
    window = rules["liver_death.window"]
    died = patient.filter(patient.death_date.notnull()).select(
        "patient_id", "death_date", "source_row"
    )
    grafted = events.filter(events.event == "liver_transplant")
    grafted = grafted.select("patient_id", graft="date")
    dead = died.left_join(grafted, "patient_id").drop("patient_id_right")
    hcc = events.filter(events.event == "hcc").select(
        "patient_id", hcc="date", hcc_sure="confirmed_on", hcc_row="evidence"
    )
    cancer = dead.join(hcc, "patient_id")
    cancer = cancer.filter(
        _counts(cancer, cancer.hcc), cancer.hcc_sure <= cancer.death_date
    ).select("patient_id", "hcc_row")
    coded = per_day(decompensations(condition, rules)).rename(coded="date", code_row="source_row")
    failing = dead.join(coded, "patient_id")
    failing = failing.filter(
        _counts(failing, failing.coded),
        failing.coded >= days_after(failing.death_date, -window),
    )
    latest = failing.group_by("patient_id").agg(code_row=failing.code_row.argmax(failing.coded))
    both = died.left_join(cancer, "patient_id").drop("patient_id_right")
    both = both.left_join(latest, "patient_id").drop("patient_id_right")
    known = both.filter(both.hcc_row.notnull() | both.code_row.notnull())
    decompensated = f"decompensation within {window} days before"
    detail = ibis.cases(
        (known.code_row.isnull(), "HCC before"),
        (known.hcc_row.isnull(), decompensated),
        else_=f"HCC before; {decompensated}",
    )
    return event(
        known,
        "liver_death",
        date=known.death_date,
        evidence=[known.source_row, known.hcc_row, known.code_row],
        detail=detail,
    )


def _counts(dead: ir.Table, day: ir.DateValue) -> ir.BooleanValue:
    """Before the death, and not of a liver that had been replaced by then."""
    replaced = ((dead.graft <= dead.death_date) & (day < dead.graft)).fill_null(False)
    return (day <= dead.death_date) & ~replaced
