"""The likelihood of windows (lower, upper] when hazards are constant between cut points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import Floats
from seroclear.analysis.risk_sets import Ints

BLOCK = 4096  # persons summed at a time: what is made of them stays near the processor


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows (lower, upper] cut into pieces, with covariates.

    Of what went before the windows only sums over persons of the same covariates matter.

    Attributes:
        before: years spent in each piece up to `lower`, summed over persons of the same covariates,
            shape (pieces, distinct).
        x: their covariates, shape (p, distinct).
        within: of each event in a window the years inside it, shape (windows, pieces).
        x_within: covariates of these persons, shape (windows, p).
        exact: the piece of each event seen exactly (lower == upper), shape (exact,).
        x_exact: covariates of these persons, shape (exact, p).
    """

    before: Floats
    x: Floats
    within: Floats
    x_within: Floats
    exact: Ints
    x_exact: Floats


def exposure(time: Floats, cuts: Sequence[float]) -> Floats:
    """Years spent in each piece by `time`; pieces are [0, c1), [c1, c2) ... [ck, inf)."""
    edges = np.array([0.0, *cuts])
    ends = np.array([*cuts, np.inf])
    years: Floats = np.clip(np.minimum(time[:, None], ends) - edges, 0.0, None)
    return years


def windows(lower: Floats, upper: Floats, x: Floats, cuts: Sequence[float]) -> Windows:
    """Cut windows (lower, upper] at `cuts` (years, ascending, > 0)."""
    before = exposure(lower, cuts)
    interval = np.isfinite(upper) & (upper > lower)
    exact = lower == upper
    within = exposure(upper[interval], cuts) - before[interval]
    piece = np.searchsorted(np.array(cuts), lower[exact], side="left")
    distinct, place = _distinct(x)
    years = np.array([np.bincount(place, weights=column) for column in before.T])
    return Windows(years, x[distinct].T.copy(), within, x[interval], piece, x[exact])


def _distinct(x: Floats) -> tuple[Ints, Ints]:
    """Rows that stand for all of their covariates, and which of them each row is like; each row for
    itself where a covariate takes too many values for that to save anything."""
    rows = len(x)
    code, size = np.zeros(rows, dtype=np.intp), 1
    for column in x.T:
        values, place = np.unique(column, return_inverse=True)
        size *= values.size
        if size > rows:
            return np.arange(rows), np.arange(rows)
        code = code * values.size + place
    _, first, alike = np.unique(code, return_index=True, return_inverse=True)
    return first, alike


def log_likelihood(data: Windows, theta: Floats) -> tuple[float, Floats, Floats]:
    """Log likelihood with its gradient and Hessian at `theta`.

    With cumulative hazards H = sum of hazard x years, times the hazard ratio, and d the part of H
    inside the window: log(S(lower) - S(upper)) = -H(lower) + log(1 - exp(-d)).
    """
    pieces = data.before.shape[0]
    hazard, effect = np.exp(theta[:pieces]), theta[pieces:]
    value, gradient, hessian = _before(data, hazard, effect)
    ratio = np.exp(data.x_within @ effect)
    within = data.within * hazard * ratio[:, None]
    d = within.sum(axis=1)
    slope = 1 / np.expm1(d)
    bend = -slope * (1 + slope)
    value += float(np.log(-np.expm1(-d)).sum())
    value += float((theta[data.exact] + data.x_exact @ effect).sum())
    inside = np.column_stack([within, d[:, None] * data.x_within])
    gradient += slope @ inside
    np.add.at(gradient, data.exact, 1.0)
    gradient[pieces:] += data.x_exact.sum(axis=0)
    bent = within * slope[:, None]
    hessian += _second(
        bent.sum(axis=0),
        bent.T @ data.x_within,
        (data.x_within * bent.sum(axis=1)[:, None]).T @ data.x_within,
    )
    hessian += (inside * bend[:, None]).T @ inside
    return value, gradient, hessian


def _before(data: Windows, hazard: Floats, effect: Floats) -> tuple[float, Floats, Floats]:
    """Minus H(lower), summed, with its gradient and Hessian."""
    size = effect.size
    in_piece, lived_x = np.zeros(hazard.size), np.zeros(size)
    cross, effects = np.zeros((hazard.size, size)), np.zeros((size, size))
    for begin in range(0, data.x.shape[1], BLOCK):
        x, years = data.x[:, begin : begin + BLOCK], data.before[:, begin : begin + BLOCK]
        ratio = np.exp(effect @ x)
        of_piece = years * ratio
        lived = hazard @ of_piece
        in_piece += of_piece.sum(axis=1)
        lived_x += x @ lived
        cross += of_piece @ x.T
        effects += (x * lived) @ x.T
    in_piece *= hazard
    gradient = np.concatenate([-in_piece, -lived_x])
    return -float(in_piece.sum()), gradient, -_second(in_piece, hazard[:, None] * cross, effects)


def _second(in_piece: Floats, cross: Floats, effects: Floats) -> Floats:
    """Second derivatives of summed cumulative hazards, from their sum in each piece."""
    pieces = in_piece.size
    whole = np.zeros((pieces + len(effects), pieces + len(effects)))
    whole[:pieces, :pieces] = np.diag(in_piece)
    whole[:pieces, pieces:] = cross
    whole[pieces:, :pieces] = cross.T
    whole[pieces:, pieces:] = effects
    return whole
