"""Children among the patients, and two agents from the first day.

None of it happens in a hospital whose scenario does not ask for it. Its random numbers are its own:
asking for it changes nothing else but what follows from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from seroclear.simulate.agents import LAM, LDT, Agents
from seroclear.simulate.parameters import Library
from seroclear.simulate.people import YEAR, Generator, People

# On for the hospital on which every study runs; design choices.
ASKED_FOR: Final = Library(childhood_share=0.06, adefovir_share=0.4, sequencing_share=0.7)
CHILDREN, TWO_AGENTS, SEQUENCES, EXPRESSION = range(4)


def stream(seed: int, which: int) -> Generator:
    """Random numbers of one phenomenon, whatever the others draw."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 77, which])))


def with_children(library: Library, people: People, seed: int) -> People:
    """Some of the followed come as children, most of them HBeAg positive."""
    if not library.childhood_share:
        return people
    rng, n = stream(seed, CHILDREN), len(people)
    child = people.followed & (rng.random(n) < library.childhood_share)
    age = rng.uniform(*library.childhood_ages, n)
    hbeag = rng.random(n) < library.childhood_hbeag_share
    return replace(
        people,
        birth=np.where(child, np.floor(people.entry - age * YEAR), people.birth),
        hbeag=np.where(child & people.infected, hbeag, people.hbeag),
    )


def with_adefovir(library: Library, agents: Agents, seed: int) -> Agents:
    """Some of those on lamivudine or telbivudine have adefovir from the first day too."""
    if not library.adefovir_share:
        return agents
    luck = stream(seed, TWO_AGENTS).random(len(agents.first))
    both = np.isin(agents.first, (LAM, LDT)) & (luck < library.adefovir_share)
    return replace(agents, adefovir=both)
