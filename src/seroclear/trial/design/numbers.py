"""How rows of simulated trials are looked up and written."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.result import Row


def value(rows: Sequence[Row], group: str, estimate: str, method: str = "") -> Row:
    """The row of a scenario with this estimate, the first whose method begins so."""
    return next(
        row
        for row in rows
        if row.group == group and row.estimate == estimate and row.method.startswith(method)
    )


def percent(share: float | None) -> str:
    """A share in percent, one decimal."""
    return "–" if share is None else f"{100 * share:.1f}%"


def points(share: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    return "–" if share is None else f"{round(100 * share, 1) + 0.0:+.1f}"
