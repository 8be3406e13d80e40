"""The nonparametric estimate of survival when each event is known only to lie in a window.

Turnbull, J R Stat Soc B 1976;38:290; Gentleman & Geyer, Biometrika 1994;81:618 (intersection
intervals). The mass is found by Wang's constrained Newton method (J R Stat Soc B 2007;69:185),
which converges to the maximum in a few steps where the usual self-consistency (EM) iteration needs
tens of thousands. The maximum is checked: no direction of the likelihood may rise. Every window is
a span of innermost windows, so gradients are running sums and the Newton system of the few windows
that carry mass is a sum over a table: time grows with the number of persons, not with its product
with the number of windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from seroclear.analysis.prepared import Floats
from seroclear.analysis.risk_sets import Ints
from seroclear.analysis.spans import summed

GRADIENT = 1e-7  # the largest rise per person that still counts as the maximum
MAX_ITERATIONS = 200
EM_STEPS = 20  # of self-consistency, to find where mass will lie
LARGEST = 2500  # windows with mass that a Newton step is taken for
RIDGE = 1e-13  # of the system's trace, that keeps it positive definite


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
    if ((lower == upper) | np.isinf(upper)).all():
        return _product_limit(lower, upper)
    start, end = _intersections(lower, upper)
    first, stop = _covered(lower, upper, start, end)
    spans, weight = np.unique(np.column_stack([first, stop]), axis=0, return_counts=True)
    problem = _Spans(spans[:, 0], spans[:, 1], weight.astype(float), start.size)
    mass = _maximise(problem)
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


def _covered(lower: Floats, upper: Floats, start: Floats, end: Floats) -> tuple[Ints, Ints]:
    """For each person the first innermost window inside (lower, upper], and the one after the last.

    An exact time covers the window [t, t] alone; (lower, upper] does not cover [lower, lower].
    """
    exact = lower == upper
    first = np.searchsorted(start, lower, side="left")
    at_point = (first < start.size) & (end[np.minimum(first, start.size - 1)] == lower) & ~exact
    stop = np.searchsorted(end, upper, side="right")
    return first + at_point, stop


def _product_limit(lower: Floats, upper: Floats) -> Turnbull:
    """Events at exact times only: the estimate is Kaplan and Meier's."""
    time, events = np.unique(lower[lower == upper], return_counts=True)
    at_risk = lower.size - np.searchsorted(np.sort(lower), time, side="left")
    survival = np.cumprod(1 - events / at_risk)
    return Turnbull(time, time, -np.diff(survival, prepend=1.0))


@dataclass(frozen=True, slots=True)
class _Spans:
    """Persons as spans of innermost windows.

    Attributes:
        first, stop: each span covers the windows first ... stop - 1.
        weight: how many persons share it.
        windows: how many windows there are.
    """

    first: Ints
    stop: Ints
    weight: Floats
    windows: int

    def likelihood(self, mass: Floats) -> Floats:
        """The mass that each span covers."""
        running = np.concatenate([[0.0], np.cumsum(mass)])
        covered: Floats = running[self.stop] - running[self.first]
        return covered

    def covering(self, values: Floats) -> Floats:
        """For each window the sum of `values`, one a span, over the spans that cover it."""
        size = self.windows + 1
        opened, closed = summed(self.first, values, size), summed(self.stop, values, size)
        total: Floats = np.cumsum(opened - closed)[:-1]
        return total

    def log_likelihood(self, mass: Floats) -> float:
        """Minus infinity where a span covers no mass."""
        covered = self.likelihood(mass)
        return float(self.weight @ np.log(covered)) if covered.min() > 0 else -np.inf

    def curvature(self, support: Ints, covered: Floats) -> Floats:
        """Minus the Hessian of the log likelihood in the masses of the windows `support`."""
        size = support.size
        low = np.searchsorted(support, self.first)
        high = np.searchsorted(support, self.stop)
        # A pair of windows j <= k is covered by the spans with low <= j and high > k.
        cells = summed(low * (size + 1) + high, self.weight / covered**2, (size + 1) ** 2).reshape(
            size + 1, size + 1
        )
        sums = np.cumsum(np.cumsum(cells, axis=0)[:, ::-1], axis=1)[:, ::-1][:size, 1:]
        upper = np.triu(sums)
        both: Floats = upper + np.triu(upper, 1).T
        return both


def _maximise(spans: _Spans) -> Floats | None:
    total = spans.weight.sum()
    mass = _near(spans)
    for _ in range(MAX_ITERATIONS):
        covered = spans.likelihood(mass)
        gradient = spans.covering(spans.weight / covered)
        if gradient.max() <= total * (1 + GRADIENT):
            return mass
        support = _candidates(mass, gradient - total)
        if support.size > LARGEST:
            return None
        proposal = np.zeros(mass.size)
        proposal[support] = _newton(
            spans.curvature(support, covered), gradient[support], float(total)
        )
        mass = _better(spans, mass, proposal / proposal.sum())
    return None


def _near(spans: _Spans) -> Floats:
    """Where to begin: the peaks of a few steps of self-consistency, and some mass in every span."""
    mass: Floats = np.full(spans.windows, 1 / spans.windows)
    total = spans.weight.sum()
    for _ in range(EM_STEPS):
        mass = mass * spans.covering(spans.weight / spans.likelihood(mass)) / total
    beside = np.concatenate([[0.0], mass, [0.0]])
    chosen = (mass >= beside[:-2]) & (mass >= beside[2:])
    last = -1
    for k in np.argsort(spans.stop, kind="stable"):
        if spans.first[k] > last:
            last = int(spans.stop[k]) - 1
            chosen[last] = True
    start = np.where(chosen, mass + 1e-3 / spans.windows, 0.0)
    return np.asarray(start / start.sum(), dtype=float)


def _candidates(mass: Floats, rise: Floats) -> Ints:
    """The windows with mass, and between every two of them that where the likelihood rises most."""
    support = np.flatnonzero(mass > 0)
    edges = np.concatenate([[0], support, [mass.size]])
    added = [
        begin + int(np.argmax(rise[begin:end])) for begin, end in pairwise(edges) if end > begin
    ]
    steep = np.array([k for k in added if rise[k] > 0], dtype=np.intp)
    candidates: Ints = np.union1d(support, steep)
    return candidates


def _newton(curvature: Floats, gradient: Floats, total: float) -> Floats:
    """The masses, >= 0, of the highest quadratic approximation on masses that sum to 1.

    Up to a factor they are the least squares of weighted rows (ratio - 2) against 0 beside one row
    of ones against 1 (Wang 2007, section 3); here through the cross products of those rows.
    """
    from scipy.linalg import cholesky, solve_triangular
    from scipy.optimize import nnls

    size = gradient.size
    system = curvature - 2 * (gradient[:, None] + gradient) + 4 * total + 1
    system[np.diag_indices(size)] += RIDGE * np.trace(curvature)
    factor = cholesky(system)
    target = solve_triangular(factor, np.ones(size), trans="T")
    masses: Floats = nnls(factor, target, maxiter=50 * size)[0]
    return masses


def _better(spans: _Spans, mass: Floats, proposal: Floats) -> Floats:
    """The longest halved step from `mass` towards `proposal` that raises the likelihood."""
    before = spans.log_likelihood(mass)
    for halving in range(40):
        candidate = mass + (proposal - mass) / 2**halving
        if spans.log_likelihood(candidate) > before:
            better: Floats = candidate
            return better
    return mass
