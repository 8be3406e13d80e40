"""Random-effects models of counts themselves: no study needs events, no correction is added.

Events of a study are binomial (logit of the proportion) or Poisson (log of the rate), the study's
own logit or log rate is normal around the mean: Stijnen, Hamza & Özdemir, Stat Med 2010;29:3046.
Maximum likelihood. The integral over a study's own value is taken by Gauss–Legendre quadrature over
the interval where its posterior lies: adaptive Gauss–Hermite quadrature, which is usual, takes the
posterior to be nearly normal, and of a study without events it is not.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from seroclear.evidence.pool.inverse_variance import Pooled, with_limits

Array = np.ndarray[Any, np.dtype[np.float64]]
NODES = 48  # more change no digit that is shown
DROP = 36.0  # of a log posterior to where it is cut: exp(-36) is nothing
ENDS = 8  # bisections of how far that is, in proportion: it need not be exact
NARROWEST = 1e-6  # of a posterior
STEP = 1e-4  # of numerical derivatives of the score
STEPS = 100  # to a mode, to the mean
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
LARGEST = 200.0  # a logarithm of a rate; more is cut lest the exponential overflow
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


@dataclass(frozen=True, slots=True)
class Counts:
    """Events of each study and the persons, or person-years, they were counted among."""

    events: Array
    size: Array
    binomial: bool

    def likelihood(self, eta: Array) -> Array:
        """Log-likelihood at linear predictors of shape (k,) or (k, nodes), without constants."""
        x, n = _columns(self.events, eta), _columns(self.size, eta)
        return x * eta - n * (
            np.logaddexp(0, eta) if self.binomial else np.exp(np.minimum(eta, LARGEST))
        )

    def expected(self, eta: Array) -> tuple[Array, Array]:
        """Mean and variance of the events."""
        from scipy.special import expit

        n = _columns(self.size, eta)
        if not self.binomial:
            mean = n * np.exp(np.minimum(eta, LARGEST))
            return mean, mean
        return n * expit(eta), n * expit(eta) * expit(-eta)


def _columns(values: Array, like: Array) -> Array:
    return values if like.ndim == 1 else values[:, None]


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
    q = 2 * float((_saturated(counts) - counts.likelihood(np.full(k, start))).sum())
    q = max(q, 0.0)
    return Fitted(
        with_limits(mean, math.sqrt(variance), k - 1, tau**2, k),
        q,
        k - 1,
        float(chi2.sf(q, k - 1)),
    )


def _saturated(counts: Counts) -> Array:
    """The greatest log-likelihood that each study can have."""
    from scipy.special import xlogy

    x, n = counts.events, counts.size
    if counts.binomial:
        greatest: Array = xlogy(x, x / n) + xlogy(n - x, 1 - x / n)
    else:
        greatest = xlogy(x, x / n) - x
    return greatest


@cache
def _places() -> tuple[Array, Array]:
    z, w = np.polynomial.legendre.leggauss(NODES)
    return z, w


def _nodes(counts: Counts, mean: float, tau: float) -> tuple[Array, Array]:
    """Standard-normal places u (k, nodes) where each study's posterior lies, and the logarithms of
    their weights."""
    z, w = _places()
    mode = _modes(counts, mean, tau)
    low, high = (_end(counts, mean, tau, mode, side) for side in (-1, 1))
    half = (high - low) / 2
    places = (low + high)[:, None] / 2 + half[:, None] * z
    weights = np.log(w) + np.log(half)[:, None] - places**2 / 2
    return places, weights - 0.5 * math.log(2 * math.pi)


def _end(counts: Counts, mean: float, tau: float, mode: Array, side: int) -> Array:
    """Where, left (-1) or right (1) of its mode, each posterior has fallen by DROP."""

    def height(u: Array) -> Array:
        return counts.likelihood(mean + tau * u) - u**2 / 2

    floor = height(mode) - DROP
    near = np.full(len(mode), NARROWEST)
    far = np.full(len(mode), math.sqrt(2 * DROP))  # the prior alone makes it fall so far
    for _ in range(ENDS):
        middle = np.sqrt(near * far)
        above = height(mode + side * middle) > floor
        near, far = np.where(above, middle, near), np.where(above, far, middle)
    return mode + side * far


def _modes(counts: Counts, mean: float, tau: float) -> Array:
    """Where the log posterior of each study's u, which is concave, stands highest: Newton's
    steps; the middle of the bracket where they leave it, or take long."""

    def slope(u: Array) -> tuple[Array, Array]:
        expected, variance = counts.expected(mean + tau * u)
        return tau * (counts.events - expected) - u, -(tau**2) * variance - 1

    u: Array = np.zeros(len(counts.events))
    # The mode is no lower than u = 0 is, so the prior loses no more there than a study can gain.
    reach = np.sqrt(2 * np.maximum(0, _saturated(counts) - counts.likelihood(mean + tau * u)))
    up = slope(u)[0] > 0
    low, high = np.where(up, 0, -reach), np.where(up, reach, 0)
    for step in range(STEPS):
        value, fall = slope(u)
        low, high = np.where(value > 0, u, low), np.where(value > 0, high, u)
        new = u - value / fall
        out = (new < low) | (new > high) | (step > 8 and step % 2 == 1)
        new = np.where(out, (low + high) / 2, new)
        far = float(np.abs(new - u).max())
        u = new
        if far < NARROWEST:
            break
    return u


def _log_terms(counts: Counts, mean: float, tau: float) -> tuple[Array, Array]:
    u, weights = _nodes(counts, mean, tau)
    return u, counts.likelihood(mean + tau * u) + weights


def _log_likelihood(counts: Counts, mean: float, tau: float) -> float:
    from scipy.special import logsumexp

    return float(logsumexp(_log_terms(counts, mean, tau)[1], axis=1).sum())


def _derivatives(counts: Counts, mean: float, tau: float) -> tuple[float, float, float]:
    """Of the log-likelihood: by the mean, by tau, and twice by the mean (Fisher's and Louis'
    identities)."""
    u, terms = _log_terms(counts, mean, tau)
    posterior = np.exp(terms - terms.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    expected, variance = counts.expected(mean + tau * u)
    residual = counts.events[:, None] - expected
    means = (posterior * residual).sum(axis=1)
    spread = (posterior * (residual - means[:, None]) ** 2).sum()
    curve = float(spread - (posterior * variance).sum())
    return float(means.sum()), float((posterior * residual * u).sum()), curve


def _score(counts: Counts, theta: Array) -> Array:
    return np.array(_derivatives(counts, float(theta[0]), float(theta[1]))[:2])


def _hessian(counts: Counts, theta: Array) -> Array:
    columns = []
    for i in range(2):
        step = np.zeros(2)
        step[i] = STEP
        far = _score(counts, theta + 2 * step) - _score(counts, theta - 2 * step)
        near = _score(counts, theta + step) - _score(counts, theta - step)
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
        return float(_score(counts, np.array([best(tau), tau]))[1])

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
    tau = max(tops, key=lambda tau: _log_likelihood(counts, best(tau), tau))
    tau = tau if tau > NO_TAU else 0.0
    return best(tau), tau


def _best_mean(counts: Counts, start: float, tau: float) -> float:
    """The mean of greatest likelihood given tau: there the score, which falls, is 0.

    Newton's steps of at most one unit, halved into the bracket where they leave it.
    """
    mean, low, high = start, -math.inf, math.inf
    for _ in range(STEPS):
        score, _, curve = _derivatives(counts, mean, tau)
        low, high = (mean, high) if score > 0 else (low, mean)
        step = -score / curve if curve < 0 else math.copysign(1.0, score)
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
