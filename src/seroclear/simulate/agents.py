"""Which NA a person truly takes, and the resistance it meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from seroclear.simulate.clocks import exponential_days, piecewise_time
from seroclear.simulate.parameters import NA_AGENTS, AgentUse
from seroclear.simulate.people import UNTREATED, YEAR, Bool, Float, Generator, Int, People, day
from seroclear.simulate.treatment import Treatment

LAM, LDT, ADV, ETV, TDF, TAF = range(len(NA_AGENTS))
FIRST_LINE: Final = (ETV, TDF, TAF)


@dataclass(frozen=True, slots=True)
class Agents:
    """Codes index NA_AGENTS; moments are days since 1970-01-01, inf: never."""

    first: Int
    second: Int  # from `change` on, in every later course too
    change: Float
    resistance: Float  # to the first agent, in the first course
    adefovir: Bool  # beside the first agent

    def at(self, moment: Float, who: Int) -> Int:
        """The NA that each of `who` takes at the given moments if they take one."""
        return np.where(moment >= self.change[who], self.second[who], self.first[who])


def draw_agents(use: AgentUse, people: People, treatment: Treatment, rng: Generator) -> Agents:
    """First agent by the year of the start, resistance by agent, and what is taken instead.

    Resistance is drawn for the first agent of the first course alone: later agents are first-line
    ones, or adefovir as rescue before tenofovir was there.
    """
    n = len(people)
    start, stop = (np.nan_to_num(x, nan=np.inf) for x in (treatment.na_start, treatment.na_stop))
    eras = np.array([day(since) for since, _ in use.first_agent])
    era = np.clip(np.searchsorted(eras, start, side="right") - 1, 0, None)
    shares = np.cumsum([mix for _, mix in use.first_agent], axis=1)
    first = (rng.random(n)[:, None] >= shares[era, :-1]).sum(axis=1)
    tdf_since, taf_since = day(use.tdf_since), day(use.taf_since)
    prophylaxis = np.where(start >= tdf_since, TDF, LDT)  # the untreated take NA in pregnancy only
    first = np.where(people.path == UNTREATED, prophylaxis, first)

    non_first_line = ~np.isin(first, FIRST_LINE)
    planned = start + exponential_days(use.change_hazard, n, rng)
    planned = np.where(non_first_line & (planned < stop), planned, np.inf)
    resistance = _resistance(use, first, start, rng)
    ends = np.minimum(np.minimum(planned, stop), treatment.loss)
    resistance = np.where(resistance < ends, resistance, np.inf)
    rescue = resistance + rng.uniform(*use.rescue_days, n)
    rescue = np.where(rng.random(n) < use.rescue_share, rescue, np.inf)
    change = np.minimum(planned, rescue)

    tenofovir = np.where((change >= taf_since) & (rng.random(n) < 0.5), TAF, TDF)
    late = np.where((first == ADV) & (rng.random(n) < 0.5), ETV, tenofovir)
    early = np.where(np.isfinite(resistance) & (first != ADV), ADV, ETV)
    second = np.where(change >= tdf_since, late, early)
    return Agents(first, second, change, resistance, np.zeros(n, dtype=bool))


def _resistance(use: AgentUse, first: Int, start: Float, rng: Generator) -> Float:
    draw = rng.exponential(1.0, len(first))
    moment = np.full(len(first), np.inf)
    for agent, cumulative in enumerate(use.resistance):
        free = 1 - np.array([0.0, *cumulative])
        hazards = np.log(free[:-1] / free[1:])
        mine = np.flatnonzero((first == agent) & np.isfinite(start))
        knots = [start[mine] + year * YEAR for year in range(len(hazards))]
        moment[mine] = piecewise_time(draw[mine], knots, list(hazards))
    return moment
