"""Proportions with exact and mid-P limits, and tests by sensitivity and specificity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import CONFIDENCE, Bools


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with 95% limits; None, and a note, where nobody was counted."""

    value: float | None
    lower: float | None
    upper: float | None
    count: int
    n: int
    note: str = ""


NOBODY = "nobody to count: no proportion"


def exact(count: int, n: int) -> Proportion:
    """Clopper & Pearson's limits (Biometrika 1934;26:404): never narrower than 95%.

    0 of n has the lower limit 0, n of n the upper limit 1.
    """
    from scipy.stats import beta

    if n == 0:
        return Proportion(None, None, None, count, n, NOBODY)
    tail = (1 - CONFIDENCE) / 2
    lower = 0.0 if count == 0 else float(beta.ppf(tail, count, n - count + 1))
    upper = 1.0 if count == n else float(beta.isf(tail, count + 1, n - count))
    return Proportion(count / n, lower, upper, count, n)


def mid_p(count: int, n: int) -> Proportion:
    """Mid-P limits (Berry & Armitage, Statistician 1995;44:417): half of the probability of what
    was seen counts as beyond it. Nearer to 95% than the exact limits, at times below it."""
    from scipy.optimize import brentq
    from scipy.stats import binom

    if n == 0:
        return Proportion(None, None, None, count, n, NOBODY)
    tail = (1 - CONFIDENCE) / 2

    def above(p: float) -> float:
        return float(binom.sf(count, n, p) + binom.pmf(count, n, p) / 2) - tail

    def below(p: float) -> float:
        return float(binom.cdf(count - 1, n, p) + binom.pmf(count, n, p) / 2) - tail

    lower = 0.0 if count == 0 else float(brentq(above, 0.0, 1.0, xtol=1e-15))
    upper = 1.0 if count == n else float(brentq(below, 0.0, 1.0, xtol=1e-15))
    return Proportion(count / n, lower, upper, count, n)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A yes-or-no test against the truth, each with exact limits.

    Attributes:
        sensitivity, specificity: share of those with (without) the outcome whom it gets right.
        positive_value, negative_value: share of positive (negative) tests that are right; they
            hold for groups with the outcome as frequent as here.
    """

    sensitivity: Proportion
    specificity: Proportion
    positive_value: Proportion
    negative_value: Proportion


def diagnostic(positive: Bools, outcome: Bools) -> Diagnostic:
    """Count a test against the truth.

    Args:
        positive: what the test says, shape (n,).
        outcome: what is true, shape (n,).
    """

    def share(right: Bools, among: Bools) -> Proportion:
        return exact(int(np.count_nonzero(right & among)), int(np.count_nonzero(among)))

    return Diagnostic(
        share(positive, outcome),
        share(~positive, ~outcome),
        share(outcome, positive),
        share(~outcome, ~positive),
    )
