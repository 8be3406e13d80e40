"""Two groups made alike by overlap weights, and how strong what is unmeasured would have to be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.balance import differences, effective_size, positivity
from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.design import Design, design
from seroclear.analysis.evalue import e_value
from seroclear.analysis.prepared import Bools, Floats, Prepared, number, prepare
from seroclear.analysis.propensity import overlap, propensity
from seroclear.analysis.regression_rows import joined, left_out
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort

WEIGHTS = (
    "overlap weights from logistic regression of the group on the covariates, complete cases: "
    "those who could have been in either group count most"
)
RATIO = (
    f"Cox regression of the group; {WEIGHTS}; Efron ties, robust 95% limits that take the weights "
    "as known; competing events censored"
)
E_VALUE = (
    "E-value: the risk ratio that something unmeasured must have with both group and outcome to "
    "explain the estimate away; the limit is that of the 95% limit nearer to 1 (1: it includes 1)"
)
COMMON = 0.15  # share with the outcome from which a hazard ratio is no risk ratio (VanderWeele)


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Complete cases with their weights; `note` says why there are none."""

    cohort: Prepared
    matrix: Design
    treated: Bools
    weight: Floats
    score: Floats
    note: str


def overlap_weighted(cohort: Cohort) -> list[Row]:
    """The second group against the first, alike in every covariate of the study.

    Rows of analysis 'balance': standardised difference of each term 'before' and 'after' weighting
    (inf is written as no number with a note). 'positivity', by group: 'complete cases', the
    'effective persons' that the weights leave, 'lowest chance' and 'highest chance' of being in the
    second group, and how many are 'beyond the other group'. 'overlap_weighted': 'hazard ratio', 'p'
    and the 'E-value' of the estimate and of its limit.

    Source: Li, Morgan & Zaslavsky, J Am Stat Assoc 2018;113:390; VanderWeele & Ding, Ann Intern Med
    2017;167:268.

    Raises:
        SeroclearError: not two groups, no covariates, or an inconsistent cohort (see `prepare`).
    """
    if len(cohort.groups) != 2 or not cohort.covariates:
        raise SeroclearError(
            f"Study '{cohort.study}': overlap_weighted needs two groups and covariates; it has "
            f"{len(cohort.groups)} groups and {len(cohort.covariates)} covariates."
        )
    weighted = _weigh(prepare(cohort))
    return [*_balance(weighted), *_positivity(weighted), *_effect(weighted)]


def _weigh(everybody: Prepared) -> _Weighted:
    matrix = design(everybody, everybody.cohort.covariates)
    cohort = everybody.only(matrix.complete)
    treated = cohort.members(cohort.cohort.groups[1])
    unknown = np.full(len(cohort), math.nan)
    if treated.all() or not treated.any():
        note = "one group has nobody with all covariates known: nothing to weight"
        return _Weighted(cohort, matrix, treated, unknown, unknown, note)
    fitted = propensity(treated, matrix.matrix)
    if fitted.note:
        return _Weighted(cohort, matrix, treated, unknown, unknown, fitted.note)
    weight = overlap(treated, fitted.score)
    return _Weighted(cohort, matrix, treated, weight, fitted.score, "")


def _balance(weighted: _Weighted) -> list[Row]:
    matrix = weighted.matrix
    both = weighted.treated.any() and not weighted.treated.all()
    size = matrix.matrix.shape[1]
    before = differences(matrix.matrix, weighted.treated) if both else np.full(size, math.nan)
    after = np.full(size, math.nan)
    if not weighted.note:
        after = differences(matrix.matrix, weighted.treated, weighted.weight)
    rows = []
    for term in matrix.terms:
        if term.column is None:
            continue
        for name, values in (("before", before), ("after", after)):
            value = float(values[term.column])
            endless = "the groups do not overlap here: infinite" if math.isinf(value) else ""
            rows.append(
                weighted.cohort.row(
                    "balance",
                    variable=term.variable,
                    level=term.level,
                    estimate=name,
                    value=number(value),
                    method=f"standardised difference; {WEIGHTS}",
                    note=endless or (weighted.note if math.isnan(value) else ""),
                )
            )
    return rows


def _positivity(weighted: _Weighted) -> list[Row]:
    cohort, rows = weighted.cohort, []
    overlapping = None
    if not weighted.note:
        overlapping = positivity(weighted.treated, weighted.score)
    for k, group in enumerate(cohort.cohort.groups):
        members = cohort.members(group)
        n = int(members.sum())
        found: dict[str, float | None] = {"complete cases": float(n)}
        if overlapping is not None:
            place = 1 - k  # positivity names the second group first
            beyond = (overlapping.treated_outside, overlapping.untreated_outside)[place]
            found |= {
                "effective persons": effective_size(weighted.weight[members]),
                "lowest chance": overlapping.lowest[place],
                "highest chance": overlapping.highest[place],
                "beyond the other group": float(beyond),
            }
        rows += [
            cohort.row(
                "positivity",
                group=group,
                estimate=name,
                value=value,
                n=n,
                method=f"chance of {cohort.cohort.groups[1]} by logistic regression",
                note=weighted.note,
            )
            for name, value in found.items()
        ]
    return rows


def _effect(weighted: _Weighted) -> list[Row]:
    cohort = weighted.cohort
    reference, second = cohort.cohort.groups
    events = int(cohort.outcome.sum())
    lacking = left_out(weighted.matrix)
    shared = {"variable": "Group", "level": second, "method": RATIO}
    reason = weighted.note or ("no events" if not events else "")
    ratio = lower = upper = p = None
    if not reason:
        x = weighted.treated.astype(float)[:, None]
        fit = cox_regression(cohort.time, cohort.outcome, x, weights=weighted.weight, robust=True)
        reason = fit.notes[0].replace("column", "group")
        ratio, lower, upper = (
            number(math.exp(float(one[0]))) for one in (fit.coefficient, fit.lower, fit.upper)
        )
        p = number(float(fit.p[0]))
    note = joined(reason, lacking)
    counted = {"n": len(cohort), "events": events}
    rows = [
        cohort.row(
            "overlap_weighted",
            estimate="hazard ratio",
            value=ratio,
            lower=lower,
            upper=upper,
            note=joined(note, f"against {reference}"),
            **shared,
            **counted,
        ),
        cohort.row("overlap_weighted", estimate="p", value=p, note=note, **shared, **counted),
    ]
    if ratio is not None and lower is not None and upper is not None:
        common = bool(cohort.outcome.mean() > COMMON)
        strength = e_value(ratio, lower, upper, common=common)
        for name, value in (
            ("E-value", strength.value),
            ("E-value of the limit", strength.limit),
        ):
            rows.append(
                cohort.row(
                    "overlap_weighted",
                    estimate=name,
                    value=value,
                    **{**shared, "method": E_VALUE},
                    **counted,
                )
            )
    return rows
