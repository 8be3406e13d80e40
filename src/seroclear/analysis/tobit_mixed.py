"""Mixed model of repeated measures of which some lie below or above a limit.

A random intercept a person, normal residuals, maximum likelihood (Hughes, Biometrics 1999;55:625).
The integral over each person's intercept is adaptive Gauss–Hermite quadrature about its mode
(Pinheiro & Bates, J Comput Graph Stat 1995;4:12), or, of whom only limits are known, a sum over
equal steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
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
from seroclear.analysis.tobit import NOT_REACHED, OBSERVED, Units, slopes, unusable_values

NODES = 21
# The intercept of a person of whom only limits are known has a likelihood with an edge, on which
# Gauss–Hermite nodes fail: the likelihood misses its own gradient and has no summit. Equally spaced
# nodes (in standard deviations between persons) are right as long as an edge, as wide as the
# residual is beside them, is no narrower than the step.
STEP, REACH = 0.05, 7.0
PERSONS_AT_ONCE = 1000  # of them, which bounds the memory
MODE_STEPS = 50
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
    parts = list(_parts(scaled_y, side, scaled_x, code))

    def likelihood(theta: Floats) -> tuple[float, Floats]:
        each = [part.likelihood(theta) for part in parts]
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


@dataclass(frozen=True, slots=True)
class _Data:
    y: Floats
    side: NDArray[np.int_]
    x: Floats
    code: NDArray[np.intp]
    persons: int
    numbers: bool  # each person has a number of their own, not only limits

    def likelihood(self, theta: Floats) -> tuple[float, Floats]:
        """Log likelihood and gradient at (coefficients, log within, log between)."""
        fixed, log_within, between = self.x @ theta[:-2], theta[-2], math.exp(theta[-1])
        centre, width = self._modes(fixed, log_within, between)
        effect, log_weight = self._nodes(centre[:, None], width[:, None])
        at = slopes(
            self.y[:, None],
            self.side[:, None],
            fixed[:, None] + between * effect[self.code],
            log_within,
        )
        log_term = self._each(at.value) - effect**2 / 2 + log_weight
        highest = log_term.max(axis=1, keepdims=True)
        term = np.exp(log_term - highest)
        total = term.sum(axis=1)
        value = (np.log(total) + highest[:, 0]).sum() - self.persons * math.log(2 * math.pi) / 2
        # The gradient of the log likelihood is the mean of the complete-data gradient over each
        # person's intercept, given what was seen of them.
        share = (term / total[:, None])[self.code]
        eta = (share * at.eta).sum(axis=1)
        log_between = float((share * at.eta * effect[self.code]).sum()) * between
        gradient = [*(self.x.T @ eta), float((share * at.log_sd).sum()), log_between]
        return float(value), np.array(gradient)

    def _nodes(self, centre: Floats, width: Floats) -> tuple[Floats, Floats]:
        """Where the intercept is looked at, shape (persons, nodes), and the logarithms of the
        weights."""
        if self.numbers:
            node, weight = np.polynomial.hermite.hermgauss(NODES)
            return centre + math.sqrt(2) * width * node, np.log(math.sqrt(2) * width * weight) + (
                node**2
            )
        node = np.arange(-REACH, REACH + STEP / 2, STEP)
        return centre + node, np.full((1, node.size), math.log(STEP))

    def _modes(self, fixed: Floats, log_within: float, between: float) -> tuple[Floats, Floats]:
        """Each person's likeliest intercept (in units of `between`) and its standard error."""
        effect = np.zeros(self.persons)
        for _ in range(MODE_STEPS):
            at = slopes(self.y, self.side, fixed + between * effect[self.code], log_within)
            slope = between * self._each(at.eta) - effect
            curvature = 1 - between**2 * self._each(at.curvature)
            step = slope / curvature
            effect += step
            if np.abs(step).max() < 1e-8:
                break
        return effect, 1 / np.sqrt(curvature)

    def _each(self, rows: Floats) -> Floats:
        """Sums over each person's rows."""
        total = np.zeros((self.persons, *rows.shape[1:]))
        np.add.at(total, self.code, rows)
        return total


def _parts(y: Floats, side: NDArray[np.int_], x: Floats, code: NDArray[np.intp]) -> Iterator[_Data]:
    """The rows of persons with a number of their own, then those of the others, some at a time."""
    numbers = np.bincount(code, side == OBSERVED) > 0
    others = np.cumsum(~numbers) // PERSONS_AT_ONCE
    part = np.where(numbers, -1, others)[code]
    for one in np.unique(part):
        rows = part == one
        mine, again = np.unique(code[rows], return_inverse=True)
        yield _Data(y[rows], side[rows], x[rows], again, mine.size, bool(one < 0))


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
