"""Linear regression of a measure with values known only to lie below or above a limit.

Tobin, Econometrica 1958;26:24; several limits at once, as survreg(dist = "gaussian") of R.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.estimates import (
    Estimates,
    not_estimable,
    unusable,
    wald,
    with_intercept,
)
from seroclear.analysis.prepared import Floats
from seroclear.analysis.summit import summit

BELOW, OBSERVED, ABOVE = -1, 0, 1


@dataclass(frozen=True, slots=True)
class Tobit:
    """A fitted censored regression: estimates with the intercept first, and the residual's
    standard deviation; nan where not estimable, see `estimates.note`."""

    estimates: Estimates
    sd: float
    log_likelihood: float


class Slopes(NamedTuple):
    """Log likelihood of each row with its derivatives: by the linear predictor, twice by it, and
    by the logarithm of the residual standard deviation."""

    value: Floats
    eta: Floats
    curvature: Floats
    log_sd: Floats


def tobit(y: Floats, side: NDArray[np.int_], x: Floats) -> Tobit:
    """Fit by maximum likelihood, normal residuals.

    Args:
        y: the value, or the limit it lies below or above, shape (n,).
        side: BELOW (-1), OBSERVED (0) or ABOVE (1) the limit, shape (n,).
        x: covariates without intercept, shape (n, p).
    """
    design = with_intercept(x)
    size = design.shape[1]
    reason = unusable(design) or unusable_values(y, side, design)
    if reason:
        return Tobit(not_estimable(size, reason), math.nan, math.nan)
    units = Units.of(y, design)
    scaled_y, scaled_x = units.scaled(y, design)

    def likelihood(theta: Floats) -> tuple[float, Floats]:
        at = slopes(scaled_y, side, scaled_x @ theta[:-1], theta[-1])
        return float(at.value.sum()), np.append(scaled_x.T @ at.eta, at.log_sd.sum())

    start = np.append(np.linalg.lstsq(scaled_x, scaled_y, rcond=None)[0], 0.0)
    found = summit(likelihood, start)
    if found is None:
        return Tobit(not_estimable(size, NOT_REACHED), math.nan, math.nan)
    theta, covariance = found
    value = likelihood(theta)[0] - int((side == OBSERVED).sum()) * math.log(units.spread)
    coefficient, covariance = units.back(theta[:-1], covariance[:-1, :-1])
    return Tobit(wald(coefficient, covariance), math.exp(theta[-1]) * units.spread, value)


NOT_REACHED = "the likelihood has no finite maximum"


class Units(NamedTuple):
    """Scales on which values and covariates vary by about 1, and the way back."""

    centre: float
    spread: float
    mean: Floats
    scale: Floats

    @staticmethod
    def of(y: Floats, design: Floats) -> Units:
        mean, scale = design.mean(axis=0), design.std(axis=0)
        mean[0], scale[0] = 0.0, 1.0
        return Units(float(y.mean()), float(y.std()) or 1.0, mean, scale)

    def scaled(self, y: Floats, design: Floats) -> tuple[Floats, Floats]:
        return (y - self.centre) / self.spread, (design - self.mean) / self.scale

    def back(self, beta: Floats, covariance: Floats) -> tuple[Floats, Floats]:
        """Coefficients and covariance in the units of the data."""
        change = self.spread * np.diag(1 / self.scale)
        change[0, 1:] = -self.spread * (self.mean / self.scale)[1:]
        coefficient = change @ beta
        coefficient[0] += self.centre
        return coefficient, change @ covariance @ change.T


def slopes(y: Floats, side: NDArray[np.int_], eta: Floats, log_sd: float) -> Slopes:
    """The rows' log likelihood at a linear predictor, whose last axis may hold several values."""
    from scipy.special import log_ndtr

    sd = math.exp(log_sd)
    z = (y - eta) / sd
    sign = np.where(side == ABOVE, -1.0, 1.0)
    log_cdf = np.asarray(log_ndtr(sign * z))
    log_pdf = -(z**2) / 2 - math.log(2 * math.pi) / 2
    mills = np.exp(log_pdf - log_cdf)
    seen = side == OBSERVED
    return Slopes(
        np.where(seen, log_pdf - log_sd, log_cdf),
        np.where(seen, z, -sign * mills) / sd,
        np.where(seen, -1.0, -mills * (sign * z + mills)) / sd**2,
        np.where(seen, z**2 - 1, -sign * mills * z),
    )


def unusable_values(y: Floats, side: NDArray[np.int_], design: Floats) -> str:
    """Why censored values cannot be fitted, '' when they can."""
    seen = side == OBSERVED
    if not seen.any():
        return "no value lies within the limits"
    if seen.sum() <= design.shape[1]:
        return "too few values lie within the limits"
    return "the outcome is the same for everyone" if (y == y[0]).all() and seen.all() else ""
