"""The nonparametric estimate of survival when each event is known only to lie in a window.

Turnbull, J R Stat Soc B 1976;38:290; Gentleman & Geyer, Biometrika 1994;81:618 (intersection
intervals). The mass is found by Wang's constrained Newton method (J R Stat Soc B 2007;69:185),
which converges to the maximum in a few steps where the usual self-consistency (EM) iteration needs
tens of thousands. The maximum is checked: no direction of the likelihood may rise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats

GRADIENT = 1e-7  # the largest rise per person that still counts as the maximum
MAX_ITERATIONS = 200
LARGEST = 20_000_000  # cells of the likelihood matrix


@dataclass(frozen=True, slots=True)
class Turnbull:
    """Probability mass on windows (start, end]; where it lies inside a window is not known.

    `mass` may sum to less than 1: the rest lies beyond the last end.
    """

    start: Floats
    end: Floats
    mass: Floats

    def survival_between(self, year: float) -> tuple[float, float]:
        """The lowest and the highest survival at `year` that fit the estimate."""
        lowest = 1 - float(self.mass[(self.start < year) | (self.end <= year)].sum())
        highest = 1 - float(self.mass[self.end <= year].sum())
        return max(0.0, lowest), max(0.0, highest)


def turnbull(lower: Floats, upper: Floats) -> Turnbull | None:
    """Estimate from windows (lower, upper]; upper inf: never seen; lower == upper: exact.

    Args:
        lower, upper: years, shape (n,), n > 0, lower <= upper.

    Returns:
        None when the maximum was not reached or the problem is too large.
    """
    start, end = _intersections(lower, upper)
    first, stop = _covered(lower, upper, start, end)
    spans, weight = np.unique(np.column_stack([first, stop]), axis=0, return_counts=True)
    if spans.shape[0] * start.size > LARGEST:
        return None
    columns = np.arange(start.size)
    inside = (columns >= spans[:, :1]) & (columns < spans[:, 1:])
    mass = _maximise(inside.astype(float), weight.astype(float))
    if mass is None:
        return None
    finite = np.isfinite(end)
    return Turnbull(start[finite], end[finite], mass[finite])


def _intersections(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The innermost windows, which alone can carry mass: a start followed at once by an end."""
    exact = lower == upper
    # At one value an exact time opens first, then ends close, then windows (open there) begin.
    value = np.concatenate([lower, upper])
    rank = np.concatenate([np.where(exact, 0, 2), np.ones(upper.size, dtype=int)])
    order = np.lexsort((rank, value))
    value, begins = value[order], rank[order] != 1
    at = np.flatnonzero(begins[:-1] & ~begins[1:])
    return value[at], value[at + 1]


def _covered(
    lower: Floats, upper: Floats, start: Floats, end: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each person the first innermost window inside (lower, upper], and the one after the last.

    An exact time covers the window [t, t] alone; (lower, upper] does not cover [lower, lower].
    """
    exact = lower == upper
    first = np.searchsorted(start, lower, side="left")
    at_point = (first < start.size) & (end[np.minimum(first, start.size - 1)] == lower) & ~exact
    stop = np.searchsorted(end, upper, side="right")
    return first + at_point, stop


def _maximise(inside: Floats, weight: Floats) -> Floats | None:
    from scipy.optimize import nnls

    total = weight.sum()
    mass = np.full(inside.shape[1], 1 / inside.shape[1])
    root = np.sqrt(weight)
    for _ in range(MAX_ITERATIONS):
        likelihood = inside @ mass
        ratio = inside / likelihood[:, None]
        gradient = weight @ ratio - total
        if gradient.max() <= GRADIENT * total:
            return mass
        # Least squares of the quadratic approximation; the row of ones keeps the sum at 1.
        system = np.vstack([root[:, None] * (ratio - 2), np.ones(mass.size)])
        target = np.append(np.zeros(weight.size), 1.0)
        proposal = nnls(system, target, maxiter=50 * mass.size)[0]
        mass = _better(inside, weight, mass, proposal / proposal.sum())
    return None


def _better(inside: Floats, weight: Floats, mass: Floats, proposal: Floats) -> Floats:
    """The longest halved step from `mass` towards `proposal` that raises the likelihood."""
    before = float(weight @ np.log(inside @ mass))
    for halving in range(40):
        candidate = mass + (proposal - mass) / 2**halving
        with np.errstate(divide="ignore"):
            after = float(weight @ np.log(inside @ candidate))
        if after > before:
            better: Floats = candidate
            return better
    return mass
