"""Parametric regression of interval-censored times: Weibull, log-normal, log-logistic.

log T = intercept + x·coefficient + scale·error (accelerated failure time), as R's survreg with
type = "interval2". greenwood 0.8 refuses windows; lifelines takes them and agrees to fewer digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from seroclear.analysis.aft_errors import errors
from seroclear.analysis.aft_likelihood import AftLikelihood, maximise
from seroclear.analysis.cox_maximum import SEPARATED, SEPARATED_SE
from seroclear.analysis.independent import independent
from seroclear.analysis.prepared import Floats, Z
from seroclear.analysis.risk_sets import Ints
from seroclear.errors import SeroclearError

Distribution = Literal["weibull", "log-normal", "log-logistic"]

NO_EVENTS = "no events"
NO_MAXIMUM = "the likelihood has no finite maximum"


@dataclass(frozen=True, slots=True)
class AftFit:
    """Coefficients of log time per unit of each column: e^coefficient is the ratio of times.

    Attributes:
        intercept, scale: None where `note` says why nothing could be fitted.
        coefficient, se, lower, upper, p: shape (columns,), nan where `notes` says why.
        covariance: of intercept, coefficients and log scale, shape (columns + 2,) squared.
        log_likelihood: at the maximum, of times (not of log times).
        n, events: persons, and those whose event was seen.
        notes: for each column '' or why it has no estimate.
        note: '' or why nothing could be fitted.
    """

    intercept: float | None
    scale: float | None
    coefficient: Floats
    se: Floats
    lower: Floats
    upper: Floats
    p: Floats
    covariance: Floats
    log_likelihood: float
    n: int
    events: int
    notes: tuple[str, ...]
    note: str


def aft_regression(
    lower: Floats,
    upper: Floats,
    x: Floats,
    distribution: Distribution = "weibull",
    weights: Floats | None = None,
) -> AftFit:
    """Fit by maximum likelihood; Wald limits and p.

    Args:
        lower, upper: years, shape (n,); the event lies in (lower, upper]. upper inf: never seen;
            lower == upper: exact; lower 0: some time before upper.
        x: covariates without intercept, finite, shape (n, columns).
        distribution: of the times.
        weights: case weights, >= 0.

    Raises:
        SeroclearError: a window that ends before it begins, an event at exactly time 0, or a value
            that is not finite.
    """
    weight = np.ones(lower.size) if weights is None else np.asarray(weights, dtype=float)
    _check(lower, upper, x, weight)
    size = x.shape[1]
    events = int((np.isfinite(upper) & (weight > 0)).sum())
    told = ((lower > 0) | np.isfinite(upper)) & (weight > 0)  # (0, inf] tells nothing
    if events == 0:
        return _nothing(lower.size, events, size, NO_EVENTS)
    lower, upper, x, weight = lower[told], upper[told], x[told], weight[told]
    middle, spread = x.mean(axis=0), x.std(axis=0)
    kept, notes = independent(x)
    design = np.column_stack([np.ones(len(x)), (x[:, kept] - middle[kept]) / spread[kept]])
    data = AftLikelihood(lower, upper, design, weight, errors(distribution))
    found = maximise(data)
    if found is None:
        return _nothing(int(told.size), events, size, NO_MAXIMUM)
    return _report(found, data, kept, (middle, spread), notes, int(told.size), events)


def _report(
    found: tuple[Floats, Floats, float],
    data: AftLikelihood,
    kept: Ints,
    units: tuple[Floats, Floats],
    notes: tuple[str, ...],
    n: int,
    events: int,
) -> AftFit:
    """Back to the columns' own units."""
    from scipy.stats import norm

    theta, covariance, value = found
    middle, spread = units
    size = middle.size
    scale = float(np.exp(theta[-1]))
    with np.errstate(invalid="ignore"):
        standard = np.sqrt(np.diag(covariance))[1:-1] / scale
    apart = ~((standard > 0) & (standard <= SEPARATED_SE))
    # theta in own units = back @ theta standardised
    back = np.zeros((size + 2, kept.size + 2))
    back[0, 0] = back[-1, -1] = 1.0
    back[kept + 1, np.arange(kept.size) + 1] = 1 / spread[kept]
    back[0, 1:-1] = -middle[kept] / spread[kept]
    own = back @ theta
    whole = back @ covariance @ back.T
    none = np.ones(size, dtype=bool)
    none[kept[~apart]] = False
    coefficient = np.where(none, np.nan, own[1:-1])
    with np.errstate(all="ignore"):
        se = np.where(none, np.nan, np.sqrt(np.diag(whole)[1:-1]))
        p = 2 * norm.sf(np.abs(coefficient / se))
    said = list(notes)
    for j in kept[apart]:
        said[j] = SEPARATED
    whole[1:-1][none] = np.nan
    whole[:, 1:-1][:, none] = np.nan
    return AftFit(
        intercept=float(own[0]),
        scale=scale,
        coefficient=coefficient,
        se=se,
        lower=coefficient - Z * se,
        upper=coefficient + Z * se,
        p=p,
        covariance=whole,
        log_likelihood=value,
        n=n,
        events=events,
        notes=tuple(said),
        note="",
    )


def _nothing(n: int, events: int, size: int, note: str) -> AftFit:
    none = np.full(size, np.nan)
    whole = np.full((size + 2, size + 2), np.nan)
    return AftFit(
        None, None, none, none, none, none, none, whole, np.nan, n, events, (note,) * size, note
    )


def _check(lower: Floats, upper: Floats, x: Floats, weight: Floats) -> None:
    if not (lower.size == upper.size == len(x) == weight.size):
        raise SeroclearError(
            "Interval regression: lower, upper, x and weights differ in length; give each person "
            "one of each."
        )
    if not (np.isfinite(lower) & (lower >= 0) & (upper >= lower)).all():
        raise SeroclearError(
            "Interval regression: a window is unknown or ends before it begins; check the dates of "
            "the tests around the outcome."
        )
    if (upper == 0).any():
        raise SeroclearError(
            "Interval regression: an event at exactly time 0 has no logarithm; leave those persons "
            "out or let their window end after time 0."
        )
    if not np.isfinite(x).all() or not np.isfinite(weight).all() or (weight < 0).any():
        raise SeroclearError(
            "Interval regression: a covariate or weight is not a finite number, or a weight is "
            "negative; leave those rows out or impute them first."
        )
