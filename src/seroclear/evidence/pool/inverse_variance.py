"""Random-effects pooling by inverse variance.

DerSimonian & Laird, Control Clin Trials 1986;7:177; Paule & Mandel, J Res NBS 1982;87:377;
REML: Viechtbauer, J Educ Behav Stat 2005;30:261; limits: Hartung & Knapp, Stat Med 2001;20:1771;
prediction interval with k − 1 degrees of freedom: Cochrane Handbook 6.5, 10.10.4.3; Q-profile:
Viechtbauer, Stat Med 2007;26:37.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from seroclear.analysis.prepared import CONFIDENCE, Z

Array = np.ndarray[Any, np.dtype[np.float64]]
LARGEST_TAU2 = 1e4  # on a log or logit scale: far above anything met
FEWEST_TO_PREDICT = 3  # studies; with two, a prediction interval has one degree of freedom


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled estimate on the scale that is pooled.

    Attributes:
        y, se, lower, upper: the mean, its standard error and 95% limits.
        df: degrees of freedom of the limits; inf: normal.
        tau2: variance between studies.
        predicted: 95% prediction interval of the true value in a new study; None with fewer than
            three studies.
        p: of the hypothesis that the mean is zero on this scale.
    """

    y: float
    se: float
    lower: float
    upper: float
    df: float
    tau2: float
    predicted: tuple[float, float] | None
    p: float


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Q with its p, tau² and I² (percent) with Q-profile limits."""

    q: float
    df: int
    p: float
    tau2: float
    tau2_limits: tuple[float, float]
    i2: float
    i2_limits: tuple[float, float]


def tau2_of(y: Array, v: Array, method: str) -> float:
    """The variance between studies.

    Args:
        y, v: estimates and variances, k > 0 of each.
        method: 'DL', 'PM' or 'REML'.
    """
    if len(y) < 2:
        return 0.0
    if method == "DL":
        w = 1 / v
        spread = float(w.sum() - (w**2).sum() / w.sum())
        return max(0.0, (_q(y, v, 0.0) - (len(y) - 1)) / spread)
    if method == "PM":
        return _solved(y, v, len(y) - 1)
    return _reml(y, v)


def pooled(y: Array, v: Array, method: str = "REML", floor: bool = False) -> Pooled:
    """The mean of a random-effects model with limits of Hartung and Knapp.

    A single study keeps its own normal limits.

    Args:
        y, v: estimates and variances, k > 0 of each.
        method: of tau²: 'DL', 'PM' or 'REML'.
        floor: whether the Hartung–Knapp factor is at least 1, so that the limits are never
            narrower than the usual ones (Knapp & Hartung, Stat Med 2003;22:2693).
    """
    tau2 = tau2_of(y, v, method)
    w = 1 / (v + tau2)
    mean = float((w * y).sum() / w.sum())
    k = len(y)
    if k == 1:
        return with_limits(mean, math.sqrt(v[0]), math.inf, 0.0, k)
    factor = float((w * (y - mean) ** 2).sum() / (k - 1))
    factor = max(1.0, factor) if floor else factor
    return with_limits(mean, math.sqrt(factor / w.sum()), k - 1, tau2, k)


def common(y: Array, v: Array) -> Pooled:
    """The mean of a common-effect model, with normal limits."""
    w = 1 / v
    return with_limits(float((w * y).sum() / w.sum()), math.sqrt(1 / w.sum()), math.inf, 0.0, 0)


def with_limits(y: float, se: float, df: float, tau2: float, k: int) -> Pooled:
    """A mean of k studies with its limits by Student's t, normal where df is inf."""
    from scipy.stats import norm, t

    if math.isinf(df):
        reach = Z
        p = float(2 * norm.sf(abs(y) / se)) if se else math.nan
    else:
        reach = float(t.isf((1 - CONFIDENCE) / 2, df))
        p = float(2 * t.sf(abs(y) / se, df)) if se else math.nan
    far = reach * math.sqrt(tau2 + se**2)
    predicted = (y - far, y + far) if k >= FEWEST_TO_PREDICT else None
    return Pooled(y, se, y - reach * se, y + reach * se, df, tau2, predicted, p)


def heterogeneity(y: Array, v: Array, method: str = "REML") -> Heterogeneity:
    """How much the studies differ beyond chance; at least two of them."""
    from scipy.stats import chi2

    k = len(y)
    q = _q(y, v, 0.0)
    tail = (1 - CONFIDENCE) / 2
    limits = (_solved(y, v, chi2.isf(tail, k - 1)), _solved(y, v, chi2.ppf(tail, k - 1)))
    w = 1 / v
    typical = (k - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum())  # Higgins & Thompson 2002
    tau2 = tau2_of(y, v, method)

    def share(value: float) -> float:
        return float(100 * value / (value + typical))

    return Heterogeneity(
        q,
        k - 1,
        float(chi2.sf(q, k - 1)),
        tau2,
        limits,
        share(tau2),
        (share(limits[0]), share(limits[1])),
    )


def _q(y: Array, v: Array, tau2: float) -> float:
    w = 1 / (v + tau2)
    return float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())


def _solved(y: Array, v: Array, wanted: float) -> float:
    """The tau² at which the generalised Q equals `wanted`; 0 where it is below that at once."""
    from scipy.optimize import brentq

    if _q(y, v, 0.0) <= wanted:
        return 0.0
    high = 1.0
    while _q(y, v, high) > wanted and high < LARGEST_TAU2:
        high *= 10
    if _q(y, v, high) > wanted:
        return math.inf
    return float(brentq(lambda tau2: _q(y, v, tau2) - wanted, 0, high, xtol=1e-14, rtol=1e-14))


def _reml(y: Array, v: Array) -> float:
    """The restricted maximum: the best of a grid, made exact where the slope is zero."""
    from scipy.optimize import brentq

    def slope(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = (w * y).sum() / w.sum()
        return float(((w * (y - mean)) ** 2).sum() - w.sum() + (w**2).sum() / w.sum())

    def height(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(0.5 * (np.log(w).sum() - np.log(w.sum()) - _q(y, v, tau2)))

    spread = max(float(np.var(y, ddof=1)), float(v.max()), 1e-12)
    grid = np.concatenate([[0.0], spread * np.logspace(-8, 3, 300)])
    slopes = np.array([slope(tau2) for tau2 in grid])
    tops = [0.0] if slopes[0] <= 0 else []
    for i in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)):
        tops.append(float(brentq(slope, grid[i], grid[i + 1], xtol=1e-15, rtol=1e-14)))
    return max(tops, key=height, default=0.0)
