"""The kidney under NA: eGFR as it truly runs, and proximal tubulopathy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from seroclear.simulate.agents import ADV, Agents
from seroclear.simulate.clocks import exponential_days
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import Organs
from seroclear.simulate.people import YEAR, Bool, Float, Generator, Int, People
from seroclear.simulate.treatment import Treatment

UMOL_PER_MG_DL: Final = 88.4
EGFR_RANGE: Final = (12.0, 135.0)


@dataclass(frozen=True, slots=True)
class Kidney:
    """One element a person; rates in mL/min/1.73 m2 a year."""

    at_entry: Float
    aging: float
    by_agent: Float  # one element an agent, on top of ageing
    own: Float  # on top of both, while on NA
    in_tubulopathy: float
    tubulopathy: Float  # moment, inf: never
    recovery: Float  # the agent was withdrawn


def draw_kidney(
    organs: Organs,
    people: People,
    treatment: Treatment,
    agents: Agents,
    outcomes: Outcomes,
    rng: Generator,
) -> Kidney:
    """eGFR at entry, and a tubulopathy of those whose first agent causes one; it ends with the
    agent."""
    n = len(people)
    age = (people.entry - people.birth) / YEAR
    mean, spread = organs.egfr_at_40
    at_entry = np.clip(mean - organs.egfr_per_year * (age - 40) + rng.normal(0, spread, n), 20, 130)
    start = np.nan_to_num(treatment.na_start, nan=np.inf)
    withdrawn = np.fmin(agents.change, treatment.na_stop)
    hazard = np.array(organs.tubulopathy_hazard)[agents.first]
    with np.errstate(divide="ignore"):
        onset = start + exponential_days(1.0, n, rng) / hazard
    onset = np.where(onset < np.fmin(withdrawn, outcomes.truth_to), onset, np.inf)
    recovery = np.where(np.isfinite(onset), withdrawn, np.inf)
    return Kidney(
        at_entry=at_entry,
        aging=-organs.egfr_per_year,
        by_agent=np.array(organs.egfr_change),
        own=rng.normal(0, organs.egfr_change_between, n),
        in_tubulopathy=organs.tubulopathy_egfr,
        tubulopathy=onset,
        recovery=recovery,
    )


def egfr(
    kidney: Kidney, people: People, treatment: Treatment, agents: Agents, at: Float, who: Int
) -> Float:
    """True eGFR at the given moments, mL/min/1.73 m2."""
    start, stop, restart, change = (
        np.nan_to_num(x[who], nan=np.inf)
        for x in (treatment.na_start, treatment.na_stop, treatment.na_restart, agents.change)
    )
    first, second = (
        kidney.by_agent[agent[who]] + kidney.own[who] for agent in (agents.first, agents.second)
    )
    first = first + np.where(agents.adefovir[who], kidney.by_agent[ADV], 0.0)
    value = kidney.at_entry[who] + kidney.aging * (at - people.entry[who]) / YEAR
    for begin, end in ((start, stop), (restart, np.full(len(at), np.inf))):
        value += first * _years(begin, np.minimum(end, change), at)
        value += second * _years(np.maximum(begin, change), end, at)
    ill = _years(kidney.tubulopathy[who], kidney.recovery[who], at)
    return np.clip(value + kidney.in_tubulopathy * ill, *EGFR_RANGE)


def creatinine(egfr: Float, age: Float, female: Bool) -> Float:
    """Creatinine in µmol/L that gives this eGFR by CKD-EPI 2021 (Inker, NEJM 2021)."""
    kappa, alpha = np.where(female, 0.7, 0.9), np.where(female, -0.241, -0.302)
    ratio = egfr / (142 * 0.9938**age * np.where(female, 1.012, 1.0))
    return UMOL_PER_MG_DL * kappa * np.where(ratio > 1, ratio ** (1 / alpha), ratio ** (1 / -1.2))


def tubulopathy(kidney: Kidney, at: Float, who: Int) -> Bool:
    """Whether phosphate is being lost at the given moments."""
    return np.asarray((kidney.tubulopathy[who] <= at) & (at < kidney.recovery[who]))


def _years(begin: Float, end: Float, at: Float) -> Float:
    """Years between two moments that have passed at a third."""
    until = np.minimum(end, at)
    with np.errstate(invalid="ignore"):
        return np.where(until > begin, until - begin, 0.0) / YEAR
