"""How much later in one group than in another, when each outcome lies in a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np

from seroclear.analysis.aft import AftFit, Distribution, aft_regression
from seroclear.analysis.design import design, group_covariate
from seroclear.analysis.firth import Fit
from seroclear.analysis.interval_censored import windows_of
from seroclear.analysis.prepared import Prepared, Z, prepare
from seroclear.analysis.regression_rows import (
    few_events,
    joined,
    left_out,
    not_estimable,
    regression_rows,
)
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort, Covariate

ANALYSIS = "interval_regression"
AT_ZERO = "an outcome at time 0 itself: its time has no logarithm"


def interval_regression(
    cohort: Cohort, distributions: Sequence[Distribution] = get_args(Distribution)
) -> list[Row]:
    """Ratios of times by accelerated failure time models of the windows, all covariates together.

    Rows of analysis 'interval_regression', for each distribution: 'time ratio' (above 1: later) and
    'p' of group and covariates; for Weibull times, which are the only ones with both, 'hazard
    ratio' as well; and 'AIC', by which the distributions are compared. `method` tells the models
    apart. Competing events end observation at the last evidence against the outcome.

    Args:
        cohort: the cohort; its columns lower and upper are in years.
        distributions: of the times: 'weibull', 'log-normal', 'log-logistic'.

    Raises:
        SeroclearError: a window ends before it begins, or the cohort is inconsistent.
    """
    prepared = prepare(cohort)
    lower, upper = windows_of(prepared)
    prepared = replace(prepared, outcome=np.isfinite(upper))
    covariates: list[Covariate] = list(cohort.covariates)
    if len(cohort.groups) > 1:
        covariates.insert(0, group_covariate(prepared))
    matrix = design(prepared, covariates)
    keep = matrix.complete
    events = int(prepared.outcome[keep].sum())
    reason = not_estimable(matrix, events)
    few = "" if reason else few_events(events, matrix.matrix.shape[1])
    caution = joined(few, left_out(matrix))
    if not reason and (upper[keep] == 0).any():
        reason = AT_ZERO
    rows = []
    for distribution in distributions:
        method = _method(distribution)
        fitted = None
        if not reason:
            fitted = aft_regression(lower[keep], upper[keep], matrix.matrix, distribution)
        note = joined(reason or (fitted.note if fitted else ""), caution)
        sound = fitted if fitted is not None and not fitted.note else None
        reasons = [text.replace("column", "term") for text in sound.notes] if sound else []
        rows += regression_rows(
            prepared, matrix, ANALYSIS, method, _times(sound), note, reasons, "time ratio"
        )
        if distribution == "weibull":
            rows += regression_rows(
                prepared, matrix, ANALYSIS, method, _hazards(sound), note, reasons
            )
        rows.append(_aic(prepared, sound, method, note))
    return rows


def _method(distribution: Distribution) -> str:
    name = {"weibull": "Weibull"}.get(distribution, distribution)
    return (
        f"{name} accelerated failure time model of interval-censored times, maximum likelihood, "
        "complete cases, Wald 95% limits"
    )


def _times(fitted: AftFit | None) -> Fit | None:
    if fitted is None:
        return None
    return Fit(fitted.coefficient, fitted.se, fitted.lower, fitted.upper, fitted.p)


def _hazards(fitted: AftFit | None) -> Fit | None:
    """Weibull times have log hazard ratios -coefficient / scale; delta method."""
    if fitted is None or fitted.scale is None:
        return None
    from scipy.stats import norm

    columns = slice(1, -1)
    covariance = fitted.covariance
    value = -fitted.coefficient / fitted.scale
    variance = (
        np.diag(covariance)[columns] / fitted.scale**2
        + value**2 * covariance[-1, -1]
        + 2 * value * covariance[-1, columns] / fitted.scale
    )
    se = np.sqrt(variance)
    with np.errstate(all="ignore"):
        p = 2 * norm.sf(np.abs(value / se))
    return Fit(value, se, value - Z * se, value + Z * se, p)


def _aic(cohort: Prepared, fitted: AftFit | None, method: str, note: str) -> Row:
    value = None
    if fitted is not None:
        parameters = 2 + sum(not text for text in fitted.notes)
        value = 2 * parameters - 2 * fitted.log_likelihood
    n = fitted.n if fitted is not None else 0
    events = fitted.events if fitted is not None else 0
    return cohort.row(
        ANALYSIS, estimate="AIC", value=value, n=n, events=events, method=method, note=note
    )
