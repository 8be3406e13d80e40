"""Findings that a dose makes evidence of nothing.

After a vaccine, the vaccine's own HBsAg; after HBIG, HBsAg masked by it and its passive anti-HBs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from seroclear.course.definition import Definition
from seroclear.course.marker import INDETERMINATE, Marker
from seroclear.course.records import Records
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

DrugClass = Literal["HBIG", "vaccine"]


@dataclass(frozen=True, slots=True)
class Doses:
    """HBIG or vaccine, and the days over which it was given (dose_patient, given, until)."""

    drug_class: str
    days: ir.Table


def setting_aside(marker: Marker, definition: Definition) -> list[tuple[str, DrugClass, int]]:
    """What makes findings of a marker evidence of nothing: their status, the drug, for how long.

    Days are counted from the last day of the dose.
    """
    if marker.name == "hbsag":
        return [
            ("positive", "vaccine", definition["hbsag.ignore_after_vaccine"]),
            ("negative", "HBIG", definition.washout_days),
        ]
    if marker.name == "anti_hbs":
        return [("positive", "HBIG", definition.washout_days)]
    return []


def doses(records: Records, drug_class: DrugClass) -> Doses:
    """Doses, to anybody, that make a finding evidence of nothing."""
    exposure = records.of_everybody().table("exposure")  # to read these few is no work
    given = exposure.filter(exposure.drug_class == drug_class)
    days = given.select(dose_patient="patient_id", given="start", until="end")
    return Doses(drug_class, days.distinct())


def set_aside(daily: ir.Table, tested: ir.Table, doses: Doses, status: str, days: int) -> ir.Table:
    """Findings of `status` up to `days` after a dose's last day become indeterminate, and why.

    Args:
        daily: findings, one a patient and day.
        tested: the days of the findings (patient_id, date) and perhaps more, often repeated.
        doses: of HBIG or of vaccine.
        status: that a dose can cause.
        days: for how long after it.
    """
    given = doses.days
    affected = (
        tested.join(
            given,
            [
                tested.patient_id == given.dose_patient,
                given.given <= tested.date,
                days_after(given.until, days) >= tested.date,
            ],
        )
        .select("patient_id", "date")
        .distinct()
        .mutate(aside=True)
    )
    marked = daily.left_join(affected, ["patient_id", "date"])
    aside = marked.aside.fill_null(False) & (marked.status == status)
    return marked.mutate(
        status=aside.ifelse(INDETERMINATE, marked.status),
        reason=aside.ifelse(f"within {days} days after {doses.drug_class}", marked.reason),
    ).drop("patient_id_right", "date_right", "aside")
