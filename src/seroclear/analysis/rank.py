"""Correlation of ranks between many variables, and the paired rank test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.multiplicity import benjamini_hochberg
from seroclear.analysis.prepared import Floats

FEWEST = 4  # pairs; with three every order of ranks is likely by chance


@dataclass(frozen=True, slots=True)
class Correlations:
    """Correlations of each pair of variables, matrices of shape (variables, variables).

    Attributes:
        coefficient: nan where not estimable: fewer than four pairs, or a variable does not vary.
        p: two-sided, of no correlation; asymptotic.
        false_discovery: p adjusted over the distinct pairs (Benjamini–Hochberg).
        n: persons with both known.
    """

    coefficient: Floats
    p: Floats
    false_discovery: Floats
    n: NDArray[np.int_]


def correlations(
    columns: Sequence[Floats], method: Literal["spearman", "kendall"] = "spearman"
) -> Correlations:
    """Correlate every two columns over the persons who have both.

    Args:
        columns: each of shape (persons,); nan is unknown.
        method: Spearman's rho (p by Student's t) or Kendall's tau-b (p by its normal
            approximation with correction for ties).
    """
    from scipy.stats import kendalltau, spearmanr

    size = len(columns)
    coefficient, p = np.eye(size), np.zeros((size, size))
    n = np.zeros((size, size), dtype=int)
    for i in range(size):
        n[i, i] = int(np.isfinite(columns[i]).sum())
        for j in range(i):
            both = np.isfinite(columns[i]) & np.isfinite(columns[j])
            a, b = columns[i][both], columns[j][both]
            n[i, j] = n[j, i] = a.size
            value = chance = math.nan
            if a.size >= FEWEST and np.ptp(a) > 0 and np.ptp(b) > 0:
                kendall = method == "kendall"
                test = kendalltau(a, b, method="asymptotic") if kendall else spearmanr(a, b)
                value, chance = float(test.statistic), float(test.pvalue)
            coefficient[i, j] = coefficient[j, i] = value
            p[i, j] = p[j, i] = chance
    low = np.tril_indices(size, -1)
    adjusted = np.zeros((size, size))
    adjusted[low] = benjamini_hochberg(p[low])
    return Correlations(coefficient, p, adjusted + adjusted.T, n)


def signed_rank(first: Floats, second: Floats) -> tuple[float | None, str]:
    """p of Wilcoxon's signed-rank test of two measures of the same persons, and a note.

    Normal approximation with corrections for ties and continuity, differences of 0 left out, as
    R's wilcox.test(paired = TRUE, exact = FALSE).

    Args:
        first, second: shape (persons,); nan is unknown.
    """
    from scipy.stats import wilcoxon

    difference = (second - first)[np.isfinite(first) & np.isfinite(second)]
    if not difference.any():
        return None, "nobody has both measures, or they are all equal"
    return float(wilcoxon(difference, correction=True, method="asymptotic").pvalue), ""
