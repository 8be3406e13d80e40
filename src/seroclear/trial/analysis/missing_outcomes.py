"""A binary outcome that is missing for some: multiple imputation, and where the answer tips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.imputation import IMPUTATIONS, Kind, impute
from seroclear.analysis.pooling import Pooled, pool
from seroclear.analysis.prepared import Bools, Floats
from seroclear.trial.analysis.risk_difference import miettinen_nurminen
from seroclear.trial.analysis.two_by_two import Arms, counted

IMPUTED = (
    "risk difference after multiple imputation of the outcome by logistic regression on arm and "
    "covariates, Rubin's rules; variance within a data set with one success and one failure added "
    "to each arm (Agresti & Caffo, Am Stat 2000;54:280)"
)


def imputed_difference(
    outcome: Floats,
    treated: Bools,
    covariates: Floats,
    kinds: Sequence[Kind],
    seed: int,
    imputations: int = IMPUTATIONS,
) -> Pooled:
    """Risk difference, treated less control, pooled over imputed data sets.

    Args:
        outcome: 1, 0 or nan where it is missing, shape (n,).
        treated: shape (n,).
        covariates: known or nan, shape (n, covariates); what goes with the outcome or its missing.
        kinds: of each covariate.
        seed: of the random numbers.
        imputations: how many data sets.

    Raises:
        SeroclearError: fewer than two outcomes are known (see `impute`).
    """
    table = np.column_stack([outcome, treated.astype(float), covariates])
    copies = impute(table, ["binary", "binary", *kinds], seed, imputations)
    values, variances = [], []
    for copy in copies:
        arms = counted(copy[:, 0] == 1, treated)
        values.append(arms.difference)
        variances.append(
            _variance(arms.events, arms.n) + _variance(arms.events_control, arms.n_control)
        )
    return pool(values, variances)


def _variance(events: int, n: int) -> float:
    share = (events + 1) / (n + 2)
    return share * (1 - share) / (n + 2)


@dataclass(frozen=True, slots=True)
class Tipping:
    """Every way in which the missing outcomes could have come out.

    Attributes:
        difference, p: of the completed trial, shape (missing treated + 1, missing control + 1): row
            and column tell how many of each arm's missing had a success.
        holds: the treated arm does better and p is below `alpha`.
    """

    difference: Floats
    p: Floats
    holds: Bools

    @property
    def always(self) -> bool:
        """The answer holds however the missing outcomes came out."""
        return bool(self.holds.all())

    @property
    def never(self) -> bool:
        """The answer does not hold, however the missing outcomes came out."""
        return not bool(self.holds.any())

    def least_successes(self, control_successes: int) -> int | None:
        """The fewest successes among the treated's missing with which the answer holds, when so
        many of the control's missing had one; None where it never does."""
        column = np.flatnonzero(self.holds[:, control_successes])
        return int(column[0]) if column.size else None


def tipping_points(
    observed: Arms, missing: int, missing_control: int, alpha: float = 0.05
) -> Tipping:
    """The Miettinen–Nurminen test for every way in which the missing outcomes could have come out.

    Source: Yan, Lee & Li, J Biopharm Stat 2009;19:1085 (tipping points of a binary outcome).

    Args:
        observed: successes and persons whose outcome is known, by arm.
        missing, missing_control: persons whose outcome is missing, by arm.
        alpha: two-sided.
    """
    shape = (missing + 1, missing_control + 1)
    difference, p = np.zeros(shape), np.ones(shape)
    for i in range(missing + 1):
        for j in range(missing_control + 1):
            found = miettinen_nurminen(
                Arms(
                    observed.events + i,
                    observed.n + missing,
                    observed.events_control + j,
                    observed.n_control + missing_control,
                )
            )
            if found.value is None or found.p is None:
                raise ValueError(found.note)
            difference[i, j], p[i, j] = found.value, found.p
    return Tipping(difference, p, (difference > 0) & (p < alpha))
