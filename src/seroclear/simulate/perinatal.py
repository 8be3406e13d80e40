"""The records of pregnancies and of the children: visits, tests, injections and codes.

They come after those of `visits` and have numbers of their own: persons from `len(people)` on are
children, in the order of `Children`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from seroclear.simulate import diagnoses as dx
from seroclear.simulate import prescriptions as rx
from seroclear.simulate import readings as r
from seroclear.simulate.chemistry import alt_readings, dna_readings
from seroclear.simulate.people import Float, Generator, Int, day
from seroclear.simulate.pregnancy import WEEK, Children, Pregnancies
from seroclear.simulate.readings import Clinic, Readings, readings
from seroclear.simulate.treatment import last_day
from seroclear.simulate.visits import Visits, stack

MONTH: Final = 30.44  # days
DOSE_MONTHS: Final = (0, 1, 6)
SECOND_TEST_MONTHS: Final = 8.0  # of the infected, after the first
STAY_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Perinatal:
    """Rows to be added to the hospital's; visits are numbered from `len(clinic.visits.day)` on."""

    visits: Visits
    results: list[Readings]
    prescriptions: rx.Prescriptions
    diagnoses: dx.Diagnoses


def perinatal_records(
    clinic: Clinic, pregnancies: Pregnancies, children: Children, rng: Generator
) -> Perinatal:
    """Antenatal visits and births of mothers in care, and the children's visits."""
    before, weeks = _antenatal(clinic, pregnancies, rng)
    births = _births(clinic, pregnancies, children)
    tests, first_test = _child_tests(clinic, children, rng)
    all_visits = stack([before, births, tests])
    offset = len(clinic.visits.day)
    maternal = stack([before, births])
    mothers = np.flatnonzero(maternal.person < len(clinic.people))
    changed = all_visits.day >= day(clinic.scenario.assay_change)
    here = replace(clinic, visits=maternal, changed=changed[: len(maternal.day)])
    negative = clinic.outcomes.hbsag_negative(
        maternal.day[mothers].astype(np.float64), maternal.person[mothers]
    )
    rows = [
        dna_readings(here, mothers, rng),
        alt_readings(here, mothers, rng),
        readings("hbsag", mothers, status=np.where(negative, r.NEGATIVE, r.POSITIVE)),
        *_child_readings(clinic, children, tests, first_test, len(maternal.day), rng),
    ]
    rows = [replace(row, visit=row.visit + offset) for row in rows]
    # Codes: the week at every antenatal visit and at birth, delivery at birth, newborn at birth.
    n_before, n_births = len(before.day), len(children.mother)
    gestation = np.concatenate([weeks, _weeks(pregnancies, children)])
    code = dx.CONDITIONS.index
    coded = [
        (np.arange(n_before), np.full(n_before, code("pregnancy"))),
        (np.arange(n_before + n_births), dx.FIRST_WEEK_CODE + gestation - dx.WEEKS[0]),
        (np.arange(n_before, n_before + n_births), np.full(n_births, code("delivery"))),
        (
            np.arange(n_before + n_births, n_before + 2 * n_births),
            np.full(n_births, code("newborn")),
        ),
    ]
    visit = np.concatenate([where for where, _ in coded])
    condition = np.concatenate([what for _, what in coded])
    return Perinatal(
        visits=all_visits,
        results=rows,
        prescriptions=_injections(clinic, children),
        diagnoses=dx.Diagnoses(visit + offset, condition),
    )


def _antenatal(clinic: Clinic, pregnancies: Pregnancies, rng: Generator) -> tuple[Visits, Int]:
    """Visits in the planned weeks, while in care, with the completed week of each."""
    plan = clinic.scenario.pregnancy
    which = np.repeat(np.arange(len(pregnancies.mother)), len(plan.visit_weeks))
    week = np.tile(plan.visit_weeks, len(pregnancies.mother)) + rng.uniform(-1, 1, len(which))
    at = pregnancies.began[which] + WEEK * week
    mother = pregnancies.mother[which]
    kept = rng.random(len(which)) < plan.visit_share
    kept &= (at < pregnancies.ended[which] - 1) & (at >= clinic.people.entry[mother])
    kept &= at < np.floor(clinic.outcomes.followed_to[mother])
    moment = np.floor(at[kept]).astype(np.int64)
    return _visits(mother[kept], moment, moment), np.floor(week[kept]).astype(np.int64)


def _births(clinic: Clinic, pregnancies: Pregnancies, children: Children) -> Visits:
    """The mother's stay in hospital, then the child's."""
    at = children.birth.astype(np.int64)
    limit = np.minimum(clinic.outcomes.followed_to[children.mother], last_day(clinic.scenario) - 1)
    end = np.maximum(np.minimum(at + STAY_DAYS, np.floor(limit).astype(np.int64)), at)
    child = len(clinic.people) + np.arange(len(at))
    return stack([_visits(children.mother, at, end), _visits(child, at, end)])


def _weeks(pregnancies: Pregnancies, children: Children) -> Int:
    days = pregnancies.ended - pregnancies.began
    return np.floor(days[children.pregnancy] / WEEK).astype(np.int64)


def _child_tests(clinic: Clinic, children: Children, rng: Generator) -> tuple[Visits, Int]:
    """Visits at which children are tested, the infected twice; and whose (index into Children)."""
    plan, n = clinic.scenario.pregnancy, len(children.mother)
    first = children.birth + MONTH * rng.uniform(*plan.child_test_months, n)
    tested = rng.random(n) < plan.child_test_share
    second = np.where(children.infected, first + SECOND_TEST_MONTHS * MONTH, np.inf)
    at, who = np.concatenate([first, second]), np.tile(np.arange(n), 2)
    kept = np.tile(tested, 2) & (at < last_day(clinic.scenario))
    moment = np.floor(at[kept]).astype(np.int64)
    return _visits(len(clinic.people) + who[kept], moment, moment), who[kept]


def _child_readings(
    clinic: Clinic, children: Children, tests: Visits, who: Int, first: int, rng: Generator
) -> list[Readings]:
    """HBsAg in words and anti-HBs as a number, at visits numbered from `first` on."""
    visit = first + np.arange(len(who))
    titre = np.exp(rng.normal(np.log(300), 0.9, len(who)))
    own = children.responds[who]
    value: Float = np.where(own, np.clip(titre, 13.0, 1000.0), rng.uniform(0, 7, len(who)))
    status = np.where(children.infected[who], r.POSITIVE, r.NEGATIVE)
    return [
        readings("hbsag", visit, status=status),
        readings("anti_hbs", visit, value=np.round(value, 2), assay=r.ANTI_HBS),
    ]


def _injections(clinic: Clinic, children: Children) -> rx.Prescriptions:
    """Immunoglobulin and vaccine at birth, and the later doses of vaccine."""
    who = np.flatnonzero(children.immunised)
    given = [(children.birth[who] + round(m * MONTH), rx.VACCINE) for m in DOSE_MONTHS]
    given.append((children.birth[who], rx.HBIG))
    at = np.concatenate([moment for moment, _ in given]).astype(np.int64)
    agent = np.repeat([agent for _, agent in given], len(who))
    person = len(clinic.people) + np.tile(who, len(given))
    kept = at < last_day(clinic.scenario)
    order = np.lexsort((agent[kept], at[kept], person[kept]))
    one_day = np.ones(kept.sum(), np.int64)
    return rx.Prescriptions(person[kept][order], at[kept][order], one_day, agent[kept][order])


def _visits(person: Int, at: Int, end: Int) -> Visits:
    return Visits(person, at, end, end > at, np.zeros_like(at))
