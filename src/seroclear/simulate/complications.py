"""Of which kinds a decompensation is, and when anti-HBe appears."""

from __future__ import annotations

from typing import Final

import numpy as np

from seroclear.simulate.clocks import exponential_days
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import Decompensation, Seroconversion
from seroclear.simulate.people import Float, Generator, People

FIRST_KINDS: Final = ("ascites", "variceal_bleeding", "hepatic_encephalopathy")
KINDS: Final = (*FIRST_KINDS, "spontaneous_bacterial_peritonitis", "hepatorenal_syndrome")


def draw_kinds(hazards: Decompensation, outcomes: Outcomes, rng: Generator) -> dict[str, Float]:
    """Kind of decompensation -> the moment at which it begins in each person; inf: never."""
    n = len(outcomes.decompensation)
    first = np.searchsorted(np.cumsum(hazards.first)[:-1], rng.random(n), side="right")
    moments = {}
    for number, (kind, hazard) in enumerate(zip(FIRST_KINDS, hazards.later, strict=True)):
        later = exponential_days(hazard, n, rng)
        moments[kind] = outcomes.decompensation + np.where(first == number, 0.0, later)
    for kind, hazard in zip(KINDS[3:], (hazards.peritonitis, hazards.hepatorenal), strict=True):
        moments[kind] = moments["ascites"] + exponential_days(hazard, n, rng)
    return {kind: np.where(x < outcomes.truth_to, x, np.inf) for kind, x in moments.items()}


def draw_anti_hbe(
    chances: Seroconversion, people: People, outcomes: Outcomes, rng: Generator
) -> Float:
    """The moment from which anti-HBe is there: -inf if from the beginning, inf if never."""
    n = len(people)
    luck = rng.random(n)
    appears = outcomes.hbeag_loss + rng.uniform(*chances.lag_days, n)
    appears = np.where((luck < chances.share) & (appears < outcomes.truth_to), appears, np.inf)
    present = np.where(luck < chances.at_entry_share, -np.inf, np.inf)
    return np.where(people.infected, np.where(people.hbeag, appears, present), np.inf)
