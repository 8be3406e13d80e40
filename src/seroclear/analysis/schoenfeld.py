"""The score test of proportional hazards, as R's cox.zph since survival 3.0."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seroclear.analysis.cox_maximum import Maximum
from seroclear.analysis.prepared import Floats


class Proportionality(NamedTuple):
    """Chi-squares with one degree of freedom a column, and the global one with as many as columns;
    nan where the variance of the test is 0."""

    chi_square: Floats
    overall: float


def schoenfeld_test(fitted: Maximum) -> Proportionality:
    """Does a coefficient change with time? (Grambsch & Therneau, Biometrika 1994;81:515)

    Time is 1 - Kaplan–Meier. The score test of adding each column times that, from the information
    in both.

    Args:
        fitted: a Cox model at its maximum, of one stratum, with case weights of 1.

    Raises:
        numpy.linalg.LinAlgError: the information is singular.
    """
    likelihood, moments = fitted.likelihood, fitted.moments
    draws = likelihood.draws
    sets = likelihood.sets
    passed = _passed(fitted)
    passed = passed - passed[draws.at].mean()
    times = passed[draws.at]
    score = passed[sets.died_at] @ likelihood.x[sets.died] - times @ moments.mean
    within = likelihood.information(moments)
    cross = likelihood.information(moments, times)
    second = likelihood.information(moments, times**2)
    variance = second - cross.T @ np.linalg.solve(within, cross)
    with np.errstate(all="ignore"):
        chi_square = score**2 / np.diag(variance)
    overall = float(score @ np.linalg.solve(variance, score))
    return Proportionality(chi_square, overall)


def _passed(fitted: Maximum) -> Floats:
    """1 - Kaplan–Meier of everybody, just before each event time."""
    likelihood = fitted.likelihood
    sets = likelihood.sets
    at_risk = sets.at_risk(np.ones(likelihood.weight.size))
    events = np.bincount(sets.died_at, minlength=sets.time.size)
    passed: Floats = 1 - np.append(1.0, np.cumprod(1 - events / at_risk))[: sets.time.size]
    return passed
