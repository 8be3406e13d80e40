"""Cox's partial likelihood with its derivatives, for any kind of risk set.

Second moments are never summed over risk sets: the information is one matrix product over the rows,
each weighted by the hazard it lived through, less one over the events. So a million rows take
tenths of a second an evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np

from seroclear.analysis.prepared import Floats
from seroclear.analysis.risk_sets import Ints
from seroclear.analysis.spans import summed

Ties = Literal["efron", "breslow"]


class Sets(Protocol):
    """Sums over risk sets; `RiskSets` says what each part means."""

    @property
    def time(self) -> Floats: ...
    @property
    def died(self) -> Ints: ...
    @property
    def died_at(self) -> Ints: ...
    def at_risk(self, values: Floats, exact: bool = False) -> Floats: ...
    def cancels(self, values: Floats, total: Floats) -> bool: ...
    def apart(self, values: Floats) -> bool: ...
    def while_at_risk(self, values: Floats, exact: bool = False) -> Floats: ...
    def of_events(self, values: Floats) -> Floats: ...
    def highest(self, values: Floats) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True, slots=True)
class Draws:
    """The terms of the likelihood: one an event (Efron) or one an event time (Breslow).

    Attributes:
        at: the event time of each draw.
        share: the share of the tied events that no longer counts in the risk set.
        weight: how often the draw counts.
    """

    at: Ints
    share: Floats
    weight: Floats


class Moments(NamedTuple):
    """The likelihood at one set of coefficients.

    Attributes:
        value, score: the log partial likelihood and its gradient.
        relative: case weight times hazard relative to the highest of its stratum, of each row.
        mean: covariates' mean in the risk set of each draw, shape (draws, columns).
        hazard: the increment at each draw of the hazard of the highest of its stratum.
        exact: hazards lie so far apart that no sum may be a difference of sums.
    """

    value: float
    score: Floats
    relative: Floats
    mean: Floats
    hazard: Floats
    exact: bool


@dataclass(frozen=True, slots=True)
class PartialLikelihood:
    """A Cox model to be evaluated.

    Attributes:
        sets: the risk sets.
        x: covariates, shape (rows, columns).
        weight: case weights, shape (rows,).
        draws: the terms.
    """

    sets: Sets
    x: Floats
    weight: Floats
    draws: Draws

    def moments(self, beta: Floats) -> Moments:
        """Evaluate at `beta`; not finite where a risk set weighs nothing."""
        sets, draws, x = self.sets, self.draws, self.x
        eta = x @ beta
        # Within each stratum: sums over strata whose hazards lie far apart would lose the smaller.
        of_rows, of_times = sets.highest(eta)
        # Who is never at risk may exceed the highest, and counts nowhere.
        relative = self.weight * np.exp(np.minimum(eta - of_rows, 0.0))
        weighed = relative[:, None] * x
        share = draws.share[:, None]
        total = sets.at_risk(relative)
        exact = sets.cancels(relative, total)
        if exact:
            total = sets.at_risk(relative, exact)
        total = total[draws.at] - draws.share * sets.of_events(relative)[draws.at]
        first = sets.at_risk(weighed, exact)[draws.at] - share * sets.of_events(weighed)[draws.at]
        with np.errstate(all="ignore"):
            mean = first / total[:, None]
            hazard = draws.weight / total
            logarithm = np.where(total > 0, np.log(total), np.nan) + of_times[draws.at]
        exact = exact or sets.apart(hazard)
        died = sets.died
        value = float(self.weight[died] @ eta[died] - draws.weight @ logarithm)
        score = self.weight[died] @ x[died] - draws.weight @ mean
        return Moments(value, score, relative, mean, hazard, exact)

    def information(self, moments: Moments, times: Floats | None = None) -> Floats:
        """Minus the Hessian; with `times`, shape (draws,), each draw counts that many times."""
        factor = np.ones(self.draws.at.size) if times is None else times
        lived = self.lived(moments.hazard * factor, moments.exact)
        second: Floats = (self.x * (moments.relative * lived)[:, None]).T @ self.x
        mean = moments.mean
        return second - (mean * (self.draws.weight * factor)[:, None]).T @ mean

    def lived(self, values: Floats, exact: bool = False) -> Floats:
        """For each row the sum of `values`, one or more a draw, over the draws it was at risk in.

        Among tied events a row counts in part: Efron's share of each draw is taken off.
        """
        size = self.sets.time.size
        draws = self.draws
        shape = (-1,) + (1,) * (values.ndim - 1)
        lived = self.sets.while_at_risk(summed(draws.at, values, size), exact)
        off = summed(draws.at, values * draws.share.reshape(shape), size)
        lived[self.sets.died] -= off[self.sets.died_at]
        return lived

    def residuals(self, moments: Moments) -> Floats:
        """Score residuals, times the case weight, shape (rows, columns): they sum to the score."""
        draws, sets = self.draws, self.sets
        counted = np.bincount(draws.at, minlength=sets.time.size)
        mean = summed(draws.at, moments.mean, sets.time.size) / counted[:, None]
        lived = self.lived(moments.hazard, moments.exact)
        pulled = self.lived(moments.hazard[:, None] * moments.mean, moments.exact)
        own = moments.relative[:, None] * (pulled - self.x * lived[:, None])
        died = sets.died
        own[died] += self.weight[died, None] * (self.x[died] - mean[sets.died_at])
        residuals: Floats = own
        return residuals


def draws(sets: Sets, weight: Floats, ties: Ties) -> Draws:
    """The terms of the likelihood: Efron, JASA 1977;72:557; Breslow, Biometrics 1974;30:89."""
    size = sets.time.size
    counted = np.bincount(sets.died_at, minlength=size)
    total = summed(sets.died_at, weight[sets.died], size)
    if ties == "breslow":
        return Draws(np.arange(size), np.zeros(size), total)
    at = np.repeat(np.arange(size), counted)
    order = np.arange(at.size) - np.repeat(np.cumsum(counted) - counted, counted)
    return Draws(
        at,
        np.asarray(order / counted[at], dtype=float),
        np.asarray((total / counted)[at], dtype=float),
    )
