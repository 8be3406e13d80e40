"""A survival curve from digitised points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from seroclear.errors import SeroclearError
from seroclear.evidence.curve.points import Printed

Array = np.ndarray[Any, np.dtype[np.float64]]
MOST_MOVED = 0.05  # of survival: a point that monotony moves farther was not read off this curve


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A curve that begins at (0, 1) and never rises.

    Attributes:
        time: years, ascending, distinct: those of the points and of the risk table.
        survival: by isotonic regression of the points (pool adjacent violators).
        read_time, read: the points, the lowest of each time, before that.
        moved: root mean square of what the regression changed.
    """

    time: Array
    survival: Array
    read_time: Array
    read: Array
    moved: float


def cleaned(curve: Printed) -> Cleaned:
    """The points as a survival curve, carried flat to each time of the risk table.

    Of several points at one time the lowest counts: a digitised drop is a vertical line.

    Raises:
        SeroclearError: a point lies far off every curve that never rises.
    """
    lowest: dict[float, float] = {}
    for time, height in zip(curve.times, curve.survival, strict=True):
        lowest[time] = min(height, lowest.get(time, math.inf))
    lowest[0.0] = 1.0
    times = np.array(sorted(lowest))
    read = np.array([lowest[time] for time in times])
    survival = isotonic(read)
    survival[0] = 1.0
    moved = np.abs(survival - read)
    worst = int(moved.argmax())
    if moved[worst] > MOST_MOVED:
        name = f" {curve.group!r}" if curve.group else ""
        raise SeroclearError(
            f"the curve{name} rises by {2 * moved[worst]:.2f} about {times[worst]:.2f} years; a "
            "survival curve never does: look at these points, or name their column incidence."
        )
    every = np.union1d(times, curve.risk_times)
    carried = survival[np.searchsorted(times, every, side="right") - 1]
    return Cleaned(every, carried, times, read, float(np.sqrt((moved**2).mean())))


def isotonic(values: Array) -> Array:
    """The nearest sequence that never rises: least squares among all such, equal weights."""
    blocks: list[list[float]] = []  # mean, size
    for value in values:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            mean, size = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * size) / (last[1] + size)
            last[1] += size
    return np.concatenate([np.full(int(size), mean) for mean, size in blocks])
