"""Multiple imputation by chained equations.

van Buuren & Groothuis-Oudshoorn, J Stat Softw 2011;45(3). Numbers by predictive mean matching
(an imputed value is one that somebody has), yes-or-no by logistic regression. The columns must
hold what the later analysis holds, the outcome included: for a time to an event its indicator and
the cumulative hazard at the time (White & Royston, Stat Med 2009;28:1982).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.estimates import independent, with_intercept
from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Bools, Floats
from seroclear.errors import SeroclearError

Kind = Literal["number", "binary"]
IMPUTATIONS = 20
CYCLES = 10
DONORS = 5
RIDGE = 1e-5  # share of the diagonal added, so that collinear columns do not stop a draw


def impute(
    columns: Floats,
    kinds: Sequence[Kind],
    seed: int,
    imputations: int = IMPUTATIONS,
    cycles: int = CYCLES,
) -> Floats:
    """Completed copies of a table, shape (imputations, persons, columns); the same for a seed.
    Arguments and errors as of `imputed`."""
    return np.array(list(imputed(columns, kinds, seed, imputations, cycles)))


def imputed(
    columns: Floats,
    kinds: Sequence[Kind],
    seed: int,
    imputations: int = IMPUTATIONS,
    cycles: int = CYCLES,
) -> Iterator[Floats]:
    """Completed copies of a table one after the other, each of shape (persons, columns): of many
    persons all together would not fit into memory.

    Args:
        columns: nan is unknown, shape (persons, columns); binary columns hold 0 and 1.
        kinds: of each column. A category of k levels is not offered.
        seed: of the random numbers.
        imputations: how many copies; more than the percentage of incomplete persons is a good rule.
        cycles: rounds through the columns before a copy is taken; one is enough, and taken, where
            only one column has unknown values: those it is drawn from do not change.

    Raises:
        SeroclearError: a column has fewer than two known values, or a binary one others than 0, 1.
    """
    missing = np.isnan(columns)
    _check(columns, kinds)
    order = [int(j) for j in np.argsort(missing.sum(axis=0), kind="stable") if missing[:, j].any()]
    rounds = cycles if len(order) > 1 else 1
    fitted: dict[int, Floats] = {}
    for stream in np.random.SeedSequence(seed).spawn(imputations):
        random = np.random.default_rng(stream)
        table = _Table(columns, missing, fitted)
        for j in order:
            table.fill(j, random.choice(columns[~missing[:, j], j], int(missing[:, j].sum())))
        for _ in range(rounds):
            for j in order:
                draw = _matched if kinds[j] == "number" else _yes_or_no
                table.fill(j, draw(table, j, random))
        yield table.values.T


class _Table:
    """A table on its way to being complete; each column is scaled anew only when it changes.

    Attributes:
        values: the columns, shape (columns, persons).
        scaled: with mean 0 and standard deviation 1.
        known, unknown: of each column the persons who have it, and those who do not.
        fitted: of each column the coefficients last fitted, in this copy or the one before: where
            the next fit starts.
    """

    def __init__(self, columns: Floats, missing: Bools, fitted: dict[int, Floats]) -> None:
        self.values = np.ascontiguousarray(columns.T)
        self.scaled = np.array([_scaled(column) for column in self.values])
        self.known = [np.flatnonzero(~column) for column in missing.T]
        self.unknown = [np.flatnonzero(column) for column in missing.T]
        self.fitted = fitted

    def fill(self, j: int, drawn: Floats) -> None:
        self.values[j, self.unknown[j]] = drawn
        self.scaled[j] = _scaled(self.values[j])

    def target(self, j: int) -> Floats:
        """What is known of the column."""
        return np.asarray(self.values[j, self.known[j]])

    def others(self, j: int, persons: NDArray[np.intp]) -> Floats:
        """The other columns of these persons, scaled, shape (persons, columns - 1)."""
        others = np.delete(np.arange(len(self.scaled)), j)
        return np.array([self.scaled[k, persons] for k in others]).reshape(len(others), -1).T


def _check(columns: Floats, kinds: Sequence[Kind]) -> None:
    for j, kind in enumerate(kinds):
        known = columns[np.isfinite(columns[:, j]), j]
        if known.size < 2:
            raise SeroclearError(
                f"Column {j + 1} to impute has fewer than two known values; leave it out."
            )
        if kind == "binary" and not np.isin(known, (0, 1)).all():
            raise SeroclearError(
                f"Column {j + 1} to impute is called binary but holds values other than 0 and 1."
            )


def _matched(table: _Table, j: int, random: np.random.Generator) -> Floats:
    """For each unknown one of the `DONORS` known values whose predictions are nearest to its own,
    from coefficients drawn for the unknown and estimated for the known."""
    seen, target = with_intercept(table.others(j, table.known[j])), table.target(j)
    square = seen.T @ seen
    inverse = np.linalg.inv(square + RIDGE * np.diag(np.diag(square) + 1e-12))
    beta = inverse @ seen.T @ target
    df = max(target.size - seen.shape[1], 1)
    variance = float(((target - seen @ beta) ** 2).sum()) / random.chisquare(df)
    drawn = beta + np.sqrt(variance) * np.linalg.cholesky(inverse) @ random.normal(size=beta.size)
    predicted = seen @ beta
    rising = np.argsort(predicted, kind="stable")
    wanted = with_intercept(table.others(j, table.unknown[j])) @ drawn
    return target[rising[_donors(predicted[rising], wanted, random)]]


def _donors(sorted_values: Floats, wanted: Floats, random: np.random.Generator) -> NDArray[np.intp]:
    """For each wanted value the place of one of the nearest `DONORS` of the sorted ones."""
    size = sorted_values.size
    donors = min(DONORS, size)
    first = np.searchsorted(sorted_values, wanted) - donors
    window = np.clip(first[:, None] + np.arange(2 * donors), 0, size - 1)
    distance = np.abs(sorted_values[window] - wanted[:, None])
    # A place that clipping repeats counts once.
    distance[:, 1:][window[:, 1:] == window[:, :-1]] = np.inf
    near = np.argsort(distance, axis=1, kind="stable")[:, :donors]
    chosen = near[np.arange(wanted.size), random.integers(0, donors, wanted.size)]
    places: NDArray[np.intp] = window[np.arange(wanted.size), chosen]
    return places


def _yes_or_no(table: _Table, j: int, random: np.random.Generator) -> Floats:
    """Draws from a logistic regression with drawn coefficients."""
    from scipy.special import expit

    seen = table.others(j, table.known[j])
    kept = independent(seen)
    event, design, weight = _augmented(table.target(j) == 1, seen.T[kept].T)
    fit = logistic(
        event, design, weight, start=_same_size(table.fitted.get(j), len(kept))
    ).estimates
    table.fitted[j] = fit.coefficient
    root = np.linalg.cholesky(fit.covariance)
    drawn = fit.coefficient + root @ random.normal(size=root.shape[0])
    chance = np.asarray(expit(with_intercept(table.others(j, table.unknown[j])[:, kept]) @ drawn))
    return (random.random(chance.size) < chance).astype(float)


def _same_size(fitted: Floats | None, columns: int) -> Floats | None:
    """The coefficients last fitted as a start, where they are of as many columns and all known."""
    if fitted is None or fitted.size != columns + 1 or not np.isfinite(fitted).all():
        return None
    return fitted


def _augmented(event: Bools, x: Floats) -> tuple[Bools, Floats, Floats]:
    """The rows with a few of little weight beside them, so that nothing separates the outcome
    (White, Daniel & Royston, Comput Stat Data Anal 2010;54:2267)."""
    size = x.shape[1]
    steps = np.concatenate([np.eye(size), -np.eye(size), np.zeros((1, size))])
    added = np.repeat(x.mean(axis=0) + steps * x.std(axis=0), 2, axis=0)
    outcome = np.tile([True, False], len(steps))
    weight = np.full(len(added), (size + 1) / len(added))
    return (
        np.concatenate([event, outcome]),
        np.concatenate([x.T, added.T], axis=1).T,
        np.concatenate([np.ones(event.size), weight]),
    )


def _scaled(column: Floats) -> Floats:
    centred = column - column.mean()
    spread = float(np.sqrt(np.mean(centred**2)))
    return np.asarray(centred / spread if spread > 0 else centred)
