"""Treatment as it was truly taken, and the HBsAg loss that came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seroclear.simulate.clocks import exponential_days, piecewise_time
from seroclear.simulate.people import (
    ADD_ON,
    IFN,
    NA,
    NEVER_FOLLOWED,
    SWITCH,
    UNTREATED,
    YEAR,
    Bool,
    Float,
    Generator,
    Int,
    People,
    day,
)
from seroclear.simulate.scenario import Scenario

ATTRIBUTION_DAYS = 336.0  # 48 weeks after interferon: a loss is still its doing (design choice)


@dataclass(frozen=True, slots=True)
class Treatment:
    """Moments in days since 1970-01-01; nan where there is none, inf where it never ends."""

    na_start: Float
    na_stop: Float
    na_restart: Float
    ifn_start: Float
    ifn_stop: Float
    transplant: Float
    loss: Float  # HBsAg; inf: never

    def on_na(self, at: Float, who: Int) -> Bool:
        """Whether each of `who` takes an NA at the given moments."""
        first = (self.na_start[who] <= at) & (at < self.na_stop[who])
        return first | (self.na_restart[who] <= at)

    def on_ifn(self, at: Float, who: Int) -> Bool:
        """Whether each of `who` is in an interferon course at the given moments."""
        return (self.ifn_start[who] <= at) & (at < self.ifn_stop[who])


def draw_treatment(scenario: Scenario, people: People, rng: Generator) -> Treatment:
    """Courses and the moment of HBsAg loss, each consistent with the other.

    Losses without interferon come from a hazard that depends on being on or off NA; losses by
    interferon from a probability a course. Combinations lose HBsAg by interferon only: a patient
    who had lost it before would not have been given it.
    """
    n, path = len(people), people.path
    takes_na = (path == NA) | (path == ADD_ON) | (path == SWITCH)
    na_start = np.where(takes_na, people.entry + rng.uniform(0, 60, n), np.nan)
    ifn_start = np.where(path == IFN, people.entry + rng.uniform(0, 60, n), np.nan)
    later = na_start + rng.uniform(1, 3, n) * YEAR
    ifn_start = np.where((path == ADD_ON) | (path == SWITCH), later, ifn_start)
    early = rng.random(n) < scenario.ifn_early_stop_share
    ifn_stop = ifn_start + scenario.ifn_weeks * 7 * np.where(early, 0.5, 1.0)

    transplanted = (path == NA) & (rng.random(n) < scenario.transplant_share)
    transplant = np.where(transplanted, people.entry + rng.uniform(0.2, 3, n) * YEAR, np.nan)

    stop = na_start + scenario.na_min_years * YEAR
    stop = stop + exponential_days(scenario.na_stop_hazard, n, rng)
    stop = np.where(transplanted | (path == ADD_ON), np.inf, np.where(takes_na, stop, np.nan))
    stop = np.where(path == SWITCH, ifn_start, stop)
    again = (path == NA) & ~transplanted & (rng.random(n) < scenario.na_restart_share)
    restart = np.where(again, stop + rng.uniform(0.4, 1.5, n) * YEAR, np.nan)

    without = _loss_without_interferon(scenario, people, na_start, stop, restart, rng)
    by_ifn = _loss_by_interferon(scenario, people, ifn_start, ifn_stop, rng)
    loss = np.where(path >= IFN, by_ifn, without)
    # A transplant replaces the infected liver; what was lost before stays lost.
    loss = np.fmin(loss, transplant)
    loss = np.where(path == NEVER_FOLLOWED, np.inf, loss)

    stop, restart = _after_loss(scenario, loss, na_start, stop, restart, transplanted, rng)
    return Treatment(na_start, stop, restart, ifn_start, ifn_stop, transplant, loss)


def _loss_without_interferon(
    scenario: Scenario,
    people: People,
    start: Float,
    stop: Float,
    restart: Float,
    rng: Generator,
) -> Float:
    draw = rng.exponential(1.0, len(people))
    lag = scenario.loss_lag_years * YEAR
    untreated = piecewise_time(draw, [people.entry + lag], [scenario.loss_untreated])
    on, off = scenario.loss_on_na, scenario.loss_after_na_stop
    first = start + lag
    treated = piecewise_time(draw, [first, np.fmax(stop, first), restart], [on, off, on])
    return np.where(people.path == UNTREATED, untreated, treated)


def _loss_by_interferon(
    scenario: Scenario, people: People, start: Float, stop: Float, rng: Generator
) -> Float:
    """During the second half of the course, in the 48 weeks after it (sooner likelier), or late."""
    n = len(people)
    chance = np.where(people.path == IFN, scenario.loss_after_ifn, scenario.loss_add_on)
    when = rng.random(n)
    during = start + (stop - start) * rng.uniform(0.5, 1.0, n)
    soon = stop + ATTRIBUTION_DAYS * rng.random(n) ** 1.5
    late = stop + ATTRIBUTION_DAYS + rng.exponential(YEAR, n)
    share_during, share_late = scenario.loss_during_ifn, scenario.loss_late_after_ifn
    moment = np.where(when < share_during, during, np.where(when > 1 - share_late, late, soon))
    return np.where(rng.random(n) < chance, moment, np.inf)


def _after_loss(
    scenario: Scenario,
    loss: Float,
    start: Float,
    stop: Float,
    restart: Float,
    for_ever: Bool,
    rng: Generator,
) -> tuple[Float, Float]:
    """NA ends after a consolidation of 3 to 18 months, or not at all; no restart after a loss."""
    n = len(loss)
    consolidated = loss + rng.uniform(0.25, 1.5, n) * YEAR
    ends = (rng.random(n) < scenario.stop_after_loss_share) & ~for_ever
    on_first = (start <= loss) & (loss < stop) & np.isfinite(loss)
    stop = np.where(on_first, np.where(ends, consolidated, np.inf), stop)
    restart = np.where(loss < np.nan_to_num(restart, nan=-np.inf), np.nan, restart)
    restart = np.where(on_first, np.nan, restart)
    return stop, restart


def last_day(scenario: Scenario) -> float:
    """The first moment after the records end."""
    return day(scenario.end) + 1
