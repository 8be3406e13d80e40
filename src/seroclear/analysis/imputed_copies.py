"""A cohort with its unknown covariates imputed, several times."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.design import Columns, levels_columns
from seroclear.analysis.imputation import IMPUTATIONS, Kind, imputed
from seroclear.analysis.prepared import Floats, Prepared, levels_of
from seroclear.study.cohort import Covariate

SEED = 20240801
CYCLES = 5  # as many as mice takes (van Buuren & Groothuis-Oudshoorn, J Stat Softw 2011;45(3))
FEWEST = 10  # known values of a covariate, below which nothing is imputed (design choice)


@dataclass(frozen=True, slots=True)
class Copies:
    """A cohort completed several times.

    Attributes:
        cohort: those whose unknown covariates could be imputed.
        each: for each copy, made when it is asked for, the columns of each term (see
            `design.levels_columns`).
        note: who was left out, and how many had something unknown.
        reason: why there are no copies, '' where there are.
    """

    cohort: Prepared
    each: Iterator[list[Columns]]
    note: str = ""
    reason: str = ""


def copies(cohort: Prepared, terms: Sequence[Covariate], told: Sequence[Floats]) -> Copies:
    """Impute what is unknown of the terms.

    Numbers and categories of two levels are imputed; who lacks a category of several is left out.
    As many copies are made as percent of the persons lack something, `IMPUTATIONS` at least (White,
    Royston & Wood, Stat Med 2011;30:377).

    Args:
        cohort: the persons.
        terms: groups and covariates of the model; all of them predict each other.
        told: further predictors, known of everybody: the outcome.

    Raises:
        numpy.linalg.LinAlgError: when a copy is asked for: the models that impute it fail.
    """
    several = [term for term in terms if term.kind == "category" and _levels(cohort, term) > 2]
    kept = np.ones(len(cohort), dtype=bool)
    for term in several:
        kept &= cohort.texts(term.name) != ""
    lost = int((~kept).sum())
    cohort, told = cohort.only(kept), [column[kept] for column in told]
    columns, kinds, unknown = _table(cohort, terms, told)
    for name, column in zip(unknown, columns, strict=False):
        known = int(np.isfinite(column).sum())
        if known < min(FEWEST, column.size):
            reason = f"{name.label}: known of fewer than {FEWEST} persons, not imputed"
            return Copies(cohort, iter(()), reason=reason)
    table = np.column_stack(columns)
    lacking = int(np.isnan(table).any(axis=1).sum())
    many = max(IMPUTATIONS, math.ceil(100 * lacking / max(1, len(cohort))))
    whole = np.ones(len(cohort), dtype=bool)
    columns_of = [(term, levels_columns(cohort, term, whole)) for term in terms]
    each = (
        [_filled(term, columns, unknown, one) for term, columns in columns_of]
        for one in imputed(table, kinds, SEED, many, CYCLES)
    )
    out = f"{lost} of {kept.size} persons left out: a category is unknown" if lost else ""
    some = f"{lacking} of {kept.size} persons had something imputed"
    return Copies(cohort, each, "; ".join(filter(None, (some, out))))


def hazard_so_far(cohort: Prepared) -> Floats:
    """Nelson and Aalen's cumulative hazard of the outcome at each person's time."""
    times, place = np.unique(cohort.time, return_inverse=True)
    events = np.bincount(place, weights=cohort.outcome.astype(float), minlength=times.size)
    leaving = np.bincount(place, minlength=times.size)
    at_risk = len(cohort) - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    return np.asarray(np.cumsum(events / at_risk)[place], dtype=float)


def _levels(cohort: Prepared, term: Covariate) -> int:
    return len(levels_of(term, cohort.texts(term.name)))


def _table(
    cohort: Prepared, terms: Sequence[Covariate], told: Sequence[Floats]
) -> tuple[list[Floats], list[Kind], list[Covariate]]:
    """Columns with their kinds, those of the covariates that may be imputed first."""
    imputed: list[Covariate] = []
    first: list[tuple[Floats, Kind]] = []
    others: list[Floats] = []
    for term in terms:
        if term.kind == "number":
            imputed.append(term)
            first.append((cohort.numbers(term.name), "number"))
            continue
        values = cohort.texts(term.name)
        levels = levels_of(term, values)
        if len(levels) <= 2:
            second = (values == (levels[-1] if levels else "")).astype(float)
            imputed.append(term)
            first.append((np.where(values == "", np.nan, second), "binary"))
        else:
            others += [(values == level).astype(float) for level in levels[1:]]
    columns = [*(column for column, _ in first), *others, *told]
    kinds: list[Kind] = [kind for _, kind in first]
    return columns, kinds + ["number"] * (len(columns) - len(kinds)), imputed


def _filled(
    term: Covariate, columns: Columns, imputed: Sequence[Covariate], table: Floats
) -> Columns:
    """The columns of a term from a completed table; as they are where it was not imputed."""
    if term not in imputed:
        return columns
    values = table[:, imputed.index(term)]
    if term.kind == "number":
        return [("", values)]
    if len(columns) == 1:
        return [(columns[0][0], np.ones(values.size))]
    return [(columns[0][0], 1 - values), (columns[1][0], values)]
