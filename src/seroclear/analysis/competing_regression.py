"""What changes the outcome when death can come first: cause-specific and Fine–Gray regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from seroclear.analysis.competing import to_contact
from seroclear.analysis.cox_fit import fit_cox
from seroclear.analysis.design import Design, design, group_covariate
from seroclear.analysis.fine_gray import fine_gray
from seroclear.analysis.firth import Fit
from seroclear.analysis.prepared import Prepared, prepare
from seroclear.analysis.regression_rows import (
    few_events,
    joined,
    left_out,
    not_estimable,
    regression_rows,
)
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort, Covariate

CAUSE = (
    "cause-specific Cox regression, Efron ties, complete cases, Wald 95% limits; "
    "without the outcome, persons are followed to death or last contact"
)
SUBDISTRIBUTION = (
    "Fine–Gray regression of the subdistribution hazard, Breslow ties, complete cases, robust 95% "
    "limits; without the outcome, persons are followed to death or last contact"
)
Fitted = tuple[Fit, Sequence[str]]


def competing_regression(cohort: Cohort) -> list[Row]:
    """Hazard ratios of outcome and competing event, each adjusted for group and all covariates.

    Rows of analysis 'cause_specific': 'hazard ratio' and 'p' for the outcome (the competing event
    censored) and, with stratum 'competing event', for the competing event (the outcome censored).
    Rows of analysis 'fine_gray': 'subdistribution hazard ratio' and 'p' of the outcome. The first
    says what changes the hazard, the second what changes the incidence; neither replaces the other
    (Latouche et al., J Clin Epidemiol 2013;66:648).

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`) or lacks a covariate's column.
    """
    prepared = to_contact(prepare(cohort))
    covariates: list[Covariate] = list(cohort.covariates)
    if len(cohort.groups) > 1:
        covariates.insert(0, group_covariate(prepared))
    other = replace(prepared, outcome=prepared.competing, competing=prepared.outcome)
    rows = _model(prepared, covariates, "cause_specific", CAUSE, "hazard ratio", _cause)
    of_other = _model(other, covariates, "cause_specific", CAUSE, "hazard ratio", _cause)
    rows += [replace(row, stratum="competing event") for row in of_other]
    name = "subdistribution hazard ratio"
    return rows + _model(prepared, covariates, "fine_gray", SUBDISTRIBUTION, name, _incidence)


def _model(
    cohort: Prepared,
    covariates: Sequence[Covariate],
    analysis: str,
    method: str,
    ratio: str,
    fitter: Callable[[Prepared, Design], Fitted],
) -> list[Row]:
    matrix = design(cohort, covariates)
    events = int(cohort.outcome[matrix.complete].sum())
    reason = not_estimable(matrix, events)
    few = "" if reason else few_events(events, matrix.matrix.shape[1])
    fit: Fit | None = None
    reasons: Sequence[str] = ()
    if not reason:
        fit, reasons = fitter(cohort, matrix)
    note = joined(reason, few, left_out(matrix))
    return regression_rows(cohort, matrix, analysis, method, fit, note, reasons, ratio)


def _cause(cohort: Prepared, matrix: Design) -> Fitted:
    keep = matrix.complete
    fitted = fit_cox(cohort.time[keep], cohort.outcome[keep], matrix.matrix)
    return fitted.fit, fitted.notes


def _incidence(cohort: Prepared, matrix: Design) -> Fitted:
    keep = matrix.complete
    cause = np.where(cohort.outcome, 1, np.where(cohort.competing, 2, 0))[keep]
    fitted = fine_gray(cohort.time[keep], cause, matrix.matrix)
    fit = Fit(fitted.coefficient, fitted.se, fitted.lower, fitted.upper, fitted.p)
    return fit, tuple(note.replace("column", "term") for note in fitted.notes)
