"""Drugs as the pharmacy recorded them: prescriptions, with late refills and switches of agent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import YEAR, Float, Generator, Int, People, day
from seroclear.simulate.serology import PASSIVE_YEARS, VACCINE_BEFORE_VISIT
from seroclear.simulate.treatment import Treatment

AGENTS: Final = ("LAM", "LDT", "ADV", "ETV", "TDF", "TAF", "PEGIFN2A", "HBIG", "HBVAX")
CLASSES: Final = ("NA",) * 6 + ("IFN", "HBIG", "vaccine")
DOSES: Final = (100.0, 600.0, 10.0, 0.5, 300.0, 25.0, 180.0, 400.0, 20.0)
DOSE_UNITS: Final = ("mg",) * 6 + ("µg", "IU", "µg")
ROUTES: Final = ("oral",) * 6 + ("subcutaneous", "intramuscular", "intramuscular")
PEGIFN, HBIG, VACCINE = 6, 7, 8

FIRST_AGENT: Final = (0.10, 0.05, 0.08, 0.50, 0.22, 0.05)  # LAM .. TAF
TAF_SINCE: Final = "2019-01-01"  # before it, TAF is TDF; approximate market entry in China
SWITCH_SHARE: Final = 0.6  # from LAM, LDT or ADV to a first-line agent after 1 to 4 years
MONTHLY_SHARE: Final = 0.3  # patients with 30 days a prescription; the others get 90
IFN_DAYS: Final = 28  # one row for four weekly injections


@dataclass(frozen=True, slots=True)
class Prescriptions:
    """One element a prescription, ordered by person and start; days since 1970-01-01."""

    person: Int
    start: Int
    days: Int  # days' supply
    agent: Int  # index into AGENTS


def draw_prescriptions(
    people: People, treatment: Treatment, outcomes: Outcomes, rng: Generator
) -> Prescriptions:
    """What the followed were dispensed until they left care.

    Refills come up to 50 days late (never 60: that would end a course), so records and truth about
    being on treatment agree except for these gaps.
    """
    until = outcomes.followed_to
    supply = np.where(rng.random(len(people)) < MONTHLY_SHARE, 30, 90)
    parts = [
        _refills(treatment.na_start, np.fmin(treatment.na_stop, until), supply, rng),
        _refills(treatment.na_restart, until, supply, rng),
    ]
    na = _join([_with_agent(part, people, rng) for part in parts])
    four_weeks = np.full(len(people), IFN_DAYS)
    ifn = _refills(treatment.ifn_start, np.fmin(treatment.ifn_stop, until), four_weeks, rng, late=5)
    monthly = np.full(len(people), 30)
    passive_to = np.fmin(treatment.transplant + PASSIVE_YEARS * YEAR, until)
    hbig = _refills(treatment.transplant, passive_to, monthly, rng, late=8)
    vaccinated = np.flatnonzero(people.vaccinated)
    before = rng.integers(*VACCINE_BEFORE_VISIT, len(vaccinated))
    vaccine = Prescriptions(
        vaccinated,
        np.floor(people.entry[vaccinated]).astype(np.int64) - before,
        np.ones(len(vaccinated), np.int64),
        np.full(len(vaccinated), VACCINE),
    )
    ifn_rows = _of(ifn, PEGIFN)
    hbig_rows = _single_day(_of(hbig, HBIG))
    return _join([na, ifn_rows, hbig_rows, vaccine])


def _refills(
    start: Float, stop: Float, supply: Int, rng: Generator, late: int = 50
) -> Prescriptions:
    """Prescriptions that cover a course, the last one cut to end with it."""
    who = np.flatnonzero(stop > start)  # false for nan
    begin = np.floor(start[who]).astype(np.int64)
    length = np.ceil(stop[who]).astype(np.int64) - begin
    count = -(-length // supply[who])
    index = np.repeat(np.arange(len(who)), count)
    number = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    due = begin[index] + number * supply[who][index]
    luck = rng.random(len(index))
    delay = np.where(
        luck < 0.85,
        rng.integers(0, 6, len(index)),
        np.where(
            luck < 0.97,
            rng.integers(0, late // 2 + 1, len(index)),
            rng.integers(0, late + 1, len(index)),
        ),
    )
    date = due + np.where(number == 0, 0, delay)
    end = (begin + length)[index]
    keep = date < end
    days = np.minimum(supply[who][index], end - date)
    return Prescriptions(who[index][keep], date[keep], days[keep], np.zeros(keep.sum(), np.int64))


def _with_agent(rows: Prescriptions, people: People, rng: Generator) -> Prescriptions:
    n = len(people)
    first = rng.choice(len(FIRST_AGENT), n, p=FIRST_AGENT)
    first_line = rng.choice([3, 4], n, p=[0.45, 0.55])
    switch = people.entry + rng.uniform(1, 4, n) * YEAR
    switch = np.where((first < 3) & (rng.random(n) < SWITCH_SHARE), switch, np.inf)
    agent = np.where(rows.start >= switch[rows.person], first_line[rows.person], first[rows.person])
    agent = np.where((agent == 5) & (rows.start < day(TAF_SINCE)), 4, agent)
    return Prescriptions(rows.person, rows.start, rows.days, agent)


def _of(rows: Prescriptions, agent: int) -> Prescriptions:
    return Prescriptions(rows.person, rows.start, rows.days, np.full(len(rows.person), agent))


def _single_day(rows: Prescriptions) -> Prescriptions:
    """An injection is given on one day."""
    return Prescriptions(rows.person, rows.start, np.ones_like(rows.days), rows.agent)


def _join(parts: list[Prescriptions]) -> Prescriptions:
    columns = [np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Prescriptions)]
    order = np.lexsort((columns[3], columns[1], columns[0]))
    return Prescriptions(*(column[order] for column in columns))
