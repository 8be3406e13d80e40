"""Are the two groups of a cohort alike, and do weights or matching make them so?"""

from __future__ import annotations

import numpy as np

from seroclear.analysis.balance import differences, effective_size, positivity
from seroclear.analysis.design import Design, design
from seroclear.analysis.matching import nearest
from seroclear.analysis.prepared import Bools, Floats, Prepared, number, prepare
from seroclear.analysis.propensity import inverse_probability, overlap, propensity
from seroclear.analysis.result import Row
from seroclear.analysis.score_bands import Panel, score_bands
from seroclear.study.cohort import Cohort

BEFORE = "as they are"
METHODS = {
    BEFORE: "every person counts once",
    "inverse probability weights": "stabilised, truncated at the 1st and 99th percentiles",
    "overlap weights": "chance of the other group",
    "matching": "1:1, nearest within 0.2 standard deviations of the log odds",
}


def balance(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'balance' for a cohort of two groups, complete cases.

    For each way of `METHODS` (in `stratum`): 'standardised difference' of each term, second group
    less first, and once weighted 'effective persons' by group. Then by group the persons whose
    chance of their group nobody in the other reaches ('outside overlap'). `events` counts who got
    no weight, or lies outside, so that disclosure control sees small numbers of them. And rows of
    analysis 'propensity': how many of each group have which chance (`score_bands`).

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`) or lacks a covariate's column.
    """
    prepared = prepare(cohort)
    if len(cohort.groups) != 2:
        note = "balance is shown between two groups"
        return [prepared.row("balance", estimate="standardised difference", note=note)]
    matrix = design(prepared, cohort.covariates)
    treated = prepared.group[matrix.complete] == cohort.groups[1]
    fitted = propensity(treated, matrix.matrix)
    weights: dict[str, Floats] = {BEFORE: np.ones(treated.size)}
    if not fitted.note:
        weights |= {
            "inverse probability weights": inverse_probability(treated, fitted.score),
            "overlap weights": overlap(treated, fitted.score),
            "matching": nearest(treated, fitted.log_odds).weight(treated.size),
        }
    rows: list[Row] = []
    for name in METHODS:
        rows += _rows(prepared, matrix, treated, name, weights.get(name), fitted.note)
    if fitted.note:
        return rows
    second = cohort.groups[1]
    panels = [
        Panel(group, group, members)
        for group, members in zip(cohort.groups, (~treated, treated), strict=True)
    ]
    bands = score_bands(prepared, second, fitted.score, panels)
    return rows + _outside(prepared, treated, fitted.score) + bands


def _rows(
    cohort: Prepared, matrix: Design, treated: Bools, name: str, weight: Floats | None, note: str
) -> list[Row]:
    rows = []
    gaps = differences(matrix.matrix, treated, weight) if weight is not None else None
    for term in matrix.terms:
        if term.note == "reference":
            continue
        value = None if gaps is None or term.column is None else float(gaps[term.column])
        known = value is not None and not np.isnan(value)
        missing = term.note or note or "a group has no persons"
        rows.append(
            cohort.row(
                "balance",
                stratum=name,
                variable=term.variable,
                level=term.level,
                estimate="standardised difference",
                value=value if known else None,
                n=term.n,
                method=METHODS[name],
                note="" if known else missing,
            )
        )
    for group, members in zip(cohort.cohort.groups, (~treated, treated), strict=True):
        if name == BEFORE:
            continue
        size = None if weight is None else number(effective_size(weight[members]))
        without = None if weight is None else int((weight[members] == 0).sum())
        rows.append(
            cohort.row(
                "balance",
                group=group,
                stratum=name,
                estimate="effective persons",
                value=size,
                n=int(members.sum()),
                events=without,
                method=METHODS[name],
                note=note if weight is None else "",
            )
        )
    return rows


def _outside(cohort: Prepared, treated: Bools, score: Floats) -> list[Row]:
    found = positivity(treated, score)
    counts = (found.untreated_outside, found.treated_outside)
    return [
        cohort.row(
            "balance",
            group=group,
            estimate="outside overlap",
            value=float(count),
            n=int(members.sum()),
            events=count,
            method="persons with a chance that nobody in the other group has",
        )
        for group, count, members in zip(
            cohort.cohort.groups, counts, (~treated, treated), strict=True
        )
    ]
