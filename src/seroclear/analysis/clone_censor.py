"""A trial of starting a treatment soon against not starting it, emulated from records.

Clone, censor, weight: everybody is put into both arms at time zero (clones), so that nobody's time
before starting is lent to the started. A clone is censored when the person leaves the arm's
strategy, and those who stay are weighted for those censored. Hernán & Robins, Am J Epidemiol
2016;183:758; Cain et al., Int J Biostat 2010;6(2):18; Maringe et al., Int J Epidemiol 2020;49:1719.

- Start within the grace period: censored at its end when not started. The weight from then on is
  one over the chance, given the baseline covariates, that someone still followed has started.
- Do not start: censored at the start. The weight is one over the chance of not having started up to
  then, by pooled logistic regression over periods on baseline and time-varying covariates.

Survival is exp(−cumulative hazard) with the weighted hazard constant within each period.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.balance import effective_size
from seroclear.analysis.estimates import independent
from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import CONFIDENCE, Bools, Floats

ROUNDING = 1e-9  # periods: times this close to the end of a period are at its end


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


@dataclass(frozen=True, slots=True)
class Arm:
    """One strategy: its survival at the ends of the periods, events and effective persons.

    Attributes:
        survival: at 0 and the end of each period, shape (periods + 1,); nan where nobody is left.
        events: that happened to clones while they followed the strategy.
        largest: weight of a clone.
        effective: clones that, equally weighted, would know as much at the end of the grace period.
    """

    survival: Floats
    events: int
    largest: float
    effective: float


@dataclass(frozen=True, slots=True)
class Emulated:
    """Both strategies; None, and a note, where the weights cannot be estimated."""

    start: Arm | None
    without: Arm | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RiskDifference:
    """Risk when starting less risk without, at the end of the periods; percentile limits.

    `failed` of the resamples had no estimate and are left out of the limits.
    """

    value: float | None
    lower: float | None
    upper: float | None
    failed: int
    note: str = ""


def clone_censor_weight(emulation: Emulation, count: Floats | None = None) -> Emulated:
    """Emulate the trial.

    Args:
        emulation: the persons.
        count: how often each person counts, for resampling, shape (n,); None: once.
    """
    count = np.ones(emulation.time.size) if count is None else count
    grace = round(emulation.grace / emulation.width)
    started = _start_weights(emulation, count)
    unstarted = _without_weights(emulation, count)
    if isinstance(started, str):
        return Emulated(None, None, started)
    if isinstance(unstarted, str):
        return Emulated(None, None, unstarted)
    n, event, start = emulation.time.size, emulation.event, emulation.start
    late = start > emulation.grace
    leaves = np.where(late, emulation.grace, math.inf)
    one = np.ones((n, emulation.periods))
    one[:, grace:] = started[:, None]
    begun = _arm(emulation, count, np.minimum(emulation.time, leaves), event, leaves, one)
    rest = _arm(emulation, count, np.minimum(emulation.time, start), event, start, unstarted)
    return Emulated(begun, rest)


def risk_difference(emulation: Emulation, seed: int, resamples: int = 500) -> RiskDifference:
    """Difference at the end of the periods with limits by resampling persons (both their clones).

    Args:
        emulation: the persons.
        seed: of the random numbers.
        resamples: how many.
    """
    found = _difference(clone_censor_weight(emulation))
    if found is None:
        note = clone_censor_weight(emulation).note or "nobody follows a strategy to the end"
        return RiskDifference(None, None, None, 0, note)
    random, n = np.random.default_rng(seed), emulation.time.size
    drawn = [
        _difference(
            clone_censor_weight(emulation, random.multinomial(n, np.full(n, 1 / n)).astype(float))
        )
        for _ in range(resamples)
    ]
    known = [value for value in drawn if value is not None]
    failed = resamples - len(known)
    if len(known) < resamples / 2:
        note = "most resamples have no estimate: no limits"
        return RiskDifference(found, None, None, failed, note)
    tail = 50 * (1 - CONFIDENCE)
    lower, upper = np.percentile(known, (tail, 100 - tail))
    note = f"{failed} of {resamples} resamples had no estimate" if failed else ""
    return RiskDifference(found, float(lower), float(upper), failed, note)


def _difference(emulated: Emulated) -> float | None:
    if emulated.start is None or emulated.without is None:
        return None
    value = float(emulated.without.survival[-1] - emulated.start.survival[-1])
    return value if math.isfinite(value) else None


def _begins(emulation: Emulation) -> Floats:
    return emulation.width * np.arange(emulation.periods, dtype=float)


def _start_weights(emulation: Emulation, count: Floats) -> Floats | str:
    """One over the chance of having started by the end of the grace period, for those followed to
    it; 0 for who had not started."""
    followed = emulation.time > emulation.grace
    in_time = emulation.start <= emulation.grace
    if not (followed & in_time & (count > 0)).any():
        return "nobody followed beyond the grace period had started in it"
    weight = np.ones(emulation.time.size)
    if (followed & ~in_time & (count > 0)).any():
        fit = logistic(in_time[followed], emulation.baseline[followed], count[followed])
        if fit.estimates.note:
            return f"starting within the grace period: {fit.estimates.note}"
        weight[followed] = 1 / fit.probability
    weight[followed & ~in_time] = 0.0
    return weight


def _without_weights(emulation: Emulation, count: Floats) -> Floats | str:
    """One over the chance of not having started by the middle of each period, shape
    (n, periods)."""
    begins = _begins(emulation)
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


def _arm(
    emulation: Emulation,
    count: Floats,
    until: Floats,
    event: Bools,
    leaves: Floats,
    weight: Floats,
) -> Arm:
    """Survival of the clones, followed to `until` in the strategy that they leave at `leaves`."""
    begins = _begins(emulation)
    end = begins[-1] + emulation.width
    counted = event & (emulation.time <= leaves) & (emulation.time <= end)
    exposure = np.clip(until[:, None] - begins, 0, emulation.width)
    weight = weight * count[:, None]
    # What happens at the end of a period belongs to it.
    place = np.ceil(emulation.time / emulation.width - ROUNDING).astype(int) - 1
    place = np.clip(place, 0, emulation.periods - 1)
    happened = np.bincount(
        place[counted],
        weights=weight[counted, place[counted]],
        minlength=emulation.periods,
    )
    followed = (weight * exposure).sum(axis=0)
    hazard = np.where(followed > 0, happened / np.where(followed > 0, followed, 1), math.nan)
    survival = np.exp(-np.concatenate([[0.0], np.cumsum(hazard * emulation.width)]))
    used = weight * (exposure > 0)
    last = min(round(emulation.grace / emulation.width), emulation.periods - 1)
    return Arm(survival, int(counted.sum()), float(used.max()), effective_size(used[:, last]))
