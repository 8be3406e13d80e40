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
        slack: those of the unpublished that may be worked out: they only make a sum exact.
        rank: how much a cell is missed; cells not named have rank 0. Cells from `MAJOR` on are
            hidden only when nothing else helps.
    """

    values: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum[Cell]] = field(default_factory=list)
    unpublished: set[Cell] = field(default_factory=set)
    slack: set[Cell] = field(default_factory=set)
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
        if known.is_safe(waiting[-1], hidden):
            waiting.pop()
        else:
            hidden.add(_next_to_hide(counts, known.about(waiting[-1], hidden), hidden))
            waiting = known.small[::-1]
    for cell in sorted(
        hidden - set(known.small) - counts.unpublished,
        key=lambda cell: (-counts.rank.get(cell, 0), known.order[cell]),
    ):
        fewer = hidden - {cell}
        if all(known.is_safe(small, fewer) for small in known.small):
            hidden = fewer
    return hidden


class _Knowledge(Generic[Cell]):
    """What can be worked out about the small counts, given which cells are hidden."""

    def __init__(self, counts: Counts[Cell], threshold: int) -> None:
        self.counts, self.threshold = counts, threshold
        self.order = {cell: place for place, cell in enumerate(counts.values)}
        self.small = [
            cell
            for cell, value in counts.values.items()
            if 0 < value < threshold and cell not in counts.slack
        ]
        self._sums: dict[Cell, list[int]] = defaultdict(list)
        for place, each in enumerate(counts.sums):
            for cell in each.cells:
                self._sums[cell].append(place)
        self._pinned: set[tuple[Cell, frozenset[Cell]]] = set()
        # Other worlds that look the same: the counts in which each differs from the true one.
        self._worlds: list[dict[Cell, float]] = []

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

    def is_safe(self, cell: Cell, hidden: set[Cell]) -> bool:
        """Whether `cell` may be anything from 1 to the threshold."""
        return all(self._may_be(cell, sign, hidden) for sign in (1, -1))

    def _may_be(self, cell: Cell, sign: int, hidden: set[Cell]) -> bool:
        """Whether some world that shows the same counts has `cell` at most 1 (sign 1), or at least
        the threshold (sign -1)."""

        def far(value: float) -> bool:
            if sign > 0:
                return value <= 1 + TOLERANCE
            return value >= self.threshold - TOLERANCE

        if far(self.counts.values[cell]):
            return True
        for world in self._worlds:
            if cell in world and far(world[cell]) and world.keys() <= hidden:
                return True
        sums = self.about(cell, hidden)
        unknown = sorted(
            {c for each in sums for c in each.cells if c in hidden} | {cell},
            key=lambda c: self.order[c],
        )
        key = (cell, frozenset(unknown))
        if key in self._pinned:
            return False
        world = _extreme(self.counts.values, sums, unknown, cell, sign, self.threshold)
        if not far(world[cell]):
            self._pinned.add(key)
            return False
        true = self.counts.values
        self._worlds.append({c: v for c, v in world.items() if abs(v - true[c]) > TOLERANCE})
        return True


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


def _extreme(
    values: dict[Cell, int],
    sums: list[Sum[Cell]],
    unknown: list[Cell],
    cell: Cell,
    sign: int,
    threshold: int,
) -> dict[Cell, float]:
    """The world with the least (sign 1) or, up to the threshold, the greatest `cell`."""
    from scipy.optimize import linprog

    columns = {c: i for i, c in enumerate(unknown)}
    matrix, right = [], []
    for each in sums:
        line = [0.0] * len(columns)
        rest = 0.0
        for weight, member in [(1.0, each.total), *((-1.0, part) for part in each.parts)]:
            if member in columns:
                line[columns[member]] += weight
            else:
                rest -= weight * values[member]
        matrix.append(line)
        right.append(rest)
    goal = [0.0] * len(columns)
    goal[columns[cell]] = sign
    bounds = [(0.0, float(threshold) if c == cell else None) for c in unknown]
    answer = linprog(
        goal,
        A_eq=matrix or None,
        b_eq=right or None,
        bounds=bounds,
        method="highs",
    )
    return {c: float(answer.x[i]) for c, i in columns.items()}
