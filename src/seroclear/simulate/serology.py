"""What the laboratory reports about HBsAg and the antibodies."""

from __future__ import annotations

from typing import Final

import numpy as np

from seroclear.simulate import readings as r
from seroclear.simulate.people import YEAR, Bool, Float, Generator, Int
from seroclear.simulate.readings import Clinic, Readings, readings

FLOOR: Final = 0.15  # IU/mL; a positive reading is never near the limit of 0.05
LOG10_AT_LOSS: Final = 0.0  # log10 IU/mL just before the loss
LOG10_FALL_ON_NA: Final = 0.12  # per year (0.12-0.15 from time to loss)
LOG10_LEVEL: Final = (3.2, 0.65)  # mean and SD at entry (3.43/0.73 and 3.08/0.47)
RETURN_YEARS: Final = 2.0  # until the old level is reached again after a reversion
VACCINE_ANTIGEN_DAYS: Final = 14.0  # HBsAg of the vaccine itself (18-28 days at most; from memory)
VACCINE_BEFORE_VISIT: Final = (1, 12)  # days
INDEX_SHARE: Final = 0.4  # of the qualitative tests: reported as S/CO
NEGATIVE_AS_NUMBER: Final = 0.5  # of negative quantitative readings: `0.02` and not `<0.05`


def serology(clinic: Clinic, rng: Generator) -> list[Readings]:
    """HBsAg and the other four markers, and the coinfections at the first visit."""
    return [
        *_hbsag(clinic, rng),
        _anti_hbs(clinic, rng),
        *_e_antigen(clinic, rng),
        *_core(clinic, rng),
        *_coinfection(clinic, rng),
    ]


def _hbsag(clinic: Clinic, rng: Generator) -> list[Readings]:
    scenario, visits = clinic.scenario, clinic.visits
    share = np.where(visits.number == 0, 1.0, scenario.hbsag_test_share)
    # The first visit always tests: nobody is in the file without an HBsAg result.
    visit = clinic.some(share, rng)
    person, at = clinic.person(visit), clinic.at(visit)
    negative = clinic.outcomes.hbsag_negative(at, person) | ~clinic.people.infected[person]
    negative &= ~_vaccine_antigen(clinic, visit, rng)
    level = hbsag_level(clinic, person, at, rng)

    grey = rng.random(len(visit)) < scenario.grey_zone_share
    quantitative = ~grey & (rng.random(len(visit)) < scenario.quantitative_share)
    index = ~grey & ~quantitative & (rng.random(len(visit)) < INDEX_SHARE)
    words = ~grey & ~quantitative & ~index

    signal = np.where(
        negative,
        np.round(rng.uniform(0.1, 0.7, len(visit)), 2),
        np.round(np.clip(8 * level**0.9, 2.0, 6000.0) * _noise(0.05, len(visit), rng), 2),
    )
    return [
        _quantitative(clinic, visit, negative, level, quantitative, rng),
        readings("hbsag_index", visit[index], value=signal[index]),
        readings("hbsag", visit[words], status=np.where(negative[words], r.NEGATIVE, r.POSITIVE)),
        readings("hbsag", visit[grey], status=r.INDETERMINATE),
    ]


def _quantitative(
    clinic: Clinic, visit: Int, negative: Bool, level: Float, chosen: Bool, rng: Generator
) -> Readings:
    visit, negative, level = visit[chosen], negative[chosen], level[chosen]
    n = len(visit)
    changed = clinic.changed[visit]
    diluted = ~changed & (level > 250) & (rng.random(n) < clinic.scenario.diluted_share)
    assay = np.where(changed, r.ELECSYS, np.where(diluted, r.ARCHITECT_DILUTED, r.ARCHITECT))
    upper = np.array([a.upper for a in r.ASSAYS])[assay]
    printed = rng.random(n) < NEGATIVE_AS_NUMBER
    below = np.where(printed, rng.integers(0, 4, n) / 100, 0.05)
    value = np.where(negative, below, np.minimum(np.round(level, 2), upper))
    comparator = np.where(negative & ~printed, r.BELOW, r.EQUAL)
    comparator = np.where(~negative & (level > upper), r.ABOVE, comparator)
    return readings("hbsag", visit, value=value, comparator=comparator, assay=assay)


def hbsag_level(clinic: Clinic, person: Int, at: Float, rng: Generator) -> Float:
    """HBsAg in IU/mL as it would be read if it is there: falling towards a loss, slowly on NA, and
    climbing back after a reversion."""
    people, outcomes, treatment = clinic.people, clinic.outcomes, clinic.treatment
    start = rng.normal(*LOG10_LEVEL, len(people))[person]
    entry, loss = people.entry[person], outcomes.loss[person]
    treated = np.clip(at - np.nan_to_num(treatment.na_start[person], nan=np.inf), 0, None) / YEAR
    slow = start - LOG10_FALL_ON_NA * treated
    with np.errstate(invalid="ignore"):
        progress = np.clip((at - entry) / (loss - entry), 0, 1)
        towards = start + (LOG10_AT_LOSS - start) * progress
        back = np.clip((at - outcomes.reversion[person]) / (RETURN_YEARS * YEAR), 0, 1)
    lost = np.isfinite(loss)
    log10 = np.where(lost, towards, slow)
    returned = lost & (outcomes.reversion[person] <= at)
    log10 = np.where(returned, 0.3 + (start - 0.3) * back, log10)
    log10 = log10 + rng.normal(0, clinic.scenario.log10_noise, len(at))
    return np.maximum(np.power(10.0, log10), FLOOR)


def _vaccine_antigen(clinic: Clinic, visit: Int, rng: Generator) -> Bool:
    """HBsAg that came out of a vaccine: at the first visit of half of those just vaccinated."""
    shows = clinic.people.vaccinated & (rng.random(len(clinic.people)) < 0.5)
    return np.asarray(shows[clinic.person(visit)] & (clinic.visits.number[visit] == 0))


def _anti_hbs(clinic: Clinic, rng: Generator) -> Readings:
    people, outcomes = clinic.people, clinic.outcomes
    near_loss = np.abs(clinic.visits.day - outcomes.loss[clinic.visits.person]) < 200
    visit = clinic.some(np.where(near_loss, 0.85, _panel(clinic)), rng)
    person, at = clinic.person(visit), clinic.at(visit)
    transplanted = clinic.treatment.transplant[person] <= at
    own = people.anti_hbs[person] & outcomes.hbsag_negative(at, person) & ~transplanted
    own |= people.vaccinated[person] & (clinic.visits.number[visit] > 0)
    own |= (clinic.phenomena.prophylaxis.response[person] <= at) & outcomes.hbsag_negative(
        at, person
    )
    given = clinic.phenomena.prophylaxis.passive_titre(at, person)
    passive = given > 13.0
    titre = np.exp(rng.normal(np.log(90), 0.9, len(people)))[person]
    titre = (np.where(own, titre, 0.0) + given) * _noise(0.2, len(visit), rng)
    value = np.where(own | passive, np.maximum(titre, 13.0), rng.uniform(0, 7, len(visit)))
    value = np.round(value, 2)
    in_words = ~own & ~passive & (rng.random(len(visit)) < 0.3)
    above = value > r.ASSAYS[r.ANTI_HBS].upper
    return readings(
        "anti_hbs",
        visit,
        value=np.where(in_words, np.nan, np.minimum(value, r.ASSAYS[r.ANTI_HBS].upper)),
        comparator=np.where(in_words, r.NO_NUMBER, np.where(above, r.ABOVE, r.EQUAL)),
        status=np.where(in_words, r.NEGATIVE, r.NOT_STATED),
        assay=np.where(in_words, r.NO_ASSAY, r.ANTI_HBS),
    )


def _e_antigen(clinic: Clinic, rng: Generator) -> list[Readings]:
    people, outcomes = clinic.people, clinic.outcomes
    visit = clinic.some(_panel(clinic), rng)
    person, at = clinic.person(visit), clinic.at(visit)
    rare = clinic.phenomena.rare
    back = (rare.hbeag_reversion[person] <= at) & (at < rare.hbeag_end[person])
    positive = people.hbeag[person] & (at < outcomes.hbeag_loss[person]) | back
    antibody = clinic.phenomena.anti_hbe[person] <= at
    return [
        _index(clinic, "hbeag", visit, positive, rng),
        _index(clinic, "anti_hbe", visit, antibody, rng, assay=r.ANTI_HBE, competitive=True),
    ]


def _core(clinic: Clinic, rng: Generator) -> list[Readings]:
    visit = clinic.some(0.9 * _panel(clinic), rng)
    positive = clinic.people.infected[clinic.person(visit)]
    return [_index(clinic, "anti_hbc", visit, positive, rng, assay=r.ANTI_HBC, competitive=True)]


def _coinfection(clinic: Clinic, rng: Generator) -> list[Readings]:
    people = clinic.people
    first = (clinic.visits.number == 0).astype(np.float64)
    followed = people.followed[clinic.visits.person]
    shares = {
        "anti_hcv": (people.hcv, np.where(followed, 0.85, 0.4)),
        "anti_hdv": (people.hdv, np.where(people.hdv[clinic.visits.person], 0.9, 0.04)),
        "hiv": (people.hiv, np.where(followed, 0.6, 0.4)),
    }
    rows = []
    for test, (carrier, share) in shares.items():
        visit = clinic.some(first * share, rng)
        rows.append(_index(clinic, test, visit, carrier[clinic.person(visit)], rng))
    return rows


def _index(
    clinic: Clinic,
    test: str,
    visit: Int,
    positive: Bool,
    rng: Generator,
    assay: int = r.NO_ASSAY,
    competitive: bool = False,
) -> Readings:
    """A signal-to-cut-off ratio, or words for it. Competitive kits: 1 or less is positive."""
    n = len(visit)
    low, high = rng.uniform(0.05, 0.6, n), rng.uniform(2.0, 30.0, n)
    value = np.round(np.where(positive != competitive, high, low), 2)
    in_words = rng.random(n) < 0.4
    return readings(
        test,
        visit,
        value=np.where(in_words, np.nan, value),
        status=np.where(in_words, np.where(positive, r.POSITIVE, r.NEGATIVE), r.NOT_STATED),
        assay=np.where(in_words, r.NO_ASSAY, assay),
    )


def _panel(clinic: Clinic) -> Float:
    """Chance of the other markers at a visit."""
    return np.where(clinic.people.followed[clinic.visits.person], 0.5, 0.3)


def _noise(spread: float, n: int, rng: Generator) -> Float:
    return np.exp(rng.normal(0, spread, n))
