"""Proportional hazards for windows: hazards constant between cut points, maximum likelihood.

Each event lies in a window (lower, upper]; a person contributes log(S(lower) - S(upper)) (Lindsey &
Ryan, Stat Med 1998;17:219). lifelines fits it to one group, without hazard ratios between groups;
greenwood's piecewise-exponential model takes no windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
class Windows:
    """Windows (lower, upper] cut into pieces, with covariates.

    Attributes:
        before: years each person spent in each piece up to `lower`, shape (n, pieces).
        within: the same from `lower` to `upper`; 0 where upper is inf.
        seen: the event was seen: upper is finite.
        exact_piece: the piece of an event seen exactly (lower == upper), else -1.
        x: covariates, shape (n, p).
    """

    before: Floats
    within: Floats
    seen: np.ndarray[tuple[int], np.dtype[np.bool_]]
    exact_piece: np.ndarray[tuple[int], np.dtype[np.intp]]
    x: Floats


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


def exposure(time: Floats, cuts: Sequence[float]) -> Floats:
    """Years spent in each piece by `time`; pieces are [0, c1), [c1, c2) ... [ck, inf)."""
    edges = np.array([0.0, *cuts])
    ends = np.array([*cuts, np.inf])
    years: Floats = np.clip(np.minimum(time[:, None], ends) - edges, 0.0, None)
    return years


def windows(lower: Floats, upper: Floats, x: Floats, cuts: Sequence[float]) -> Windows:
    """Cut windows (lower, upper] at `cuts` (years, ascending, > 0)."""
    seen = np.isfinite(upper)
    before = exposure(lower, cuts)
    within = np.where(seen[:, None], exposure(np.where(seen, upper, lower), cuts) - before, 0.0)
    piece = np.searchsorted(np.array(cuts), lower, side="left")
    exact_piece = np.where(lower == upper, piece, -1)
    return Windows(before, within, seen, exact_piece, x)


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
    pieces = data.before.shape[1]
    possible = data.within.sum(axis=0) > 0
    possible[data.exact_piece[data.exact_piece >= 0]] = True
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


def log_likelihood(data: Windows, theta: Floats) -> tuple[float, Floats, Floats]:
    """Log likelihood with its gradient and Hessian at `theta`.

    With cumulative hazards H = sum of hazard x years, times the hazard ratio, and d the part of H
    inside the window: log(S(lower) - S(upper)) = -H(lower) + log(1 - exp(-d)).
    """
    pieces = data.before.shape[1]
    hazard = np.exp(theta[:pieces])
    ratio = np.exp(data.x @ theta[pieces:])
    interval = data.seen & (data.exact_piece < 0)
    exact = data.exact_piece >= 0
    within = data.within[interval] * hazard * ratio[interval, None]
    d = within.sum(axis=1)
    slope = 1 / np.expm1(d)
    bend = -slope * (1 + slope)
    # Of the many who had no event only sums count: products of matrices, without one in between.
    x = data.x
    lived = (data.before @ hazard) * ratio
    in_piece = hazard * (ratio @ data.before)
    value = float(-lived.sum() + np.log(-np.expm1(-d)).sum())
    value += float((theta[data.exact_piece[exact]] + np.log(ratio[exact])).sum())
    inside = np.column_stack([within, d[:, None] * x[interval]])
    gradient = np.concatenate([-in_piece, -(lived @ x)])
    gradient += slope @ inside
    np.add.at(gradient, data.exact_piece[exact], 1.0)
    gradient[pieces:] += x[exact].sum(axis=0)
    cross = hazard[:, None] * (data.before.T @ (x * ratio[:, None]))
    hessian = -_second(in_piece, cross, (x * lived[:, None]).T @ x)
    bent, x_inside = within * slope[:, None], x[interval]
    hessian += _second(
        bent.sum(axis=0),
        bent.T @ x_inside,
        (x_inside * bent.sum(axis=1)[:, None]).T @ x_inside,
    )
    hessian += (inside * bend[:, None]).T @ inside
    return value, gradient, hessian


def _second(in_piece: Floats, cross: Floats, effects: Floats) -> Floats:
    """Second derivatives of summed cumulative hazards, from their sum in each piece."""
    return np.block([[np.diag(in_piece), cross], [cross.T, effects]])


def _start(data: Windows) -> Floats:
    """One crude hazard for all pieces, no effects."""
    years = data.before.sum() + data.within.sum() / 2
    rate = data.seen.sum() / max(float(years), 1e-6)
    return np.concatenate([np.full(data.before.shape[1], np.log(rate)), np.zeros(data.x.shape[1])])


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
    pieces = data.before.shape[1]
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
