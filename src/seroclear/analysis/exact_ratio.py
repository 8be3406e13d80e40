"""Odds ratio of a 2×2 table and ratio of two rates, with exact limits and p."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from seroclear.analysis.prepared import CONFIDENCE

TAIL = (1 - CONFIDENCE) / 2
BOUND = 60.0  # the log odds ratio is sought within this distance of 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with 95% limits and p. value 0 or inf, and limits 0 or inf, are exact answers: an
    empty cell; None has a note that says why there is no answer."""

    value: float | None
    lower: float | None
    upper: float | None
    p: float | None
    note: str = ""


def odds_ratio(a: int, b: int, c: int, d: int) -> Ratio:
    """Conditional maximum-likelihood odds ratio of ((a, b), (c, d)), exact limits, Fisher's p.

    Source: Fisher 1935; limits by inverting each one-sided test, as R's fisher.test does.
    """
    import numpy as np
    from scipy.special import gammaln
    from scipy.stats import fisher_exact

    lowest, highest = max(0, a - d), min(a + b, a + c)
    if lowest == highest:
        return Ratio(None, None, None, None, "a row or a column is empty: nothing to compare")
    cell = np.arange(lowest, highest + 1)
    others = (a + b - cell, a + c - cell, d - a + cell)
    weight = -gammaln(cell + 1) - sum(gammaln(other + 1) for other in others)

    def distribution(log_ratio: float) -> tuple[float, float, float]:
        """Mean of the first cell, and the chances of at most and of at least what was seen."""
        chance = weight + cell * log_ratio
        chance = np.exp(chance - chance.max())
        chance /= chance.sum()
        at_most, at_least = chance[cell <= a].sum(), chance[cell >= a].sum()
        return float(chance @ cell), float(at_most), float(at_least)

    value = _root(lambda z: distribution(z)[0] - a, a == lowest, a == highest)
    lower = _root(lambda z: distribution(z)[2] - TAIL, a == lowest, False)
    upper = _root(lambda z: distribution(z)[1] - TAIL, False, a == highest)
    p = float(fisher_exact([[a, b], [c, d]]).pvalue)
    return Ratio(value, lower, upper, p)


def rate_ratio(events: int, years: float, events_against: int, years_against: float) -> Ratio:
    """Ratio of two Poisson rates; limits and p from the binomial share of the events, given their
    sum, as R's poisson.test does.

    Args:
        events, years: of the first group; years > 0.
        events_against, years_against: of the group compared with.
    """
    from scipy.stats import beta, binomtest

    total = events + events_against
    if not (years > 0 and years_against > 0):
        return Ratio(None, None, None, None, "no person-time: a rate cannot be estimated")
    if total == 0:
        return Ratio(None, None, None, None, "no events: nothing to compare")

    def ratio(share: float) -> float:
        return math.inf if share == 1 else share / (1 - share) * years_against / years

    lower = 0.0 if events == 0 else float(beta.ppf(TAIL, events, events_against + 1))
    upper = 1.0 if events_against == 0 else float(beta.isf(TAIL, events + 1, events_against))
    p = float(binomtest(events, total, years / (years + years_against)).pvalue)
    return Ratio(ratio(events / total), ratio(lower), ratio(upper), p)


def _root(crossing: Callable[[float], float], zero: bool, infinite: bool) -> float:
    """The odds ratio at which `crossing` of its logarithm is 0."""
    from scipy.optimize import brentq

    if zero or infinite:
        return 0.0 if zero else math.inf
    return math.exp(brentq(crossing, -BOUND, BOUND, xtol=1e-14))
