"""How much sooner in one group than in another, when each outcome lies in a window."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from seroclear.analysis.design import Design, design, group_covariate
from seroclear.analysis.piecewise import (
    GREATEST_EFFECT,
    PiecewiseFit,
    fit_piecewise,
    profile_log_likelihood,
)
from seroclear.analysis.piecewise_likelihood import Windows, windows
from seroclear.analysis.prepared import CONFIDENCE, Bools, Floats, Prepared
from seroclear.analysis.result import Row
from seroclear.study.cohort import Covariate

RATIO = (
    "piecewise-exponential proportional-hazards model of interval-censored times, maximum "
    "likelihood; 95% limits and p from the profile likelihood"
)


def ratio_rows(
    cohort: Prepared,
    lower: Floats,
    upper: Floats,
    cuts: Sequence[float],
    covariates: Sequence[Covariate],
) -> list[Row]:
    """'hazard ratio' and 'p' of each group against the first, adjusted for `covariates`.

    Args:
        cohort: the prepared cohort.
        lower, upper: years, shape (persons,); the outcome lies in (lower, upper].
        cuts: years at which the hazard may change.
        covariates: what to adjust for.
    """
    analysis = "interval_censored"
    matrix = design(cohort, [group_covariate(cohort), *covariates])
    keep = matrix.complete
    seen = np.isfinite(upper) & keep
    method = RATIO
    if covariates:
        method += "; adjusted for " + ", ".join(c.label for c in covariates)
    blocked = _blocked(cohort, seen)
    data = fit = None
    if not blocked:
        data = windows(lower[keep], upper[keep], matrix.matrix, cuts)
        fit = fit_piecewise(data)
        blocked = "" if fit else "the likelihood has no finite maximum"
    caution = f"{matrix.dropped} persons left out: a covariate is unknown" if matrix.dropped else ""
    rows = []
    for term in matrix.terms[: len(cohort.cohort.groups)]:
        shared = {
            "variable": term.variable,
            "level": term.level,
            "n": term.n,
            "events": int((seen & cohort.members(term.level)).sum()),
            "method": method,
        }
        if term.note == "reference":
            rows.append(cohort.row(analysis, estimate="reference", value=1.0, **shared))
            continue
        note = term.note or blocked or caution
        ratio = low = high = p = None
        if term.column is not None and data is not None and fit is not None:
            ratio, low, high, p = _profile(data, fit, matrix, term.column)
            if low is None or high is None:
                note = "a limit lies too far out to be found"
        rows.append(
            cohort.row(
                analysis,
                estimate="hazard ratio",
                value=ratio,
                lower=low,
                upper=high,
                note=note,
                **shared,
            )
        )
        rows.append(cohort.row(analysis, estimate="p", value=p, note=note, **shared))
    return rows


def _blocked(cohort: Prepared, seen: Bools) -> str:
    if len(cohort.cohort.groups) < 2:
        return "one group: nothing to compare"
    if not seen.any():
        return "no events"
    for group in cohort.cohort.groups:
        if cohort.members(group).any() and not (seen & cohort.members(group)).any():
            return "a group has no events: no finite estimate"
    return ""


def _profile(
    data: Windows, fit: PiecewiseFit, matrix: Design, column: int
) -> tuple[float | None, float | None, float | None, float | None]:
    """Hazard ratio with limits and p from the profile likelihood of one coefficient."""
    from scipy.optimize import brentq
    from scipy.stats import chi2

    j = data.before.shape[0] + column
    estimate = float(fit.theta[j])
    se = math.sqrt(float(fit.covariance[j, j]))
    quantile = float(chi2.ppf(CONFIDENCE, 1))

    def deviance(value: float) -> float:
        start = np.where(np.isfinite(fit.theta), fit.theta, math.log(1e-4))
        start[j] = value
        held = profile_log_likelihood(data, start, held=j)
        return math.nan if held is None else 2 * (fit.loglik - held)

    def limit(side: int) -> float | None:
        for reach in (1.5, 3.0, 6.0, 12.0, 24.0):
            far = estimate + side * reach * se
            height = deviance(far) - quantile if abs(far) < GREATEST_EFFECT else math.nan
            if math.isnan(height):
                return None
            if height > 0:
                try:
                    edge = brentq(lambda b: deviance(b) - quantile, estimate, far, xtol=1e-9)
                except ValueError:  # on the way a maximum could not be found
                    return None
                return math.exp(edge / matrix.scale[column])
        return None

    test = deviance(0.0)
    p = None if math.isnan(test) else float(chi2.sf(max(0.0, test), 1))
    return math.exp(estimate / matrix.scale[column]), limit(-1), limit(1), p
