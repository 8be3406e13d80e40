"""The rows of a regression: one table for every model of ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from seroclear.analysis.design import GROUP, Design, Term
from seroclear.analysis.firth import Fit
from seroclear.analysis.multiplicity import holm
from seroclear.analysis.prepared import Prepared, number
from seroclear.analysis.result import Row

# Peduzzi et al., J Clin Epidemiol 1995;48:1503: below ten events a term, estimates are biased.
EVENTS_PER_TERM = 10.0


def regression_rows(
    cohort: Prepared,
    matrix: Design,
    analysis: str,
    method: str,
    fit: Fit | None,
    note: str,
    reasons: Sequence[str] = (),
    ratio_name: str = "hazard ratio",
) -> list[Row]:
    """Each term's ratio and p, or the row 'reference'; where more than two groups are compared also
    'adjusted p' of each group.

    Args:
        cohort, matrix: whom the model is of, and its terms.
        analysis, method: for the rows.
        fit: in the matrix' standardised columns; None when nothing could be fitted.
        note: said of every term.
        reasons: for each column '' or why it has no estimate.
        ratio_name: what e^coefficient is.
    """
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
                analysis, estimate=ratio_name, value=ratio, lower=lower, upper=upper, **shared
            )
        )
        rows.append(cohort.row(analysis, estimate="p", value=p, **shared))
    if not rows:
        rows.append(cohort.row(analysis, estimate=ratio_name, method=method, note=note))
    return rows + adjusted_for_groups(rows)


def adjusted_for_groups(rows: Sequence[Row]) -> list[Row]:
    """Rows 'adjusted p' (Holm) of one model's comparisons of groups with the first one; none where
    fewer than two groups are compared with it: the other terms are no family of comparisons."""
    mine = [row for row in rows if row.estimate == "p" and row.variable == GROUP]
    if len(mine) < 2:
        return []
    p = np.array([np.nan if row.value is None else row.value for row in mine])
    return [
        replace(row, estimate="adjusted p", value=number(float(q)))
        for row, q in zip(mine, holm(p), strict=True)
    ]


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
        return joined(term.note, note)
    if ratio is None:
        reason = reasons[term.column] if reasons and term.column is not None else ""
        return joined(reason, note)
    if lower is None or upper is None:
        return joined("a limit lies too far out to be found", note)
    return note


def not_estimable(matrix: Design, events: int) -> str:
    """Why no term can be estimated, '' when one can."""
    if not matrix.terms:
        return "one group and no covariates: nothing to compare"
    if not matrix.complete.any():
        return "no persons with all covariates known"
    if events == 0:
        return "no events"
    if matrix.matrix.shape[1] == 0:
        return "no term varies between persons"
    return ""


def few_events(events: int, columns: int, events_per_term: float = EVENTS_PER_TERM) -> str:
    """A word of caution where events are few for the number of columns, '' otherwise."""
    if events >= events_per_term * columns:
        return ""
    return f"{events} events for {columns} term{'s' if columns > 1 else ''}: read with care"


def left_out(matrix: Design) -> str:
    """How many persons lack a covariate, '' when none does."""
    if not matrix.dropped:
        return ""
    total = matrix.complete.size
    return f"{matrix.dropped} of {total} persons left out: a covariate is unknown"


def joined(*notes: str) -> str:
    """The notes that are not empty, as one."""
    return "; ".join(note for note in notes if note)
