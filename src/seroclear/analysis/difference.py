"""How groups differ in one variable: a p value and a standardised difference.

Functions return (value, note) or (value, method, note); value is None when the note says why.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats

FISHER_BELOW = (
    5.0  # smallest expected count for a chi-square test (Cochran, Biometrics 1954;10:417)
)


def number_p(samples: Sequence[Floats]) -> tuple[float | None, str, str]:
    """Mann–Whitney (two groups) or Kruskal–Wallis (more), with tie correction.

    Normal approximation with continuity correction for two groups, as R's
    wilcox.test(exact=FALSE).
    """
    filled = [sample for sample in samples if sample.size]
    method = "Mann–Whitney test" if len(samples) == 2 else "Kruskal–Wallis test"
    if len(samples) < 2:
        return None, "", "one group: nothing to compare"
    if len(filled) < len(samples):
        return None, method, "a group has no known values"
    pooled = np.concatenate(filled)
    if (pooled == pooled[0]).all():
        return None, method, "the same for everyone"
    from scipy.stats import kruskal, mannwhitneyu

    if len(filled) == 2:
        return float(mannwhitneyu(*filled, method="asymptotic").pvalue), method, ""
    return float(kruskal(*filled).pvalue), method, ""


def category_p(table: NDArray[np.int_]) -> tuple[float | None, str, str]:
    """Pearson's chi-square without continuity correction; Fisher's exact test for a 2×2 table
    with an expected count below `FISHER_BELOW`.

    Args:
        table: counts, one row a group and one column a level.
    """
    if len(table) < 2:
        return None, "", "one group: nothing to compare"
    if (table.sum(axis=1) == 0).any():
        return None, "chi-square test", "a group has no known values"
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return None, "chi-square test", "the same for everyone"
    from scipy.stats import chi2_contingency, fisher_exact

    test = chi2_contingency(table, correction=False)
    sparse = bool((test.expected_freq < FISHER_BELOW).any())
    if sparse and table.shape == (2, 2):
        return float(fisher_exact(table).pvalue), "Fisher's exact test", ""
    note = f"expected counts below {FISHER_BELOW:g}: read with care" if sparse else ""
    return float(test.pvalue), "chi-square test", note


def number_difference(a: Floats, b: Floats) -> tuple[float | None, str]:
    """|mean difference| over the root of the mean variance (Austin, Stat Med 2009;28:3083).

    Infinite when neither group varies and their values differ.
    """
    if a.size == 0 or b.size == 0:
        return None, "a group has no known values"
    distance = abs(float(a.mean() - b.mean()))
    if (a == a[0]).all() and (b == b[0]).all():
        return (0.0, "") if a[0] == b[0] else (math.inf, "the groups do not vary and differ")
    if a.size == 1 or b.size == 1:
        return None, "a group has one known value"
    return distance / math.sqrt((float(a.var(ddof=1)) + float(b.var(ddof=1))) / 2), ""


def category_difference(a: NDArray[np.int_], b: NDArray[np.int_]) -> tuple[float | None, str]:
    """Mahalanobis distance between two rows of level counts (Yang & Dalton, SAS Global Forum 2012,
    paper 335). Infinite when some mix of levels tells the groups apart with certainty.
    """
    if a.sum() == 0 or b.sum() == 0:
        return None, "a group has no known values"
    used = (a + b) > 0
    p, q = a[used] / a.sum(), b[used] / b.sum()
    gap = (p - q)[1:]
    if not gap.any():
        return 0.0, ""
    spread = (_multinomial(p) + _multinomial(q))[1:, 1:] / 2
    solved = np.linalg.pinv(spread, hermitian=True) @ gap
    # A gap along which neither group varies cannot be reached through the covariance.
    if not np.allclose(spread @ solved, gap, atol=1e-9):
        return math.inf, "the groups' levels do not overlap"
    return math.sqrt(float(gap @ solved)), ""


def _multinomial(p: Floats) -> Floats:
    return np.diag(p) - np.outer(p, p)
