"""The weights of clones that stay with their strategy: see `clone_censor`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.estimates import independent
from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Bools, Floats


@dataclass(frozen=True, slots=True)
class Emulation:
    """Persons as they were followed, all times in years from time zero.

    Attributes:
        time: to outcome or end of follow-up, >= 0, shape (n,).
        event: the outcome happened at `time`, shape (n,).
        start: of the treatment, inf if never, shape (n,); a start after `time` counts as none.
        baseline: covariates at time zero, shape (n, p).
        varying: covariates at the beginning of each period, shape (n, periods, q), or None.
        grace: a whole number of periods, > 0.
        width: of a period; follow-up is cut at `periods` × width.
        periods: how many.
    """

    time: Floats
    event: Bools
    start: Floats
    baseline: Floats
    grace: float
    width: float
    periods: int
    varying: Floats | None = None


def begins_of(emulation: Emulation) -> Floats:
    """When each period begins, in years."""
    return emulation.width * np.arange(emulation.periods, dtype=float)


def start_chance(emulation: Emulation, count: Floats | None = None) -> Floats | str:
    """The chance, given the baseline covariates, of having started by the end of the grace period,
    nan for who is not followed beyond it; or why it cannot be told."""
    count = np.ones(emulation.time.size) if count is None else count
    followed = emulation.time > emulation.grace
    in_time = emulation.start <= emulation.grace
    if not (followed & in_time & (count > 0)).any():
        return "nobody followed beyond the grace period had started in it"
    chance = np.where(followed, 1.0, math.nan)
    if (followed & ~in_time & (count > 0)).any():
        fit = logistic(in_time[followed], emulation.baseline[followed], count[followed])
        if fit.estimates.note:
            return f"starting within the grace period: {fit.estimates.note}"
        chance[followed] = fit.probability
    return chance


def start_weights(emulation: Emulation, count: Floats) -> Floats | str:
    """One over the chance of having started by the end of the grace period, for those followed to
    it; 0 for who had not started."""
    chance = start_chance(emulation, count)
    if isinstance(chance, str):
        return chance
    followed = np.isfinite(chance)
    weight = np.ones(emulation.time.size)
    weight[followed] = 1 / chance[followed]
    weight[followed & (emulation.start > emulation.grace)] = 0.0
    return weight


def without_weights(emulation: Emulation, count: Floats) -> Floats | str:
    """One over the chance of not having started by the middle of each period, shape
    (n, periods)."""
    begins = begins_of(emulation)
    until = np.minimum(emulation.time, emulation.start)
    at_risk = until[:, None] > begins  # neither started nor gone when the period begins
    at_risk[:, 0] = True
    person, period = np.nonzero(at_risk & (count > 0)[:, None])
    ends = begins[period] + emulation.width
    starts = (emulation.start[person] <= ends) & (emulation.start[person] <= emulation.time[person])
    if not starts.any():
        return np.ones((emulation.time.size, emulation.periods))
    fit = logistic(starts, _rows(emulation, person, period), count[person])
    if fit.estimates.note:
        return f"starting the treatment: {fit.estimates.note}"
    log_stay = np.zeros((emulation.time.size, emulation.periods))
    log_stay[person, period] = np.log1p(-fit.probability)
    half_way = np.cumsum(log_stay, axis=1) - log_stay / 2
    return np.asarray(np.exp(-half_way))


def _rows(emulation: Emulation, person: NDArray[np.intp], period: NDArray[np.intp]) -> Floats:
    """Covariates of person-periods: time, its square, whether within the grace period (as far as
    the periods with persons tell them apart), those at baseline and those that vary."""
    seen = np.unique(period)
    parts = [_time(emulation, period)[:, independent(_time(emulation, seen))]]
    parts.append(emulation.baseline[person])
    if emulation.varying is not None:
        parts.append(emulation.varying[person, period])
    return np.column_stack(parts)


def _time(emulation: Emulation, period: NDArray[np.intp]) -> Floats:
    year = period * emulation.width
    within = period < round(emulation.grace / emulation.width)
    return np.column_stack([year, year**2, within.astype(float)])
