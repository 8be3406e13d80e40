"""After a liver transplant: immunoglobulin, NA and vaccine, given, withdrawn and given again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from seroclear.simulate.clocks import exponential_days
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import Transplant
from seroclear.simulate.people import YEAR, Bool, Float, Generator, Int
from seroclear.simulate.treatment import Treatment

DOSE_DAYS: Final = (0, 30, 180)
RESPONSE_DAYS: Final = 30.0  # from the last dose
HBIG_HALF_LIFE: Final = 21.7  # days
HBIG_TITRE: Final = 250.0  # mIU/mL of anti-HBs while it is given


@dataclass(frozen=True, slots=True)
class Prophylaxis:
    """Moments in days since 1970-01-01; inf: never."""

    hbig_start: Float
    hbig_stop: Float
    hbig_restart: Float
    vaccine: Float  # first dose
    response: Float  # anti-HBs of one's own

    def passive_titre(self, at: Float, who: Int) -> Float:
        """Anti-HBs in mIU/mL that immunoglobulin gives at the given moments."""
        start, stop = self.hbig_start[who], self.hbig_stop[who]
        given = ((start <= at) & (at < stop)) | (self.hbig_restart[who] <= at)
        with np.errstate(invalid="ignore"):
            fading = HBIG_TITRE * 0.5 ** ((at - stop) / HBIG_HALF_LIFE)
        return np.where(given, HBIG_TITRE, np.where(stop <= at, fading, 0.0))


def draw_prophylaxis(
    plan: Transplant, treatment: Treatment, outcomes: Outcomes, rng: Generator
) -> tuple[Prophylaxis, Treatment]:
    """What the transplanted are given, and the treatment with their NA withdrawn and resumed.

    A reinfection ends immunoglobulin and brings a withdrawn NA back.
    """
    n = len(outcomes.loss)
    start = np.nan_to_num(treatment.transplant, nan=np.inf)
    reinfection = np.where(start == outcomes.loss, outcomes.reversion, np.inf)
    limit = np.minimum(outcomes.truth_to, reinfection)
    start = _before(start, outcomes.truth_to)

    stop = start + rng.uniform(*plan.hbig_years, n) * YEAR
    stop = _before(np.where(_chance(plan.hbig_withdrawal_share, n, rng), stop, np.inf), limit)
    again = stop + exponential_days(plan.resumption_hazard, n, rng)
    again = _before(again, limit)

    na_stop = stop + rng.uniform(*plan.na_years_after_hbig, n) * YEAR
    na_stop = np.where(_chance(plan.na_withdrawal_share, n, rng), na_stop, np.inf)
    na_stop = _before(na_stop, limit)
    resumed = na_stop + exponential_days(plan.resumption_hazard, n, rng)
    needed = reinfection + rng.uniform(*plan.na_days_after_reinfection, n)
    resumed = np.where(np.isfinite(na_stop), np.minimum(resumed, needed), np.inf)
    withdrawn = np.isfinite(na_stop)
    changed = replace(
        treatment,
        na_stop=np.where(withdrawn, na_stop, treatment.na_stop),
        na_restart=np.where(withdrawn, resumed, treatment.na_restart),
    )

    vaccine = stop + rng.uniform(*plan.vaccine_days_after_hbig, n)
    vaccine = np.where(_chance(plan.vaccination_share, n, rng), vaccine, np.inf)
    vaccine = _before(vaccine, np.minimum(limit, again))
    response = vaccine + DOSE_DAYS[-1] + RESPONSE_DAYS
    response = np.where(_chance(plan.vaccine_response_share, n, rng), response, np.inf)
    return (
        Prophylaxis(
            hbig_start=start,
            hbig_stop=np.minimum(stop, reinfection),
            hbig_restart=again,
            vaccine=vaccine,
            response=_before(response, limit),
        ),
        changed,
    )


def _chance(share: float, n: int, rng: Generator) -> Bool:
    return np.asarray(rng.random(n) < share)


def _before(moment: Float, limit: Float) -> Float:
    return np.where(moment < limit, moment, np.inf)
