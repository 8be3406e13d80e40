"""When people come to the hospital."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import Bool, Float, Generator, Int, People
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.treatment import last_day

SHORTEST_GAP: Final = 7.0  # days between two visits of a patient
SECOND_VISIT_SHARE: Final = 0.2  # of those never followed: "most are tested once or twice"
SECOND_VISIT_DAYS: Final = (30.0, 1500.0)
VACCINATED_AGAIN_DAYS: Final = (35.0, 120.0)  # when those just vaccinated are tested again
INPATIENT_SHARE: Final = 0.08  # of the visits of the followed
LONGEST_STAY: Final = 6  # days, shorter than the shortest gap


@dataclass(frozen=True, slots=True)
class Visits:
    """One element a visit, ordered by person and day."""

    person: Int
    day: Int  # days since 1970-01-01
    end: Int
    inpatient: Bool
    number: Int  # 0 is the person's first visit


def draw_visits(scenario: Scenario, people: People, outcomes: Outcomes, rng: Generator) -> Visits:
    """Gamma gaps for the followed, more often when ALT is elevated; one or two visits for others.

    Informative visiting works through `people.alt_elevated` alone, which is measured at visits.
    """
    person, moment = _followed(scenario, people, outcomes, rng)
    others, other_moment = _never_followed(scenario, people, rng)
    person = np.concatenate([person, others])
    day = np.floor(np.concatenate([moment, other_moment])).astype(np.int64)
    order = np.lexsort((day, person))
    person, day = person[order], day[order]
    first = np.concatenate([[True], person[1:] != person[:-1]])
    starts = np.flatnonzero(first)
    number = np.arange(len(person)) - np.repeat(starts, np.diff(np.append(starts, len(person))))
    followed = people.followed[person]
    inpatient = ~followed | (rng.random(len(person)) < INPATIENT_SHARE)
    stay = np.where(inpatient, rng.integers(2, LONGEST_STAY + 1, len(person)), 0)
    end = np.minimum(day + stay, int(last_day(scenario)) - 1)
    # Nobody is discharged alive after death.
    death = outcomes.death[person]
    end = np.where(end > death, np.floor(np.minimum(death, 1e9)), end).astype(np.int64)
    return Visits(person, day, np.maximum(end, day), inpatient, number)


def _followed(
    scenario: Scenario, people: People, outcomes: Outcomes, rng: Generator
) -> tuple[Int, Float]:
    """Enough gaps for everyone are drawn at once and summed within each person."""
    who = np.flatnonzero(people.followed)
    rate = np.where(people.alt_elevated[who], scenario.visit_rate_alt_elevated, 1.0)
    gap = people.visit_gap[who] / rate
    span = outcomes.followed_to[who] - people.entry[who]
    draws = np.ceil(1.6 * span / gap).astype(np.int64) + 12
    index = np.repeat(np.arange(len(who)), draws)
    shape = scenario.visit_gap_shape
    gaps = np.maximum(rng.gamma(shape, gap[index] / shape), SHORTEST_GAP)
    total = np.cumsum(gaps)
    first = np.cumsum(draws) - draws
    since = total - total[first][index]  # 0 at each person's first visit
    keep = since < span[index]
    moment = people.entry[who][index] + since
    return who[index][keep], moment[keep]


def _never_followed(scenario: Scenario, people: People, rng: Generator) -> tuple[Int, Float]:
    who = np.flatnonzero(~people.followed)
    twice = rng.random(len(who)) < SECOND_VISIT_SHARE
    later = rng.uniform(*SECOND_VISIT_DAYS, len(who))
    vaccinated = people.vaccinated[who]
    later = np.where(vaccinated, rng.uniform(*VACCINATED_AGAIN_DAYS, len(who)), later)
    second = people.entry[who] + later
    again = (twice | vaccinated) & (second < last_day(scenario))
    person = np.concatenate([who, who[again]])
    return person, np.concatenate([people.entry[who], second[again]])


def stack(parts: Sequence[Visits]) -> Visits:
    """Visits one block after the other."""
    names = Visits.__dataclass_fields__
    return Visits(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
