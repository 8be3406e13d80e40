"""What is true of the people of a study's cohort, from the lives that the simulator drew for them.

Nothing here reads a record but the cohort itself: who is in it, from which day, in which group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from replicate import DAYS_A_YEAR, true_survival

from seroclear.analysis.cox_kernel import cox_regression
from seroclear.simulate.agents import FIRST_LINE
from seroclear.simulate.lives import Lives
from seroclear.simulate.people import ADD_ON, IFN
from seroclear.simulate.truth_columns import FIRST_ID
from seroclear.study.cohort import Cohort

Floats = NDArray[np.float64]
Moment = Callable[[Lives], Floats]
Truth = Callable[[Cohort, Lives], float]
WEEK = 7.0


def persons(cohort: Cohort, lives: Lives) -> Any:
    """The place in `lives` of each row of a cohort; of a child, its mother's."""
    number = cohort.columns["patient_id"].astype(np.int64) - FIRST_ID
    adults = len(lives.people)
    if (number < adults).all():
        return number
    return np.append(np.arange(adults), lives.phenomena.children.mother)[number]


def zero(cohort: Cohort) -> Floats:
    """Time zero in days since 1970-01-01."""
    return np.asarray(cohort.columns["index"].astype("datetime64[D]").astype(float))


def members(cohort: Cohort, group: str) -> Any:
    """Who is in the group; everybody for ''."""
    if not group:
        return np.ones(len(cohort), dtype=bool)
    return cohort.columns["group"] == group


def loss(lives: Lives) -> Floats:
    """Of HBsAg; what a transplant took away is none."""
    lost = lives.outcomes.loss
    return np.where(lost == transplant(lives), np.inf, lost)


def hcc(lives: Lives) -> Floats:
    return lives.outcomes.hcc


def death(lives: Lives) -> Floats:
    return lives.outcomes.death


def hbeag_loss(lives: Lives) -> Floats:
    return lives.outcomes.hbeag_loss


def relapse(lives: Lives) -> Floats:
    return lives.phenomena.virus.relapse


def retreatment(lives: Lives) -> Floats:
    return np.nan_to_num(lives.treatment.na_restart, nan=np.inf)


def transplant(lives: Lives) -> Floats:
    return np.nan_to_num(lives.treatment.transplant, nan=np.inf)


def na_stop(lives: Lives) -> Floats:
    return np.nan_to_num(lives.treatment.na_stop, nan=np.inf)


def to_first_line(lives: Lives) -> Floats:
    agents = lives.phenomena.agents
    return np.where(np.isin(agents.second, FIRST_LINE), agents.change, np.inf)


def incidence(
    event: Moment, rivals: Sequence[Moment], years: float, group: str = "", leaves: Moment = death
) -> Truth:
    """Cumulative incidence in percent of the true event, with those whose rival truly came first,
    among people who are all watched until they die, `leaves` or the scenario ends."""

    def true(cohort: Cohort, lives: Lives) -> float:
        mine = members(cohort, group)
        who, index = persons(cohort, lives)[mine], zero(cohort)[mine]
        end = np.minimum(lives.outcomes.truth_to, leaves(lives))[who]
        rival = np.min([np.full(len(who), np.inf), *(one(lives)[who] for one in rivals)], axis=0)
        moment = event(lives)[who]
        time = np.maximum(np.min([moment, rival, end], axis=0) - index, 0.0) / DAYS_A_YEAR
        first = (moment <= rival) & (moment <= end)
        kind = np.where(first, 1, np.where(rival <= end, 2, 0))
        return 100 * _cumulative_incidence(time, kind, years)

    return true


def _cumulative_incidence(time: Floats, kind: Any, years: float) -> float:
    """Aalen-Johansen, one person after the other."""
    order = np.argsort(time, kind="stable")
    time, kind = time[order], kind[order]
    at_risk = len(time) - np.arange(len(time))
    free = np.cumprod(1 - (kind > 0) / at_risk)
    before = np.append(1.0, free[:-1])
    return float(np.sum((before * (kind == 1) / at_risk)[time <= years]))


def free(event: Moment, years: float, leaves: Moment) -> Truth:
    """Percent free of the true event, were there no `leaves`."""
    true = incidence(event, (), years, leaves=leaves)
    return lambda cohort, lives: 100 - true(cohort, lives)


def rate(event: Moment, group: str = "") -> Truth:
    """True events per 100 person-years until the patient truly leaves care."""

    def true(cohort: Cohort, lives: Lives) -> float:
        mine = members(cohort, group)
        who, index = persons(cohort, lives)[mine], zero(cohort)[mine]
        moment, end = event(lives)[who], lives.outcomes.followed_to[who]
        counts = (index < end) & (index < moment)
        happened = (moment <= end) & counts
        years = np.where(counts, np.minimum(moment, end) - index, 0.0).sum() / DAYS_A_YEAR
        return float(100 * happened.sum() / years)

    return true


def stays_lost(years: float, group: str = "") -> Truth:
    """Chance in percent to stay free of seroreversion; see `replicate.true_survival`."""

    def true(cohort: Cohort, lives: Lives) -> float:
        mine = members(cohort, group)
        who, outcomes = persons(cohort, lives)[mine], lives.outcomes
        known = {
            "loss_day": outcomes.loss[who],
            "index": zero(cohort)[mine],
            "hazard_year_1": outcomes.hazard_1[who],
            "hazard_later": outcomes.hazard_2[who],
            "second_loss_day": outcomes.second_loss[who],
        }
        return float(100 * np.mean(true_survival(known, years)))

    return true


def added_risk(weeks: float, grace: float) -> Truth:
    """Percent with a true loss after so many weeks, interferon begun within the grace period less
    never begun (watched until it is)."""

    def begins(lives: Lives) -> Floats:
        return np.where(lives.people.path == ADD_ON, lives.treatment.ifn_start, np.inf)

    def true(cohort: Cohort, lives: Lives) -> float:
        who, years = persons(cohort, lives), weeks * WEEK / DAYS_A_YEAR
        soon = begins(lives)[who] <= zero(cohort) + grace * WEEK
        starters = {**cohort.columns, "group": np.where(soon, "soon", "").astype(object)}
        begun = incidence(loss, (), years, "soon")(_with(cohort, starters), lives)
        return begun - incidence(loss, (), years, leaves=begins)(cohort, lives)

    return true


def resistant_share(group: str) -> Truth:
    """Percent whose virus truly is resistant to the first agent."""

    def true(cohort: Cohort, lives: Lives) -> float:
        who = persons(cohort, lives)[members(cohort, group)]
        return float(100 * np.mean(np.isfinite(lives.phenomena.agents.resistance[who])))

    return true


def interferon_ratio(cohort: Cohort, lives: Lives) -> float:
    """Log hazard ratio of cancer, interferon against NA, by Cox regression of everybody's true days
    and true covariates: what the comparison tends to when the records hide nothing."""
    who, index = persons(cohort, lives), zero(cohort)
    people, outcomes = lives.people, lives.outcomes
    moment, end = outcomes.hcc[who], outcomes.truth_to[who]
    x = [
        people.path[who] == IFN,
        (index - people.birth[who]) / DAYS_A_YEAR / 10,
        people.hbeag[who],
        people.alt_elevated[who],
        outcomes.cirrhosis[who] <= index,
    ]
    free = moment > index
    time = (np.minimum(moment, end) - index) / DAYS_A_YEAR
    matrix = np.column_stack(x).astype(float)
    fit = cox_regression(time[free], (moment <= end)[free], matrix[free])
    return float(fit.coefficient[0])


def _with(cohort: Cohort, columns: dict[str, Any]) -> Cohort:
    return replace(cohort, columns=columns)
