"""The likelihood of a censored mixed model: each person's own intercept integrated out.

The integral is adaptive Gauss–Hermite quadrature about the intercept's mode (Pinheiro & Bates, J
Comput Graph Stat 1995;4:12), or, of whom only limits are known, a sum over equal steps. A person's
numbers enter by their count, mean and squares, so that only limits are looked at node by node.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats
from seroclear.analysis.tobit import OBSERVED, Slopes, slopes

NODES = 21
# The intercept of a person of whom only limits are known has a likelihood with an edge, on which
# Gauss–Hermite nodes fail: the likelihood misses its own gradient and has no summit. Equally spaced
# nodes (in standard deviations between persons) are right as long as an edge, as wide as the
# residual is beside them, is no narrower than the step.
STEP, REACH = 0.05, 7.0
PERSONS_AT_ONCE = 1000  # of them, which bounds the memory
MODE_STEPS = 50


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of some persons, in order of person."""

    y: Floats
    side: NDArray[np.int_]
    x: Floats
    code: NDArray[np.intp]
    persons: int

    def each(self, rows: Floats) -> Floats:
        """Sums over each person's rows."""
        total = np.zeros((self.persons, *rows.shape[1:]))
        if rows.size:
            first = np.flatnonzero(np.diff(self.code, prepend=-1))
            total[self.code[first]] = np.add.reduceat(rows, first)
        return total


@dataclass(frozen=True, slots=True)
class _Seen:
    """The numbers of persons at given coefficients: of each how many there are, their mean rest
    and the squares about it. The likelihood of a person's intercept hangs on nothing else."""

    rest: Floats
    count: Floats
    mean: Floats
    squares: Floats

    def value(self, shift: Floats, log_sd: float) -> Floats:
        """The log likelihood of a person's numbers, moved by `shift`, shape (persons, nodes)."""
        constant = log_sd + math.log(2 * math.pi) / 2
        return -self.about(shift) / (2 * math.exp(2 * log_sd)) - self.count[:, None] * constant

    def about(self, shift: Floats) -> Floats:
        """The squares about `shift`."""
        apart: Floats = self.count[:, None] * (self.mean[:, None] - shift) ** 2
        return self.squares[:, None] + apart


@dataclass(frozen=True, slots=True)
class Persons:
    """Persons of whom each has a number of their own (`numbers`), or none has."""

    seen: _Rows
    limited: _Rows
    numbers: bool

    def likelihood(self, theta: Floats) -> tuple[float, Floats]:
        """Log likelihood and gradient at (coefficients, log within, log between)."""
        log_within, between = float(theta[-2]), math.exp(theta[-1])
        variance, code = math.exp(2 * log_within), self.limited.code
        seen, fixed = self._seen(theta[:-2]), self.limited.x @ theta[:-2]
        effect, log_weight = self._nodes(*self._modes(seen, fixed, log_within, between))
        shift = between * effect
        at = self._slopes(fixed[:, None], shift, log_within)
        log_term = (
            seen.value(shift, log_within) + self.limited.each(at.value) - effect**2 / 2 + log_weight
        )
        highest = log_term.max(axis=1, keepdims=True)
        term = np.exp(log_term - highest)
        total = term.sum(axis=1)
        value = (np.log(total) + highest[:, 0]).sum() - total.size * math.log(2 * math.pi) / 2
        # The gradient of the log likelihood is the mean of the complete-data gradient over each
        # person's intercept, given what was seen of them.
        share = term / total[:, None]
        theirs = share[code]
        eta = (theirs * at.eta).sum(axis=1)
        apart = seen.rest - (share * shift).sum(axis=1)[self.seen.code]
        by_fixed = self.seen.x.T @ apart / variance + self.limited.x.T @ eta
        by_within = (share * seen.about(shift)).sum() / variance - seen.count.sum()
        pull = seen.count[:, None] * (seen.mean[:, None] - shift)
        by_between = (share * pull * shift).sum() / variance
        by_within += (theirs * at.log_sd).sum()
        by_between += (theirs * at.eta * shift[code]).sum()
        return float(value), np.array([*by_fixed, by_within, by_between])

    def _seen(self, coefficient: Floats) -> _Seen:
        rest = self.seen.y - self.seen.x @ coefficient
        count = np.bincount(self.seen.code, minlength=self.seen.persons).astype(float)
        mean = self.seen.each(rest) / np.maximum(count, 1.0)
        return _Seen(rest, count, mean, self.seen.each((rest - mean[self.seen.code]) ** 2))

    def _slopes(self, fixed: Floats, shift: Floats, log_within: float) -> Slopes:
        """Of the limits, where their persons' intercepts are `shift`."""
        rows = self.limited
        wide = (slice(None), *[None] * (shift.ndim - 1))
        return slopes(rows.y[wide], rows.side[wide], fixed + shift[rows.code], log_within)

    def _nodes(self, centre: Floats, width: Floats) -> tuple[Floats, Floats]:
        """Where the intercept is looked at, shape (persons, nodes), and the logarithms of the
        weights."""
        centre, width = centre[:, None], width[:, None]
        if self.numbers:
            node, weight = np.polynomial.hermite.hermgauss(NODES)
            return centre + math.sqrt(2) * width * node, np.log(math.sqrt(2) * width * weight) + (
                node**2
            )
        node = np.arange(-REACH, REACH + STEP / 2, STEP)
        return centre + node, np.full((1, node.size), math.log(STEP))

    def _modes(
        self, seen: _Seen, fixed: Floats, log_within: float, between: float
    ) -> tuple[Floats, Floats]:
        """Each person's likeliest intercept (in units of `between`) and its standard error."""
        effect, variance = np.zeros(seen.count.size), math.exp(2 * log_within)
        for _ in range(MODE_STEPS):
            at = self._slopes(fixed, between * effect, log_within)
            pull = seen.count * (seen.mean - between * effect) / variance
            slope = between * (pull + self.limited.each(at.eta)) - effect
            bend = seen.count / variance - self.limited.each(at.curvature)
            curvature = 1 + between**2 * bend
            step = slope / curvature
            effect += step
            if np.abs(step).max() < 1e-8:
                break
        return effect, 1 / np.sqrt(curvature)


def parts(
    y: Floats, side: NDArray[np.int_], x: Floats, code: NDArray[np.intp]
) -> Iterator[Persons]:
    """The rows of persons with a number of their own, then those of the others, some at a time."""
    numbers = np.bincount(code, side == OBSERVED) > 0
    others = np.cumsum(~numbers) // PERSONS_AT_ONCE
    part = np.where(numbers, -1, others)[code]
    order = np.argsort(code, kind="stable")
    for one in np.unique(part):
        rows = order[part[order] == one]
        mine, again = np.unique(code[rows], return_inverse=True)
        seen = side[rows] == OBSERVED
        values, limits = (
            _Rows(y[rows[kind]], side[rows[kind]], x[rows[kind]], again[kind], mine.size)
            for kind in (seen, ~seen)
        )
        yield Persons(values, limits, numbers=bool(one < 0))
