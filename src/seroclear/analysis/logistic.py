"""Logistic regression by maximum likelihood, with separated columns named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

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
BLOCK = 4096  # rows summed at a time: what is made of them stays near the processor
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
    event: Bools,
    x: Floats,
    weight: Floats | None = None,
    offset: Floats | None = None,
    start: Floats | None = None,
) -> Logistic:
    """Fit log odds = intercept + x·b + offset.

    Args:
        event: shape (n,).
        x: covariates without intercept, shape (n, p).
        weight: of each row, >= 0, shape (n,); the model's variance takes it for a count.
        offset: shape (n,).
        start: coefficients near the estimates, intercept first, shape (1 + p,): fewer steps then
            lead to the same maximum. Default: zeros.

    Where the data carry no estimate it is nan and `estimates.note` says why: no events, only
    events, columns that do not vary, or separation (Albert & Anderson, Biometrika 1984;71:1).
    """
    n, size = x.shape[0], x.shape[1] + 1
    # A column after the other in memory, for sums over persons and products with them.
    rows = np.empty((size, n))
    rows[0] = 1.0
    rows[1:] = x.T
    weight = np.ones(n) if weight is None else weight
    offset = np.zeros(n) if offset is None else offset
    y = event.astype(float)
    reason = unusable(rows.T) or _one_outcome(event, weight)
    if reason:
        return Logistic(not_estimable(size, reason), np.full(n, math.nan), np.ones(size, bool))
    mean = rows.mean(axis=1)
    mean[0] = 0.0
    rows -= mean[:, None]
    spread = np.sqrt(np.einsum("ij,ij->i", rows, rows) / n)
    rows /= spread[:, None]
    first = np.zeros(size)
    if start is not None:
        first = start * spread
        first[0] += mean @ start
    beta, information, converged = _climb(y, rows, weight, offset, first)
    back = np.diag(1 / spread)  # from the scaled coefficients to those per unit
    back[0, 1:] = -(mean / spread)[1:]
    with np.errstate(all="ignore"):
        covariance = np.asarray(np.linalg.pinv(information, hermitian=True), dtype=float)
        # The least eigenvalue: the pseudoinverse leaves out a direction that has no information.
    suspect = not converged or float(np.linalg.eigvalsh(information)[0]) < SUSPECT_SE**-2
    apart = separated_columns(event[weight > 0], with_intercept(x)[weight > 0]) if suspect else None
    coefficient: Floats = back @ beta
    covariance = back @ covariance @ back.T
    probability = _expit(beta @ rows + offset)
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


class _Point(NamedTuple):
    """The log likelihood at one set of coefficients, with its gradient and minus its Hessian."""

    value: float
    score: Floats
    information: Floats


def _climb(
    y: Floats, rows: Floats, weight: Floats, offset: Floats, beta: Floats
) -> tuple[Floats, Floats, bool]:
    """Newton's method with halved steps: coefficients, information, and whether it converged.

    `rows` is the transposed design: a column after the other in memory.
    """
    point = _evaluate(y, rows, weight, offset, beta)
    for _ in range(MAX_ITERATIONS):
        try:
            step = np.linalg.solve(point.information, point.score)
        except np.linalg.LinAlgError:
            return beta, point.information, False
        if np.abs(step).max() < CONVERGED:
            return beta + step, point.information, True
        for _ in range(30):
            reached = _evaluate(y, rows, weight, offset, beta + step)
            if reached.value >= point.value - 1e-12 * abs(point.value):
                break
            step = step / 2
        beta, point = beta + step, reached
    return beta, point.information, False


def _evaluate(y: Floats, rows: Floats, weight: Floats, offset: Floats, beta: Floats) -> _Point:
    value, score = 0.0, np.zeros(beta.size)
    information = np.zeros((beta.size, beta.size))
    for begin in range(0, y.size, BLOCK):
        some = slice(begin, begin + BLOCK)
        x, counted = rows[:, some], weight[some]
        eta = beta @ x + offset[some]
        small = np.exp(-np.abs(eta))  # never overflows
        probability = np.where(eta >= 0, 1.0, small) / (1 + small)
        value += float(counted @ (y[some] * eta - np.maximum(eta, 0) - np.log1p(small)))
        score += x @ (counted * (y[some] - probability))
        information += (x * (counted * probability * (1 - probability))) @ x.T
    return _Point(value, score, information)


def _expit(eta: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(eta))
