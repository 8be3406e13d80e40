"""Pairs of treated and untreated persons with like chances of treatment."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats

CALIPER = 0.2  # standard deviations of the log odds (Austin, Pharm Stat 2011;10:150)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Row numbers of each treated person and of the control; `unmatched` treated found none."""

    treated: NDArray[np.intp]
    control: NDArray[np.intp]
    unmatched: int

    def weight(self, persons: int) -> Floats:
        """1 for who is in a pair, 0 for who is not, shape (persons,)."""
        weight = np.zeros(persons)
        weight[self.treated] = weight[self.control] = 1.0
        return weight


def nearest(treated: Bools, log_odds: Floats, caliper: float = CALIPER) -> Pairs:
    """Match each treated person with the nearest free control, no farther than the caliper.

    One to one, without replacement, treated persons in order of falling log odds (ties: rows'
    order); of two controls equally near, the one with the lower log odds, then the earlier row.

    Args:
        treated: shape (persons,).
        log_odds: of treatment, finite, shape (persons,).
        caliper: in standard deviations of the log odds, pooled over the two groups.
    """
    people, controls = np.flatnonzero(treated), np.flatnonzero(~treated)
    spread = [float(log_odds[rows].var(ddof=1)) for rows in (people, controls) if rows.size > 1]
    width = caliper * float(np.sqrt(np.mean(spread))) if spread else 0.0
    controls = controls[np.argsort(log_odds[controls], kind="stable")]
    free = _Free([float(value) for value in log_odds[controls]])
    pairs = []
    for person in people[np.argsort(-log_odds[people], kind="stable")]:
        place = free.nearest(float(log_odds[person]), width)
        if place is not None:
            pairs.append((person, controls[place]))
    found = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return Pairs(found[:, 0], found[:, 1], people.size - len(pairs))


class _Free:
    """Controls in order of log odds; each is handed out once."""

    def __init__(self, values: list[float]) -> None:
        self.values = values
        # Where to look next to the left and right of a place that is taken; chains are shortened
        # as they are walked, so 100,000 controls cost no more than a sort.
        self.left = list(range(-1, len(values)))
        self.right = list(range(len(values) + 1))
        self.taken = [False] * len(values)

    def nearest(self, value: float, width: float) -> int | None:
        """Takes the nearest free place within `width` of `value`; None when there is none."""
        start = bisect_left(self.values, value)
        above, below = self._up(start), self._down(start - 1)
        gaps = []
        if below >= 0:
            first = self._first_equal(below)
            gaps.append((value - self.values[below], 0, first))
        if above < len(self.values):
            gaps.append((self.values[above] - value, 1, above))
        if not gaps or min(gaps)[0] > width:
            return None
        place = min(gaps)[2]
        self.taken[place] = True
        return place

    def _first_equal(self, place: int) -> int:
        """The earliest free row with the value of `place`."""
        return self._up(bisect_left(self.values, self.values[place]))

    def _up(self, place: int) -> int:
        walked = []
        while place < len(self.values) and self.taken[place]:
            walked.append(place)
            place = max(self.right[place], place + 1)
        for taken in walked:
            self.right[taken] = place
        return place

    def _down(self, place: int) -> int:
        walked = []
        while place >= 0 and self.taken[place]:
            walked.append(place)
            place = min(self.left[place], place - 1)
        for taken in walked:
            self.left[taken] = place
        return place
