"""Whether weights or matching made two groups alike, and whether they overlap at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import Bools, Floats


def differences(x: Floats, treated: Bools, weight: Floats | None = None) -> Floats:
    """Standardised difference of each column, treated minus untreated, shape (p,).

    Weighted means over the root of the mean of the two groups' unweighted variances, so that only
    the numerator changes with the weights (Stuart, Stat Sci 2010;25:1). inf: the groups do not vary
    and differ. nan: a group is empty.

    Args:
        x: covariates, shape (persons, p).
        treated: shape (persons,).
        weight: shape (persons,); None: each person counts once.
    """
    weight = np.ones(treated.size) if weight is None else weight
    groups = (treated, ~treated)
    if min(float(weight[group].sum()) for group in groups) <= 0:
        return np.full(x.shape[1], math.nan)
    means = [np.average(x[group], axis=0, weights=weight[group]) for group in groups]
    variance = sum(
        x[group].var(axis=0, ddof=1) if group.sum() > 1 else np.zeros(x.shape[1])
        for group in groups
    )
    gap, spread = means[0] - means[1], np.sqrt(np.asarray(variance) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap == 0, 0.0, gap / spread)


def effective_size(weight: Floats) -> float:
    """How many equally weighted persons know as much: (Σw)² / Σw² (Kish 1965); 0 of nobody."""
    square = float((weight**2).sum())
    return float(weight.sum()) ** 2 / square if square > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Positivity:
    """Whether everybody could have had either treatment.

    Attributes:
        lowest, highest: chance of treatment in the treated and in the untreated.
        treated_outside, untreated_outside: how many have a chance that nobody of the other group
            reaches: nobody to compare them with.
        largest: the largest inverse probability, 1 over the chance of what one had.
    """

    lowest: tuple[float, float]
    highest: tuple[float, float]
    treated_outside: int
    untreated_outside: int
    largest: float


def positivity(treated: Bools, score: Floats) -> Positivity:
    """Compare the two groups' chances of treatment; both groups have somebody."""
    own, other = score[treated], score[~treated]
    return Positivity(
        (float(own.min()), float(other.min())),
        (float(own.max()), float(other.max())),
        int(((own < other.min()) | (own > other.max())).sum()),
        int(((other < own.min()) | (other > own.max())).sum()),
        float(np.where(treated, 1 / score, 1 / (1 - score)).max()),
    )
