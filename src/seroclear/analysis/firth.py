"""Cox regression with Firth's penalty: finite estimates where events are few or groups separate.

Heinze & Schemper, Biometrics 2001;57:114. The log partial likelihood (Efron's ties) is raised by
half the log determinant of the information; limits and p are from the profile of that sum.
Neither greenwood nor lifelines offers it, firthmodels not with Efron's ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import CONFIDENCE, Bools, Floats

MAX_STEP = 5.0  # largest Newton step of a coefficient, in standard deviations of its column
MAX_ITERATIONS = 200
# Climbing stops at steps this short; the root of the score is found from there. Where that fails
# the climb goes on to the next.
NEAR = (1e-2, 1e-4, 1e-6)
STRAY = 0.5  # a root farther away than this is not the summit that was climbed
FARTHEST = 60.0  # profile limits are sought no farther than this many standard errors


class Fit(NamedTuple):
    """Coefficients of a proportional-hazards model, each of shape (columns,); nan: no estimate."""

    coefficient: Floats
    se: Floats
    lower: Floats
    upper: Floats
    p: Floats


class _Point(NamedTuple):
    value: float  # penalised log partial likelihood
    score: Floats
    information: Floats


@dataclass(frozen=True, slots=True)
class _Risk:
    """Risk sets of right-censored data, one entry an event, in Efron's order.

    Attributes:
        x: covariates in order of falling time.
        last: for each event, the last row still at risk.
        tie: for each event, its distinct event time.
        share: for each event, the share of its tied events already taken out.
        died, died_at: rows of the events and their distinct event times.
        times: how many distinct event times there are.
    """

    x: Floats
    last: NDArray[np.intp]
    tie: NDArray[np.intp]
    share: Floats
    died: NDArray[np.intp]
    died_at: NDArray[np.intp]
    times: int


def firth_cox(time: Floats, event: Bools, x: Floats) -> Fit | None:
    """Fit a Firth-penalised Cox model; None when it does not converge.

    Args:
        time: years, shape (n,).
        event: whether the event happened at `time`, shape (n,); at least one did.
        x: covariates of full rank, standardised, shape (n, p).
    """
    from scipy.stats import chi2

    risk = _risk_sets(time, event, x)
    size = x.shape[1]
    best = _maximise(risk, np.zeros(size), None)
    if best is None:
        return None
    beta, point = best
    se = np.sqrt(np.diag(np.linalg.inv(point.information)))
    drop = float(chi2.ppf(CONFIDENCE, 1)) / 2
    lower, upper, p = (np.full(size, np.nan) for _ in range(3))
    for j in range(size):
        lower[j] = _limit(risk, beta, point.value - drop, j, -se[j])
        upper[j] = _limit(risk, beta, point.value - drop, j, se[j])
        start = beta.copy()
        start[j] = 0.0
        null = _maximise(risk, start, j)
        if null is not None:
            p[j] = float(chi2.sf(max(0.0, 2 * (point.value - null[1].value)), 1))
    return Fit(beta, se, lower, upper, p)


def _limit(risk: _Risk, beta: Floats, target: float, j: int, step: float) -> float:
    """Where the profile of coefficient j falls to `target`, going in the direction of `step`."""
    from scipy.optimize import brentq

    def above(distance: float) -> float:
        start = beta.copy()
        start[j] += distance * step
        found = _maximise(risk, start, j)
        return np.nan if found is None else found[1].value - target

    far = 1.0
    while far < FARTHEST:
        height = above(far)
        if np.isnan(height):
            return np.nan
        if height < 0:
            try:
                return float(beta[j] + step * brentq(above, 0.0, far, xtol=1e-9))
            except ValueError:  # on the way a maximum could not be found
                return np.nan
        far *= 2
    return np.nan


def _maximise(risk: _Risk, beta: Floats, fixed: int | None) -> tuple[Floats, _Point] | None:
    """The maximum nearest to `beta`, with one coefficient held when `fixed` names it."""
    free = np.array([j for j in range(beta.size) if j != fixed], dtype=int)
    try:
        if free.size == 0:
            return beta, _evaluate(risk, beta)
        for near in NEAR:
            climbed = _climb(risk, beta, free, near)
            if climbed is None:
                return None
            found = _summit(risk, climbed, free)
            if found is not None:
                return found
            beta = climbed
    except np.linalg.LinAlgError:
        return None
    return None


def _climb(risk: _Risk, beta: Floats, free: NDArray[np.intp], near: float) -> Floats | None:
    """Upwards from `beta` by damped Newton steps until they are shorter than `near`."""
    point = _evaluate(risk, beta)
    for _ in range(MAX_ITERATIONS):
        step = np.linalg.solve(point.information[np.ix_(free, free)], point.score[free])
        largest = np.abs(step).max()
        if largest < near:
            return beta
        step *= min(1.0, MAX_STEP / largest)
        for _ in range(30):
            candidate = beta.copy()
            candidate[free] += step
            reached = _evaluate(risk, candidate)
            if reached.value > point.value:
                break
            step = step / 2
        else:
            return None
        beta, point = candidate, reached
    return None


def _summit(risk: _Risk, near: Floats, free: NDArray[np.intp]) -> tuple[Floats, _Point] | None:
    """Where the score is 0. The information leaves out the penalty's curvature, which matters with
    few events, so Newton's own steps need not converge here."""
    from scipy.optimize import root

    def score(values: Floats) -> Floats:
        beta = near.copy()
        beta[free] = values
        return _evaluate(risk, beta).score[free]

    found = root(score, near[free], method="hybr", options={"xtol": 1e-12})
    if np.abs(found.x - near[free]).max() > STRAY or np.abs(found.fun).max() > 1e-8:
        return None
    beta = near.copy()
    beta[free] = found.x
    return beta, _evaluate(risk, beta)


def _risk_sets(time: Floats, event: Bools, x: Floats) -> _Risk:
    order = np.argsort(-time, kind="stable")
    time, event, x = time[order], event[order], x[order]
    died = np.flatnonzero(event)
    times, died_at, count = np.unique(time[died], return_inverse=True, return_counts=True)
    last = np.searchsorted(-time, -times, side="right") - 1
    tie = np.repeat(np.arange(times.size), count)
    share = np.concatenate([np.arange(m) / m for m in count])
    return _Risk(x, last[tie], tie, share, died, died_at, times.size)


def _evaluate(risk: _Risk, beta: Floats) -> _Point:
    """Penalised log partial likelihood, its score, and the information of the unpenalised one."""
    x = risk.x
    eta = x @ beta
    shift = float(eta.max())
    weight = np.exp(eta - shift)
    s0 = _risk_sum(risk, weight)
    if not s0.min() > 0:  # so far out that a risk set weighs nothing
        raise np.linalg.LinAlgError
    mean = _risk_sum(risk, weight[:, None] * x) / s0[:, None]
    square = _risk_sum(risk, weight[:, None, None] * x[:, :, None] * x[:, None, :])
    square /= s0[:, None, None]
    information = (square - mean[:, :, None] * mean[:, None, :]).sum(axis=0)
    sign, log_determinant = np.linalg.slogdet(information)
    if sign <= 0 or not np.isfinite(log_determinant):
        raise np.linalg.LinAlgError
    value = float(eta[risk.died].sum() - (np.log(s0) + shift).sum()) + 0.5 * log_determinant
    # Half the derivative of the log determinant: third central moments against the inverse.
    inverse = np.linalg.inv(information)
    length = ((x @ inverse) * x).sum(axis=1)
    length_mean = _risk_sum(risk, weight * length) / s0
    length_x = _risk_sum(risk, (weight * length)[:, None] * x) / s0[:, None]
    pulled = mean @ inverse
    penalty = (
        length_x
        - length_mean[:, None] * mean
        - 2 * np.einsum("eij,ej->ei", square, pulled)
        + 2 * mean * (pulled * mean).sum(axis=1)[:, None]
    ).sum(axis=0)
    score = x[risk.died].sum(axis=0) - mean.sum(axis=0) + 0.5 * penalty
    return _Point(value, score, information)


def _risk_sum(risk: _Risk, values: Floats) -> Floats:
    """For each event, the sum over its risk set less Efron's share of the tied events."""
    tied = np.zeros((risk.times, *values.shape[1:]))
    np.add.at(tied, risk.died_at, values[risk.died])
    share = risk.share.reshape(-1, *(1,) * (values.ndim - 1))
    total: Floats = np.cumsum(values, axis=0)[risk.last] - share * tied[risk.tie]
    return total
