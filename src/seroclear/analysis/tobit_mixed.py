"""Mixed model of repeated measures of which some lie below or above a limit.

A random intercept a person, normal residuals, maximum likelihood (Hughes, Biometrics 1999;55:625).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.estimates import (
    Estimates,
    not_estimable,
    unusable,
    wald,
    with_intercept,
)
from seroclear.analysis.prepared import Floats
from seroclear.analysis.summit import summit
from seroclear.analysis.tobit import NOT_REACHED, OBSERVED, Units, unusable_values
from seroclear.analysis.tobit_likelihood import parts

NO_SPREAD = 1e-3  # a spread between persons this small beside the residual counts as none
FEW_PERSONS = 30
LEAST_SPREAD = 0.05  # to start from, in standard deviations of the outcome


@dataclass(frozen=True, slots=True)
class TobitMixed:
    """A fitted censored mixed model; nan where not estimable, see `estimates.note`.

    Attributes:
        estimates: fixed effects, the intercept first; normal (Wald) limits.
        between: standard deviation of persons' intercepts.
        within: standard deviation of a measure about its person's mean.
        log_likelihood: at the maximum.
        persons: how many.
    """

    estimates: Estimates
    between: float
    within: float
    log_likelihood: float
    persons: int


def tobit_mixed(y: Floats, side: NDArray[np.int_], x: Floats, person: NDArray[Any]) -> TobitMixed:
    """Fit value = intercept + x·b + a person's own intercept + residual.

    Args:
        y: the value, or the limit it lies below or above, shape (n,).
        side: -1 below, 0 observed, 1 above the limit, shape (n,).
        x: covariates without intercept, shape (n, p).
        person: whose row it is, shape (n,).
    """
    design = with_intercept(x)
    size = design.shape[1]
    _, code = np.unique(person, return_inverse=True)
    persons = int(code.max()) + 1 if code.size else 0
    reason = unusable(design) or unusable_values(y, side, design) or _unusable(persons, y.size)
    if reason:
        return _nothing(size, reason, persons)
    units = Units.of(y, design)
    scaled_y, scaled_x = units.scaled(y, design)
    people = list(parts(scaled_y, side, scaled_x, code))

    def likelihood(theta: Floats) -> tuple[float, Floats]:
        each = [part.likelihood(theta) for part in people]
        return sum(value for value, _ in each), np.sum([slope for _, slope in each], axis=0)

    fixed = np.linalg.lstsq(scaled_x, scaled_y, rcond=None)[0]
    start = np.concatenate([fixed, _spreads(scaled_y - scaled_x @ fixed, code)])
    found = summit(likelihood, start)
    if found is None:
        return _nothing(size, NOT_REACHED, persons)
    theta, covariance = found
    within, between = (float(v) for v in np.exp(theta[-2:]))
    value = likelihood(theta)[0] - int((side == OBSERVED).sum()) * math.log(units.spread)
    coefficient, covariance = units.back(theta[:-2], covariance[:-2, :-2])
    notes = ["the spread between persons is estimated as 0"] * (between < NO_SPREAD * within)
    notes += [f"{persons} persons: normal limits are too narrow"] * (persons < FEW_PERSONS)
    return TobitMixed(
        wald(coefficient, covariance, "; ".join(notes)),
        between * units.spread,
        within * units.spread,
        value,
        persons,
    )


def _spreads(rest: Floats, code: NDArray[np.intp]) -> Floats:
    """Logarithms of the spread within and between persons, to start from: of what the fixed effects
    leave, with limits taken for values."""
    mean = np.bincount(code, rest) / np.bincount(code)
    both = [float(np.std(rest - mean[code])), float(np.std(mean))]
    spreads: Floats = np.log(np.clip(both, LEAST_SPREAD, None))
    return spreads


def _unusable(persons: int, rows: int) -> str:
    if persons < 2:
        return "one person: no spread between persons"
    return "one measure a person: no spread within persons" if persons == rows else ""


def _nothing(size: int, note: str, persons: int) -> TobitMixed:
    return TobitMixed(not_estimable(size, note), math.nan, math.nan, math.nan, persons)
