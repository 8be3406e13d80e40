"""Linear mixed model by restricted maximum likelihood: a random intercept, or intercept and slope.

Laird & Ware, Biometrics 1982;38:963; profiled over the random effects as in lme4 (Bates et al.,
J Stat Softw 2015;67(1)): only sums a person are needed, so a million rows
cost seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

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

STEP = 1e-20  # of the complex-step derivative: exact to rounding
NEAR = 30  # evaluations allowed to the search for the last digits
NO_SPREAD = 1e-5  # random effects this small beside the residual count as none
FEW_PERSONS = 30


@dataclass(frozen=True, slots=True)
class Mixed:
    """A fitted mixed model; nan where not estimable, see `estimates.note`.

    Attributes:
        estimates: fixed effects, the intercept first; normal (Wald) limits.
        random: covariance of the random intercept (and slope), shape (1, 1) or (2, 2).
        residual: variance of a measure about its person's line.
        log_likelihood: restricted.
        persons: how many.
    """

    estimates: Estimates
    random: Floats
    residual: float
    log_likelihood: float
    persons: int


class _Sums(NamedTuple):
    """Cross products over all rows, and for each person those with the random design."""

    xx: Floats
    xy: Floats
    yy: float
    zz: Floats  # (q, q, persons)
    zx: Floats  # (q, p, persons)
    zy: Floats  # (q, persons)
    n: int


def mixed(y: Floats, x: Floats, person: NDArray[Any], slope: Floats | None = None) -> Mixed:
    """Fit y = intercept + x·b + a person's own intercept (and slope) + residual.

    Args:
        y: shape (n,).
        x: covariates without intercept, shape (n, p).
        person: whose row it is, shape (n,).
        slope: time in which each person has a slope of their own, shape (n,); None: intercept only.
    """
    fixed = with_intercept(x)
    _, code = np.unique(person, return_inverse=True)
    persons = int(code.max()) + 1 if code.size else 0
    z = np.ones((y.size, 1)) if slope is None else np.column_stack([np.ones(y.size), slope])
    size = z.shape[1]
    reason = unusable(fixed) or _unusable_persons(y, persons, size)
    if reason:
        unknown = np.full((size, size), math.nan)
        return Mixed(not_estimable(fixed.shape[1], reason), unknown, math.nan, math.nan, persons)
    scale = np.ones(size) if slope is None else np.array([1.0, float(np.std(slope)) or 1.0])
    sums = _sums(y, fixed, z / scale, code, persons)
    theta = _minimise(sums, size)
    deviance, beta, inverse, residual = _profile(theta, sums)
    factor = _factor(theta, size) / scale[:, None]
    random = residual * (factor @ factor.T)
    note = _caution(theta, size, persons)
    estimates = wald(np.real(beta), float(np.real(residual)) * np.real(inverse), note)
    return Mixed(
        estimates, np.real(random), float(np.real(residual)), -float(np.real(deviance)) / 2, persons
    )


def _sums(y: Floats, x: Floats, z: Floats, code: NDArray[np.intp], persons: int) -> _Sums:
    def each(column: Floats) -> Floats:
        return np.bincount(code, weights=column, minlength=persons).astype(float)

    q, p = z.shape[1], x.shape[1]
    zz = np.array([[each(z[:, i] * z[:, j]) for j in range(q)] for i in range(q)])
    zx = np.array([[each(z[:, i] * x[:, j]) for j in range(p)] for i in range(q)])
    zy = np.array([each(z[:, i] * y) for i in range(q)])
    return _Sums(x.T @ x, x.T @ y, float(y @ y), zz, zx, zy, y.size)


def _factor(theta: Floats, size: int) -> Floats:
    """Lower triangular factor of the random covariance over the residual variance."""
    if size == 1:
        return theta.reshape(1, 1)
    return np.array([[theta[0], 0 * theta[0]], [theta[1], theta[2]]])


def _profile(theta: Floats, sums: _Sums) -> tuple[Any, Any, Any, Any]:
    """-2 restricted log likelihood at `theta`, the fixed effects, the inverse of their information
    and the residual variance. Analytic in theta, so that complex steps differentiate it."""
    size = sums.zz.shape[0]
    factor = _factor(theta, size)
    inner = _around(factor.T, sums.zz, factor) + np.eye(size)[:, :, None]
    determinant = _determinant(inner)
    # The inverse of I + ZGZ' is I - Z m Z', person by person (Woodbury).
    m = _around(factor, _inverse(inner, determinant), factor.T)
    xx, xy, yy = sums.xx, sums.xy, np.array(sums.yy)
    for i in range(size):
        for j in range(size):
            weighted = m[i, j] * sums.zx[j]
            xx = xx - sums.zx[i] @ weighted.T
            xy = xy - weighted @ sums.zy[i]
            yy = yy - (m[i, j] * sums.zy[j]) @ sums.zy[i]
    inverse = np.linalg.inv(xx)
    beta = inverse @ xy
    degrees = sums.n - xy.size
    residual = (yy - xy @ beta) / degrees
    deviance = (
        np.log(determinant).sum()
        + np.log(np.linalg.det(xx))
        + degrees * (1 + np.log(2 * math.pi * residual))
    )
    return deviance, beta, inverse, residual


def _around(left: Floats, middle: Floats, right: Floats) -> Floats:
    """left · middle · right for each person, who are along the last axis of `middle`."""
    return np.asarray(np.tensordot(right.T, np.tensordot(left, middle, 1), (1, 1)).swapaxes(0, 1))


def _determinant(inner: Floats) -> Floats:
    """Of each person's 1×1 or 2×2 matrix; a library's general one takes ten times as long."""
    if inner.shape[0] == 1:
        return np.asarray(inner[0, 0])
    return np.asarray(inner[0, 0] * inner[1, 1] - inner[0, 1] * inner[1, 0])


def _inverse(inner: Floats, determinant: Floats) -> Floats:
    if inner.shape[0] == 1:
        return 1 / inner
    return np.array([[inner[1, 1], -inner[0, 1]], [-inner[1, 0], inner[0, 0]]]) / determinant


def _minimise(sums: _Sums, size: int) -> Floats:
    from scipy.optimize import minimize, root

    start = np.ones(1) if size == 1 else np.array([1.0, 0.0, 1.0])
    bounds = [(0.0, None)] if size == 1 else [(0.0, None), (None, None), (0.0, None)]

    def value(theta: Floats) -> float:
        return float(_profile(theta, sums)[0])

    def gradient(theta: Floats) -> Floats:
        steps = 1j * STEP * np.eye(theta.size)
        return np.array([_profile(theta + step, sums)[0].imag / STEP for step in steps])

    found = minimize(value, start, jac=gradient, method="L-BFGS-B", bounds=bounds)
    # The last digits come from the root of the gradient; kept where it does not leave the summit.
    near = root(gradient, found.x, method="hybr", options={"xtol": 1e-13, "maxfev": NEAR})
    nearer = np.abs(near.fun).max() < np.abs(gradient(found.x)).max()
    same = abs(value(near.x) - found.fun) <= 1e-8 * abs(found.fun)
    theta: Floats = near.x if nearer and same else found.x
    return theta


def _unusable_persons(y: Floats, persons: int, size: int) -> str:
    if (y == y[0]).all():
        return "the outcome is the same for everyone"
    if persons < 2:
        return "one person: no spread between persons"
    if persons == y.size:
        return "one measure a person: no spread within persons"
    if y.size <= persons * size and size > 1:
        return "too few measures a person for a slope of their own"
    return ""


def _caution(theta: Floats, size: int, persons: int) -> str:
    none = abs(theta[0]) < NO_SPREAD or (size == 2 and abs(theta[2]) < NO_SPREAD)
    notes = ["the spread between persons is estimated as 0 or as one line"] if none else []
    if persons < FEW_PERSONS:
        notes.append(f"{persons} persons: normal limits are too narrow")
    return "; ".join(notes)
