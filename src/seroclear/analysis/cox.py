"""Which patients keep it longer: Cox regression, unadjusted and adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seroclear.analysis.cox_fit import Ordinary, fit_cox
from seroclear.analysis.design import Design, Term, design, group_covariate
from seroclear.analysis.firth import Fit, firth_cox
from seroclear.analysis.prepared import Prepared, number, prepare
from seroclear.analysis.proportional_hazards import proportional_hazards
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort, Covariate

# Peduzzi et al., J Clin Epidemiol 1995;48:1503: below ten events a term, estimates are biased.
EVENTS_PER_TERM = 10.0
ORDINARY = "Cox regression, Efron ties, complete cases, Wald 95% limits; competing events censored"
PENALISED = (
    "Cox regression with Firth's penalty, Efron ties, complete cases, profile penalised-likelihood "
    "95% limits and p; competing events censored"
)


def cox(cohort: Cohort, events_per_term: float = EVENTS_PER_TERM) -> list[Row]:
    """Hazard ratios of the groups alone ('cox_unadjusted') and with all covariates ('cox').

    Each line of a model has the rows 'hazard ratio' (numbers per unit, categories against the
    level that has the row 'reference') and 'p'. With fewer than `events_per_term` events for each
    term, or when a term separates the events, the same lines follow from a Firth-penalised fit;
    `method` tells the two apart. 'proportional_hazards' holds p for each term of the ordinary
    adjusted model and for all of them ('Global').

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`) or lacks a covariate's column.
    """
    prepared = prepare(cohort)
    group = [group_covariate(prepared)] if len(cohort.groups) > 1 else []
    unadjusted, _, _ = _model(prepared, group, "cox_unadjusted", events_per_term)
    terms = [*group, *cohort.covariates]
    adjusted, matrix, fitted = _model(prepared, terms, "cox", events_per_term)
    return unadjusted + adjusted + proportional_hazards(prepared, matrix, fitted)


def group_hazard_ratios(cohort: Prepared, analysis: str) -> list[Row]:
    """Unadjusted hazard ratio of each group but the reference: penalised where Cox has none."""
    rows, _, _ = _model(cohort, [group_covariate(cohort)], analysis, EVENTS_PER_TERM)
    best: dict[str, Row] = {}
    for row in rows:
        if row.estimate != "hazard ratio":
            continue
        if row.level not in best or best[row.level].value is None:
            best[row.level] = row
    return list(best.values())


def _model(
    cohort: Prepared, covariates: Sequence[Covariate], analysis: str, events_per_term: float
) -> tuple[list[Row], Design, Ordinary | None]:
    matrix = design(cohort, covariates)
    events = int(cohort.outcome[matrix.complete].sum())
    columns = matrix.matrix.shape[1]
    caution = _left_out(matrix)
    reason = _not_estimable(matrix, events)
    if reason:
        notes = _join(reason, caution)
        return _rows(cohort, matrix, analysis, ORDINARY, None, notes), matrix, None
    sparse = events < events_per_term * columns
    if sparse:
        few = f"{events} events for {columns} term{'s' if columns > 1 else ''}: read with care"
        caution = _join(few, caution)
    time, outcome = cohort.time[matrix.complete], cohort.outcome[matrix.complete]
    fitted = fit_cox(time, outcome, matrix.matrix)
    rows = _rows(cohort, matrix, analysis, ORDINARY, fitted.fit, caution, fitted.notes)
    if sparse or fitted.separated.any():
        penalised = firth_cox(time, outcome, matrix.matrix)
        note = caution if penalised else _join("the penalised fit did not converge", caution)
        rows += _rows(cohort, matrix, analysis, PENALISED, penalised, note)
    return rows, matrix, fitted


def _rows(
    cohort: Prepared,
    matrix: Design,
    analysis: str,
    method: str,
    fit: Fit | None,
    note: str,
    reasons: Sequence[str] = (),
) -> list[Row]:
    rows = []
    for term in matrix.terms:
        shared: dict[str, Any] = {
            "variable": term.variable,
            "level": term.level,
            "n": term.n,
            "events": term.events,
            "method": method,
        }
        if term.note == "reference":
            rows.append(cohort.row(analysis, estimate="reference", value=1.0, **shared))
            continue
        ratio, lower, upper, p = _estimates(term, matrix, fit)
        shared["note"] = _term_note(term, fit, ratio, lower, upper, note, reasons)
        rows.append(
            cohort.row(
                analysis, estimate="hazard ratio", value=ratio, lower=lower, upper=upper, **shared
            )
        )
        rows.append(cohort.row(analysis, estimate="p", value=p, **shared))
    if not rows:
        rows.append(cohort.row(analysis, estimate="hazard ratio", method=method, note=note))
    return rows


def _estimates(term: Term, matrix: Design, fit: Fit | None) -> tuple[float | None, ...]:
    """Hazard ratio, its limits and p of one line, per unit of the covariate."""
    if fit is None or term.column is None:
        return None, None, None, None
    j = term.column
    with np.errstate(over="ignore"):
        ratio, lower, upper = (
            number(float(np.exp(column[j] / matrix.scale[j])))
            for column in (fit.coefficient, fit.lower, fit.upper)
        )
    return ratio, lower, upper, number(float(fit.p[j]))


def _term_note(
    term: Term,
    fit: Fit | None,
    ratio: float | None,
    lower: float | None,
    upper: float | None,
    note: str,
    reasons: Sequence[str],
) -> str:
    if term.note or fit is None:
        return _join(term.note, note)
    if ratio is None:
        reason = reasons[term.column] if reasons and term.column is not None else ""
        return _join(reason, note)
    if lower is None or upper is None:
        return _join("a limit lies too far out to be found", note)
    return note


def _not_estimable(matrix: Design, events: int) -> str:
    if not matrix.terms:
        return "one group and no covariates: nothing to compare"
    if not matrix.complete.any():
        return "no persons with all covariates known"
    if events == 0:
        return "no events"
    if matrix.matrix.shape[1] == 0:
        return "no term varies between persons"
    return ""


def _left_out(matrix: Design) -> str:
    if not matrix.dropped:
        return ""
    total = matrix.complete.size
    return f"{matrix.dropped} of {total} persons left out: a covariate is unknown"


def _join(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
