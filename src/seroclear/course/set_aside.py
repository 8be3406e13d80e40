"""Findings that a dose makes evidence of nothing.

After a vaccine, the vaccine's own HBsAg; after HBIG, HBsAg masked by it and its passive anti-HBs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from seroclear.course.records import Records
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Doses:
    """HBIG or vaccine, and the days over which it was given (dose_patient, given, until)."""

    drug_class: str
    days: ir.Table


def doses(records: Records, drug_class: Literal["HBIG", "vaccine"]) -> Doses:
    """Doses that make a finding evidence of nothing."""
    exposure = records.table("exposure")
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
