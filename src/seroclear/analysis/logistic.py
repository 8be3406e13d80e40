"""Logistic regression by maximum likelihood, with separated columns named."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.estimates import (
    Estimates,
    not_estimable,
    unusable,
    wald,
    with_intercept,
)
from seroclear.analysis.prepared import Bools, Floats

MAX_ITERATIONS = 100
CONVERGED = 1e-10  # largest change of a coefficient, in standard deviations of its column
# A standard error this large in some direction, for columns of standard deviation 1, makes
# separation worth the look: it is then decided exactly, by linear programming.
SUSPECT_SE = 10.0
FIRST_ROWS = 500
ZERO = 1e-7  # of a linear programme with coefficients within 1


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic regression.

    Attributes:
        estimates: log odds ratios, the intercept first; nan where separated.
        probability: fitted probability of each row, shape (n,).
        separated: columns (intercept first) whose likelihood rises for ever.
    """

    estimates: Estimates
    probability: Floats
    separated: Bools


def logistic(
    event: Bools, x: Floats, weight: Floats | None = None, offset: Floats | None = None
) -> Logistic:
    """Fit log odds = intercept + x·b + offset.

    Args:
        event: shape (n,).
        x: covariates without intercept, shape (n, p).
        weight: of each row, >= 0, shape (n,); the model's variance takes it for a count.
        offset: shape (n,).

    Where the data carry no estimate it is nan and `estimates.note` says why: no events, only
    events, columns that do not vary, or separation (Albert & Anderson, Biometrika 1984;71:1).
    """
    design = with_intercept(x)
    n, size = design.shape
    weight = np.ones(n) if weight is None else weight
    offset = np.zeros(n) if offset is None else offset
    y = event.astype(float)
    reason = unusable(design) or _one_outcome(event, weight)
    if reason:
        return Logistic(not_estimable(size, reason), np.full(n, math.nan), np.ones(size, bool))
    mean = design.mean(axis=0)
    mean[0] = 0.0
    spread = design.std(axis=0)
    spread[0] = 1.0
    scaled = (design - mean) / spread
    beta, information, converged = _climb(y, scaled, weight, offset)
    back = np.diag(1 / spread)  # from the scaled coefficients to those per unit
    back[0, 1:] = -(mean / spread)[1:]
    with np.errstate(all="ignore"):
        covariance = np.asarray(np.linalg.pinv(information, hermitian=True), dtype=float)
        # The least eigenvalue: the pseudoinverse leaves out a direction that has no information.
    suspect = not converged or float(np.linalg.eigvalsh(information)[0]) < SUSPECT_SE**-2
    apart = separated_columns(event[weight > 0], design[weight > 0]) if suspect else None
    coefficient: Floats = back @ beta
    covariance = back @ covariance @ back.T
    probability = _expit(scaled @ beta + offset)
    if apart is None or not apart.any():
        note = "" if converged else "the logistic regression did not converge"
        if note:
            return Logistic(not_estimable(size, note), probability, np.zeros(size, bool))
        return Logistic(wald(coefficient, covariance), probability, np.zeros(size, bool))
    coefficient = np.where(apart, math.nan, coefficient)
    covariance = np.where(apart[:, None] | apart[None, :], math.nan, covariance)
    note = "the outcome is separated by a term: no finite estimate (see Firth's penalty)"
    return Logistic(wald(coefficient, covariance, note), probability, apart)


def separated_columns(event: Bools, design: Floats) -> Bools:
    """Columns without a finite estimate: some direction along which no person's likelihood falls
    moves them (Konis 2007: linear programming).

    Args:
        event: shape (n,).
        design: of full rank, with its intercept, shape (n, p).
    """
    signed = np.where(event, 1.0, -1.0)[:, None] * design / np.abs(design).max(axis=0)
    found = np.zeros(design.shape[1], dtype=bool)
    for j in range(design.shape[1]):
        found[j] = any(_rises(signed, j, sign) for sign in (1.0, -1.0))
    return found


def _rises(signed: Floats, j: int, sign: float) -> bool:
    """Whether some direction with a coefficient j of this sign lowers nobody's likelihood.

    Some rows are tried first; those that the direction found there lowers are added until it lowers
    none or there is no direction: a million rows then cost little more than some.
    """
    from scipy.optimize import linprog

    goal = np.zeros(signed.shape[1])
    goal[j] = -sign
    rows = np.unique(np.linspace(0, len(signed) - 1, FIRST_ROWS).astype(int))
    while True:
        result = linprog(goal, A_ub=-signed[rows], b_ub=np.zeros(rows.size), bounds=(-1, 1))
        if result.status != 0 or -result.fun <= ZERO:
            return False
        lowered = signed @ result.x
        worst = np.argsort(lowered, kind="stable")[:FIRST_ROWS]
        added = np.setdiff1d(worst[lowered[worst] < -ZERO], rows)
        if added.size == 0:
            return True
        rows = np.concatenate([rows, added])


def _one_outcome(event: Bools, weight: Floats) -> str:
    counted = event[weight > 0]
    if not counted.any():
        return "no events"
    return "everybody has the outcome" if counted.all() else ""


def _climb(y: Floats, x: Floats, weight: Floats, offset: Floats) -> tuple[Floats, Floats, bool]:
    """Newton's method with halved steps: coefficients, information, and whether it converged."""
    beta = np.zeros(x.shape[1])
    value = _log_likelihood(y, x @ beta + offset, weight)
    for _ in range(MAX_ITERATIONS):
        probability = _expit(x @ beta + offset)
        information = (x * (weight * probability * (1 - probability))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (weight * (y - probability)))
        except np.linalg.LinAlgError:
            return beta, information, False
        if np.abs(step).max() < CONVERGED:
            return beta + step, information, True
        for _ in range(30):
            reached = _log_likelihood(y, x @ (beta + step) + offset, weight)
            if reached >= value - 1e-12 * abs(value):
                break
            step = step / 2
        beta, value = beta + step, reached
    return beta, information, False


def _log_likelihood(y: Floats, eta: Floats, weight: Floats) -> float:
    return float(weight @ (y * eta - np.logaddexp(0, eta)))


def _expit(eta: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(eta))
