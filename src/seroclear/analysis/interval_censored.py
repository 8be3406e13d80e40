"""The outcome truly happened in a window between two tests: estimates that say so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from seroclear.analysis.interval_ratios import ratio_rows
from seroclear.analysis.piecewise import PiecewiseFit, fit_piecewise
from seroclear.analysis.piecewise_likelihood import exposure, windows
from seroclear.analysis.prepared import Floats, Prepared, Z, prepare
from seroclear.analysis.result import Row
from seroclear.analysis.turnbull import turnbull
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort

NONPARAMETRIC = (
    "nonparametric maximum likelihood (Turnbull) of interval-censored times; the likelihood does "
    "not say where in a window between tests the outcome lies, hence a lowest and a highest value"
)
PARAMETRIC = (
    "piecewise-exponential model of interval-censored times, maximum likelihood, each group with "
    "its own hazards; 95% limits by the delta method on the log(-log) scale"
)
IDENTIFIED = 1e-6  # a lowest and a highest survival this close are one value


def interval_censored(
    cohort: Cohort, at: Sequence[float] = (1.0, 3.0), cuts: Sequence[float] = (1.0, 3.0)
) -> list[Row]:
    """Survival and hazard ratios when the outcome is known to lie in (lower, upper].

    Competing events end observation at the last evidence against the outcome. Time zero is taken
    as known. Rows of analysis 'interval_censored', told apart by `method`: nonparametric 'survival'
    (None where the window is ambiguous) with 'lowest survival' and 'highest survival'; parametric
    'survival'; 'hazard ratio' and 'p' of each group against the first, unadjusted and adjusted for
    the covariates. n counts persons at risk and events those seen by then, as for Kaplan–Meier.

    Args:
        cohort: the cohort; its columns lower and upper are in years.
        at: years after time zero.
        cuts: years at which the hazard may change, ascending. The published hazard of
            seroreversion changes at 1 year (11 of 15 happened in the first year); the cut at 3
            years keeps what happened later out of the estimate at 3 years.

    Raises:
        SeroclearError: a window ends before it begins, or the cohort is inconsistent.
    """
    prepared = prepare(cohort)
    lower, upper = windows_of(prepared)
    rows = []
    for group in cohort.arms:
        rows += _nonparametric_rows(prepared, group, lower, upper, at)
    for group in cohort.arms:
        rows += _parametric_rows(prepared, group, lower, upper, at, cuts)
    rows += ratio_rows(prepared, lower, upper, cuts, ())
    if cohort.covariates:
        rows += ratio_rows(prepared, lower, upper, cuts, cohort.covariates)
    return rows


def windows_of(cohort: Prepared) -> tuple[Floats, Floats]:
    """The windows (lower, upper] of the outcome, in years.

    Raises:
        SeroclearError: a window is unknown or ends before it begins.
    """
    lower, upper = cohort.numbers("lower"), cohort.numbers("upper")
    if not ((lower >= 0) & np.isfinite(lower) & (upper >= lower)).all():
        raise SeroclearError(
            f"Study '{cohort.cohort.study}': an outcome's window (lower, upper] is unknown or ends "
            "before it begins; check the dates of the tests around the outcome."
        )
    return lower, upper


def _horizon(lower: Floats, upper: Floats) -> float:
    """The last time about which anything is known."""
    return float(np.where(np.isfinite(upper), upper, lower).max())


def _beyond(lower: Floats, upper: Floats, year: float) -> str:
    """Why survival at `year` cannot be said, '' when it can."""
    if lower.size == 0:
        return "no persons in this group"
    last = _horizon(lower, upper)
    if year > last:
        return f"beyond follow-up, which ends at {last:.2f} years in this group"
    return ""


def _shared(cohort: Prepared, group: str, year: float, method: str) -> dict[str, Any]:
    members = cohort.members(group)
    time, outcome = cohort.time[members], cohort.outcome[members]
    return {
        "group": group,
        "time": float(year),
        "n": int((time >= year).sum()),
        "events": int((outcome & (time <= year)).sum()),
        "method": method,
    }


def _nonparametric_rows(
    cohort: Prepared, group: str, lower: Floats, upper: Floats, at: Sequence[float]
) -> list[Row]:
    members = cohort.members(group)
    lower, upper = lower[members], upper[members]
    estimate = turnbull(lower, upper) if lower.size else None
    rows = []
    for year in at:
        shared = _shared(cohort, group, year, NONPARAMETRIC)
        note = _beyond(lower, upper, year)
        if not note and estimate is None:
            note = "the maximum of the likelihood was not reached"
        low = high = None
        if not note and estimate is not None:
            low, high = estimate.survival_between(year)
            if high - low < IDENTIFIED:
                high = low
            note = "" if low == high else "inside a window between tests: see lowest and highest"
        both = low if low == high else None
        for name, value in (("survival", both), ("lowest", low), ("highest", high)):
            name = name if name == "survival" else f"{name} survival"
            missing = note if value is None else ""
            rows.append(
                cohort.row("interval_censored", estimate=name, value=value, note=missing, **shared)
            )
    return rows


def _parametric_rows(
    cohort: Prepared,
    group: str,
    lower: Floats,
    upper: Floats,
    at: Sequence[float],
    cuts: Sequence[float],
) -> list[Row]:
    members = cohort.members(group)
    lower, upper = lower[members], upper[members]
    events = bool(np.isfinite(upper).any())
    fit = None
    if events:
        fit = fit_piecewise(windows(lower, upper, np.empty((lower.size, 0)), cuts))
    rows = []
    for year in at:
        shared = _shared(cohort, group, year, PARAMETRIC)
        note = _beyond(lower, upper, year)
        value: float | None = None
        limits: tuple[float | None, float | None] = (None, None)
        if not note and not events:
            value, note = 1.0, "no events: limits cannot be estimated"
        elif not note and fit is None:
            note = "the likelihood has no finite maximum"
        elif not note and fit is not None:
            value, limits, note = _survival(fit, year, cuts)
        rows.append(
            cohort.row(
                "interval_censored",
                estimate="survival",
                value=value,
                lower=limits[0],
                upper=limits[1],
                note=note,
                **shared,
            )
        )
    return rows


def _survival(
    fit: PiecewiseFit, year: float, cuts: Sequence[float]
) -> tuple[float, tuple[float | None, float | None], str]:
    years = exposure(np.array([year]), cuts)[0]
    slope = np.exp(fit.theta) * years
    total = float(slope.sum())
    if total == 0:
        return 1.0, (None, None), "hazard 0 until then: limits cannot be estimated"
    # log(-log S) = log H; its standard error is that of H over H.
    wide = math.exp(Z * math.sqrt(float(slope @ fit.covariance @ slope)) / total)
    return math.exp(-total), (math.exp(-total * wide), math.exp(-total / wide)), ""
