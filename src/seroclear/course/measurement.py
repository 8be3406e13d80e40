"""Plain numbers of a day, such as creatinine or platelets: no threshold, no status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ibis

from seroclear.course.first import first_rows
from seroclear.course.records import Records

if TYPE_CHECKING:
    import ibis.expr.types as ir


def measurements(records: Records, test: str, worst: Literal["highest", "lowest"]) -> ir.Table:
    """One exact number a patient and day: the worst of that day's.

    Numbers with a sign ('<20', '>90', a range) are no exact numbers and are left out.

    Args:
        records: to read.
        test: a quantitative test of the vocabulary.
        worst: which of a day's numbers stands for the day.

    Returns:
        patient_id, date, value (in the test's unit), reference_high, source_row.
    """
    results = records.results(test)
    exact = results.filter(results.comparator == "=", results.value.notnull())
    weight = exact.value.desc() if worst == "highest" else exact.value
    daily = first_rows(exact, ["patient_id", "taken_at"], [weight, exact.source_row])
    return daily.select("patient_id", "value", "reference_high", "source_row", date="taken_at")


def hundredths(value: ir.NumericValue) -> ir.FloatingValue:
    """A number rounded to two decimals.

    The last digits of a power differ between engines, and those of a difference of two decimal
    numbers are noise; neither may decide a rule.
    """
    return (value * 100.0 + 0.5).floor().cast("float64") / 100.0


def number_findings(
    days: ir.Table,
    marker: str,
    *,
    status: ir.StringValue,
    value: ir.FloatingValue,
    source_row: ir.StringValue,
    reason: ir.StringValue | str = "",
) -> ir.Table:
    """Findings of a number that was derived, or that needs more than a threshold to be read.

    Args:
        days: patient_id, date (one row a patient and day) and what the expressions are made of.
        marker: the marker.
        status: one of its statuses.
        value: the number, null where it must not be used.
        source_row: the source rows it comes from, separated by spaces.
        reason: why it is indeterminate.
    """
    return days.select(
        "patient_id",
        "date",
        marker=ibis.literal(marker),
        status=status,
        reason=ibis.literal(reason) if isinstance(reason, str) else reason,
        value=value,
        comparator=value.notnull().ifelse("=", ibis.null("string")),
        threshold=ibis.null("float64"),
        assay_limit=ibis.null("float64"),
        source_row=source_row,
    )
