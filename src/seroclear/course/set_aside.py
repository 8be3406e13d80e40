"""Findings that a dose makes evidence of nothing.

After a vaccine, the vaccine's own HBsAg; after HBIG, HBsAg masked by it and its passive anti-HBs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store

INDETERMINATE = "indeterminate"


def immunising_doses(engine: Engine, store: Store) -> ir.Table:
    """Days over which HBIG or vaccine was given (patient_id, drug_class, given, until)."""
    exposure = engine.store_table(store, "exposure")
    given = exposure.filter(exposure.drug_class.isin(["HBIG", "vaccine"]))
    return given.select("patient_id", "drug_class", given="start", until="end").distinct()


def set_aside(
    daily: ir.Table, doses: ir.Table, drug_class: str, status: str, days: int
) -> ir.Table:
    """Findings of `status` up to `days` after a dose's last day become indeterminate, and why."""
    given = doses.filter(doses.drug_class == drug_class).select(
        "given", "until", dose_patient="patient_id"
    )
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
        reason=aside.ifelse(f"within {days} days after {drug_class}", marked.reason),
    ).drop("patient_id_right", "date_right", "aside")
