"""Pregnancies of the followed women, the NA given in them, and what becomes of the children."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from seroclear.simulate.clocks import exponential_days
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import Pregnancy
from seroclear.simulate.people import UNTREATED, YEAR, Bool, Float, Generator, Int, People
from seroclear.simulate.treatment import Treatment

WEEK: Final = 7.0
BIRTH_DAYS: Final = (277.0, 9.0)  # mean and SD from the last menstrual period
BIRTH_RANGE: Final = (238.0, 294.0)
LOSS_WEEKS: Final = (9.0, 20.0)


@dataclass(frozen=True, slots=True)
class Pregnancies:
    """One element a pregnancy; moments in days since 1970-01-01, inf: never."""

    mother: Int
    began: Float  # last menstrual period
    ended: Float
    birth: Bool
    prophylaxis_start: Float
    prophylaxis_stop: Float


@dataclass(frozen=True, slots=True)
class Children:
    """One element a child born while the mother was in care."""

    pregnancy: Int  # index into Pregnancies
    mother: Int
    birth: Float
    female: Bool
    immunised: Bool
    infected: Bool
    responds: Bool  # anti-HBs of its own after the vaccine


def draw_pregnancies(
    plan: Pregnancy,
    people: People,
    treatment: Treatment,
    outcomes: Outcomes,
    base: Float,
    rng: Generator,
) -> tuple[Pregnancies, Treatment]:
    """At most two pregnancies a woman, and the treatment with the NA that the untreated took in the
    first of them because of high HBV DNA (`base`, log10 IU/mL)."""
    n = len(people)
    youngest, oldest = (people.birth + age * YEAR for age in plan.ages)
    began = np.maximum(people.entry, youngest) + exponential_days(plan.hazard, n, rng)
    able = people.female & people.followed & people.infected
    began = np.where(able & (began < np.minimum(oldest, outcomes.truth_to)), began, np.inf)
    ended, birth = _end(plan, began, rng)

    high = (base > plan.prophylaxis_dna) & (outcomes.hbeag_loss > began)
    high &= (outcomes.loss > ended) & (people.path == UNTREATED) & birth
    given = high & (rng.random(n) < plan.prophylaxis_share)
    start = began + WEEK * rng.uniform(*plan.prophylaxis_weeks, n)
    given &= start < outcomes.truth_to
    start = np.where(given, start, np.inf)
    stop = np.where(given, ended + rng.uniform(*plan.prophylaxis_days_after, n) + 1, np.inf)
    changed = replace(
        treatment,
        na_start=np.where(given, start, treatment.na_start),
        na_stop=np.where(given, stop, treatment.na_stop),
    )

    again = ended + rng.uniform(*plan.again_years, n) * YEAR
    again = np.where(birth & (rng.random(n) < plan.again_share), again, np.inf)
    again = np.where(again < np.minimum(oldest, outcomes.truth_to), again, np.inf)
    ended_again, birth_again = _end(plan, again, rng)
    never = np.full(n, np.inf)
    both = Pregnancies(
        np.concatenate([np.arange(n), np.arange(n)]),
        np.concatenate([began, again]),
        np.concatenate([ended, ended_again]),
        np.concatenate([birth, birth_again]),
        np.concatenate([start, never]),
        np.concatenate([stop, never]),
    )
    happened = np.flatnonzero(np.isfinite(both.began))
    order = happened[np.lexsort((both.began[happened], both.mother[happened]))]
    columns = (getattr(both, name)[order] for name in Pregnancies.__dataclass_fields__)
    return Pregnancies(*columns), changed


def draw_children(
    plan: Pregnancy, pregnancies: Pregnancies, log10_dna: Float, outcomes: Outcomes, rng: Generator
) -> Children:
    """The children born in this hospital.

    Args:
        log10_dna: of each pregnancy's mother at its end, log10 IU/mL; of mothers without HBsAg far
            under any limit, who infect no child.
    """
    mother = pregnancies.mother
    seen = pregnancies.birth & (pregnancies.ended < outcomes.followed_to[mother])
    which = np.flatnonzero(seen)
    n = len(which)
    immunised = rng.random(n) < plan.immunised_share
    high = log10_dna[which] > plan.prophylaxis_dna
    protected = np.where(high, plan.transmission, plan.transmission_low)
    unprotected = np.where(high, *plan.transmission_unimmunised)
    chance = np.where(immunised, protected, unprotected)
    infected = (rng.random(n) < chance) & (log10_dna[which] > -1)
    return Children(
        pregnancy=which,
        mother=mother[which],
        birth=np.floor(pregnancies.ended[which]),
        female=rng.random(n) < 0.48,
        immunised=immunised,
        infected=infected,
        responds=immunised & ~infected & (rng.random(n) < plan.child_response_share),
    )


def _end(plan: Pregnancy, began: Float, rng: Generator) -> tuple[Float, Bool]:
    """When a pregnancy ends, and whether with a living child."""
    n = len(began)
    lasts = np.clip(rng.normal(*BIRTH_DAYS, n), *BIRTH_RANGE)
    lost = rng.random(n) < plan.loss_share
    lasts = np.where(lost, WEEK * rng.uniform(*LOSS_WEEKS, n), lasts)
    return began + lasts, ~lost & np.isfinite(began)
