"""What goes with an outcome that is there or not: logistic regression of a cohort."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.design import Design, design, group_covariate
from seroclear.analysis.estimates import Estimates
from seroclear.analysis.firth import Fit
from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Prepared, prepare
from seroclear.analysis.regression_rows import (
    joined,
    left_out,
    not_estimable,
    regression_rows,
)
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate

ORDINARY = "logistic regression, maximum likelihood, complete cases, Wald 95% limits"
PENALISED = (
    "logistic regression with Firth's penalty, complete cases, profile penalised-likelihood 95% "
    "limits and p"
)
ODDS_RATIO = "odds ratio"
# Peduzzi et al., J Clin Epidemiol 1996;49:1373: below ten events a term, estimates are biased.
EVENTS_PER_TERM = 10.0
SEPARATED = "the outcome is separated by this term: no finite estimate (see Firth's penalty)"


def logistic_regression(cohort: Cohort) -> list[Row]:
    """Odds ratios of the groups alone ('logistic_unadjusted') and with all covariates ('logistic').

    Each line of a model has the rows 'odds ratio' (numbers per unit, categories against the level
    that has the row 'reference') and 'p'. With few events for the number of terms (the rarer of
    outcome and its absence counts), or when a term separates them, the same lines follow from a
    Firth-penalised fit; `method` tells the two apart.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`), lacks a covariate's column, or
            its outcome is not one that is there or not.
    """
    if cohort.kind != "category":
        raise SeroclearError(
            f"Study '{cohort.study}': logistic_regression needs an outcome that is there or not at "
            "a fixed time: measured(...) with a flag or two levels."
        )
    prepared = prepare(cohort)
    group = [group_covariate(prepared)] if len(cohort.groups) > 1 else []
    rows = _model(prepared, group, "logistic_unadjusted") if group else []
    return rows + _model(prepared, [*group, *cohort.covariates], "logistic")


def _model(cohort: Prepared, covariates: Sequence[Covariate], analysis: str) -> list[Row]:
    matrix = design(cohort, covariates)
    outcome = cohort.outcome[matrix.complete]
    events, columns = int(outcome.sum()), matrix.matrix.shape[1]
    caution = left_out(matrix)
    reason = not_estimable(matrix, events) or (events == outcome.size and "everybody has it") or ""
    if reason:
        return _rows(cohort, matrix, analysis, ORDINARY, None, joined(reason, caution))
    rarer = min(events, outcome.size - events)
    few = _few(rarer, columns)
    fitted = logistic(outcome, matrix.matrix)
    separated = bool(fitted.separated.any())
    caution = joined(few, caution)
    rows = _rows(cohort, matrix, analysis, ORDINARY, fitted.estimates, caution)
    if few or separated:
        penalised = firth_logistic(outcome, matrix.matrix)
        note = joined(penalised.note, caution)
        rows += _rows(cohort, matrix, analysis, PENALISED, penalised, note)
    return rows


def _few(rarer: int, columns: int) -> str:
    if rarer >= EVENTS_PER_TERM * columns:
        return ""
    return f"{rarer} events for {columns} term{'s' if columns > 1 else ''}: read with care"


def _rows(
    cohort: Prepared,
    matrix: Design,
    analysis: str,
    method: str,
    found: Estimates | None,
    note: str,
) -> list[Row]:
    fit = None
    if found is not None:  # without the intercept, which no table shows
        parts = (found.coefficient, found.se, found.lower, found.upper, found.p)
        fit = Fit(*(part[1:] for part in parts))
    reasons = [SEPARATED] * matrix.matrix.shape[1]
    return regression_rows(cohort, matrix, analysis, method, fit, note, reasons, ODDS_RATIO)
