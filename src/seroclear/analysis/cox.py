"""Which patients keep it longer: Cox regression, unadjusted and adjusted."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.cox_fit import SEPARATED_TERM, Ordinary, fit_cox
from seroclear.analysis.design import Design, design, group_covariate
from seroclear.analysis.firth import firth_cox
from seroclear.analysis.prepared import Prepared, prepare
from seroclear.analysis.proportional_hazards import proportional_hazards
from seroclear.analysis.regression_rows import (
    EVENTS_PER_TERM,
    few_events,
    joined,
    left_out,
    not_estimable,
    regression_rows,
)
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort, Covariate

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
    unadjusted: list[Row] = []
    if group:
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
    caution = left_out(matrix)
    reason = not_estimable(matrix, events)
    if reason:
        notes = joined(reason, caution)
        return regression_rows(cohort, matrix, analysis, ORDINARY, None, notes), matrix, None
    few = few_events(events, columns, events_per_term)
    caution = joined(few, caution)
    time, outcome = cohort.time[matrix.complete], cohort.outcome[matrix.complete]
    fitted = fit_cox(time, outcome, matrix.matrix)
    reasons = [
        f"{note} (see Firth's penalty)" if note == SEPARATED_TERM else note for note in fitted.notes
    ]
    rows = regression_rows(cohort, matrix, analysis, ORDINARY, fitted.fit, caution, reasons)
    if few or fitted.separated.any():
        penalised = firth_cox(time, outcome, matrix.matrix)
        note = caution if penalised else joined("the penalised fit did not converge", caution)
        rows += regression_rows(cohort, matrix, analysis, PENALISED, penalised, note)
    return rows, matrix, fitted
