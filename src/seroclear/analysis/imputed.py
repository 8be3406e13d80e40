"""Regressions of a cohort with its unknown covariates imputed, pooled by Rubin's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from seroclear.analysis.cox_fit import fit_sets
from seroclear.analysis.design import Design, design, designed, group_covariate
from seroclear.analysis.firth import Fit
from seroclear.analysis.imputation import IMPUTATIONS
from seroclear.analysis.imputed_copies import SEED, Copies, copies, hazard_so_far
from seroclear.analysis.logistic import logistic
from seroclear.analysis.odds import ODDS_RATIO
from seroclear.analysis.pooling import Pooled, pool
from seroclear.analysis.prepared import Bools, Floats, Prepared, prepare
from seroclear.analysis.regression_rows import (
    few_events,
    joined,
    not_estimable,
    regression_rows,
)
from seroclear.analysis.result import Row
from seroclear.analysis.risk_sets import risk_sets
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate

POOLED = (
    "unknown covariates imputed by chained equations with the outcome among the predictors "
    f"({IMPUTATIONS} times or more: as often as percent of persons lack one; seeded), pooled by "
    "Rubin's rules; 95% limits and p by Student's t"
)
COX = f"Cox regression, Efron ties, competing events censored; {POOLED}"
LOGISTIC = f"logistic regression, maximum likelihood; {POOLED}"
NOTHING = "nobody lacks a covariate: nothing to impute"
UNFITTED = "the models that impute could not be fitted"

Fitted = tuple[Floats, Floats]  # coefficients and standard errors of standardised columns
Fitter = Callable[[Prepared], Callable[[Floats], Fitted]]  # what fits a copy of the cohort


def imputed_cox(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'cox_imputed': the adjusted model of `cox` in everybody, unknown covariates
    imputed. Rows as there: 'hazard ratio', 'p', 'reference'.

    The imputation knows event and cumulative hazard (White & Royston, Stat Med 2009;28:1982).

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`) or lacks a covariate's column.
    """
    prepared = prepare(cohort)
    told = [prepared.outcome.astype(float), hazard_so_far(prepared)]
    return _imputed(prepared, told, _cox, "cox_imputed", COX, "hazard ratio")


def imputed_logistic(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'logistic_imputed': as `imputed_cox`, of an outcome that is there or not.

    Raises:
        SeroclearError: as `imputed_cox`, or the outcome is a date or a number.
    """
    if cohort.kind != "category":
        raise SeroclearError(
            f"Study '{cohort.study}': imputed_logistic needs an outcome that is there or not at a "
            "fixed time: measured(...) with a flag or two levels."
        )
    prepared = prepare(cohort)
    told = [prepared.outcome.astype(float)]
    return _imputed(prepared, told, _logistic, "logistic_imputed", LOGISTIC, ODDS_RATIO)


imputed_cox.__dict__["seed"] = imputed_logistic.__dict__["seed"] = SEED  # for the manifest


def _imputed(
    cohort: Prepared,
    told: Sequence[Floats],
    fitter: Fitter,
    analysis: str,
    method: str,
    ratio: str,
) -> list[Row]:
    groups = [group_covariate(cohort)] if len(cohort.cohort.groups) > 1 else []
    terms = [*groups, *cohort.cohort.covariates]
    whole = design(cohort, terms)
    if not whole.dropped:
        return [cohort.row(analysis, estimate=ratio, method=method, note=NOTHING)]
    made = copies(cohort, terms, told)
    if made.reason:
        return [cohort.row(analysis, estimate=ratio, method=method, note=made.reason)]
    try:
        return _of_copies(cohort, made, terms, fitter, analysis, method, ratio)
    except np.linalg.LinAlgError:
        return [cohort.row(analysis, estimate=ratio, method=method, note=UNFITTED)]


def _of_copies(
    cohort: Prepared,
    made: Copies,
    terms: Sequence[Covariate],
    fitter: Fitter,
    analysis: str,
    method: str,
    ratio: str,
) -> list[Row]:
    known, everybody = made.cohort, np.ones(len(made.cohort), dtype=bool)
    designs = (designed(terms, one, everybody, known.outcome) for one in made.each)
    first = next(designs)
    events = int(known.outcome.sum())
    reason = not_estimable(first, events)
    if analysis == "logistic_imputed" and events == len(known):
        reason = "everybody has it"
    if reason:
        return [cohort.row(analysis, estimate=ratio, method=method, note=reason)]
    fit, note = _pooled(known, first, chain([first], designs), fitter)
    columns = first.matrix.shape[1]
    rarer = min(events, len(known) - events) if ratio == ODDS_RATIO else events
    note = joined(note, few_events(rarer, columns), made.note)
    return regression_rows(
        cohort, _as_known(first, cohort, terms), analysis, method, fit, note, (), ratio
    )


def _pooled(
    cohort: Prepared, first: Design, each: Iterable[Design], fitter: Fitter
) -> tuple[Fit, str]:
    """The pooled fit in the standardised columns of the first copy, and what to say of it."""
    columns = first.matrix.shape[1]
    none = np.full(columns, np.nan), np.full(columns, np.nan)
    fit = fitter(cohort)
    fits = [
        tuple(found / one.scale for found in fit(one.matrix))
        if one.matrix.shape[1] == columns
        else none
        for one in each
    ]
    df = max(1.0, float(len(cohort) - columns - 1))
    coefficient, error = (np.array(values) for values in zip(*fits, strict=True))
    found = [pool(list(coefficient[:, j]), list(error[:, j] ** 2), df) for j in range(columns)]
    value, se, lower, upper = (
        np.array([_number(one, name) for one in found]) * first.scale
        for name in ("value", "se", "lower", "upper")
    )
    p = np.array([_number(one, "p") for one in found])
    missing = max((one.missing_information or 0.0 for one in found), default=0.0)
    lacking = next((one.note for one in found if one.note), "")
    share = f"the unknown took up to {100 * missing:.0f}% of the information on a term"
    return Fit(value, se, lower, upper, p), joined(lacking, share if not lacking else "")


def _number(one: Pooled, name: str) -> float:
    value = getattr(one, name)
    return float("nan") if value is None else float(value)


def _as_known(matrix: Design, cohort: Prepared, terms: Sequence[Covariate]) -> Design:
    """The terms with the counts of what is known: an imputed value is nobody's."""
    by_label = {term.label: term for term in terms}
    counted = []
    for line in matrix.terms:
        term = by_label[line.variable]
        if term.kind == "number":
            here: Bools = np.isfinite(cohort.numbers(term.name))
        else:
            here = np.asarray(cohort.texts(term.name) == line.level, dtype=bool)
        n, events = int(here.sum()), int((here & cohort.outcome).sum())
        counted.append(replace(line, n=n, events=events))
    return replace(matrix, terms=tuple(counted))


def _cox(cohort: Prepared) -> Callable[[Floats], Fitted]:
    sets = risk_sets(cohort.time, cohort.outcome)

    def fitted(x: Floats) -> Fitted:
        fit = fit_sets(sets, x).fit
        return fit.coefficient, fit.se

    return fitted


def _logistic(cohort: Prepared) -> Callable[[Floats], Fitted]:
    def fitted(x: Floats) -> Fitted:
        fit = logistic(cohort.outcome, x).estimates
        return fit.coefficient[1:], fit.se[1:]

    return fitted
