"""Time to relapse, which visits show only as a window: the cohorts' interval-censored analysis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.interval_censored import interval_censored
from seroclear.analysis.prepared import Bools, Floats
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import CENSORED, OUTCOME, Cohort

DAYS_A_YEAR = 365.25
WEEK_48 = 48 * 7 / DAYS_A_YEAR  # years


def window(days: Sequence[int], positive: Sequence[bool]) -> tuple[float, float]:
    """A participant's window of relapse (lower, upper] in days from randomisation.

    Args:
        days: of the samples, in order; the antigen was negative on day 0.
        positive: whether the sample showed the antigen.

    Returns:
        Last negative day and first positive day; the upper is inf where none was positive.
    """
    last = 0.0
    for day, shown in zip(days, positive, strict=True):
        if shown:
            return last, float(day)
        last = max(last, float(day))
    return last, np.inf


def time_to_relapse(
    lower: Floats,
    upper: Floats,
    treated: Bools,
    arms: tuple[str, str] = ("Control", "HBIG"),
    at: Sequence[float] = (WEEK_48 / 2, WEEK_48),
) -> list[Row]:
    """Survival without relapse by arm (Turnbull; piecewise exponential) and the hazard ratio.

    Args:
        lower, upper: windows in days from randomisation, shape (n,); upper inf: never seen.
        treated: who was allocated to the treated arm.
        arms: labels, the control first: it is the reference of the hazard ratio.
        at: years at which survival is told.

    Returns:
        Rows of analysis 'interval_censored' (see there).

    Raises:
        SeroclearError: a window ends before it begins.
    """
    if not ((lower >= 0) & (upper >= lower)).all():
        raise SeroclearError("a window of relapse ends before it begins: check the visits' dates.")
    seen = np.isfinite(upper)
    group: NDArray[np.object_] = np.where(treated, arms[1], arms[0]).astype(object)
    cohort = Cohort(
        study="trial",
        outcome="HBsAg relapse",
        definition="",
        groups=arms,
        covariates=(),
        subgroups=(),
        columns={
            "patient_id": np.array([f"{place:08d}" for place in range(lower.size)], dtype=object),
            "group": group,
            "time": np.where(seen, upper, lower) / DAYS_A_YEAR,
            "event": np.where(seen, OUTCOME, CENSORED),
            "lower": lower / DAYS_A_YEAR,
            "upper": upper / DAYS_A_YEAR,
        },
        steps=(),
    )
    return interval_censored(cohort, at=at, cuts=(WEEK_48 / 2,))
