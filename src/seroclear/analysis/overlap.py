"""Two groups made alike by overlap weights, and how strong what is unmeasured would have to be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

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
FEW = 5  # events of a group, below which robust limits do not hold (design choice)
COMMON = 0.15  # share with the outcome from which a hazard ratio is no risk ratio (VanderWeele)


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Complete cases with their weights; `note` says why there are none."""

    cohort: Prepared
    matrix: Design
    treated: Bools
    weight: Floats
    note: str


def overlap_weighted(cohort: Cohort) -> list[Row]:
    """The second group against the first, alike in every covariate of the study.

    Rows of analysis 'overlap_weighted': 'hazard ratio' and 'p' of the second group, and the
    'E-value' of the estimate and of its limit. Whether the weights make the groups alike, and who
    could have been in either, is told by `weighting.balance`.

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
    return _effect(_weigh(prepare(cohort)))


def _weigh(everybody: Prepared) -> _Weighted:
    matrix = design(everybody, everybody.cohort.covariates)
    cohort = everybody.only(matrix.complete)
    treated = cohort.members(cohort.cohort.groups[1])
    unknown = np.full(len(cohort), math.nan)
    if treated.all() or not treated.any():
        note = "one group has nobody with all covariates known: nothing to weight"
        return _Weighted(cohort, matrix, treated, unknown, note)
    fitted = propensity(treated, matrix.matrix)
    if fitted.note:
        return _Weighted(cohort, matrix, treated, unknown, fitted.note)
    weight = overlap(treated, fitted.score)
    return _Weighted(cohort, matrix, treated, weight, "")


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
    by_group = [int(cohort.outcome[cohort.members(group)].sum()) for group in cohort.cohort.groups]
    few = "few events in a group: the limits are too narrow" if 0 < min(by_group) < FEW else ""
    if not reason and not min(by_group):
        reason = "no events in one group: no finite estimate"
        ratio = lower = upper = p = None
    note = joined(reason, few, lacking)
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
