"""Which counts must be hidden so that no small count can be worked out from the others.

This is cell suppression as national statistics offices do it (Hundepool et al., Statistical
Disclosure Control, Wiley 2012, chapter 4): small counts are hidden first; then, as long as the
counts still shown pin one of them down, one more count is hidden. "Pinned down" is decided by
linear programming over every sum the counts take part in, so any chain of additions and
subtractions is covered, however long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from seroclear.errors import SeroclearError

MAJOR = 6
TOLERANCE = 1e-6  # of the linear programme, in persons
Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Cell]):
    """total = the sum of parts, always and by definition."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.total, *self.parts)


@dataclass(slots=True)
class Counts(Generic[Cell]):
    """Counts, the sums that tie them together, and how much each is missed when hidden.

    Attributes:
        values: the true counts; zero or more.
        sums: the sums an attacker knows of.
        unpublished: cells that are in no document but must not be worked out either.
        rank: how much a cell is missed; cells not named have rank 0. Cells from `MAJOR` on are
            hidden only when nothing else helps.
    """

    values: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum[Cell]] = field(default_factory=list)
    unpublished: set[Cell] = field(default_factory=set)
    rank: dict[Cell, int] = field(default_factory=dict)


def protect(counts: Counts[Cell], threshold: int) -> set[Cell]:
    """The cells to hide.

    Guarantee: from the cells that stay and the sums, each count of 1..threshold-1 may be anything
    from 1 to threshold at least. The attacker is taken to know which cells are hidden, but not
    which of them are small and which only protect others.

    Args:
        counts: the cells; not changed.
        threshold: the smallest count that may be shown; 0 counts may always be shown.
    """
    known = _Knowledge(counts, threshold)
    hidden = set(known.small) | counts.unpublished
    waiting = known.small[::-1]
    while waiting:
        sums = known.about(waiting[-1], hidden)
        if known.is_safe(waiting[-1], sums, hidden):
            waiting.pop()
        else:
            hidden.add(_next_to_hide(counts, sums, hidden))
            waiting = known.small[::-1]
    for cell in sorted(
        hidden - set(known.small) - counts.unpublished,
        key=lambda cell: (-counts.rank.get(cell, 0), known.order[cell]),
    ):
        fewer = hidden - {cell}
        if all(known.is_safe(c, known.about(c, fewer), fewer) for c in known.small):
            hidden = fewer
    return hidden


class _Knowledge(Generic[Cell]):
    """What can be worked out about the small counts, given which cells are hidden."""

    def __init__(self, counts: Counts[Cell], threshold: int) -> None:
        self.counts, self.threshold = counts, threshold
        self.order = {cell: place for place, cell in enumerate(counts.values)}
        self.small = [cell for cell, value in counts.values.items() if 0 < value < threshold]
        self._sums: dict[Cell, list[int]] = defaultdict(list)
        for place, each in enumerate(counts.sums):
            for cell in each.cells:
                self._sums[cell].append(place)
        self._answers: dict[tuple[Cell, frozenset[Cell]], bool] = {}

    def about(self, start: Cell, hidden: set[Cell]) -> list[Sum[Cell]]:
        """The sums that tell something about `start`, nearest first: linked by hidden cells."""
        found: dict[int, None] = {}
        linked = {start}
        queue = [start]
        for cell in queue:
            for place in self._sums[cell]:
                if place not in found:
                    found[place] = None
                    new = [c for c in self.counts.sums[place].cells if c in hidden - linked]
                    linked.update(new)
                    queue += new
        return [self.counts.sums[place] for place in found]

    def is_safe(self, cell: Cell, sums: list[Sum[Cell]], hidden: set[Cell]) -> bool:
        """Whether `cell` may be anything from 1 to the threshold."""
        unknown = frozenset(c for each in sums for c in each.cells if c in hidden)
        if (cell, unknown) not in self._answers:
            columns = sorted(unknown, key=lambda c: self.order[c])
            low, high = _range(self.counts.values, sums, columns, cell)
            safe = low <= 1 + TOLERANCE and high >= self.threshold - TOLERANCE
            self._answers[cell, unknown] = safe
        return self._answers[cell, unknown]


def _next_to_hide(counts: Counts[Cell], sums: list[Sum[Cell]], hidden: set[Cell]) -> Cell:
    """The least missed count among those that give a small one away; zeros, which protect
    nothing, last."""
    order: dict[Cell, tuple[bool, bool, int, int, int]] = {}
    for distance, each in enumerate(sums):
        for cell in each.cells:
            if cell not in hidden:
                value, rank = counts.values[cell], counts.rank.get(cell, 0)
                order.setdefault(cell, (value == 0, rank >= MAJOR, distance, rank, value))
    if not order:
        raise SeroclearError(
            "The report cannot hide a small count among so few persons: "
            "ask for the result of a larger cohort, or set the disclosure threshold to 0."
        )
    return min(order, key=lambda cell: order[cell])


def _range(
    values: dict[Cell, int], sums: list[Sum[Cell]], unknown: list[Cell], cell: Cell
) -> tuple[float, float]:
    """Least and greatest value of `cell` that the shown cells allow."""
    if not sums:
        return 0.0, float("inf")
    from scipy.optimize import linprog

    columns = {c: i for i, c in enumerate(unknown)}
    matrix, right = [], []
    for each in sums:
        line = [0.0] * len(columns)
        rest = 0.0
        for sign, member in [(1.0, each.total), *((-1.0, part) for part in each.parts)]:
            if member in columns:
                line[columns[member]] += sign
            else:
                rest -= sign * values[member]
        matrix.append(line)
        right.append(rest)
    goal = [0.0] * len(columns)
    ends = []
    for sign in (1.0, -1.0):
        goal[columns[cell]] = sign
        answer = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
        ends.append(answer.fun * sign if answer.status == 0 else sign * float("-inf"))
    return ends[0], ends[1]
