"""What a regression hands back: coefficients with limits and p, or a sentence that says why not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import Floats, Z

COLLINEAR = 1e-7  # share of a column's length left after the columns before it
# Least eigenvalue of the columns' cross products, at unit length, above which each keeps more than
# a thousandth of its length beside the others: far from any rule of collinearity here, and far
# above the rounding of a cross product.
PLAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Estimates:
    """Coefficients of a linear predictor, each of shape (columns,); nan: no estimate.

    Attributes:
        coefficient, se: estimate and standard error.
        lower, upper: 95% limits.
        p: two-sided p of the coefficient being 0.
        covariance: of the coefficients, shape (columns, columns).
        note: why an estimate is missing or to be read with care, '' otherwise.
    """

    coefficient: Floats
    se: Floats
    lower: Floats
    upper: Floats
    p: Floats
    covariance: Floats
    note: str = ""


def wald(coefficient: Floats, covariance: Floats, note: str = "") -> Estimates:
    """Normal limits and p from a covariance."""
    from scipy.stats import norm

    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(np.diag(covariance))
        p = 2 * norm.sf(np.abs(coefficient / se))
    return Estimates(
        coefficient, se, coefficient - Z * se, coefficient + Z * se, p, covariance, note
    )


def not_estimable(columns: int, note: str) -> Estimates:
    """No estimates, and why."""
    unknown = np.full(columns, math.nan)
    return Estimates(
        unknown, unknown, unknown, unknown, unknown, np.full((columns, columns), math.nan), note
    )


def with_intercept(x: Floats) -> Floats:
    """The design with a first column of ones."""
    return np.column_stack([np.ones(x.shape[0]), x])


def unusable(x: Floats) -> str:
    """Why a design (with its intercept) cannot be fitted, '' when it can."""
    rows, columns = x.shape
    if rows == 0:
        return "no persons with all covariates known"
    if not np.isfinite(x).all():
        return "a covariate is unknown for some: leave them out or impute"
    if rows < columns:
        return f"{rows} rows for {columns} coefficients"
    if plainly_independent(x.T @ x):
        return ""
    scale = np.sqrt((x**2).mean(axis=0))
    if (scale == 0).any() or np.linalg.matrix_rank(x / scale) < columns:
        return "a column is the same for everyone or determined by the others"
    return ""


def plainly_independent(product: Floats) -> bool:
    """Whether columns are far from determining each other, told by their cross products alone; if
    not, a decomposition of the rows, at ten times the cost, must say how near they are."""
    length = np.sqrt(np.diag(product))
    if not (np.isfinite(length) & (length > 0)).all():
        return False
    cosine = product / np.outer(length, length)
    return bool(np.isfinite(cosine).all() and (np.linalg.eigvalsh(cosine) > PLAIN).all())


def independent(x: Floats) -> list[int]:
    """Columns that vary and that the ones before them do not determine."""
    if not x.shape[0]:
        return []
    rows, columns = x.shape
    product = np.empty((columns + 1, columns + 1))  # of the design with its intercept
    product[0, 0] = rows
    product[0, 1:] = product[1:, 0] = x.sum(axis=0)
    product[1:, 1:] = x.T @ x
    length = np.sqrt(np.diag(product))[1:]
    if (length >= 1).all() and plainly_independent(product):
        return list(range(columns))
    # The diagonal of R: what the columns before each leave of its length.
    rest = np.abs(np.diag(np.linalg.qr(with_intercept(x), mode="r")))[1:]
    length = np.linalg.norm(x, axis=0)[: rest.size]
    return [int(j) for j in np.flatnonzero(rest > COLLINEAR * np.maximum(1.0, length))]
