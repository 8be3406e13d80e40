"""What truly happens to everybody of a simulated hospital, before any record is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.simulate.library import with_children
from seroclear.simulate.outcomes import Outcomes, draw_outcomes
from seroclear.simulate.people import Generator, People, draw_people
from seroclear.simulate.phenomena import Phenomena, draw_phenomena
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.treatment import Treatment, draw_treatment
from seroclear.simulate.visits import Visits, draw_visits


@dataclass(frozen=True, slots=True)
class Lives:
    """The parts of a hospital's truth; one element a person in every array but those of visits,
    pregnancies and children."""

    people: People
    treatment: Treatment
    outcomes: Outcomes
    phenomena: Phenomena
    visits: Visits


def streams(scenario: Scenario) -> list[Generator]:
    """A stream of random numbers for each stage, so that a change in what the laboratory prints
    leaves the truth as it was."""
    seed = [scenario.seed, scenario.part] if scenario.part else scenario.seed
    spawned = np.random.SeedSequence(seed).spawn(16)
    return [np.random.Generator(np.random.PCG64(one)) for one in spawned]


def draw_lives(scenario: Scenario, rng: Sequence[Generator]) -> Lives:
    """The lives of everybody with a record.

    Args:
        scenario: what is true.
        rng: of `streams`; what the records draw from it comes after this.
    """
    people = with_children(scenario.library, draw_people(scenario, rng[0]), scenario.seed)
    treatment = draw_treatment(scenario, people, rng[1])
    outcomes = draw_outcomes(scenario, people, treatment, rng[2])
    visits = draw_visits(scenario, people, outcomes, rng[3])
    phenomena, treatment = draw_phenomena(scenario, people, treatment, outcomes, rng[7:])
    return Lives(people, treatment, outcomes, phenomena, visits)
