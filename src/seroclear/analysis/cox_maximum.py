"""The maximum of Cox's partial likelihood, and what it says of each column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.independent import CONSTANT, DETERMINED
from seroclear.analysis.partial_likelihood import Moments, PartialLikelihood
from seroclear.analysis.prepared import Bools, Floats, Z

# A standard error this large, for a column of standard deviation 1, means that the likelihood
# still rises at infinity: one event of full information gives a standard error near 1.
SEPARATED_SE = 10.0
# Share of a column's information left after the columns before it; below it there is none.
LEAST_LEFT = 1e-9
MAX_ITERATIONS = 50
STEP = 1e-8  # of a standardised coefficient; Newton's next error is its square
RISE = 1e-14  # of the log likelihood, relative: there is no more to gain
FARTHEST = 5.0  # the longest step of a standardised coefficient

SEPARATED = "the outcome is separated by this column: no finite estimate"
NO_EVENTS = "no events"


@dataclass(frozen=True, slots=True)
class CoxFit:
    """Log hazard ratios per unit of each column, each array of shape (columns,).

    Attributes:
        coefficient, se, lower, upper, p: nan where `notes` says why there is none. Wald 95% limits
            and p; `se` is the robust one where it was asked for.
        covariance: of the coefficients, shape (columns, columns); nan likewise.
        naive_se: from the information, whatever the variance asked for.
        log_likelihood: without covariates and at the estimate.
        n, events: rows and rows with the event.
        notes: for each column '' or why it has no estimate.
        separated: columns along which the likelihood rises for ever.
    """

    coefficient: Floats
    se: Floats
    lower: Floats
    upper: Floats
    p: Floats
    covariance: Floats
    naive_se: Floats
    log_likelihood: tuple[float, float]
    n: int
    events: int
    notes: tuple[str, ...]
    separated: Bools


@dataclass(frozen=True, slots=True)
class Maximum:
    """The maximum in standardised columns, of those that can be estimated.

    Attributes:
        likelihood: with the kept columns, standardised.
        beta, covariance, moments: at the maximum, of the kept columns.
        kept: which columns of `x` those are, with `scale` their standard deviations.
        notes: for each column of `x` why it was not kept.
        null: the log likelihood without covariates.
    """

    likelihood: PartialLikelihood
    beta: Floats
    covariance: Floats
    moments: Moments
    kept: NDArray[np.intp]
    scale: Floats
    notes: tuple[str, ...]
    null: float

    @property
    def se(self) -> Floats:
        """Standard errors from the information, standardised."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0)))

    @property
    def separated(self) -> Bools:
        """Of the kept columns those whose likelihood rises for ever."""
        return ~((self.se > 0) & (self.se <= SEPARATED_SE))  # nan and 0: the fit ran off

    def residuals(self) -> Floats:
        """Weighted score residuals of the kept columns, shape (rows, kept)."""
        return self.likelihood.residuals(self.moments)

    def report(self, covariance: Floats) -> CoxFit:
        """The fit in the columns' own units, with the given covariance of the kept columns."""
        from scipy.stats import norm

        size = len(self.notes)
        separated = np.zeros(size, dtype=bool)
        separated[self.kept] = self.separated
        shown = self.kept[~self.separated]
        inside = ~self.separated
        columns = np.full((3, size), np.nan)
        columns[0, shown] = self.beta[inside] / self.scale[inside]
        columns[1, shown] = np.sqrt(np.diag(covariance)[inside]) / self.scale[inside]
        columns[2, shown] = self.se[inside] / self.scale[inside]
        whole = np.full((size, size), np.nan)
        whole[np.ix_(shown, shown)] = (covariance / np.outer(self.scale, self.scale))[
            np.ix_(inside, inside)
        ]
        coefficient, se, naive = columns
        notes = tuple(
            SEPARATED if apart else note for apart, note in zip(separated, self.notes, strict=True)
        )
        with np.errstate(all="ignore"):
            p = 2 * norm.sf(np.abs(coefficient / se))
        return CoxFit(
            coefficient=coefficient,
            se=se,
            lower=coefficient - Z * se,
            upper=coefficient + Z * se,
            p=p,
            covariance=whole,
            naive_se=naive,
            log_likelihood=(self.null, self.moments.value),
            n=self.likelihood.x.shape[0],
            events=int(self.likelihood.sets.died.size),
            notes=notes,
            separated=separated,
        )


def maximise(likelihood: PartialLikelihood) -> Maximum:
    """Standardise, leave out what the data say nothing about, and climb by Newton's method."""
    scaled, scale = _standardised(likelihood)
    kept, notes, null = _estimable(scaled)
    chosen = PartialLikelihood(scaled.sets, scaled.x[:, kept], scaled.weight, scaled.draws)
    beta = np.zeros(kept.size)
    moments = chosen.moments(beta)
    information = chosen.information(moments)
    for _ in range(MAX_ITERATIONS if kept.size else 0):
        try:
            step = np.linalg.solve(information, moments.score)
        except np.linalg.LinAlgError:
            break
        size = float(np.abs(step).max())
        if not np.isfinite(size):
            break
        step *= FARTHEST / max(size, FARTHEST)
        before = moments
        for halving in range(30):
            reached = chosen.moments(beta + step / 2**halving)
            # A step of rounding's size may lower the value in its last digit.
            if reached.value >= before.value - RISE * abs(before.value):
                beta, moments = beta + step / 2**halving, reached
                break
        else:
            break
        information = chosen.information(moments)
        if size < STEP or moments.value - before.value <= RISE * abs(before.value):
            break
    return Maximum(chosen, beta, _inverse(information), moments, kept, scale[kept], notes, null)


def sandwich(covariance: Floats, residuals: Floats, cluster: NDArray[np.generic] | None) -> Floats:
    """The robust covariance from weighted score residuals, summed within clusters."""
    if cluster is not None:
        code = np.unique(cluster, return_inverse=True)[1]
        sums = [np.bincount(code, weights=column) for column in residuals.T]
        residuals = np.column_stack(sums) if sums else residuals[:0]
    influence = residuals @ covariance
    robust: Floats = influence.T @ influence
    return robust


def _standardised(likelihood: PartialLikelihood) -> tuple[PartialLikelihood, Floats]:
    x = likelihood.x
    centred = x - x.mean(axis=0) if len(x) else x
    scale = np.sqrt(np.mean(centred**2, axis=0)) if len(x) else np.ones(x.shape[1])
    level = np.abs(x).max(axis=0, initial=0.0)
    scale = np.where(scale > 1e-12 * level, scale, 0.0)  # a constant, but for rounding
    centred = np.where(scale > 0, centred / np.where(scale > 0, scale, 1.0), 0.0)
    draws_ = likelihood.draws
    return PartialLikelihood(likelihood.sets, centred, likelihood.weight, draws_), scale


def _estimable(likelihood: PartialLikelihood) -> tuple[NDArray[np.intp], tuple[str, ...], float]:
    """The columns that have information of their own, notes on the others, and the null value."""
    size = likelihood.x.shape[1]
    if likelihood.sets.died.size == 0:
        return np.empty(0, dtype=np.intp), (NO_EVENTS,) * size, 0.0
    moments = likelihood.moments(np.zeros(size))
    information = likelihood.information(moments)
    total = float(likelihood.draws.weight.sum())
    kept: list[int] = []
    notes = []
    for j in range(size):
        own = float(information[j, j])
        if not own > LEAST_LEFT * total:
            notes.append(CONSTANT)
            continue
        left = own
        if kept:
            cross = information[j, kept]
            left -= float(cross @ np.linalg.solve(information[np.ix_(kept, kept)], cross))
        notes.append("" if left > LEAST_LEFT * own else DETERMINED)
        if left > LEAST_LEFT * own:
            kept.append(j)
    return np.array(kept, dtype=np.intp), tuple(notes), moments.value


def _inverse(information: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(information), dtype=float)
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)
