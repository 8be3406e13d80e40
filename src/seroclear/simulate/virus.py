"""HBV DNA as it truly runs in each person: response, resistance, relapse, and flares of ALT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from seroclear.simulate.agents import Agents
from seroclear.simulate.clocks import exponential_days
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import Viraemia
from seroclear.simulate.people import (
    IFN,
    SWITCH,
    UNTREATED,
    YEAR,
    Bool,
    Float,
    Generator,
    Int,
    People,
)
from seroclear.simulate.treatment import Treatment

MONTH: Final = YEAR / 12
ABSENT: Final = -3.0  # log10 IU/mL
SUPPRESSED: Final = 0.5  # log10 IU/mL, under every assay's limit
FALL: Final = (6.5, 0.5)  # log10 under an agent that works, and years in which 63% of it are done
NO_RESPONSE_FALL: Final = 0.6  # log10
BREAKTHROUGH_SLOPE: Final = 1.0  # log10 a month
RELAPSE_SLOPE: Final = 1.5  # log10 a month, from 2.5
RELAPSE_FROM: Final = 2.5
FLARE_DAYS: Final = 120.0
FLARE_AFTER: Final = (20.0, 60.0)  # days from relapse or resistance to the flare
RESPONSES: Final = ("complete", "partial", "none")
COMPLETE, PARTIAL, NO_RESPONSE = range(len(RESPONSES))


@dataclass(frozen=True, slots=True)
class Virus:
    """One element a person; log10 IU/mL; moments in days since 1970-01-01, inf: never."""

    base: Float  # before treatment
    fall_after_hbeag_loss: float
    response: Int  # to the first agent; index into RESPONSES
    low_level: Bool  # under the first agent
    plateau: Float  # of a partial response or low-level viraemia
    ifn_fall: Float
    relapse: Float
    relapse_flare: Float
    breakthrough_flare: Float
    spontaneous_flare: Float
    peak: Float  # ALT at the height of a flare, U/L
    returns: Bool  # HBV DNA quantifiable after a seroreversion


def draw_base(viraemia: Viraemia, people: People, rng: Generator) -> Float:
    """log10 IU/mL before any treatment."""
    table = np.array([viraemia.hbeag_positive, viraemia.hbeag_negative, viraemia.untreated])
    kind = np.where(people.hbeag, 0, np.where(people.path <= UNTREATED, 2, 1))
    base: Float = np.clip(rng.normal(table[kind, 0], table[kind, 1]), 0.8, 9.2)
    return base


def draw_virus(
    viraemia: Viraemia,
    people: People,
    treatment: Treatment,
    agents: Agents,
    outcomes: Outcomes,
    base: Float,
    rng: Generator,
) -> Virus:
    """What the virus does under treatment and after it. The HBsAg course is given: there is no
    relapse and no resistance after a loss."""
    n = len(people)
    luck = rng.random(n)
    none = np.array(viraemia.no_response_share)[agents.first]
    partial = np.array(viraemia.partial_response_share)[agents.first]
    response = np.where(
        luck < none, NO_RESPONSE, np.where(luck < none + partial, PARTIAL, COMPLETE)
    )
    response = np.where(base > 5, response, COMPLETE)  # little virus falls below the limit anyway
    low_level = (response == COMPLETE) & (rng.random(n) < viraemia.low_level_share)
    plateau = np.where(response == PARTIAL, rng.uniform(2.5, 4.5, n), rng.uniform(1.5, 3.2, n))

    off = np.where(
        (people.path == IFN) | (people.path == SWITCH), treatment.ifn_stop, treatment.na_stop
    )
    off = np.nan_to_num(off, nan=np.inf)
    relapse = off + exponential_days(viraemia.relapse_hazard, n, rng)
    # High virus returns at once after an NA taken in pregnancy alone.
    relapse = np.where(people.path == UNTREATED, off + 30.0, relapse)
    limit = np.minimum(np.nan_to_num(treatment.na_restart, nan=np.inf), outcomes.truth_to)
    limit = np.minimum(limit, outcomes.loss)
    relapse = np.where(relapse < limit, relapse, np.inf)
    delay = rng.uniform(*FLARE_AFTER, n)
    clinical = rng.random(n) < viraemia.clinical_relapse_share
    relapse_flare = np.where(clinical, relapse + delay, np.inf)
    flares = rng.random(n) < viraemia.breakthrough_flare_share
    breakthrough_flare = np.where(flares, agents.resistance + delay, np.inf)
    breakthrough_flare = np.where(breakthrough_flare < agents.change, breakthrough_flare, np.inf)

    start = np.fmin(np.fmin(treatment.na_start, treatment.ifn_start), outcomes.truth_to)
    spontaneous = people.entry + exponential_days(viraemia.flare_hazard, n, rng)
    viraemic = people.infected & people.followed & (base > 3.3)
    spontaneous = np.where(viraemic & (spontaneous < start), spontaneous, np.inf)
    limit = np.minimum(outcomes.truth_to, outcomes.loss)
    return Virus(
        base=base,
        fall_after_hbeag_loss=viraemia.fall_after_hbeag_loss,
        response=response,
        low_level=low_level,
        plateau=plateau,
        ifn_fall=rng.uniform(1.0, 6.0, n),
        relapse=relapse,
        relapse_flare=_before(relapse_flare, limit),
        breakthrough_flare=_before(breakthrough_flare, limit),
        spontaneous_flare=_before(spontaneous, limit),
        peak=np.maximum(np.exp(rng.normal(*viraemia.flare_peak, n)), 130.0),
        returns=rng.random(n) < viraemia.viraemic_after_reversion_share,
    )


def log10_dna(
    virus: Virus,
    people: People,
    treatment: Treatment,
    agents: Agents,
    outcomes: Outcomes,
    at: Float,
    who: Int,
) -> Float:
    """True HBV DNA at the given moments, log10 IU/mL; ABSENT where HBsAg is lost."""
    start, stop, restart, ifn_start, ifn_stop = (
        np.nan_to_num(x[who], nan=np.inf)
        for x in (
            treatment.na_start,
            treatment.na_stop,
            treatment.na_restart,
            treatment.ifn_start,
            treatment.ifn_stop,
        )
    )
    base = virus.base[who]
    seroconverted = np.where(outcomes.hbeag_loss[who] <= at, virus.fall_after_hbeag_loss, 0.0)
    untreated = np.maximum(base - seroconverted, np.minimum(base, 1.5))
    level = untreated
    on_na = (start <= at) & (at < stop)
    level = np.where(on_na, _first_course(virus, agents, start, at, who), level)
    interferon = base - virus.ifn_fall[who] * (1 - np.exp(-_years(ifn_start, at) / 0.4))
    level = np.where(treatment.on_ifn(at, who), np.minimum(level, interferon), level)

    relapse = virus.relapse[who]
    months = _years(relapse, at) * 12
    rebound = np.minimum(np.maximum(base, 4.5), RELAPSE_FROM + RELAPSE_SLOPE * months)
    off = ~on_na & ((stop <= at) | (ifn_stop <= at)) & ~treatment.on_ifn(at, who)
    level = np.where(off, np.where(relapse <= at, rebound, 1.0), level)
    again = np.where(np.isfinite(relapse), np.maximum(base, 4.5), 1.0)
    level = np.where(restart <= at, _fall(again, _years(restart, at)), level)

    negative = outcomes.hbsag_negative(at, who) | ~people.infected[who]
    reverted = (outcomes.reversion[who] <= at) & ~negative
    level = np.where(reverted, np.where(virus.returns[who], 3.2, 0.0), level)
    return np.where(negative, ABSENT, level)


def flare_alt(virus: Virus, at: Float, who: Int) -> Float:
    """ALT in U/L of a flare at the given moments, rising and falling in a straight line; 0 outside
    flares."""
    height = np.zeros(len(at))
    for begin in (virus.relapse_flare, virus.breakthrough_flare, virus.spontaneous_flare):
        with np.errstate(invalid="ignore"):
            part = (at - begin[who]) / FLARE_DAYS
        inside = (part >= 0) & (part <= 1)
        height = np.where(inside, 1 - np.abs(2 * part - 1) * 0.7, height)
    return height * virus.peak[who]


def _first_course(virus: Virus, agents: Agents, start: Float, at: Float, who: Int) -> Float:
    change = agents.change[who]
    first = _under_first_agent(virus, agents, start, np.minimum(at, change), who)
    return np.where(at < change, first, _fall(first, _years(change, at)))


def _under_first_agent(virus: Virus, agents: Agents, start: Float, at: Float, who: Int) -> Float:
    base, response, resistance = virus.base[who], virus.response[who], agents.resistance[who]
    years = _years(start, at)
    level = _fall(base, years)
    held = (response == PARTIAL) | virus.low_level[who]
    level = np.where(held, np.maximum(level, np.minimum(base, virus.plateau[who])), level)
    failed = base - NO_RESPONSE_FALL * (1 - np.exp(-years / FALL[1]))
    level = np.where(response == NO_RESPONSE, failed, level)
    nadir = np.maximum(level, 1.0)
    rise = nadir + BREAKTHROUGH_SLOPE * 12 * _years(resistance, at)
    return np.where(resistance <= at, np.maximum(level, np.minimum(base - 0.3, rise)), level)


def _fall(level: Float, years: Float) -> Float:
    fall, pace = FALL
    return np.maximum(level - fall * (1 - np.exp(-years / pace)), np.minimum(level, SUPPRESSED))


def _years(since: Float, at: Float) -> Float:
    """Years since a moment; 0 before it and where it never comes."""
    with np.errstate(invalid="ignore"):
        return np.where(at > since, at - since, 0.0) / YEAR


def _before(moment: Float, limit: Float) -> Float:
    return np.where(moment < limit, moment, np.inf)
