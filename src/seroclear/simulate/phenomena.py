"""All that is true of a person beside the course of HBsAg, the liver's outcomes and the visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seroclear.simulate.agents import Agents, draw_agents
from seroclear.simulate.complications import draw_anti_hbe, draw_kinds
from seroclear.simulate.kidney import Kidney, draw_kidney
from seroclear.simulate.library import with_adefovir
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import Float, Generator, People
from seroclear.simulate.pregnancy import (
    Children,
    Pregnancies,
    draw_children,
    draw_pregnancies,
)
from seroclear.simulate.rare import RareCourse, draw_rare
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.transplant import Prophylaxis, draw_prophylaxis
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.virus import Virus, draw_base, draw_virus, log10_dna


@dataclass(frozen=True, slots=True)
class Phenomena:
    """One element a person in every array; see the modules of the parts."""

    prophylaxis: Prophylaxis
    agents: Agents
    virus: Virus
    kidney: Kidney
    anti_hbe: Float  # from when on it is there
    kinds: dict[str, Float]  # of decompensation
    pregnancies: Pregnancies
    children: Children
    rare: RareCourse


def draw_phenomena(
    scenario: Scenario,
    people: People,
    treatment: Treatment,
    outcomes: Outcomes,
    rng: Sequence[Generator],
) -> tuple[Phenomena, Treatment]:
    """The phenomena, each with a stream of its own, and the treatment as they change it: NA
    withdrawn and resumed after a transplant, NA in pregnancy."""
    base = draw_base(scenario.viraemia, people, rng[0])
    prophylaxis, treatment = draw_prophylaxis(scenario.transplant, treatment, outcomes, rng[1])
    pregnancies, treatment = draw_pregnancies(
        scenario.pregnancy, people, treatment, outcomes, base, rng[7]
    )
    agents = draw_agents(scenario.agents, people, treatment, rng[2])
    agents = with_adefovir(scenario.library, agents, scenario.seed)
    virus = draw_virus(scenario.viraemia, people, treatment, agents, outcomes, base, rng[3])
    kidney = draw_kidney(scenario.organs, people, treatment, agents, outcomes, rng[4])
    anti_hbe = draw_anti_hbe(scenario.seroconversion, people, outcomes, rng[5])
    kinds = draw_kinds(scenario.decompensation, outcomes, rng[5])
    level = log10_dna(
        virus, people, treatment, agents, outcomes, pregnancies.ended, pregnancies.mother
    )
    children = draw_children(scenario.pregnancy, pregnancies, level, outcomes, rng[7])
    rare = draw_rare(scenario.rare, people, outcomes, prophylaxis, rng[8])
    return (
        Phenomena(prophylaxis, agents, virus, kidney, anti_hbe, kinds, pregnancies, children, rare),
        treatment,
    )
