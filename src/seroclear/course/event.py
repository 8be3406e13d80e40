"""The shape of an event, and what every topic of the course needs to make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMNS = (
    "patient_id",
    "event",
    "occurrence",  # 1 for the patient's first event of this kind
    "date",
    "earliest",  # last evidence against it; null when there was none before
    "latest",  # first evidence for it
    "confirmed_on",  # the day on which a later result confirmed it; null: not confirmed
    "detail",  # in words: what kind, on which basis
    "evidence",  # the source rows that decide it, separated by spaces
)


def event(
    table: ir.Table,
    name: str,
    *,
    date: ir.DateValue,
    evidence: list[ir.StringValue],
    earliest: ir.DateValue | None = None,
    confirmed_on: ir.DateValue | None = None,
    detail: ir.StringValue | str = "",
) -> ir.Table:
    """Rows of one kind of event.

    Args:
        table: has patient_id and whatever the expressions are made of.
        name: the kind of event.
        date: the day of the event, which is also its first evidence.
        evidence: source rows; nulls and repetitions are left out.
        earliest: the last day with evidence against it.
        confirmed_on: the day of the confirming result.
        detail: more in words.
    """
    nothing = ibis.null("date")
    return table.select(
        "patient_id",
        event=ibis.literal(name),
        occurrence=ibis.row_number().over(group_by=table.patient_id, order_by=date) + 1,
        date=date,
        earliest=(nothing if earliest is None else earliest).cast("date"),
        latest=date,
        confirmed_on=(nothing if confirmed_on is None else confirmed_on).cast("date"),
        detail=ibis.literal(detail) if isinstance(detail, str) else detail,
        evidence=source_rows(evidence),
    )


def source_rows(evidence: list[ir.StringValue]) -> ir.StringValue:
    """Source rows in one text; nulls and what earlier ones name already are left out."""
    rows = evidence[0].fill_null("")
    for row in evidence[1:]:
        named = (ibis.literal(" ") + rows + " ").contains(ibis.literal(" ") + row + " ")
        rows = rows + (row.isnull() | named).ifelse("", ibis.literal(" ") + row)
    return rows.strip()


def later_day(day: ir.DateValue, since: ir.DateValue) -> ir.DateValue:
    """The day, if it is after `since`; null otherwise."""
    return (day > since).fill_null(False).ifelse(day, ibis.null("date"))


def per_day(table: ir.Table) -> ir.Table:
    """One row a patient and day (patient_id, date, source_row): the first of that day's rows."""
    return table.group_by("patient_id", "date").agg(source_row=table.source_row.min())


def first_of(table: ir.Table, name: str, detail: str = "") -> ir.Table:
    """The first day of each patient in a table (patient_id, date, source_row), as an event."""
    days = per_day(table)
    first = days.group_by("patient_id").agg(
        first=days.date.min(), row=days.source_row.argmin(days.date)
    )
    return event(first, name, date=first["first"], evidence=[first.row], detail=detail)
