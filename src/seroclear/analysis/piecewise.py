"""Proportional hazards for windows: hazards constant between cut points, maximum likelihood.

Each event lies in a window (lower, upper]; a person contributes log(S(lower) - S(upper)) (Lindsey &
Ryan, Stat Med 1998;17:219). lifelines fits it to one group, without hazard ratios between groups;
greenwood's piecewise-exponential model takes no windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seroclear.analysis.piecewise_likelihood import Windows, log_likelihood
from seroclear.analysis.prepared import Bools, Floats

LEAST_HAZARD = 1e-8  # a year; a hazard estimated below it is 0, at the edge of what is possible
GREATEST_HAZARD = 1e6  # a year; above it the likelihood rises for ever
GREATEST_EFFECT = 30.0  # log hazard ratio of one standard deviation; beyond it, likewise
# Of any mix of log hazards and standardised effects; below it (standard error above 100) the
# likelihood is flat there, as when an effect may be infinite.
LEAST_INFORMATION = 1e-4
MAX_ITERATIONS = 200
TOLERANCE = 1e-10  # of the last step
CLOSE = 1e-4  # a step this short may be taken though the likelihood does not seem to rise


@dataclass(frozen=True, slots=True)
class PiecewiseFit:
    """Maximum-likelihood estimate.

    Attributes:
        theta: log hazards of the pieces (-inf: hazard 0), then log hazard ratios.
        covariance: of theta; zero rows where a hazard is 0.
        loglik: log likelihood.
    """

    theta: Floats
    covariance: Floats
    loglik: float


def fit_piecewise(data: Windows) -> PiecewiseFit | None:
    """Maximise the likelihood; None when it has no finite maximum.

    Args:
        data: windows; at least one event was seen.
    """
    found = _maximise(data, _start(data), None)
    if found is None:
        return None
    theta, loglik, hessian = found
    free = np.isfinite(theta)
    curvature = -hessian[np.ix_(free, free)]
    if free.any() and not np.linalg.eigvalsh(curvature).min() >= LEAST_INFORMATION:
        return None
    covariance = np.zeros((theta.size, theta.size))
    covariance[np.ix_(free, free)] = np.linalg.inv(curvature)
    return PiecewiseFit(theta, covariance, loglik)


def profile_log_likelihood(data: Windows, start: Floats, held: int) -> float | None:
    """The highest log likelihood with one coefficient kept; None when it is not finite.

    The others may be poorly known: along a profile a hazard passes from 0 to a little more.

    Args:
        data: windows; at least one event was seen.
        start: where to start: log hazards, then coefficients.
        held: the coefficient (index into theta) kept at its start.
    """
    found = _maximise(data, start, held)
    return None if found is None else found[1]


def _maximise(
    data: Windows, start: Floats, held: int | None
) -> tuple[Floats, float, Floats] | None:
    """Theta, log likelihood and Hessian at the maximum; hazards that vanish become 0."""
    pieces = data.before.shape[0]
    possible = data.within.sum(axis=0) > 0
    possible[data.exact] = True
    theta = start.copy()
    theta[:pieces][~possible] = -np.inf
    while True:
        free = np.isfinite(theta)
        if held is not None:
            free[held] = False
        found = _newton(data, theta, free)
        if found is None:
            return None
        theta, loglik, hessian = found
        vanishing = _vanishing(theta, free, pieces)
        if not vanishing.any():
            break
        theta[:pieces][vanishing] = -np.inf
    if (theta[:pieces] > np.log(GREATEST_HAZARD)).any():
        return None
    return theta, loglik, hessian


def _start(data: Windows) -> Floats:
    """One crude hazard for all pieces, no effects."""
    years = data.before.sum() + data.within.sum() / 2
    rate = (len(data.within) + data.exact.size) / max(float(years), 1e-6)
    return np.concatenate([np.full(len(data.before), np.log(rate)), np.zeros(len(data.x))])


def _newton(
    data: Windows, theta: Floats, free: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Floats, float, Floats] | None:
    # A step too long may overflow; its value is then no number and the step is halved.
    with np.errstate(all="ignore"):
        if not np.isfinite(log_likelihood(data, theta)[0]):
            return None  # a hazard was set to 0 that another effect, running to infinity, upheld
        return _climb(data, theta, free)


def _climb(
    data: Windows, theta: Floats, free: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Floats, float, Floats] | None:
    pieces = data.before.shape[0]
    value, gradient, hessian = log_likelihood(data, theta)
    for _ in range(MAX_ITERATIONS):
        if not free.any():
            return theta, value, hessian
        step = ascent(gradient[free], hessian[np.ix_(free, free)])
        size = float(np.abs(step).max())
        if size < TOLERANCE:
            return theta, value, hessian
        step *= min(1.0, 2.0 / size)
        for halving in range(40):
            candidate = theta.copy()
            candidate[free] += step / 2**halving
            reached = log_likelihood(data, candidate)
            if reached[0] > value:
                theta, (value, gradient, hessian) = candidate, reached
                break
        else:  # no higher point: so close that the last digit of the value no longer changes
            if _vanishing(theta, free, pieces).any():
                return theta, value, hessian
            if not size <= CLOSE:  # nan, too
                return None
            theta = theta.copy()
            theta[free] += step
            value, _, hessian = log_likelihood(data, theta)
            return theta, value, hessian
        if (np.abs(theta[pieces:]) > GREATEST_EFFECT).any():
            return None
        if (theta[:pieces][free[:pieces]] < np.log(LEAST_HAZARD) - 5).any():
            return theta, value, hessian
    # Where little time was spent, a vanishing hazard creeps: its curvature drowns in the others'.
    return (theta, value, hessian) if _vanishing(theta, free, pieces).any() else None


def _vanishing(
    theta: Floats, free: np.ndarray[tuple[int], np.dtype[np.bool_]], pieces: int
) -> Bools:
    """Which hazards are still free and below what counts as 0."""
    below: Bools = free[:pieces] & (theta[:pieces] < np.log(LEAST_HAZARD))
    return below


def ascent(gradient: Floats, hessian: Floats) -> Floats:
    """A Newton step, bent towards the gradient where the likelihood is not concave."""
    values, vectors = np.linalg.eigh(-hessian)
    steep = np.maximum(np.abs(values), 1e-10 * max(1.0, float(np.abs(values).max())))
    step: Floats = vectors @ ((vectors.T @ gradient) / steep)
    return step
