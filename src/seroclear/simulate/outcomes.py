"""What truly happens after treatment: reversion, cirrhosis, cancer, death, leaving care."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seroclear.simulate.clocks import exponential_days, gompertz_time, piecewise_time
from seroclear.simulate.people import IFN, YEAR, Bool, Float, Generator, Int, People
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.treatment import Treatment, last_day

MONTH = YEAR / 12
HBEAG_LOSS_HAZARD = 0.15  # per year under treatment; assumption, HBeAg is only scenery here


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Moments in days since 1970-01-01, inf where it does not happen before `truth_to`."""

    loss: Float
    hazard_1: Float  # seroreversion, per year, in the first year after the true loss; nan: no loss
    hazard_2: Float  # and later
    reversion: Float
    second_loss: Float  # end of a transient reversion
    cirrhosis: Float
    decompensation: Float
    hcc: Float
    death: Float
    dropout: Float
    hbeag_loss: Float
    truth_to: Float  # death or the end of the scenario: the truth is complete up to here
    followed_to: Float  # the hospital sees no more from here on

    def hbsag_negative(self, at: Float, who: Int) -> Bool:
        """Whether HBsAg is truly lost at the given moments."""
        reverted = (self.reversion[who] <= at) & ~(self.second_loss[who] <= at)
        return (self.loss[who] <= at) & ~reverted


def draw_outcomes(
    scenario: Scenario, people: People, treatment: Treatment, rng: Generator
) -> Outcomes:
    """The rest of each followed person's life up to the end of the scenario.

    Nothing here depends on the visits. Drop-out is independent of everything.
    """
    n = len(people)
    end = np.full(n, last_day(scenario))
    cirrhosis, decompensation, hcc = _liver(scenario, people, treatment, rng)
    death = _death(scenario, people, cirrhosis, hcc, rng)
    truth_to = np.minimum(end, death)
    loss = np.where(treatment.loss < truth_to, treatment.loss, np.inf)

    hazard_1, hazard_2 = reversion_hazards(scenario, people, loss)
    draw = rng.exponential(1.0, n)
    reversion = piecewise_time(draw, [loss, loss + YEAR], [hazard_1, hazard_2])
    reversion = np.where(np.isfinite(loss) & (reversion < truth_to), reversion, np.inf)
    transient = rng.random(n) < scenario.transient_share
    lasts = rng.uniform(*scenario.transient_months, n) * MONTH
    second = np.where(transient, reversion + lasts, np.inf)
    second = np.where(second < truth_to, second, np.inf)

    dropout = people.entry + exponential_days(scenario.dropout_hazard, n, rng)
    hbeag_loss = people.entry + exponential_days(HBEAG_LOSS_HAZARD, n, rng)
    hbeag_loss = np.minimum(hbeag_loss, loss - 100.0)  # HBeAg goes before HBsAg
    return Outcomes(
        loss=loss,
        hazard_1=hazard_1,
        hazard_2=hazard_2,
        reversion=reversion,
        second_loss=second,
        cirrhosis=_before(cirrhosis, truth_to),
        decompensation=_before(decompensation, truth_to),
        hcc=_before(hcc, truth_to),
        death=_before(death, end),
        dropout=_before(dropout, truth_to),
        hbeag_loss=np.where(people.hbeag & (hbeag_loss < truth_to), hbeag_loss, np.inf),
        truth_to=truth_to,
        followed_to=np.minimum(dropout, truth_to),
    )


def reversion_hazards(scenario: Scenario, people: People, loss: Float) -> tuple[Float, Float]:
    """Seroreversion hazards of each person, per year, before and after the first anniversary of
    the true loss; nan without a loss. The formula is in `Scenario`."""
    interferon = people.path >= IFN
    ratio = scenario.na_hazard_ratio
    na = scenario.na_hazard
    if ratio is not None:
        na = (scenario.ifn_hazard[0] * ratio, scenario.ifn_hazard[1] * ratio)
    by_anti_hbs = np.where(people.anti_hbs, *scenario.anti_hbs_multiplier_ifn)
    multiplier = by_anti_hbs if ratio is not None else np.where(interferon, by_anti_hbs, 1.0)
    lost = np.isfinite(loss)
    age = np.where(lost, loss - people.birth, 0.0) / YEAR
    multiplier = multiplier * np.exp(
        scenario.log_hr_age_decade * (age - scenario.reference_age) / 10
        + scenario.log_hr_alt_elevated * people.alt_elevated
    )
    first = np.where(interferon, scenario.ifn_hazard[0], na[0]) * multiplier
    later = np.where(interferon, scenario.ifn_hazard[1], na[1]) * multiplier
    return np.where(lost, first, np.nan), np.where(lost, later, np.nan)


def _liver(
    scenario: Scenario, people: People, treatment: Treatment, rng: Generator
) -> tuple[Float, Float, Float]:
    n = len(people)
    age = (people.entry - people.birth) / YEAR
    at_entry = scenario.cirrhosis_at_entry * 2 ** ((age - 50) / 10)
    present = rng.random(n) < np.minimum(at_entry, 0.6)
    present |= np.isfinite(treatment.transplant)
    incident = people.entry + exponential_days(scenario.cirrhosis_hazard, n, rng)
    cirrhosis = np.where(present, people.entry, incident)
    decompensation = cirrhosis + exponential_days(scenario.decompensation_hazard, n, rng)

    ratio = np.where(people.path == IFN, scenario.hcc_ratio_ifn, 1.0)
    ratio = ratio * np.where(people.hbeag, scenario.hcc_ratio_hbeag, 1.0)
    low, high = scenario.hcc_hazard_no_cirrhosis * ratio, scenario.hcc_hazard_cirrhosis * ratio
    lost_first = treatment.loss < cirrhosis
    between = np.where(lost_first, low * scenario.hcc_ratio_after_loss, high)
    hcc = piecewise_time(
        rng.exponential(1.0, n),
        [
            people.entry,
            np.minimum(treatment.loss, cirrhosis),
            np.maximum(treatment.loss, cirrhosis),
        ],
        [low, between, high * scenario.hcc_ratio_after_loss],
    )
    return cirrhosis, decompensation, hcc


def _death(
    scenario: Scenario, people: People, cirrhosis: Float, hcc: Float, rng: Generator
) -> Float:
    n = len(people)
    age = (people.entry - people.birth) / YEAR
    ratio = np.where(cirrhosis <= people.entry, scenario.death_ratio_cirrhosis, 1.0)
    other = gompertz_time(
        rng.exponential(1.0, n),
        age,
        scenario.death_hazard_50,
        scenario.death_doubling_years,
        ratio,
    )
    of_cancer = hcc + exponential_days(scenario.death_hazard_hcc, n, rng)
    death = np.minimum(people.entry + other * YEAR, of_cancer)
    return np.where(people.followed, death, np.inf)


def _before(moment: Float, limit: Float) -> Float:
    return np.where(moment < limit, moment, np.inf)
