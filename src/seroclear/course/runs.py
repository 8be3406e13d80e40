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
        within: columns that bound a run: the patient, or the patient and one treatment.

    Returns:
        One row a run: `within`, run (1, 2, ...), status, first, last, days (findings in it),
        first_row, last_row, confirmed_on and confirming_row (null when not confirmed).
    """
    in_time = ibis.window(group_by=within, order_by="date")
    change = found.mutate(
        changed=(found.status != found.status.lag().over(in_time)).fill_null(True).cast("int64")
    )
    numbered = change.mutate(
        run=change.changed.sum().over(ibis.cumulative_window(group_by=within, order_by="date"))
    )
    in_run = ibis.window(group_by=[*within, "run"])
    dated = numbered.mutate(run_first=numbered.date.min().over(in_run))
    confirms = ibis.literal(False)
    for status, gap in confirm_gap.items():
        confirms = confirms | (
            (dated.status == status) & (dated.date >= days_after(dated.run_first, gap))
        )
    confirms = confirms & (dated.date > dated.run_first)
    marked = dated.mutate(confirms=confirms)
    return marked.group_by(*within, "run").agg(
        status=marked.status.min(),
        first=marked.date.min(),
        last=marked.date.max(),
        days=marked.count(),
        first_row=marked.source_row.argmin(marked.date),
        last_row=marked.source_row.argmax(marked.date),
        confirmed_on=marked.date.min(where=marked.confirms),
        confirming_row=marked.source_row.argmin(marked.date, where=marked.confirms),
    )


def with_previous(found: ir.Table) -> ir.Table:
    """Adds to each run of a patient the last day and source row of the run before (null: none)."""
    in_order = ibis.window(group_by="patient_id", order_by="run")
    return found.mutate(
        previous_last=found["last"].lag().over(in_order),
        previous_row=found.last_row.lag().over(in_order),
    )
