"""Turns: findings that show another status than the one before; each begins a run.

What needs only the beginnings of runs takes them from here: `runs` goes over all findings again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir


def turns(found: ir.Table) -> ir.Table:
    """The first finding of each run.

    Args:
        found: findings (patient_id, date, status, source_row) of decisive statuses only, one a day.

    Returns:
        These findings with the day and the source row of the finding before (previous_last,
        previous_row), null for the patient's first.
    """
    in_time = ibis.window(group_by="patient_id", order_by="date")
    known = found.mutate(
        previous=found.status.lag().over(in_time),
        previous_last=found.date.lag().over(in_time),
        previous_row=found.source_row.lag().over(in_time),
    )
    turned = (known.status != known.previous).fill_null(True)
    return known.filter(turned).drop("previous")


def held(found: ir.Table) -> ir.Table:
    """How long each status held: until the day before the next turn, or the last finding.

    Args:
        found: as of `turns`.

    Returns:
        patient_id, status, start, end (both inclusive).
    """
    lasts = found.group_by("patient_id").agg(last=found.date.max())
    turned = turns(found).select("patient_id", "date", "status")
    following = turned.date.lead().over(ibis.window(group_by="patient_id", order_by="date"))
    known = turned.mutate(following=following).join(lasts, "patient_id")
    return known.select(
        "patient_id",
        "status",
        start="date",
        end=ibis.coalesce(days_after(known.following, -1), known["last"]),
    )


def of_whom(found: ir.Table, status: str) -> ir.Table:
    """The findings of patients who have one of this status."""
    return found.semi_join(found.filter(found.status == status), "patient_id")
