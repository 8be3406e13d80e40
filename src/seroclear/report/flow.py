"""The flowchart as blocks: steps between two counts that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.analysis.result import Row
from seroclear.report import select


@dataclass(frozen=True, slots=True)
class Block:
    """One step, or several shown as one because a count between them is suppressed.

    Attributes:
        steps: (number, label) of each.
        entered, kept: persons before and after; None if suppressed.
        left: persons who left in all of them together; None if suppressed.
        unknown: those of `left` for whom the records cannot answer; None if suppressed.
    """

    steps: tuple[tuple[int, str], ...]
    entered: int | None
    kept: int | None
    left: int | None
    unknown: int | None


def blocks(rows: list[Row]) -> list[Block]:
    """The flowchart's blocks in order, each between two visible counts where there are any."""
    flow = select.of(rows, "flowchart")
    found: list[Block] = []
    steps: list[tuple[int, str]] = []
    entered: int | None = None
    unknown: int | None = 0
    variables = sorted({row.variable for row in flow})
    for number, variable in enumerate(variables, start=1):
        step = {row.estimate: row for row in flow if row.variable == variable}
        if not steps:
            entered, unknown = _count(step.get("entered")), 0
        steps.append((number, next(iter(step.values())).level))
        here = _count(step.get("unknown"))
        unknown = None if unknown is None or here is None else unknown + here
        kept = _count(step.get("kept"))
        if kept is not None or number == len(variables):
            left = None if entered is None or kept is None else entered - kept
            found.append(Block(tuple(steps), entered, kept, left, unknown))
            steps = []
    return found


def _count(row: Row | None) -> int | None:
    return None if row is None or row.value is None else round(row.value)
