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

from seroclear.analysis.balance import effective_size
from seroclear.analysis.clone_weights import (
    Emulation,
    begins_of,
    start_weights,
    without_weights,
)
from seroclear.analysis.prepared import CONFIDENCE, Bools, Floats

ROUNDING = 1e-9  # periods: times this close to the end of a period are at its end


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
    started = start_weights(emulation, count)
    unstarted = without_weights(emulation, count)
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


def _arm(
    emulation: Emulation,
    count: Floats,
    until: Floats,
    event: Bools,
    leaves: Floats,
    weight: Floats,
) -> Arm:
    """Survival of the clones, followed to `until` in the strategy that they leave at `leaves`."""
    begins = begins_of(emulation)
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
