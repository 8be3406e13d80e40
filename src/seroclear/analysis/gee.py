"""Generalised estimating equations: the mean of repeated measures, with robust variance.

Liang & Zeger, Biometrika 1986;73:13. Scale and working correlation are moment estimates without
correction for the number of coefficients, as in R's geepack.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.clusters import batches
from seroclear.analysis.estimates import (
    Estimates,
    not_estimable,
    unusable,
    wald,
    with_intercept,
)
from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Floats

MAX_ITERATIONS = 100
PERFECT = "a person's measures tell each other: their correlation leaves nothing to estimate"
CONVERGED = 1e-10
# Robust limits are too narrow with few persons (Mancl & DeRouen, Biometrics 2001;57:126).
FEW_PERSONS = 40

Family = Literal["gaussian", "binomial", "poisson"]
Correlation = Literal["independence", "exchangeable", "ar1"]


class _Mean(NamedTuple):
    """The mean as a function of the linear predictor, and the variance as one of the mean."""

    inverse: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Gee:
    """A fitted marginal model.

    Attributes:
        estimates: the intercept first, with robust (sandwich) variance; differences of means
            (gaussian), log odds ratios (binomial), log rate ratios (poisson).
        correlation: between measures of a person (exchangeable) or neighbouring ones (ar1); 0 for
            independence.
        scale: mean squared Pearson residual.
        persons: how many.
    """

    estimates: Estimates
    correlation: float
    scale: float
    persons: int


def gee(
    y: Floats,
    x: Floats,
    person: NDArray[Any],
    order: Floats,
    family: Family = "gaussian",
    correlation: Correlation = "exchangeable",
) -> Gee:
    """Fit by estimating equations with the canonical link.

    Args:
        y: shape (n,); 0 and 1 for binomial, counts for poisson.
        x: covariates without intercept, shape (n, p).
        person: whose row it is, shape (n,).
        order: number of the visit, shape (n,); under ar1 two measures d visits apart have the
            correlation to the power of d.

    Where nothing can be estimated the numbers are nan and `estimates.note` says why.
    """
    design = with_intercept(x)
    persons = int(np.unique(person).size)
    reason, beta = _start(y, x, family)
    if reason:
        return Gee(not_estimable(design.shape[1], reason), math.nan, math.nan, persons)
    groups = batches(person, order)
    lags = [np.abs(order[rows][:, :, None] - order[rows][:, None, :]) for rows in groups]
    mean = _FAMILIES[family]
    note = "the estimating equations did not converge"
    for _ in range(MAX_ITERATIONS):
        mu = mean.inverse(design @ beta)
        residual = (y - mu) / np.sqrt(mean.variance(mu))
        scale = float((residual**2).mean())
        alpha = _alpha(residual, groups, lags, scale, correlation)
        try:
            bread, meat, score = _sums(residual, mean.variance(mu), design, groups, lags, alpha)
            step = np.linalg.solve(bread, score)
        except np.linalg.LinAlgError:
            note = PERFECT if abs(alpha.value) >= 1 else note
            break
        beta = beta + step
        if np.abs(step).max() <= CONVERGED * max(1.0, float(np.abs(beta).max())):
            inverse = np.linalg.inv(bread)
            few = f"{persons} persons: robust limits are too narrow" * (persons < FEW_PERSONS)
            return Gee(wald(beta, inverse @ meat @ inverse, few), alpha.value, scale, persons)
    return Gee(not_estimable(design.shape[1], note), math.nan, math.nan, persons)


class _Alpha(NamedTuple):
    """The working correlation of two measures: `value`, to the power of their lag if `power`."""

    value: float
    power: bool

    def matrix(self, lag: Floats) -> Floats:
        if self.power:
            return np.asarray(self.value**lag)
        return np.where(lag == 0, 1.0, self.value)


def _sums(
    residual: Floats,
    variance: Floats,
    x: Floats,
    groups: list[NDArray[np.intp]],
    lags: list[Floats],
    alpha: _Alpha,
) -> tuple[Floats, Floats, Floats]:
    """Sensitivity, variability and value of the estimating equations, up to the scale."""
    size = x.shape[1]
    bread, meat, score = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
    slope = x * np.sqrt(variance)[:, None]  # canonical link: dmu/deta is the variance
    for rows, lag in zip(groups, lags, strict=True):
        solved = np.linalg.solve(alpha.matrix(lag), slope[rows])
        bread += np.einsum("gmi,gmj->ij", slope[rows], solved)
        each = np.einsum("gmi,gm->gi", solved, residual[rows])
        meat += each.T @ each
        score += each.sum(axis=0)
    return bread, meat, score


def _alpha(
    residual: Floats,
    groups: list[NDArray[np.intp]],
    lags: list[Floats],
    scale: float,
    correlation: Correlation,
) -> _Alpha:
    if correlation == "independence" or scale == 0:
        return _Alpha(0.0, False)
    products: list[Floats] = []
    distances: list[Floats] = []
    for rows, lag in zip(groups, lags, strict=True):
        i, j = np.triu_indices(rows.shape[1], 1)
        products.append((residual[rows][:, i] * residual[rows][:, j] / scale).ravel())
        distances.append(lag[:, i, j].ravel())
    product, distance = np.concatenate(products), np.concatenate(distances)
    if product.size == 0:  # one row a person
        return _Alpha(0.0, False)
    if correlation == "exchangeable":
        return _Alpha(float(product.mean()), False)
    return _Alpha(_neighbours(product, distance), True)


def _neighbours(product: Floats, distance: Floats) -> float:
    """The correlation whose powers are, in least squares, nearest to the products."""
    from scipy.optimize import brentq

    lag, place = np.unique(distance, return_inverse=True)
    count = np.bincount(place)
    total = np.bincount(place, weights=product)

    def slope(alpha: float) -> float:
        return float((lag * alpha ** (lag - 1) * (total - count * alpha**lag)).sum())

    low, high = 1e-9, 1 - 1e-9
    if slope(low) <= 0:
        return 0.0
    return float(brentq(slope, low, high, xtol=1e-14)) if slope(high) < 0 else high


def _start(y: Floats, x: Floats, family: Family) -> tuple[str, Floats]:
    """Why there is nothing to fit, '' when there is; and where the equations start."""
    design = with_intercept(x)
    beta = np.zeros(design.shape[1])
    if family == "binomial":
        fit = logistic(y > 0, x).estimates
        return fit.note, fit.coefficient
    reason = unusable(design)
    if reason:
        return reason, beta
    if family == "poisson":
        beta[0] = math.log(float(y.mean()) or 1.0)
        return "" if (y > 0).any() else "no events", beta
    same = "the outcome is the same for everyone" if (y == y[0]).all() else ""
    return same, np.asarray(np.linalg.lstsq(design, y, rcond=None)[0])


def _expit(eta: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(eta))


_FAMILIES = {
    "gaussian": _Mean(lambda eta: eta, np.ones_like),
    "binomial": _Mean(_expit, lambda mu: mu * (1 - mu)),
    "poisson": _Mean(lambda eta: np.asarray(np.exp(eta)), lambda mu: mu),
}
