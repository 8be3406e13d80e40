"""Logistic regression with Firth's penalty: finite where events are few or a term separates them.

Firth, Biometrika 1993;80:27; Heinze & Schemper, Stat Med 2002;21:2409. The log likelihood is raised
by half the log determinant of the information; limits and p are from the profile of that sum.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.estimates import Estimates, not_estimable, unusable, with_intercept
from seroclear.analysis.prepared import CONFIDENCE, Bools, Floats

MAX_ITERATIONS = 500
CONVERGED = 1e-9  # largest step of a coefficient, in standard deviations of its column
MAX_STEP = 5.0
FARTHEST = 60.0  # profile limits are sought no farther than this many standard errors


class _Point(NamedTuple):
    """Penalised log likelihood, its score, the information of the unpenalised one, and the
    curvature that steps are measured by: minus the score's slope with the leverages held."""

    value: float
    score: Floats
    information: Floats
    curvature: Floats


def firth_logistic(event: Bools, x: Floats) -> Estimates:
    """Penalised log odds ratios, the intercept first, with profile limits and p.

    Args:
        event: shape (n,).
        x: covariates without intercept, shape (n, p).

    A limit too far out to be found is nan and the note says so; so does it where nothing could be
    fitted.
    """
    from scipy.stats import chi2

    design = with_intercept(x)
    size = design.shape[1]
    reason = unusable(design)
    if reason:
        return not_estimable(size, reason)
    spread = np.sqrt((design**2).mean(axis=0))  # no centring: the intercept keeps its profile
    scaled = design / spread
    y = event.astype(float)
    best = _maximise(y, scaled, np.zeros(size), None)
    if best is None:
        return not_estimable(size, "the penalised fit did not converge")
    beta, point = best
    covariance = np.linalg.inv(point.information)
    se = np.sqrt(np.diag(covariance))
    drop = float(chi2.ppf(CONFIDENCE, 1)) / 2
    lower, upper, p = (np.full(size, math.nan) for _ in range(3))
    for j in range(size):
        # Along this line the other coefficients follow the held one, as they do near the summit.
        line = covariance[:, j] / se[j]
        lower[j] = _limit(y, scaled, beta, point.value - drop, j, -line)
        upper[j] = _limit(y, scaled, beta, point.value - drop, j, line)
        start = beta - beta[j] / line[j] * line
        start[j] = 0.0
        null = _maximise(y, scaled, start, j)
        if null is not None:
            p[j] = float(chi2.sf(max(0.0, 2 * (point.value - null[1].value)), 1))
    found = np.isfinite([lower, upper, p]).all()
    note = "" if found else "a limit lies too far out to be found"
    covariance = covariance / np.outer(spread, spread)
    return Estimates(
        beta / spread, se / spread, lower / spread, upper / spread, p, covariance, note
    )


def _limit(y: Floats, x: Floats, beta: Floats, target: float, j: int, step: Floats) -> float:
    """Where the profile of coefficient j falls to `target`, going in the direction of `step`."""
    from scipy.optimize import brentq

    def above(distance: float) -> float:
        found = _maximise(y, x, beta + distance * step, j)
        return math.nan if found is None else found[1].value - target

    far = 1.0
    while far < FARTHEST:
        height = above(far)
        if math.isnan(height):
            return math.nan
        if height < 0:
            try:
                return float(beta[j] + step[j] * brentq(above, 0.0, far, xtol=1e-10))
            except ValueError:  # on the way a maximum could not be found
                return math.nan
        far *= 2
    return math.nan


def _maximise(
    y: Floats, x: Floats, beta: Floats, fixed: int | None
) -> tuple[Floats, _Point] | None:
    """The summit, with one coefficient held when `fixed` names it."""
    free = np.array([j for j in range(beta.size) if j != fixed], dtype=int)
    point = _evaluate(y, x, beta)
    for _ in range(MAX_ITERATIONS):
        if point is None:
            return None
        if free.size == 0:
            return beta, point
        step = _step(point, free)
        if step is None:
            return None
        if np.abs(step).max() < CONVERGED:
            return beta, point
        for _ in range(40):
            candidate = beta.copy()
            candidate[free] += step
            reached = _evaluate(y, x, candidate)
            if reached is not None and reached.value >= point.value - 1e-13 * abs(point.value):
                break
            step = step / 2
        beta, point = candidate, reached
    return None


def _step(point: _Point, free: NDArray[np.intp]) -> Floats | None:
    try:
        step = np.linalg.solve(point.curvature[np.ix_(free, free)], point.score[free])
    except np.linalg.LinAlgError:
        return None
    return np.asarray(step * min(1.0, MAX_STEP / max(float(np.abs(step).max()), 1e-300)))


def _evaluate(y: Floats, x: Floats, beta: Floats) -> _Point | None:
    """The point; None too far out, where the information vanishes."""
    from scipy.special import expit

    eta = x @ beta
    probability = np.asarray(expit(eta))
    variance = probability * (1 - probability)
    information = (x * variance[:, None]).T @ x
    sign, log_determinant = np.linalg.slogdet(information)
    if sign <= 0 or not math.isfinite(log_determinant):
        return None
    leverage = variance * ((x @ np.linalg.inv(information)) * x).sum(axis=1)
    score = x.T @ (y - probability + leverage * (0.5 - probability))
    value = float(y @ eta - np.logaddexp(0, eta).sum()) + 0.5 * float(log_determinant)
    # One person alone in a level has leverage 1: by the information alone each step would be twice
    # too long and land as far beyond the summit as it began before it, for ever.
    curvature = (x * (variance * (1 + leverage))[:, None]).T @ x
    return _Point(value, score, information, curvature)
