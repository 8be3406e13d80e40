"""Mixed models of a number over time: how fast it changes in each group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from seroclear.analysis.estimates import Estimates
from seroclear.analysis.measures import FEWEST, Measure, measures
from seroclear.analysis.mixed import mixed
from seroclear.analysis.multiplicity import holm
from seroclear.analysis.prepared import Floats, Prepared, Z, number
from seroclear.analysis.result import Row
from seroclear.analysis.tobit import OBSERVED
from seroclear.analysis.tobit_mixed import tobit_mixed
from seroclear.study.cohort import Cohort

MIXED = (
    "linear mixed model with group, time and their product, a random intercept and slope a person; "
    "restricted maximum likelihood, Wald 95% limits"
)
TOBIT = (
    "mixed model with group, time and their product, a random intercept a person, values beyond a "
    "limit of the assay as such (Tobit); maximum likelihood, Wald 95% limits"
)
CHANGE, DIFFERENCE, LEVEL = "change per year", "difference in change per year", "at time zero"


def mixed_model(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'mixed_model': see `_lines`. Only results with a number of their own count;
    where the assay gives limits too, `tobit_model` uses all.

    Raises:
        SeroclearError: the study names no visits.
    """
    rows = []
    for prepared, one in measures(cohort):
        seen = one.side == OBSERVED
        x, time = _design(one)[seen], one.time[seen]
        fitted = mixed(one.y[seen], x, one.person[seen], time)
        rows += _lines(prepared, one, "mixed_model", MIXED, fitted.estimates)
    return rows


def tobit_model(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'tobit_model': see `_lines`.

    Raises:
        SeroclearError: the study names no visits.
    """
    rows = []
    for prepared, one in measures(cohort):
        fitted = tobit_mixed(one.y, one.side, _design(one), one.person)
        rows += _lines(prepared, one, "tobit_model", TOBIT, fitted.estimates)
    return rows


def _design(one: Measure) -> Floats:
    """Columns: time, then of each group but the first its difference, then that in change."""
    others = [(one.group == g).astype(float) for g in range(1, len(one.groups))]
    return np.column_stack([one.time, *others, *(other * one.time for other in others)])


def _lines(
    cohort: Prepared, one: Measure, analysis: str, method: str, found: Estimates
) -> list[Row]:
    """Of each group 'at time zero' and 'change per year' of its mean line, of each but the first
    'difference in change per year' with 'p' and, of several, 'adjusted p' (Holm). The measure
    stands as their outcome."""
    count, size = len(one.groups), found.coefficient.size
    rows = []
    for g, group in enumerate(one.groups):
        level, change, difference = np.zeros(size), np.zeros(size), np.zeros(size)
        level[0] = change[1] = 1.0
        if g:
            level[1 + g] = change[count + g] = difference[count + g] = 1.0
        shared: dict[str, Any] = {
            "group": group,
            "n": one.persons(g),
            "method": method,
            "note": found.note,
        }
        contrasts = [(LEVEL, level), (CHANGE, change)] + ([(DIFFERENCE, difference)] if g else [])
        for estimate, weights in contrasts:
            value, lower, upper, p = _combined(found, weights)
            rows.append(
                cohort.row(
                    analysis, estimate=estimate, value=value, lower=lower, upper=upper, **shared
                )
            )
            if estimate == DIFFERENCE:
                rows.append(cohort.row(analysis, estimate="p", value=p, **shared))
    rows += _adjusted(rows)
    small = f"fewer than {FEWEST} persons: not in the model"
    rows += [
        cohort.row(analysis, group=g, estimate=CHANGE, method=method, note=small)
        for g in one.left_out
    ]
    return rows


def _adjusted(rows: list[Row]) -> list[Row]:
    """'adjusted p' of the differences (Holm), where more than two groups are compared."""
    mine = [row for row in rows if row.estimate == "p"]
    if len(mine) < 2:
        return []
    p = np.array([np.nan if row.value is None else row.value for row in mine])
    return [
        replace(row, estimate="adjusted p", value=number(float(q)))
        for row, q in zip(mine, holm(p), strict=True)
    ]


def _combined(found: Estimates, weights: Floats) -> tuple[float | None, ...]:
    """A weighted sum of coefficients with its limits and p."""
    from scipy.stats import norm

    if not np.isfinite(found.coefficient).all():
        return None, None, None, None
    value = float(weights @ found.coefficient)
    se = float(np.sqrt(weights @ found.covariance @ weights))
    p = float(2 * norm.sf(abs(value) / se)) if se > 0 else None
    return number(value), number(value - Z * se), number(value + Z * se), p
