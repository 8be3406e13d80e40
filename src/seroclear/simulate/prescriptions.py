"""Drugs as the pharmacy recorded them: prescriptions, with late refills and switches of agent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from seroclear.simulate.agents import ADV, LAM, LDT, Agents
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import NA_AGENTS
from seroclear.simulate.people import Float, Generator, Int, People
from seroclear.simulate.phenomena import Phenomena
from seroclear.simulate.serology import VACCINE_BEFORE_VISIT
from seroclear.simulate.transplant import DOSE_DAYS
from seroclear.simulate.treatment import Treatment

AGENTS: Final = (*NA_AGENTS, "PEGIFN2A", "HBIG", "HBVAX")
CLASSES: Final = ("NA",) * 6 + ("IFN", "HBIG", "vaccine")
DOSES: Final = (100.0, 600.0, 10.0, 0.5, 300.0, 25.0, 180.0, 400.0, 20.0)
DOSE_UNITS: Final = ("mg",) * 6 + ("µg", "IU", "µg")
ROUTES: Final = ("oral",) * 6 + ("subcutaneous", "intramuscular", "intramuscular")
PEGIFN, HBIG, VACCINE = 6, 7, 8

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
    people: People,
    treatment: Treatment,
    phenomena: Phenomena,
    outcomes: Outcomes,
    rng: Generator,
) -> Prescriptions:
    """What the followed were dispensed until they left care.

    Refills come up to 50 days late (never 60: that would end a course), so records and truth about
    being on treatment agree except for these gaps.
    """
    until, agents, prophylaxis = outcomes.followed_to, phenomena.agents, phenomena.prophylaxis
    supply = np.where(rng.random(len(people)) < MONTHLY_SHARE, 30, 90)
    parts = [
        _refills(treatment.na_start, np.fmin(treatment.na_stop, until), supply, rng),
        _refills(treatment.na_restart, until, supply, rng),
    ]
    na = join([_with_agent(part, agents) for part in parts])
    four_weeks = np.full(len(people), IFN_DAYS)
    ifn = _refills(treatment.ifn_start, np.fmin(treatment.ifn_stop, until), four_weeks, rng, late=5)
    monthly = np.full(len(people), 30)
    hbig = [
        _refills(prophylaxis.hbig_start, np.minimum(prophylaxis.hbig_stop, until), monthly, rng, 8),
        _refills(prophylaxis.hbig_restart, until, monthly, rng, 8),
    ]
    vaccinated = np.flatnonzero(people.vaccinated)
    before = rng.integers(*VACCINE_BEFORE_VISIT, len(vaccinated))
    vaccine = Prescriptions(
        vaccinated,
        np.floor(people.entry[vaccinated]).astype(np.int64) - before,
        np.ones(len(vaccinated), np.int64),
        np.full(len(vaccinated), VACCINE),
    )
    ifn_rows = _of(ifn, PEGIFN)
    hbig_rows = [_single_day(_of(part, HBIG)) for part in hbig]
    doses = [_dose(prophylaxis.vaccine + days, until) for days in DOSE_DAYS]
    doses.append(_dose(phenomena.rare.booster, until))
    return join([na, ifn_rows, *hbig_rows, vaccine, *doses])


def second_prescriptions(rows: Prescriptions, agents: Agents) -> Prescriptions:
    """The prescriptions, with adefovir beside the first agent of those who have both."""
    first = np.isin(rows.agent, (LAM, LDT)) & (rows.agent == agents.first[rows.person])
    beside = first & agents.adefovir[rows.person]
    if not beside.any():
        return rows
    adefovir = np.full(int(beside.sum()), ADV)
    added = Prescriptions(rows.person[beside], rows.start[beside], rows.days[beside], adefovir)
    return join([rows, added])


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


def _with_agent(rows: Prescriptions, agents: Agents) -> Prescriptions:
    agent = agents.at(rows.start.astype(np.float64), rows.person)
    return Prescriptions(rows.person, rows.start, rows.days, agent)


def _dose(moment: Float, until: Float) -> Prescriptions:
    """One dose of vaccine each, at moments before `until`."""
    who = np.flatnonzero(moment < until)
    day = np.floor(moment[who]).astype(np.int64)
    return Prescriptions(who, day, np.ones_like(day), np.full(len(who), VACCINE))


def _of(rows: Prescriptions, agent: int) -> Prescriptions:
    return Prescriptions(rows.person, rows.start, rows.days, np.full(len(rows.person), agent))


def _single_day(rows: Prescriptions) -> Prescriptions:
    """An injection is given on one day."""
    return Prescriptions(rows.person, rows.start, np.ones_like(rows.days), rows.agent)


def join(parts: list[Prescriptions]) -> Prescriptions:
    """All prescriptions, ordered by person, start and agent."""
    columns = [np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Prescriptions)]
    order = np.lexsort((columns[3], columns[1], columns[0]))
    return Prescriptions(*(column[order] for column in columns))
