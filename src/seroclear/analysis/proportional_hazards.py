"""Is the hazard ratio constant over time? (Grambsch & Therneau, Biometrika 1994;81:515)."""

from __future__ import annotations

import numpy as np

from seroclear.analysis.cox_fit import Ordinary
from seroclear.analysis.design import Design, Term
from seroclear.analysis.prepared import Prepared, number
from seroclear.analysis.result import Row
from seroclear.analysis.schoenfeld import schoenfeld_test

PROPORTIONALITY = "Grambsch–Therneau test on scaled Schoenfeld residuals against Kaplan–Meier time"
GREATEST = 1e6  # a chi-square beyond it comes from a variance that is 0 but for rounding
FEW = "too few events for the number of terms"


def proportional_hazards(cohort: Prepared, matrix: Design, fitted: Ordinary | None) -> list[Row]:
    """Rows of analysis 'proportional_hazards': p for each column, and 'Global' for all together."""
    n, events = int(matrix.complete.sum()), int(cohort.outcome[matrix.complete].sum())
    lines = [term for term in matrix.terms if term.column is not None]
    lines.append(Term("Global", "", n, events, None, ""))
    values, reason = _proportionality_p(cohort, matrix, fitted)
    return [
        cohort.row(
            "proportional_hazards",
            variable=line.variable,
            level=line.level,
            estimate="p",
            value=values.get(line.column),
            n=line.n,
            events=line.events,
            method=PROPORTIONALITY,
            note=reason if values.get(line.column) is None else "",
        )
        for line in lines
    ]


def _proportionality_p(
    cohort: Prepared, matrix: Design, fitted: Ordinary | None
) -> tuple[dict[int | None, float | None], str]:
    """p by column, the global one under None; and why any is missing."""
    reason = _untestable(cohort, matrix, fitted)
    if reason or fitted is None:
        return {}, reason
    try:
        test = schoenfeld_test(fitted.maximum)
    except np.linalg.LinAlgError:
        return {}, FEW
    values: dict[int | None, float | None] = {
        j: _p(float(chi_square), 1) for j, chi_square in enumerate(test.chi_square)
    }
    values[None] = _p(test.overall, test.chi_square.size)
    return values, FEW


def _p(chi_square: float, degrees: int) -> float | None:
    """p of a test, None where its variance vanished and the statistic with it."""
    from scipy.stats import chi2

    return number(chi2.sf(chi_square, degrees)) if 0 <= chi_square < GREATEST else None


def _untestable(cohort: Prepared, matrix: Design, fitted: Ordinary | None) -> str:
    if fitted is None:
        return "the Cox model could not be fitted"
    if fitted.separated.any():
        return "the outcome is separated by a term: proportional hazards cannot be tested"
    if np.unique(cohort.time[matrix.complete & cohort.outcome]).size < 2:
        return "events at one time only: proportional hazards cannot be tested"
    if int(cohort.outcome[matrix.complete].sum()) <= matrix.matrix.shape[1]:
        return FEW
    return ""
