"""The flowchart as blocks: steps between two counts that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.analysis.result import Row
from seroclear.report import select

START, DROP = "start", "drop"  # actions of a step, in the rows' `method`; others keep


@dataclass(frozen=True, slots=True)
class Block:
    """One step, or several shown as one because a count between them is suppressed.

    Attributes:
        steps: (number, who left) of each: "Not: lost HBsAg", "Hepatitis C".
        entered, kept: persons before and after; None if suppressed.
        left: persons who left in all of them together; None if suppressed.
        unknown: those of `left` for whom the records cannot answer; None if suppressed.
        stayed: who stayed, in words: "Lost HBsAg".
    """

    steps: tuple[tuple[int, str], ...]
    entered: int | None
    kept: int | None
    left: int | None
    unknown: int | None
    stayed: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The flowchart: who was there (`label`, `persons`) and the blocks after, in order."""

    label: str
    persons: int | None
    blocks: tuple[Block, ...]


def flow(rows: list[Row]) -> Flow | None:
    """The flowchart of the rows, None if they have none."""
    steps: dict[str, dict[str, Row]] = {}
    for row in select.of(rows, "flowchart"):
        steps.setdefault(row.variable, {})[row.estimate] = row
    ordered = [steps[variable] for variable in sorted(steps)]
    if not ordered:
        return None
    first = ordered[0]["entered"]
    started = first.method == START
    label = first.level if started else "In the records"
    return Flow(label, _count(first), tuple(_blocks(ordered[1:] if started else ordered)))


def _blocks(steps: list[dict[str, Row]]) -> list[Block]:
    """Steps joined until a count between them may be shown."""
    found: list[Block] = []
    joined: list[tuple[int, str]] = []
    entered: int | None = None
    unknown: int | None = 0
    for number, step in enumerate(steps, start=1):
        if not joined:
            entered, unknown = _count(step["entered"]), 0
        joined.append((number, _who_left(step["left"])))
        here = _count(step["unknown"])
        unknown = None if unknown is None or here is None else unknown + here
        kept = _count(step["kept"])
        if kept is not None or number == len(steps):
            left = None if entered is None or kept is None else entered - kept
            found.append(Block(tuple(joined), entered, kept, left, unknown, _who_stayed(step)))
            joined = []
    return found


def _who_left(row: Row) -> str:
    return row.level if row.method == DROP else f"Not: {row.level}"


def _who_stayed(step: dict[str, Row]) -> str:
    kept = step["kept"]
    return "Remaining" if kept.method == DROP else kept.level


def _count(row: Row) -> int | None:
    return None if row.value is None else round(row.value)
