"""The likelihood of counts that vary from study to study, by quadrature where each posterior lies.

Adaptive Gauss–Hermite quadrature, which is usual, takes a study's posterior to be nearly normal; of
a study without events it is not. Here its two ends are looked for, and Gauss–Legendre quadrature
goes between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
NODES = 48  # more change no digit that is shown
DROP = 36.0  # of a log posterior to where it is cut: exp(-36) is nothing
ENDS = 8  # bisections of how far that is, in proportion: it need not be exact
NARROWEST = 1e-6  # of a posterior
LARGEST = 200.0  # a logarithm of a rate; more is cut lest the exponential overflow
STEPS = 100  # to a mode


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


def saturated(counts: Counts) -> Array:
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
    end: Array = mode + side * far
    return end


def _modes(counts: Counts, mean: float, tau: float) -> Array:
    """Where the log posterior of each study's u, which is concave, stands highest: Newton's
    steps; the middle of the bracket where they leave it, or take long."""

    def slope(u: Array) -> tuple[Array, Array]:
        expected, variance = counts.expected(mean + tau * u)
        return tau * (counts.events - expected) - u, -(tau**2) * variance - 1

    u: Array = np.zeros(len(counts.events))
    # The mode is no lower than u = 0 is, so the prior loses no more there than a study can gain.
    reach = np.sqrt(2 * np.maximum(0, saturated(counts) - counts.likelihood(mean + tau * u)))
    up = slope(u)[0] > 0
    low, high = np.where(up, 0, -reach), np.where(up, reach, 0)
    for step in range(STEPS):
        value, fall = slope(u)
        low, high = np.where(value > 0, u, low), np.where(value > 0, high, u)
        new: Array = u - value / fall
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


def log_likelihood(counts: Counts, mean: float, tau: float) -> float:
    """Without constants."""
    from scipy.special import logsumexp

    return float(logsumexp(_log_terms(counts, mean, tau)[1], axis=1).sum())


def derivatives(counts: Counts, mean: float, tau: float) -> tuple[float, float, float]:
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


def score(counts: Counts, theta: Array) -> Array:
    """Derivatives by the mean and tau, which `theta` holds."""
    return np.array(derivatives(counts, float(theta[0]), float(theta[1]))[:2])
