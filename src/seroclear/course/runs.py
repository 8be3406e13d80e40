"""Runs: consecutive findings of one status, with the day on which a run was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir


def runs(
    found: ir.Table, confirm_gap: dict[str, int], within: tuple[str, ...] = ("patient_id",)
) -> ir.Table:
    """Gaps and islands over one marker's findings.

    Args:
        found: findings (patient_id, date, status, source_row) of decisive statuses only, one a day.
        confirm_gap: for each status, days from the run's first finding to one that confirms it.
        within: columns, never null, that bound a run: the patient, perhaps with a treatment.

    Returns:
        One row a run: `within`, run (1, 2, ...), status, first, last, days (findings in it),
        first_row, last_row, confirmed_on and confirming_row (null when not confirmed).
    """
    read = found.select(*within, "date", "status", "source_row")
    inside = read.join(*_turns(read, within))
    confirms = ibis.literal(False)
    for status, gap in confirm_gap.items():
        confirms = confirms | (
            (inside.status == status) & (inside.date >= days_after(inside["first"], gap))
        )
    confirms = confirms & (inside.date > inside["first"])
    marked = inside.mutate(confirms=confirms)
    return marked.group_by(*within, "run").agg(
        status=marked.status.min(),
        first=marked["first"].min(),
        last=marked.date.max(),
        days=marked.count(),
        first_row=marked.source_row.argmin(marked.date),
        last_row=marked.source_row.argmax(marked.date),
        confirmed_on=marked.date.min(where=marked.confirms),
        confirming_row=marked.source_row.argmin(marked.date, where=marked.confirms),
    )


def _turns(found: ir.Table, within: tuple[str, ...]) -> tuple[ir.Table, list[ir.BooleanValue]]:
    """The first finding of each run, and how a finding is told to be of it.

    A sort costs by its rows and their width: all findings are sorted once and without their source
    rows; those that open a run are few.
    """
    in_time = ibis.window(group_by=within, order_by="date")
    days = found.select(*within, "date", "status")
    before = days.mutate(before=days.status.lag().over(in_time))
    opening = before.filter((before.status != before.before).fill_null(True))
    turns = opening.select(
        **{f"turn_{column}": opening[column] for column in within},
        run=ibis.row_number().over(in_time) + 1,
        first="date",
        next_first=opening.date.lead().over(in_time),
    )
    return turns, [
        *[found[column] == turns[f"turn_{column}"] for column in within],
        found.date >= turns["first"],
        turns.next_first.isnull() | (found.date < turns.next_first),
    ]


def with_previous(found: ir.Table) -> ir.Table:
    """Adds to each run of a patient the last day and source row of the run before (null: none)."""
    in_order = ibis.window(group_by="patient_id", order_by="run")
    return found.mutate(
        previous_last=found["last"].lag().over(in_order),
        previous_row=found.last_row.lag().over(in_order),
    )
