"""An exposure that begins during follow-up, in a Cox model with the covariates of time zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.design import design
from seroclear.analysis.firth import Fit
from seroclear.analysis.prepared import Bools, Prepared, prepare
from seroclear.analysis.regression_rows import joined, not_estimable, regression_rows
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import CENSORED, Cohort, Covariate

ANALYSIS = "time_varying_cox"
METHOD = (
    "Cox regression of follow-up split where an exposure begins (counting process), Efron ties, "
    "complete cases, Wald 95% limits; competing events censored"
)


def time_varying_cox(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'time_varying_cox': 'hazard ratio' and 'p' of the changes alone and, where
    the study has covariates, adjusted for them (`method` tells the two apart).

    A person counts without the exposure until the day it begins and with it from then on, so that
    nobody is credited with time that had to be survived.

    Source: Andersen & Gill, Ann Stat 1982;10:1100; Suissa, Am J Epidemiol 2008;167:492.

    Raises:
        SeroclearError: the study has no changes, or the cohort is inconsistent (see `prepare`).
    """
    if cohort.intervals is None:
        raise SeroclearError(
            f"Study '{cohort.study}': time_varying_cox needs an exposure that begins during "
            "follow-up; name it in the study: changes=[change(...)]."
        )
    long = _long(cohort, cohort.intervals)
    rows = _model(long, cohort, cohort.changes, "")
    if cohort.covariates:
        rows += _model(long, cohort, (*cohort.changes, *cohort.covariates), _adjusted(cohort))
    return rows


def _adjusted(cohort: Cohort) -> str:
    return "; adjusted for " + ", ".join(one.label for one in cohort.covariates)


def _long(cohort: Cohort, intervals: dict[str, np.ndarray]) -> Prepared:
    """A row an interval, each with the covariates of its person; `column('start')` is there."""
    person = intervals["person"]
    columns = {name: np.asarray(column)[person] for name, column in cohort.columns.items()}
    columns |= {name: column for name, column in intervals.items() if name != "person"}
    columns |= {"time": intervals["stop"], "event": intervals["event"]}
    if not len(person):
        columns["event"] = np.full(0, CENSORED)
    return prepare(replace(cohort, columns=columns, intervals=None))


def _left_out(long: Prepared, complete: Bools) -> str:
    """As `left_out`, of persons and not of their intervals."""
    everybody = long.column("patient_id")
    gone = np.unique(everybody[~complete]).size
    if not gone:
        return ""
    return f"{gone} of {np.unique(everybody).size} persons left out: a covariate is unknown"


def _model(long: Prepared, cohort: Cohort, terms: Sequence[Covariate], adjusted: str) -> list[Row]:
    matrix = design(long, terms)
    keep = matrix.complete
    events, columns = int(long.outcome[keep].sum()), matrix.matrix.shape[1]
    reason = not_estimable(matrix, events)
    few = ""
    if not reason and events < 10 * columns:
        few = f"{events} events for {columns} term{'s' if columns > 1 else ''}: read with care"
    note = joined(reason, few, _left_out(long, keep))
    fit: Fit | None = None
    reasons: Sequence[str] = ()
    if not reason:
        start = long.numbers("start")[keep]
        found = cox_regression(long.time[keep], long.outcome[keep], matrix.matrix, start=start)
        fit = Fit(found.coefficient, found.se, found.lower, found.upper, found.p)
        reasons = tuple(one.replace("column", "term") for one in found.notes)
    return regression_rows(long, matrix, ANALYSIS, METHOD + adjusted, fit, note, reasons)
