"""The first row of each group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def first_rows(
    table: ir.Table, within: str | Sequence[str], order: str | ir.Value | Sequence[ir.Value]
) -> ir.Table:
    """The first row of each group, with all its columns.

    Args:
        table: the rows.
        within: the columns that make a group.
        order: what comes first; it must leave no ties in which rows differ.
    """
    rank = ibis.row_number().over(ibis.window(group_by=within, order_by=order))
    ranked = table.mutate(rank=rank)
    return ranked.filter(ranked["rank"] == 0).drop("rank")
