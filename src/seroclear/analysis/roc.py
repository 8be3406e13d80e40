"""How well a score tells those with the outcome from those without."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import Bools, Floats, Z

BOTH = "the area needs persons with and without the outcome"
PERFECT = "the score separates the outcome: limits cannot be estimated"


@dataclass(frozen=True, slots=True)
class Auc:
    """Area under the receiver operating characteristic curve with 95% limits."""

    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AucDifference:
    """Difference of two areas in the same persons, with its p."""

    value: float | None
    se: float | None
    p: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Sensitivity and specificity when scores from `threshold` on count as positive.

    `youden` is the place of the largest sum of the two (the first of equals).
    """

    threshold: Floats
    sensitivity: Floats
    specificity: Floats
    youden: int


def auc(score: Floats, outcome: Bools) -> Auc:
    """Area with limits by DeLong, DeLong & Clarke-Pearson, Biometrics 1988;44:837.

    Args:
        score: higher means the outcome is likelier, shape (n,).
        outcome: shape (n,).
    """
    if outcome.all() or not outcome.any():
        return Auc(None, None, None, None, BOTH)
    value, cases, controls = _placements(score, outcome)
    variance = _variance(cases) + _variance(controls)
    if not variance > 0:
        note = PERFECT if value in (0.0, 1.0) else "too few persons: limits cannot be estimated"
        return Auc(value, None, None, None, note)
    se = math.sqrt(variance)
    return Auc(value, se, max(0.0, value - Z * se), min(1.0, value + Z * se))


def compare_auc(score: Floats, other: Floats, outcome: Bools) -> AucDifference:
    """DeLong's test of the difference of two areas measured in the same persons."""
    from scipy.stats import norm

    if outcome.all() or not outcome.any():
        return AucDifference(None, None, None, BOTH)
    first, cases, controls = _placements(score, outcome)
    second, other_cases, other_controls = _placements(other, outcome)
    variance = _variance(cases - other_cases) + _variance(controls - other_controls)
    if not variance > 0:
        note = "the two scores order the persons alike: no test"
        return AucDifference(first - second, None, None, note)
    se = math.sqrt(variance)
    return AucDifference(first - second, se, float(2 * norm.sf(abs(first - second) / se)))


def curve(score: Floats, outcome: Bools) -> Curve | None:
    """The points of the curve, one a distinct score; None when all or none have the outcome."""
    if outcome.all() or not outcome.any():
        return None
    threshold = np.unique(score)
    above = outcome.sum() - np.searchsorted(np.sort(score[outcome]), threshold)
    below = np.searchsorted(np.sort(score[~outcome]), threshold)
    sensitivity, specificity = above / outcome.sum(), below / (~outcome).sum()
    return Curve(threshold, sensitivity, specificity, int(np.argmax(sensitivity + specificity)))


def _placements(score: Floats, outcome: Bools) -> tuple[float, Floats, Floats]:
    """The area, and for each person the share of the other kind that the score places right."""
    from scipy.stats import rankdata

    cases, controls = score[outcome], score[~outcome]
    ranks = rankdata(score)
    of_cases = (ranks[outcome] - rankdata(cases)) / controls.size
    of_controls = 1 - (ranks[~outcome] - rankdata(controls)) / cases.size
    return float(of_cases.mean()), of_cases, of_controls


def _variance(placements: Floats) -> float:
    return float(placements.var(ddof=1)) / placements.size if placements.size > 1 else 0.0
