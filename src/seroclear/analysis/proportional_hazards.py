"""Is the hazard ratio constant over time?"""

from __future__ import annotations

import numpy as np

from seroclear.analysis.cox_fit import Ordinary
from seroclear.analysis.design import Design, Term
from seroclear.analysis.prepared import Prepared, number
from seroclear.analysis.result import Row

PROPORTIONALITY = "Grambsch–Therneau test on scaled Schoenfeld residuals against Kaplan–Meier time"
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
        test = fitted.model.cox_zph(transform="km")
    except np.linalg.LinAlgError:
        return {}, FEW
    values: dict[int | None, float | None] = {
        j: number(test.per_term[f"x{j}"]["p_value"]) for j in range(matrix.matrix.shape[1])
    }
    values[None] = number(test.global_test["p_value"])
    return values, FEW


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
