"""How well what is known at time zero tells who will have the outcome; what a leak would add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.design import design
from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Prepared, prepare
from seroclear.analysis.regression_rows import joined, left_out, not_estimable
from seroclear.analysis.result import Row
from seroclear.analysis.roc import auc
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate

AT_START = "what was known at time zero"
METHOD = (
    "area under the receiver operating characteristic curve of a logistic regression, DeLong 95% "
    "limits, complete cases; in the persons it was fitted to"
)
PENALISED = METHOD.replace("logistic regression", "logistic regression with Firth's penalty")
HONEST = (
    "the same, less the optimism that fitting and testing in the same persons brings, by "
    "200 resamples (Harrell, Stat Med 1996;15:361)"
)
PERFECT = "the outcome is told without an error: a predictor may hold the outcome itself"
SEED, RESAMPLES = 20240801, 200


@dataclass(frozen=True, slots=True)
class Discrimination:
    """Rows of analysis 'discrimination': 'AUC' of the covariates, as it stands and corrected for
    optimism, and, for each of `leaks`, with that characteristic added (stratum 'with ...').

    Attributes:
        leaks: labels of described characteristics that look past time zero; they show what such a
            predictor does to the AUC and are no predictors.
    """

    leaks: tuple[str, ...] = ()

    @property
    def seed(self) -> int:
        """Of the resamples."""
        return SEED

    def __call__(self, cohort: Cohort) -> list[Row]:
        """Run the analysis.

        Raises:
            SeroclearError: the outcome is not one that is there or not, or there is no such
                characteristic.
        """
        if cohort.kind != "category":
            raise SeroclearError(
                f"Study '{cohort.study}': discrimination needs an outcome that is there or not at "
                "a fixed time: measured(...) with a flag or two levels."
            )
        described = {one.label: one for one in cohort.described}
        missing = [label for label in self.leaks if label not in described]
        if missing:
            raise SeroclearError(
                f"Study '{cohort.study}': {missing[0]!r} is not among the study's described "
                f"characteristics: {', '.join(described) or 'none'}."
            )
        prepared = prepare(cohort)
        rows = _rows(prepared, cohort.covariates, AT_START, optimism=True)
        for label in self.leaks:
            both = (*cohort.covariates, described[label])
            rows += _rows(prepared, both, f"with {label}", optimism=False)
        return rows


def discrimination(*leaks: str) -> Discrimination:
    """The analysis, to be called with a cohort; `leaks` as in `Discrimination`."""
    return Discrimination(leaks)


def _rows(
    cohort: Prepared, covariates: Sequence[Covariate], stratum: str, optimism: bool
) -> list[Row]:
    matrix = design(cohort, covariates)
    outcome = cohort.outcome[matrix.complete]
    shared = {"stratum": stratum, "estimate": "AUC"}
    reason = not_estimable(matrix, int(outcome.sum()))
    if not reason and outcome.all():
        reason = "everybody has the outcome"
    if reason:
        return [cohort.row("discrimination", method=METHOD, note=reason, **shared)]
    fitted = logistic(outcome, matrix.matrix)
    coefficient, method, note = fitted.estimates.coefficient, METHOD, left_out(matrix)
    separated = bool(fitted.separated.any())
    if separated and auc(fitted.probability, outcome).value == 1:
        told = {"value": 1.0, "method": METHOD, "note": joined(PERFECT, note)}
        return [cohort.row("discrimination", **told, **shared)]
    if separated:
        coefficient, method = firth_logistic(outcome, matrix.matrix).coefficient, PENALISED
        note = joined("a term separates the outcome", note)
    if not np.isfinite(coefficient).all():
        note = joined(fitted.estimates.note, note)
        return [cohort.row("discrimination", method=method, note=note, **shared)]
    found = auc(matrix.matrix @ coefficient[1:], outcome)
    counted = {"n": int(outcome.size), "events": int(outcome.sum())}
    rows = [
        cohort.row(
            "discrimination",
            value=found.value,
            lower=found.lower,
            upper=found.upper,
            method=method,
            note=joined(found.note, note),
            **shared,
            **counted,
        )
    ]
    if optimism and not separated and found.value is not None:
        gained = _optimism(outcome, matrix.matrix)
        if gained is not None:
            value = found.value - gained
            rows.append(
                cohort.row("discrimination", value=value, method=HONEST, **shared, **counted)
            )
    return rows


def _optimism(outcome: np.ndarray, x: np.ndarray) -> float | None:
    """Mean over resamples of the AUC in the resample less that of the same model in everybody."""
    random, n, gained = np.random.default_rng(SEED), outcome.size, []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, n, n)
        model = logistic(outcome[drawn], x[drawn])
        coefficient = model.estimates.coefficient
        if not np.isfinite(coefficient).all():
            continue
        inside = auc(x[drawn] @ coefficient[1:], outcome[drawn]).value
        outside = auc(x @ coefficient[1:], outcome).value
        if inside is not None and outside is not None:
            gained.append(inside - outside)
    return float(np.mean(gained)) if len(gained) > RESAMPLES / 2 else None
