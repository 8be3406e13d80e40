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


def set_aside(daily: ir.Table, doses: Doses, status: str, days: int) -> ir.Table:
    """Findings of `status` up to `days` after a dose's last day become indeterminate, and why."""
    given = doses.days
    affected = (
        daily.filter(daily.status == status)
        .join(
            given,
            [
                daily.patient_id == given.dose_patient,
                given.given <= daily.date,
                days_after(given.until, days) >= daily.date,
            ],
        )
        .select("patient_id", "date")
        .distinct()
        .mutate(aside=True)
    )
    marked = daily.left_join(affected, ["patient_id", "date"])
    aside = marked.aside.fill_null(False)
    return marked.mutate(
        status=aside.ifelse(INDETERMINATE, marked.status),
        reason=aside.ifelse(f"within {days} days after {doses.drug_class}", marked.reason),
    ).drop("patient_id_right", "date_right", "aside")
