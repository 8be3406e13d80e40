"""Exact size and power of tests of two proportions, by every table that can occur."""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats

Test = Literal["Pearson", "Fisher", "Boschloo"]
TESTS: tuple[Test, ...] = get_args(Test)
TIED = 1e-7  # of a probability, within which two count as the same (as R's fisher.test)
NUISANCE = 501  # values of the common share among which Boschloo's maximum is sought


@cache
def rejected(n: int, n_control: int, alpha: float, test: Test) -> Bools:
    """Which tables a two-sided test rejects, shape (n + 1, n_control + 1).

    Pearson's chi-square has no continuity correction. The array is shared: do not change it.
    """
    p = {"Pearson": _pearson, "Fisher": _fisher, "Boschloo": _boschloo}[test](n, n_control)
    region: Bools = p <= alpha * (1 + TIED)
    region.setflags(write=False)
    return region


def exact_power(
    control: float,
    treated: float,
    n: int,
    n_control: int,
    alpha: float = 0.05,
    test: Test = "Pearson",
    missing: float = 0.0,
) -> float:
    """The chance that the test rejects, with n treated and n_control controls.

    Args:
        control, treated: shares of success; equal ones give the size of the test.
        alpha: two-sided, nominal.
        missing: share of both arms whose outcome is missing and counts as a failure.
    """
    region = rejected(n, n_control, alpha, test)
    row = _binomial(n, treated * (1 - missing))
    column = _binomial(n_control, control * (1 - missing))
    return float(row @ region @ column)


def least_treated_rate(
    control: float,
    n: int,
    n_control: int,
    power: float,
    test: Test = "Pearson",
    step: float = 0.005,
) -> float | None:
    """The smallest treated share, in steps, that has this power; None: none does."""
    for places in range(round(control / step) + 1, round(1 / step)):
        if exact_power(control, places * step, n, n_control, test=test) >= power:
            return places * step
    return None


def _binomial(n: int, share: float) -> Floats:
    from scipy.stats import binom

    return np.asarray(binom.pmf(np.arange(n + 1), n, share))


def _counts(n: int, n_control: int) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    return np.arange(n + 1)[:, None], np.arange(n_control + 1)[None, :]


def _pearson(n: int, n_control: int) -> Floats:
    from scipy.special import chdtrc

    x, y = _counts(n, n_control)
    share = (x + y) / (n + n_control)
    spread = share * (1 - share) * (1 / n + 1 / n_control)
    gap = (x / n - y / n_control) ** 2
    square = np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)
    return np.asarray(chdtrc(1, square))


def _fisher(n: int, n_control: int) -> Floats:
    p = np.ones((n + 1, n_control + 1))
    for x, y, chance in _given_successes(n, n_control):
        order = np.argsort(chance, kind="stable")
        running = np.cumsum(chance[order])
        last = np.searchsorted(chance[order], chance * (1 + TIED), side="right") - 1
        p[x, y] = np.minimum(1.0, running[last])
    return p


def _given_successes(
    n: int, n_control: int
) -> list[tuple[NDArray[np.int_], NDArray[np.int_], Floats]]:
    """For each number of successes the tables that have it, and their hypergeometric chances."""
    from scipy.stats import hypergeom

    tables = []
    for successes in range(n + n_control + 1):
        x = np.arange(max(0, successes - n_control), min(n, successes) + 1)
        chance = np.asarray(hypergeom.pmf(x, n + n_control, successes, n))
        tables.append((x, successes - x, chance))
    return tables


def _boschloo(n: int, n_control: int) -> Floats:
    """Two-sided as twice the smaller of the one-sided (as SciPy's boschloo_exact)."""
    above = _boschloo_above(n, n_control)
    below = _boschloo_above(n_control, n).T
    return np.asarray(np.minimum(1.0, 2 * np.minimum(above, below)))


def _boschloo_above(n: int, n_control: int) -> Floats:
    """One-sided p of more successes among the treated: Fisher's p is the statistic, and the
    greatest chance over the common share is p."""
    statistic = np.ones((n + 1, n_control + 1))
    for x, y, chance in _given_successes(n, n_control):
        statistic[x, y] = np.cumsum(chance[::-1])[::-1]
    flat = statistic.ravel()
    order = np.argsort(flat, kind="stable")
    last = np.searchsorted(flat[order], flat * (1 + TIED), side="right") - 1
    greatest = np.zeros(flat.size)
    for share in np.linspace(0, 1, NUISANCE)[1:-1]:
        chance = np.outer(_binomial(n, share), _binomial(n_control, share)).ravel()
        np.maximum(greatest, np.cumsum(chance[order]), out=greatest)
    return np.asarray(np.minimum(1.0, greatest[last]).reshape(statistic.shape))
