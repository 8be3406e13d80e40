"""Plain numbers of a day, such as creatinine or platelets: no threshold, no status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ibis

from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store


def measurements(
    engine: Engine, store: Store, test: str, worst: Literal["highest", "lowest"]
) -> ir.Table:
    """One exact number a patient and day: the worst of that day's.

    Numbers with a sign ('<20', '>90', a range) are no exact numbers and are left out.

    Args:
        engine: where to compute.
        store: the records.
        test: a quantitative test of the vocabulary.
        worst: which of a day's numbers stands for the day.

    Returns:
        patient_id, date, value (in the test's unit), reference_high, source_row.
    """
    results = engine.results(store, test)
    exact = results.filter(results.comparator == "=", results.value.notnull())
    weight = exact.value.desc() if worst == "highest" else exact.value
    in_day = ibis.window(group_by=["patient_id", "taken_at"], order_by=[weight, exact.source_row])
    ranked = exact.mutate(rank=ibis.row_number().over(in_day))
    return ranked.filter(ranked["rank"] == 0).select(
        "patient_id", "value", "reference_high", "source_row", date="taken_at"
    )
