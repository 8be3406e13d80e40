"""The likelihood of an accelerated failure time model of windows, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seroclear.analysis.aft_errors import Errors
from seroclear.analysis.piecewise import ascent
from seroclear.analysis.prepared import Floats

MAX_ITERATIONS = 100
STEP = 1e-9
# Of log time; below it the times are fitted without error, and the likelihood rises for ever.
LEAST_SCALE = 1e-4


class AftPoint(NamedTuple):
    """The log likelihood with its derivatives in the coefficients and the log scale."""

    value: float
    gradient: Floats
    hessian: Floats


@dataclass(frozen=True, slots=True)
class AftLikelihood:
    """Windows (lower, upper] of times, with covariates.

    Attributes:
        lower, upper: years, shape (n,).
        design: an intercept and covariates, shape (n, columns).
        weight: case weights, shape (n,).
        errors: the distribution of the error of log time.
    """

    lower: Floats
    upper: Floats
    design: Floats
    weight: Floats
    errors: Errors

    def evaluate(self, theta: Floats) -> AftPoint:
        """Log likelihood and derivatives in the coefficients and log scale."""
        scale = np.exp(theta[-1])
        eta = self.design @ theta[:-1]
        with np.errstate(divide="ignore"):
            a, b = (np.log(self.lower) - eta) / scale, (np.log(self.upper) - eta) / scale
        exact = self.lower == self.upper
        value, first, second = self.errors.window(a, b)
        log_f, slope, bend = self.errors.density(np.where(exact, a, 0.0))
        log_time = np.log(np.where(exact, self.lower, 1.0))
        value = np.where(exact, log_f - theta[-1] - log_time, value)
        # With respect to each end, in units of the error; an end that is not there counts nothing.
        g_a, g_b = np.where(exact, slope, first[0]), np.where(exact, 0.0, first[1])
        none = np.zeros_like(a)
        g_aa, g_ab, g_bb = (
            np.where(exact, mine, theirs)
            for mine, theirs in zip((bend, none, none), second, strict=True)
        )
        a, b = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(b), b, 0.0)
        w = self.weight
        d_eta = -w * (g_a + g_b) / scale
        d_scale = -w * (a * g_a + b * g_b + exact)
        d_eta2 = w * (g_aa + 2 * g_ab + g_bb) / scale**2
        d_both = w * ((g_aa + g_ab) * a + (g_ab + g_bb) * b + g_a + g_b) / scale
        d_scale2 = w * (g_aa * a**2 + 2 * g_ab * a * b + g_bb * b**2 + a * g_a + b * g_b)
        x = self.design
        cross = x.T @ d_both
        hessian = np.block(
            [[(x * d_eta2[:, None]).T @ x, cross[:, None]], [cross[None, :], d_scale2.sum()]]
        )
        return AftPoint(float(w @ value), np.append(x.T @ d_eta, d_scale.sum()), hessian)


def maximise(data: AftLikelihood) -> tuple[Floats, Floats, float] | None:
    """Theta, its covariance and the log likelihood; None where there is no finite maximum."""
    inside = np.where(np.isfinite(data.upper), (data.lower + data.upper) / 2, data.lower)
    middle = float(np.average(np.log(inside), weights=data.weight))
    theta = np.zeros(data.design.shape[1] + 1)
    theta[0] = middle
    with np.errstate(all="ignore"):
        point = data.evaluate(theta)
        for _ in range(MAX_ITERATIONS):
            if not np.isfinite(point.hessian).all():
                return None
            step = ascent(point.gradient, point.hessian)
            size = float(np.abs(step).max())
            step *= 2.0 / max(size, 2.0)
            for halving in range(40):
                reached = data.evaluate(theta + step / 2**halving)
                if reached.value >= point.value - 1e-13 * abs(point.value):
                    theta, point = theta + step / 2**halving, reached
                    break
            else:
                return None
            if size < STEP or theta[-1] < np.log(LEAST_SCALE):
                break
    if theta[-1] < np.log(LEAST_SCALE):
        return None
    try:
        covariance = np.asarray(np.linalg.inv(-point.hessian), dtype=float)
    except np.linalg.LinAlgError:
        return None
    return theta, covariance, point.value
