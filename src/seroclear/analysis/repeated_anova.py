"""Repeated-measures analysis of variance, to stand beside papers that publish it.

It needs every measure of every person; the mixed model (`mixed`) does not and is the estimate to
quote. Greenhouse & Geisser, Psychometrika 1959;24:95.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of the table; `corrected_p` has both degrees of freedom times epsilon. None: no
    test, see the table's note."""

    f: float | None
    df: int
    df_residual: int
    p: float | None
    corrected_p: float | None


@dataclass(frozen=True, slots=True)
class RepeatedAnova:
    """Effects of group, time and their interaction (sequential sums of squares, as R's aov).

    Attributes:
        epsilon: Greenhouse & Geisser's, of the covariance within groups; None: not estimable.
        persons, left_out: persons with all measures, and those without.
        note: why there are no tests, '' otherwise.
    """

    group: Effect
    time: Effect
    interaction: Effect
    epsilon: float | None
    persons: int
    left_out: int
    note: str = ""


def repeated_anova(y: Floats, group: NDArray[Any]) -> RepeatedAnova:
    """Analyse complete cases.

    Args:
        y: shape (persons, times); nan is unknown.
        group: of each person, shape (persons,).
    """
    whole = np.isfinite(y).all(axis=1)
    left_out = int((~whole).sum())
    y, (names, code) = y[whole], np.unique(group[whole], return_inverse=True)
    persons, times = y.shape
    count = np.bincount(code)
    df = (names.size - 1, persons - names.size)
    df_time, df_both = times - 1, (times - 1) * (names.size - 1)
    df_within = (times - 1) * (persons - names.size)
    if df[1] < 1 or times < 2:
        none = Effect(None, 0, 0, None, None)
        note = "too few persons with all measures"
        return RepeatedAnova(none, none, none, None, persons, left_out, note)
    person_mean, time_mean, mean = y.mean(axis=1), y.mean(axis=0), y.mean()
    cell = np.array([y[code == g].mean(axis=0) for g in range(names.size)])
    of_group = cell.mean(axis=1)
    between = times * float(count @ (of_group - mean) ** 2)
    persons_within = times * float(((person_mean - of_group[code]) ** 2).sum())
    over_time = persons * float(((time_mean - mean) ** 2).sum())
    both = float(count @ ((cell - of_group[:, None] - time_mean + mean) ** 2).sum(axis=1))
    residual = y - cell[code] - (person_mean - of_group[code])[:, None]
    rest = float((residual**2).sum())
    epsilon = _epsilon(y - cell[code], df[1])
    note = "" if rest > 0 and persons_within > 0 else "persons do not differ: no tests"
    return RepeatedAnova(
        _effect(between, df[0], persons_within, df[1], None),
        _effect(over_time, df_time, rest, df_within, epsilon),
        _effect(both, df_both, rest, df_within, epsilon),
        epsilon,
        persons,
        left_out,
        note,
    )


def _effect(square: float, df: int, rest: float, df_rest: int, epsilon: float | None) -> Effect:
    from scipy.stats import f as distribution

    if df == 0 or not rest > 0:
        return Effect(None, df, df_rest, None, None)
    f = (square / df) / (rest / df_rest)
    p = float(distribution.sf(f, df, df_rest))
    if epsilon is None:
        return Effect(f, df, df_rest, p, None)
    return Effect(f, df, df_rest, p, float(distribution.sf(f, df * epsilon, df_rest * epsilon)))


def _epsilon(residual: Floats, df: int) -> float | None:
    """How far the covariance of the measures is from the one the tests assume (1: not at all)."""
    covariance = residual.T @ residual / df
    centring = np.eye(covariance.shape[0]) - 1 / covariance.shape[0]
    centred = centring @ covariance @ centring
    square = float((centred**2).sum())
    return float(np.trace(centred)) ** 2 / ((covariance.shape[0] - 1) * square) if square else None
