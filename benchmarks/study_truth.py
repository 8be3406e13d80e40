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
from study_scenario import SCENARIO

from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.result import Row
from seroclear.simulate.agents import FIRST_LINE
from seroclear.simulate.lives import Lives
from seroclear.simulate.people import ADD_ON, IFN
from seroclear.simulate.truth_columns import FIRST_ID
from seroclear.simulate.virus import log10_dna
from seroclear.study.cohort import CENSORED, OUTCOME, Cohort

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


def reversion(lives: Lives) -> Floats:
    """HBsAg again; after a transplant, reinfection."""
    return lives.outcomes.reversion


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


def added_risk(analysis: Callable[[Cohort], list[Row]]) -> Truth:
    """The study's own emulated trial, in percent, when it is told the true days of the loss and of
    interferon: what the records cost. The simulator has no truth of its own for those who were
    given interferon had they not been, and the other way round."""

    def true(cohort: Cohort, lives: Lives) -> float:
        rows = analysis(_on_true_days(cohort, lives))
        found = [row for row in rows if (row.estimate, row.stratum) == ("risk difference", "")]
        return 100 * (found[0].value or 0.0)

    return true


def _on_true_days(cohort: Cohort, lives: Lives) -> Cohort:
    """Followed to the true loss of HBsAg, split where interferon truly was added."""
    who, index = persons(cohort, lives), zero(cohort)
    end = np.minimum(lives.outcomes.followed_to, transplant(lives))[who]
    lost = loss(lives)[who]
    time = np.maximum(np.minimum(lost, end) - index, 1.0) / DAYS_A_YEAR
    event = np.where(lost <= end, OUTCOME, CENSORED)
    added = np.where(lives.people.path == ADD_ON, lives.treatment.ifn_start, np.inf)[who]
    start = (added - index) / DAYS_A_YEAR
    split = np.flatnonzero((start > 0) & (start < time))
    everybody = np.arange(len(cohort))
    first, first_event = time.copy(), event.copy()
    first[split], first_event[split] = start[split], CENSORED
    intervals = {
        "person": np.append(everybody, split),
        "start": np.append(np.zeros(len(cohort)), start[split]),
        "stop": np.append(first, time[split]),
        "event": np.append(first_event, event[split]),
        "interferon_added": np.append(
            np.where(start <= 0, "yes", "no"), np.full(split.size, "yes")
        ).astype(object),
    }
    columns = cohort.columns | {"time": time, "event": event, "contact": time}
    return replace(cohort, columns=columns, intervals=intervals)


def infected_share(group: str = "") -> Truth:
    """Percent of the children that their mothers' true HBV DNA at the birth infects on average."""

    def true(cohort: Cohort, lives: Lives) -> float:
        number = cohort.columns["patient_id"].astype(np.int64) - FIRST_ID - len(lives.people)
        children, drawn = lives.phenomena.children, lives.phenomena
        mine = number[members(cohort, group)]
        dna = log10_dna(
            *(drawn.virus, lives.people, lives.treatment, drawn.agents, lives.outcomes),
            *(drawn.pregnancies.ended[children.pregnancy[mine]], children.mother[mine]),
        )
        plan = SCENARIO.pregnancy
        high = dna > plan.prophylaxis_dna
        return float(100 * np.mean(np.where(high, plan.transmission, plan.transmission_low)))

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
