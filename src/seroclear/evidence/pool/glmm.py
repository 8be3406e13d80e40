"""Random-effects models of counts themselves: no study needs events, no correction is added.

Events of a study are binomial (logit of the proportion) or Poisson (log of the rate), the study's
own logit or log rate is normal around the mean. Maximum likelihood, integrated by adaptive
Gauss–Hermite quadrature: Stijnen, Hamza & Özdemir, Stat Med 2010;29:3046; Pinheiro & Bates, J
Comput Graph Stat 1995;4:12.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from seroclear.evidence.pool.inverse_variance import Pooled, with_limits

Array = np.ndarray[Any, np.dtype[np.float64]]
NODES = 41  # more change no digit that is shown
STEP = 1e-4  # of numerical derivatives of the score
STEPS = 60
CLOSE = 1e-9
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
        return x * eta - n * (np.logaddexp(0, eta) if self.binomial else np.exp(eta))

    def expected(self, eta: Array) -> tuple[Array, Array]:
        """Mean and variance of the events."""
        n = _columns(self.size, eta)
        if not self.binomial:
            return n * np.exp(eta), n * np.exp(eta)
        p = 1 / (1 + np.exp(-eta))
        return n * p, n * p * (1 - p)


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
    mean, tau = max(
        (_search(counts, start, tau) for tau in (0.0, 0.3, 1.0)),
        key=lambda found: _log_likelihood(counts, *found),
    )
    variance = _variance(counts, mean, tau)
    q = 2 * (_saturated(counts) - float(counts.likelihood(np.full(k, start)).sum()))
    q = max(q, 0.0)
    return Fitted(
        with_limits(mean, math.sqrt(variance), k - 1, tau**2, k),
        q,
        k - 1,
        float(chi2.sf(q, k - 1)),
    )


def _saturated(counts: Counts) -> float:
    from scipy.special import xlogy

    x, n = counts.events, counts.size
    if counts.binomial:
        return float((xlogy(x, x / n) + xlogy(n - x, 1 - x / n)).sum())
    return float((xlogy(x, x / n) - x).sum())


@cache
def _places() -> tuple[Array, Array]:
    z, w = np.polynomial.hermite_e.hermegauss(NODES)
    return z, w


def _nodes(counts: Counts, mean: float, tau: float) -> tuple[Array, Array]:
    """Standard-normal places u (k, nodes) and log weights, centred at each study's mode."""
    z, w = _places()
    u = np.zeros(len(counts.events))
    for _ in range(STEPS):  # Newton; the log posterior of u is concave
        mu, variance = counts.expected(mean + tau * u)
        step = (tau * (counts.events - mu) - u) / (tau**2 * variance + 1)
        u = u + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    scale = 1 / np.sqrt(tau**2 * counts.expected(mean + tau * u)[1] + 1)
    places = u[:, None] + scale[:, None] * z
    weights = np.log(w) + z**2 / 2 + np.log(scale)[:, None] - places**2 / 2
    return places, weights - 0.5 * math.log(2 * math.pi)


def _log_terms(counts: Counts, mean: float, tau: float) -> tuple[Array, Array]:
    u, weights = _nodes(counts, mean, tau)
    return u, counts.likelihood(mean + tau * u) + weights


def _log_likelihood(counts: Counts, mean: float, tau: float) -> float:
    from scipy.special import logsumexp

    return float(logsumexp(_log_terms(counts, mean, tau)[1], axis=1).sum())


def _score(counts: Counts, theta: Array) -> Array:
    """Derivatives of the log-likelihood by mean and tau (Fisher's identity)."""
    mean, tau = float(theta[0]), float(theta[1])
    u, terms = _log_terms(counts, mean, tau)
    posterior = np.exp(terms - terms.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    residual = counts.events[:, None] - counts.expected(mean + tau * u)[0]
    return np.array([(posterior * residual).sum(), (posterior * residual * u).sum()])


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


def _search(counts: Counts, mean: float, tau: float) -> tuple[float, float]:
    """Newton with a safeguard: uphill, and never further than one unit at a step."""
    theta = np.array([mean, tau])
    height = _log_likelihood(counts, mean, tau)
    for _ in range(STEPS):
        score = _score(counts, theta)
        if np.abs(score).max() < CLOSE:
            break
        hessian = _hessian(counts, theta)
        if (np.linalg.eigvalsh(hessian) < 0).all():
            step = -np.linalg.solve(hessian, score)
        else:
            step = score / max(1.0, float(np.abs(hessian).max()))
        step *= min(1.0, 1 / float(np.abs(step).max()))
        while True:
            new = _log_likelihood(counts, *(theta + step))
            if new >= height - 1e-12 or np.abs(step).max() < 1e-12:
                break
            step /= 2
        theta, height = theta + step, new
    if np.abs(_score(counts, theta)).max() > 1e-5:
        raise NoMaximum("the search for the maximum likelihood did not end")
    tau = abs(float(theta[1]))
    return float(theta[0]), tau if tau > NO_TAU else 0.0


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
