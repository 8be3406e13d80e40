"""What a reader sees where the data are too thin for a method: the number, if any, and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import thin_arrays
from cohorts import cohort

from seroclear.analysis.competing import competing
from seroclear.analysis.competing_regression import competing_regression
from seroclear.analysis.cox import cox
from seroclear.analysis.imputed import NOTHING, imputed_cox, imputed_logistic
from seroclear.analysis.interval_censored import NONPARAMETRIC, PARAMETRIC, interval_censored
from seroclear.analysis.interval_ratios import RATIO
from seroclear.analysis.interval_regression import interval_regression
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.overlap import overlap_weighted
from seroclear.analysis.restricted_mean import restricted_means
from seroclear.analysis.result import Row
from seroclear.analysis.stratified import stratified
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study.cohort import COMPETING, OUTCOME, Cohort, Covariate

AGES = (40.0, 47.0, 43.0, 50.0, 46.0, 42.0, 49.0, 45.0)
INTERVAL: dict[str, object] = {
    "analysis": "interval_censored",
    "time": 1.0,
    "estimate": "survival",
    "group": "IFN",
}
RATIOS: dict[str, object] = {
    "analysis": "interval_censored",
    "level": "IFN",
    "estimate": "hazard ratio",
}
STRATIFIED: dict[str, object] = {"analysis": "stratified"}
NUMBERS: dict[str, dict[str, object]] = {
    "Table 1: p for age": {"analysis": "table_one", "variable": "Age", "estimate": "p"},
    "Table 1: SMD of age": {"analysis": "table_one", "variable": "Age", "estimate": "smd"},
    "Kaplan–Meier, 1 year": {"analysis": "kaplan_meier", "time": 1.0, "group": "IFN"},
    "Rate": {"analysis": "crude", "estimate": "rate per 100 person-years", "group": "IFN"},
    "Median follow-up": {"analysis": "crude", "estimate": "median follow-up", "group": "IFN"},
    "Log-rank p": {"analysis": "log_rank", "estimate": "p"},
    "Cox ratio, unadjusted": {
        "analysis": "cox_unadjusted",
        "level": "IFN",
        "estimate": "hazard ratio",
    },
    "Cox ratio, adjusted": {"analysis": "cox", "level": "IFN", "estimate": "hazard ratio"},
    "Cox ratio of age": {"analysis": "cox", "variable": "Age", "estimate": "hazard ratio"},
    "Proportional hazards p": {"analysis": "proportional_hazards", "variable": "Global"},
    "Turnbull, 1 year": INTERVAL | {"method": NONPARAMETRIC},
    "Piecewise, 1 year": INTERVAL | {"method": PARAMETRIC},
    "Piecewise ratio": RATIOS | {"method": RATIO},
    "Piecewise ratio, adjusted": RATIOS | {"method": f"{RATIO}; adjusted for Age"},
    "Aalen–Johansen, 1 year": {
        "analysis": "competing",
        "estimate": "cumulative incidence",
        "time": 1.0,
        "group": "IFN",
    },
    "Gray's test p": {"analysis": "competing", "estimate": "p"},
    "Restricted mean, 1 year": {
        "analysis": "restricted_mean",
        "estimate": "restricted mean",
        "time": 1.0,
        "group": "IFN",
    },
    "Difference of restricted means": {
        "analysis": "restricted_mean",
        "estimate": "difference of restricted means",
        "time": 1.0,
    },
    "Stratified log-rank p": STRATIFIED | {"estimate": "p", "variable": ""},
    "Stratified Cox ratio": STRATIFIED | {"estimate": "hazard ratio", "variable": "Group"},
    "Cause-specific ratio": {
        "analysis": "cause_specific",
        "level": "IFN",
        "estimate": "hazard ratio",
        "stratum": "",
    },
    "Fine–Gray ratio": {
        "analysis": "fine_gray",
        "level": "IFN",
        "estimate": "subdistribution hazard ratio",
    },
    "Cox ratio, covariates imputed": {
        "analysis": "cox_imputed",
        "estimate": "hazard ratio",
    },
    "Cox ratio, overlap weights": {
        "analysis": "overlap_weighted",
        "level": "IFN",
        "estimate": "hazard ratio",
    },
    "Odds ratio": {"analysis": "logistic", "level": "IFN", "estimate": "odds ratio"},
    "Odds ratio, covariates imputed": {
        "analysis": "logistic_imputed",
        "estimate": "odds ratio",
    },
    "Weibull time ratio": {
        "analysis": "interval_regression",
        "level": "IFN",
        "estimate": "time ratio",
    },
}


def _thin(
    time: Sequence[float], event: Sequence[int], group: str = "NI", ages: Sequence[float] = AGES
) -> Cohort:
    """A cohort of NA (N) and interferon (I), repeated; windows begin at 0.8 of the time."""
    n = len(time)
    times, events = np.array(time, dtype=float), np.array(event, dtype=int)
    seen = events == OUTCOME
    names = np.array([{"N": "NA", "I": "IFN"}[group[i % len(group)]] for i in range(n)])
    thin = cohort(
        times,
        events,
        names.astype(object),
        ("NA", "IFN"),
        (Covariate("age", "Age", "number"),),
        lower=np.where(seen, 0.8 * times, times),
        upper=np.where(seen, times, np.inf),
        age=np.array(ages[:n], dtype=float),
        sex=np.where(np.arange(n) % 4 < 2, "female", "male").astype(object),
    )
    return replace(thin, subgroups=(Covariate("sex", "Sex", "category", ("female", "male")),))


LONG = (0.5, 0.7, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
SITUATIONS = {
    "No events": _thin(LONG, [0] * 8),
    "One event": _thin(LONG, [0, 1, 0, 0, 0, 0, 0, 0]),
    "All events in one group (separation)": _thin(LONG, [0, 1, 0, 1, 0, 1, 0, 0]),
    "A constant covariate": _thin(LONG, [1, 1, 0, 1, 1, 0, 1, 0], ages=[40.0] * 8),
    "A covariate unknown for some": _thin(
        LONG, [1, 1, 0, 1, 1, 0, 1, 0], ages=[math.nan, 47, 43, 50, math.nan, 42, 49, 45]
    ),
    "All events at one time (ties)": _thin(
        [0.5, 0.5, 0.5, 2.0, 0.5, 2.0, 2.0, 2.0], [1, 1, 1, 0, 1, 0, 0, 0]
    ),
    "Everybody has the event": _thin(LONG, [OUTCOME] * 8),
    "All censored at time 0": _thin([0.0] * 8, [0] * 8),
    "Deaths only": _thin(LONG, [COMPETING, COMPETING, 0, COMPETING, 0, 0, 0, 0]),
    "An empty group": _thin(LONG, [1, 0, 1, 0, 1, 0, 0, 0], group="N"),
    "Follow-up shorter than asked": _thin([0.1 * t for t in LONG], [1, 1, 0, 1, 0, 1, 0, 0]),
}
HEADER = ("situation", "words", "beside")


def table() -> list[list[str]]:
    """One line for each wording in each situation, with the numbers that it stands beside."""
    lines = []
    for situation, thin in SITUATIONS.items():
        rows = _rows(thin)
        beside: dict[str, list[str]] = {}
        for name, wanted in NUMBERS.items():
            for row in rows:
                told = row.note and row.note != NOTHING
                if told and all(getattr(row, key) == value for key, value in wanted.items()):
                    fit = " (Firth)" if "Firth" in row.method else ""
                    beside.setdefault(row.note, []).append(f"{name}{fit}: {_shown(row)}")
        lines += [[situation, words, "; ".join(named)] for words, named in beside.items()]
    return lines + thin_arrays.lines()


def _rows(thin: Cohort) -> list[Row]:
    analyses = (
        table_one,
        kaplan_meier,
        restricted_means,
        log_rank,
        cox,
        stratified("sex"),
        interval_censored,
        partial(interval_regression, distributions=("weibull",)),
        competing,
        competing_regression,
        imputed_cox,
        overlap_weighted,
    )
    rows = [row for analysis in analyses for row in analysis(thin)]
    # The same persons, asked at one time whether they have the outcome.
    asked = replace(thin, kind="category", levels=("no", "yes"))
    return rows + [
        row for analysis in (logistic_regression, imputed_logistic) for row in analysis(asked)
    ]


def _shown(row: Row) -> str:
    if row.value is None:
        return "–"
    value = f"{row.value:.3g}"
    if row.lower is None and row.upper is None:
        return value
    low, high = ("–" if x is None else f"{x:.3g}" for x in (row.lower, row.upper))
    return f"{value} ({low} to {high})"
