"""Distributions of the error of log time, with what a likelihood of windows needs of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import Floats


@dataclass(frozen=True, slots=True)
class Errors:
    """A standard distribution.

    Attributes:
        log_density, log_survivor, log_cumulative: of an error.
        slope: derivative of the log density.
        bend: its second derivative.
    """

    log_density: Callable[[Floats], Floats]
    log_survivor: Callable[[Floats], Floats]
    log_cumulative: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    bend: Callable[[Floats], Floats]

    def density(self, u: Floats) -> tuple[Floats, Floats, Floats]:
        """Log density with its first and second derivative."""
        return self.log_density(u), self.slope(u), self.bend(u)

    def window(
        self, a: Floats, b: Floats
    ) -> tuple[Floats, tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
        """log P(a < error <= b), its derivatives in a and b, and those in aa, ab and bb.

        -inf and inf are allowed; where a == b the numbers mean nothing.
        """
        late = a > 0  # differences of survivors late, of cumulative probabilities early
        far = np.where(late, self.log_survivor(a), self.log_cumulative(b))
        near = np.where(late, self.log_survivor(b), self.log_cumulative(a))
        value = far + np.log(-np.expm1(np.minimum(near - far, 0.0)))
        at_a, at_b = (self._over(u, value) for u in (a, b))
        slope_a, slope_b = (self.slope(np.where(np.isfinite(u), u, 0.0)) for u in (a, b))
        second = (-slope_a * at_a - at_a**2, at_a * at_b, slope_b * at_b - at_b**2)
        return value, (-at_a, at_b), second

    def _over(self, u: Floats, value: Floats) -> Floats:
        """The density at an end over the probability of the window; 0 at an end that is not."""
        finite = np.isfinite(u)
        ratio = np.exp(self.log_density(np.where(finite, u, 0.0)) - value)
        over: Floats = np.where(finite, ratio, 0.0)
        return over


def _extreme() -> Errors:
    """Of the logarithm of Weibull times: the smallest extreme value."""
    return Errors(
        log_density=lambda u: u - np.exp(u),
        log_survivor=lambda u: -np.exp(u),
        log_cumulative=lambda u: np.log(-np.expm1(-np.exp(u))),
        slope=lambda u: 1 - np.exp(u),
        bend=lambda u: -np.exp(u),
    )


def _normal() -> Errors:
    from scipy.special import log_ndtr

    return Errors(
        log_density=lambda u: -0.5 * u**2 - 0.5 * np.log(2 * np.pi),
        log_survivor=lambda u: log_ndtr(-u),
        log_cumulative=log_ndtr,
        slope=lambda u: -u,
        bend=lambda u: np.full_like(u, -1.0),
    )


def _logistic() -> Errors:
    from scipy.special import expit, log_expit

    return Errors(
        log_density=lambda u: log_expit(u) + log_expit(-u),
        log_survivor=lambda u: log_expit(-u),
        log_cumulative=log_expit,
        slope=lambda u: 1 - 2 * expit(u),
        bend=lambda u: -2 * expit(u) * expit(-u),
    )


def errors(distribution: str) -> Errors:
    """The error of log time when times are 'weibull', 'log-normal' or 'log-logistic'."""
    return {"weibull": _extreme, "log-normal": _normal, "log-logistic": _logistic}[distribution]()
