"""Random-effects models of counts themselves: no study needs events, no correction is added.

Events of a study are binomial (logit of the proportion) or Poisson (log of the rate), the study's
own logit or log rate is normal around the mean: Stijnen, Hamza & Özdemir, Stat Med 2010;29:3046.
Maximum likelihood, see `likelihood`.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from seroclear.evidence.pool.inverse_variance import Pooled, with_limits
from seroclear.evidence.pool.likelihood import (
    Array,
    Counts,
    derivatives,
    log_likelihood,
    saturated,
    score,
)

STEP = 1e-4  # of numerical derivatives of the score
STEPS = 100  # to the mean
# Places of tau between which the profile's slope is looked at; beyond ENOUGH only while it rises.
GRID = (
    1e-4,
    0.02,
    0.05,
    0.1,
    0.15,
    0.2,
    0.3,
    0.4,
    0.5,
    0.7,
    0.9,
    1.2,
    1.6,
    2.0,
    3.0,
    4.0,
    6.0,
    9.0,
)
ENOUGH = 0.9
CLOSE = 1e-13  # of the mean
NO_TAU = 1e-6  # a standard deviation below it is 0


class NoMaximum(Exception):
    """The likelihood of these counts has no maximum that was found; says why."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit: the mean with its limits, and the likelihood-ratio test of heterogeneity.

    `q` compares the model of one common value with that of a value for each study, as `df`.
    """

    pooled: Pooled
    q: float
    df: int
    p: float


def glmm(events: Array, size: Array, binomial: bool) -> Fitted:
    """The mean logit of a proportion or log of a rate, with limits by t with k − 1 df.

    Args:
        events: of each study; k > 1 studies.
        size: persons (binomial) or person-years of each.
        binomial: proportions; else rates.

    Raises:
        NoMaximum: no study has events, all have nothing else, or the search did not end.
    """
    from scipy.stats import chi2

    counts = Counts(events, size, binomial)
    k = len(events)
    if events.sum() == 0:
        raise NoMaximum("no study has an event")
    if binomial and (events == size).all():
        raise NoMaximum("everybody in every study had the event")
    share = events.sum() / size.sum()
    start = math.log(share / (1 - share)) if binomial else math.log(share)
    mean, tau = _search(counts, start)
    variance = _variance(counts, mean, tau)
    q = 2 * float((saturated(counts) - counts.likelihood(np.full(k, start))).sum())
    q = max(q, 0.0)
    return Fitted(
        with_limits(mean, math.sqrt(variance), k - 1, tau**2, k),
        q,
        k - 1,
        float(chi2.sf(q, k - 1)),
    )


def _hessian(counts: Counts, theta: Array) -> Array:
    columns = []
    for i in range(2):
        step = np.zeros(2)
        step[i] = STEP
        far = score(counts, theta + 2 * step) - score(counts, theta - 2 * step)
        near = score(counts, theta + step) - score(counts, theta - step)
        columns.append((8 * near - far) / (12 * STEP))
    hessian = np.array(columns)
    symmetric: Array = (hessian + hessian.T) / 2
    return symmetric


def _search(counts: Counts, start: float) -> tuple[float, float]:
    """The maximum: of the profile of tau, the best of a grid made exact where its slope is 0."""
    from scipy.optimize import brentq

    last = start

    def best(tau: float) -> float:
        nonlocal last  # the mean changes little with tau: the search begins where the last ended
        last = _best_mean(counts, last, tau)
        return last

    def slope(tau: float) -> float:
        return float(score(counts, np.array([best(tau), tau]))[1])

    tops, rising = [0.0], slope(GRID[0]) > 0
    for before, tau in itertools.pairwise(GRID):
        if not rising and before >= ENOUGH:
            break
        rose, rising = rising, slope(tau) > 0
        if rose and not rising:
            tops.append(float(brentq(slope, before, tau, xtol=CLOSE, rtol=CLOSE)))
    if rising:
        raise NoMaximum(f"the likelihood still rises where studies differ by {GRID[-1]:g} on a "
                        "logarithmic scale")  # fmt: skip
    tau = max(tops, key=lambda tau: log_likelihood(counts, best(tau), tau))
    tau = tau if tau > NO_TAU else 0.0
    return best(tau), tau


def _best_mean(counts: Counts, start: float, tau: float) -> float:
    """The mean of greatest likelihood given tau: there the score, which falls, is 0.

    Newton's steps of at most one unit, halved into the bracket where they leave it.
    """
    mean, low, high = start, -math.inf, math.inf
    for _ in range(STEPS):
        slope, _, curve = derivatives(counts, mean, tau)
        low, high = (mean, high) if slope > 0 else (low, mean)
        step = -slope / curve if curve < 0 else math.copysign(1.0, slope)
        new = mean + min(1.0, max(-1.0, step))
        if not low < new < high:
            new = (low + high) / 2 if math.isfinite(high - low) else mean
        if abs(new - mean) < CLOSE * (1 + abs(mean)):
            return new
        mean = new
    raise NoMaximum("no mean was found at which the likelihood is greatest")


def _variance(counts: Counts, mean: float, tau: float) -> float:
    """Variance of the mean, from the curvature in both parameters.

    At tau = 0 the two do not touch, and the curvature in tau may say nothing.
    """
    hessian = _hessian(counts, np.array([mean, tau]))
    if tau == 0:
        return -1 / float(hessian[0, 0])
    if not (np.linalg.eigvalsh(hessian) < 0).all():
        raise NoMaximum("the likelihood is flat where its maximum was looked for")
    return float(np.linalg.inv(-hessian)[0, 0])
