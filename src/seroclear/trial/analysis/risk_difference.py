"""Difference of two proportions: score limits and test, and Newcombe's limits.

Score: Miettinen & Nurminen, Stat Med 1985;4:213, whose variance has the factor N/(N-1); without it
the limits are Mee's (Biometrics 1984;40:1175). Test and limits are one: p is below 5% exactly when
0 lies outside the limits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from seroclear.analysis.limits import wilson
from seroclear.analysis.prepared import CONFIDENCE, Z
from seroclear.trial.analysis.two_by_two import Arms

EMPTY = "an arm has nobody: nothing to compare"
STEP = 1e-9  # from an estimate whose variance is 0, before its limit is sought
MIETTINEN_NURMINEN = "Miettinen–Nurminen score limits and test, variance with N/(N-1)"
MEE = "Mee's score limits and test, variance without N/(N-1)"
NEWCOMBE = "Newcombe's limits from Wilson's (method 10), without continuity correction"


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated less control; None, and a note, where there is no answer.

    Attributes:
        value, lower, upper: the difference and its limits.
        z: positive when the treated arm has the outcome more often; None where no test belongs.
        p: two-sided, of no difference.
        confidence: of the limits.
        method: in words a methods section can use.
    """

    value: float | None
    lower: float | None
    upper: float | None
    z: float | None
    p: float | None
    confidence: float
    method: str
    note: str = ""


def miettinen_nurminen(arms: Arms, confidence: float = CONFIDENCE) -> Difference:
    """Score limits and test with the factor N/(N-1), `confidence` between 0 and 1."""
    return _score(arms, confidence, arms.total / max(1, arms.total - 1), MIETTINEN_NURMINEN)


def mee(arms: Arms, confidence: float = CONFIDENCE) -> Difference:
    """Score limits and test without that factor: the test is Pearson's chi-square."""
    return _score(arms, confidence, 1.0, MEE)


def newcombe(arms: Arms) -> Difference:
    """95% limits from the Wilson limits of each arm (Newcombe, Stat Med 1998;17:873, method 10)."""
    if arms.empty:
        return Difference(None, None, None, None, None, CONFIDENCE, NEWCOMBE, EMPTY)
    p, p_control = arms.events / arms.n, arms.events_control / arms.n_control
    low, high = wilson(arms.events, arms.n)
    low_control, high_control = wilson(arms.events_control, arms.n_control)
    below = math.hypot(p - low, high_control - p_control)
    above = math.hypot(high - p, p_control - low_control)
    value = p - p_control
    return Difference(value, value - below, value + above, None, None, CONFIDENCE, NEWCOMBE)


def _score(arms: Arms, confidence: float, factor: float, method: str) -> Difference:
    from scipy.special import ndtri
    from scipy.stats import norm

    if arms.empty:
        return Difference(None, None, None, None, None, confidence, method, EMPTY)
    quantile = Z if confidence == CONFIDENCE else float(ndtri((1 + confidence) / 2))
    value = arms.difference
    variance = _variance(arms, 0.0) * factor
    z = value / math.sqrt(variance) if variance > 0 else 0.0
    return Difference(
        value,
        _limit(arms, quantile, factor, -1),
        _limit(arms, quantile, factor, 1),
        z,
        float(2 * norm.sf(abs(z))),
        confidence,
        method,
    )


def _limit(arms: Arms, quantile: float, factor: float, side: int) -> float:
    """Where the score statistic is as far from 0 as the quantile; side -1 is the lower limit."""
    from scipy.optimize import brentq

    value = arms.difference
    if value == side:
        return float(side)

    def beyond(difference: float) -> float:
        spread = quantile**2 * factor * _variance(arms, difference)
        return (value - difference) ** 2 - spread

    start = value
    if beyond(start) >= 0:  # nobody or everybody has the outcome: no variance at the estimate
        start = value + side * STEP
    return float(brentq(beyond, start, float(side), xtol=1e-14))


def _variance(arms: Arms, difference: float) -> float:
    """Variance of the difference at the maximum of the likelihood under that difference."""
    control = _constrained(arms, difference)
    treated = min(1.0, max(0.0, control + difference))
    return treated * (1 - treated) / arms.n + control * (1 - control) / arms.n_control


def _constrained(arms: Arms, difference: float) -> float:
    """The control's proportion of greatest likelihood, the treated being `difference` above it.

    The closed solution of the cubic likelihood equation (Miettinen & Nurminen 1985, appendix 1).
    """
    n, m, x, y = arms.n, arms.n_control, arms.events, arms.events_control
    total, events = arms.total, x + y
    cubic = total
    square = (n + 2 * m) * difference - total - events
    linear = (m * difference - total - 2 * y) * difference + events
    constant = y * difference * (1 - difference)
    q = (square / (3 * cubic)) ** 3 - square * linear / (6 * cubic**2) + constant / (2 * cubic)
    radius = (square / (3 * cubic)) ** 2 - linear / (3 * cubic)
    root = math.copysign(math.sqrt(max(0.0, radius)), q)
    ratio = q / root**3 if root else 0.0
    angle = (math.pi + math.acos(min(1.0, max(-1.0, ratio)))) / 3
    found = 2 * root * math.cos(angle) - square / (3 * cubic)
    return min(1.0, 1 - difference, max(0.0, -difference, found))
