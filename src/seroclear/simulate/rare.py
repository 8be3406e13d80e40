"""What is rare, and happens in a simulated hospital only when its scenario asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seroclear.simulate.clocks import exponential_days
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import Rare
from seroclear.simulate.people import Float, Generator, People
from seroclear.simulate.transplant import Prophylaxis
from seroclear.simulate.virus import ABSENT

HBEAG_GONE_BEFORE_LOSS = 100.0  # days: HBeAg goes before HBsAg


@dataclass(frozen=True, slots=True)
class RareCourse:
    """One element a person; moments in days since 1970-01-01, inf: never."""

    occult: Float  # log10 IU/mL of HBV DNA while HBsAg is lost
    hbeag_reversion: Float
    hbeag_end: Float  # of what came back
    booster: Float  # of the vaccine given after a liver transplant


def draw_rare(
    rare: Rare, people: People, outcomes: Outcomes, prophylaxis: Prophylaxis, rng: Generator
) -> RareCourse:
    """Occult viraemia after a loss, HBeAg that comes back, and a booster after a response."""
    n = len(people)
    occult = np.where(rng.random(n) < rare.occult_share, rng.uniform(*rare.occult_dna, n), ABSENT)
    back = outcomes.hbeag_loss + exponential_days(rare.hbeag_reversion_hazard, n, rng)
    end = outcomes.loss - HBEAG_GONE_BEFORE_LOSS
    back = np.where(back < np.minimum(end, outcomes.truth_to), back, np.inf)
    boosted = rng.random(n) < rare.booster_share
    booster = prophylaxis.response + rng.uniform(*rare.booster_days, n)
    booster = np.where(boosted & (booster < outcomes.truth_to), booster, np.inf)
    return RareCourse(occult, back, end, booster)
