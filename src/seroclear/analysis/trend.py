"""Whether a share rises or falls from calendar year to calendar year."""

from __future__ import annotations

import math

import numpy as np

from seroclear.analysis.limits import wilson
from seroclear.analysis.prepared import Floats, prepare
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort

METHOD = "Cochran–Armitage test for a linear trend over calendar years, two-sided"


def yearly_trend(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'trend', the calendar year of time zero as `level`: 'percent with outcome'
    with Wilson limits, and 'p' of the trend.

    Source: Armitage, Biometrics 1955;11:375.

    Raises:
        SeroclearError: the outcome is not one that is there or not.
    """
    if cohort.kind != "category":
        raise SeroclearError(
            f"Study '{cohort.study}': yearly_trend needs an outcome that is there or not."
        )
    prepared = prepare(cohort)
    year = prepared.column("index").astype("datetime64[Y]").astype(int) + 1970
    rows = []
    for one in np.unique(year):
        members = year == one
        n, events = int(members.sum()), int(prepared.outcome[members].sum())
        lower, upper = (100 * limit for limit in wilson(events, n))
        rows.append(
            prepared.row(
                "trend",
                stratum=f"Year: {one}",
                estimate="percent with outcome",
                value=100 * events / n,
                lower=lower,
                upper=upper,
                n=n,
                events=events,
            )
        )
    p = cochran_armitage(prepared.outcome.astype(float), year.astype(float))
    note = "" if p is not None else "one year, or everybody alike: no trend to test"
    return [*rows, prepared.row("trend", estimate="p", value=p, method=METHOD, note=note)]


def cochran_armitage(outcome: Floats, score: Floats) -> float | None:
    """p of a linear trend of the share of `outcome` (0 or 1) over `score`, shapes (n,); None where
    there is nothing to test."""
    share, spread = outcome.mean(), ((score - score.mean()) ** 2).sum()
    variance = share * (1 - share) * spread
    if not variance > 0:
        return None
    z = float(((score - score.mean()) * outcome).sum() / math.sqrt(variance))
    return math.erfc(abs(z) / math.sqrt(2))
