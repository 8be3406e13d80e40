"""The design matrix of a regression: which terms can be estimated, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.estimates import plainly_independent
from seroclear.analysis.prepared import Bools, Floats, Prepared, levels_of
from seroclear.study.cohort import Covariate

# Share of a column's length left after the columns before it; below it, the column is their sum.
COLLINEAR = 1e-7
Columns = list[tuple[str, Floats]]  # each level and who is in it (1, 0), or '' and the numbers
GROUP = "Group"  # the variable of the compared groups in every model


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a regression table.

    Attributes:
        variable, level: as shown to a reader; level is '' for a number.
        n, events: complete cases in the level (all of them for a number), and their outcomes.
        column: its column of the matrix, None when it has none.
        note: 'reference', or why there is no column.
    """

    variable: str
    level: str
    n: int
    events: int
    column: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Design:
    """Complete cases with their design matrix.

    Attributes:
        complete: who has all covariates, shape (persons,).
        terms: every line of the table, in order.
        matrix: centred to mean 0 and scaled to standard deviation 1, shape (complete, columns).
        scale: the standard deviations: a coefficient per unit is the fitted one / scale.
        dropped: persons without all covariates.
    """

    complete: Bools
    terms: tuple[Term, ...]
    matrix: Floats
    scale: Floats
    dropped: int


def group_covariate(cohort: Prepared) -> Covariate:
    """The compared group as a category; its first group is the reference."""
    return Covariate("group", GROUP, "category", cohort.cohort.groups)


def design(cohort: Prepared, covariates: Sequence[Covariate]) -> Design:
    """Build the design matrix of complete cases.

    Numbers enter per unit, categories against the first of their levels that anybody has. A column
    that does not vary or that the columns before it determine is left out and its term says so.
    """
    complete = np.ones(len(cohort), dtype=bool)
    for covariate in covariates:
        complete &= _known(cohort, covariate)
    columns = [levels_columns(cohort, covariate, complete) for covariate in covariates]
    return designed(covariates, columns, complete, cohort.outcome[complete])


def levels_columns(cohort: Prepared, covariate: Covariate, complete: Bools) -> Columns:
    """The chosen persons' values of a covariate as numbers."""
    if covariate.kind == "number":
        return [("", cohort.numbers(covariate.name)[complete])]
    values = cohort.texts(covariate.name)
    levels = levels_of(covariate, values)
    chosen = values[complete]
    return [(level, (chosen == level).astype(float)) for level in levels]


def designed(
    covariates: Sequence[Covariate], columns: Sequence[Columns], complete: Bools, outcome: Bools
) -> Design:
    """The design of persons whose covariates are all known.

    Args:
        covariates: the terms.
        columns: of each covariate, see `levels_columns`.
        complete: who these persons are, shape (persons,).
        outcome: of these persons, shape (complete,).
    """
    lines: list[tuple[Covariate, str, Bools, Floats, float, str]] = []
    for covariate, levels in zip(covariates, columns, strict=True):
        reference = _reference(covariate, levels)
        for level, column in levels:
            counted = column > 0 if covariate.kind == "category" else np.ones_like(outcome)
            scaled, spread = _standardise(column)
            note = "reference" if level == reference else _constant(counted, scaled)
            lines.append((covariate, level, counted, scaled, spread, note))
    candidates = [scaled for *_, scaled, _, note in lines if not note]
    joint = np.array(candidates)
    apart = bool(candidates) and plainly_independent(joint @ joint.T)
    terms: list[Term] = []
    kept: list[Floats] = []
    scales: list[float] = []
    for covariate, level, counted, scaled, spread, note in lines:
        if not note and not apart:
            note = _determined(scaled, kept)
        index = None
        if not note:
            index = len(kept)
            kept.append(scaled)
            scales.append(spread)
        n, events = int(counted.sum()), int((counted & outcome).sum())
        terms.append(Term(covariate.label, level, n, events, index, note))
    matrix = np.column_stack(kept) if kept else np.empty((outcome.size, 0))
    return Design(complete, tuple(terms), matrix, np.array(scales), int((~complete).sum()))


def _known(cohort: Prepared, covariate: Covariate) -> Bools:
    if covariate.kind == "number":
        return np.isfinite(cohort.numbers(covariate.name))
    return np.asarray(cohort.texts(covariate.name) != "", dtype=bool)


def _reference(covariate: Covariate, columns: Columns) -> str | None:
    """The first level that anybody has; None for a number."""
    if covariate.kind == "number":
        return None
    return next((level for level, column in columns if column.any()), None)


def _standardise(column: Floats) -> tuple[Floats, float]:
    if column.size == 0 or (column == column[0]).all():
        return np.zeros_like(column), 0.0
    centred = column - column.mean()
    spread = float(np.sqrt(np.mean(centred**2)))
    return centred / spread, spread


def _constant(counted: Bools, scaled: Floats) -> str:
    """Why a column by itself cannot be estimated, '' when it can."""
    if scaled.size == 0 or not counted.any():
        return "no persons with all covariates known"
    return "" if scaled.any() else "the same for everyone"


def _determined(scaled: Floats, kept: Sequence[Floats]) -> str:
    """Whether a column follows from those before it, '' when it does not."""
    if kept:
        before = np.column_stack(kept)
        rest = scaled - before @ np.linalg.lstsq(before, scaled, rcond=None)[0]
        if np.linalg.norm(rest) < COLLINEAR * np.linalg.norm(scaled):
            return "determined by the terms above it"
    return ""
