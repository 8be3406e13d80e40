"""True HBV DNA and eGFR of the people of a study's cohort, whatever was measured of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from replicate import DAYS_A_YEAR
from study_truth import WEEK, Floats, Truth, members, persons, zero

from seroclear.simulate.kidney import egfr
from seroclear.simulate.lives import Lives
from seroclear.simulate.people import day
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.virus import log10_dna
from seroclear.study.cohort import Cohort

GRID_DAYS = 30.0  # a true eGFR is looked at so often
MOST_DNA = np.log10(2000.0)  # of low-level viraemia, IU/mL
ASSAY_LIMITS = (np.log10(20.0), np.log10(10.0))  # of HBV DNA, before and from the change of assay


def dna_at(cohort: Cohort, lives: Lives, weeks: float) -> Floats:
    """True HBV DNA so long after time zero, log10 IU/mL."""
    who, drawn = persons(cohort, lives), lives.phenomena
    return log10_dna(
        *(drawn.virus, lives.people, lives.treatment, drawn.agents, lives.outcomes),
        *(zero(cohort) + weeks * WEEK, who),
    )


def low_level_share(cohort: Cohort, lives: Lives) -> float:
    """Of those truly under 2000 IU/mL at week 48, percent at or above the limit of the assay."""
    dna, limit = dna_at(cohort, lives, 48), assay_limit(cohort, 48)
    low = dna < MOST_DNA
    return float(100 * np.mean(dna[low] >= limit[low]))


def assay_limit(cohort: Cohort, weeks: float) -> Floats:
    """The limit of the assay of HBV DNA so long after time zero, log10 IU/mL."""
    changed = zero(cohort) + weeks * WEEK >= day(Scenario().assay_change)
    return np.where(changed, ASSAY_LIMITS[1], ASSAY_LIMITS[0])


def undetectable_share(group: str) -> Truth:
    """Percent truly under the limit of the assay of that day at week 48."""

    def true(cohort: Cohort, lives: Lives) -> float:
        mine = members(cohort, group)
        under = dna_at(cohort, lives, 48) < assay_limit(cohort, 48)
        return float(100 * np.mean(under[mine]))

    return true


def egfr_at(lives: Lives, at: Floats, who: Any) -> Floats:
    """True eGFR."""
    drawn = lives.phenomena
    return egfr(drawn.kidney, lives.people, lives.treatment, drawn.agents, at, who)


def dysfunction_share(group: str) -> Truth:
    """Percent with a true eGFR under 60, or a fifth under that of the start, at week 144."""

    def true(cohort: Cohort, lives: Lives) -> float:
        mine = members(cohort, group)
        who, index = persons(cohort, lives)[mine], zero(cohort)[mine]
        before, later = (egfr_at(lives, index + weeks * WEEK, who) for weeks in (0.0, 144.0))
        return float(100 * np.mean((later < 60) | (later <= 0.8 * before)))

    return true


def decline_rate(group: str) -> Truth:
    """Per 100 person-years of the cohort's follow-up: true eGFR falls to 70% of that at entry."""

    def true(cohort: Cohort, lives: Lives) -> float:
        mine = members(cohort, group)
        who, index = persons(cohort, lives)[mine], zero(cohort)[mine]
        until = cohort.columns["time"][mine] * DAYS_A_YEAR
        limit = 0.7 * egfr_at(lives, lives.people.entry[who], who)
        time, fallen = until.copy(), np.zeros(len(who), dtype=bool)
        for since in np.arange(0.0, until.max() + GRID_DAYS, GRID_DAYS):
            low = ~fallen & (since <= until) & (egfr_at(lives, index + since, who) <= limit)
            time[low], fallen = since, fallen | low
        return float(100 * DAYS_A_YEAR * fallen.sum() / time.sum())

    return true
