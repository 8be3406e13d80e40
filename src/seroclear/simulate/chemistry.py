"""HBV DNA, liver enzymes and the rest of the blood tests."""

from __future__ import annotations

from typing import Final

import numpy as np

from seroclear.simulate import readings as r
from seroclear.simulate.kidney import creatinine, egfr, tubulopathy
from seroclear.simulate.people import UNTREATED, YEAR, Bool, Float, Generator, Int
from seroclear.simulate.readings import Clinic, Readings, readings
from seroclear.simulate.virus import flare_alt, log10_dna

ALT_UPPER_LIMIT: Final = 40.0  # U/L
LOSS_WINDOW_DAYS: Final = 200.0  # ALT within this of the loss says what the truth says
QUIET: Final = (3.3, 7.3)  # log10 IU/mL: under it and HBeAg-negative, or over it and HBeAg-positive
DNA_NOISE: Final = 0.25  # SD on the log10 scale
CREATININE_NOISE: Final = 0.04  # SD of the log, as of the next two
PLATELETS_NOISE: Final = 0.08
STIFFNESS_NOISE: Final = 0.08
PHOSPHATE_NOISE: Final = 0.07  # mmol/L


def chemistry(clinic: Clinic, rng: Generator) -> list[Readings]:
    """One block of rows a test; the subset done at a visit is random."""
    followed = clinic.people.followed[clinic.visits.person]
    panel = clinic.some(np.where(followed, 0.92, 0.75), rng)
    alt = _alt(clinic, panel, rng)
    cirrhosis = _cirrhosis(clinic, panel)
    n = len(panel)
    organs = clinic.scenario.organs
    ratio = np.where(cirrhosis, organs.ast_ratio_cirrhosis, organs.ast_ratio)
    rows = [
        dna_readings(clinic, clinic.some(np.where(followed, 0.75, 0.15), rng), rng),
        readings("alt", panel, value=alt),
        readings("ast", panel, value=np.round(alt * ratio * _spread(0.15, n, rng) + 3)),
        readings("bilirubin", panel, value=np.round(_level(cirrhosis, 12, 24, 0.35, rng), 1)),
        readings("albumin", panel, value=np.round(rng.normal(np.where(cirrhosis, 37, 44), 3), 1)),
        _platelets(clinic, clinic.some(np.where(followed, 0.55, 0.28), rng), rng),
        _stiffness(clinic, clinic.some(np.where(followed, 0.20, 0.0), rng), rng),
        _creatinine(clinic, clinic.some(np.where(followed, 0.55, 0.28), rng), rng),
        _phosphate(clinic, clinic.some(np.where(followed, 0.15, 0.03), rng), rng),
    ]
    others: tuple[tuple[str, float, float, float, float, int], ...] = (
        # test, share of visits, without and with cirrhosis, spread, decimals
        ("ggt", 0.30, 28, 60, 0.5, 0),
        ("inr", 0.25, 1.0, 1.25, 0.07, 2),
        ("afp", 0.40, 2.8, 6, 0.5, 1),
    )
    for test, share, without, with_cirrhosis, spread, decimals in others:
        visit = clinic.some(np.where(followed, share, share / 2), rng)
        value = _level(_cirrhosis(clinic, visit), without, with_cirrhosis, spread, rng)
        if test == "afp":
            value = np.where(_cancer(clinic, visit), value * 80, value)
        rows.append(readings(test, visit, value=np.round(value, decimals)))
    return rows


def alt_readings(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
    """ALT at the given visits."""
    return readings("alt", visit, value=_alt(clinic, visit, rng))


def _alt(clinic: Clinic, visit: Int, rng: Generator) -> Float:
    """High before treatment and during interferon, quiet in the phases of infection without
    hepatitis, very high in flares; around a loss exactly what the truth says."""
    people, treatment, outcomes = clinic.people, clinic.treatment, clinic.outcomes
    person, at = clinic.person(visit), clinic.at(visit)
    flag = people.alt_elevated[person]
    start = np.fmin(treatment.na_start, treatment.ifn_start)[person]
    untreated = people.path[person] == UNTREATED
    before = at < start + 120
    base, hbeag = clinic.phenomena.virus.base[person], people.hbeag[person]
    quiet = np.where(hbeag, base > QUIET[1], base < QUIET[0])
    chance = np.where(flag, 0.75, 0.08)
    chance = np.where(before, 0.7, chance)
    chance = np.where(untreated, np.where(quiet, 0.04, 0.6), chance)
    chance = np.where(treatment.on_ifn(at, person), np.maximum(chance, 0.6), chance)
    near_loss = np.abs(at - outcomes.loss[person]) < LOSS_WINDOW_DAYS
    chance = np.where(near_loss, flag, chance)
    elevated = rng.random(len(visit)) < chance
    high = ALT_UPPER_LIMIT + 3 + np.exp(rng.normal(np.log(32), 0.8, len(visit)))
    normal = np.clip(np.exp(rng.normal(np.log(21), 0.3, len(visit))), 6, ALT_UPPER_LIMIT - 1)
    flare = np.where(near_loss, 0.0, flare_alt(clinic.phenomena.virus, at, person))
    value: Float = np.maximum(np.where(elevated, high, normal), flare)
    return np.round(value)


def dna_readings(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
    """HBV DNA at the given visits."""
    log10 = _log10_dna(clinic, visit, rng)
    assay = np.where(clinic.changed[visit], r.COBAS_6800, r.TAQMAN)
    lower = np.array([a.lower for a in r.ASSAYS])[assay]
    upper = np.array([a.upper for a in r.ASSAYS])[assay]
    level = 10.0 ** np.clip(log10, -3, 9.5)
    quantified = level >= lower
    absent = level < lower / 5
    said = ~absent & ~quantified & (rng.random(len(visit)) < 0.5)
    value = np.where(quantified, np.minimum(_three_digits(level), upper), lower)
    comparator = np.where(quantified, np.where(level > upper, r.ABOVE, r.EQUAL), r.BELOW)
    detection = np.where(quantified, r.QUANTIFIED, np.where(said, r.DETECTED_BELOW, r.UNKNOWN))
    return readings(
        "hbv_dna",
        visit,
        value=np.where(absent, np.nan, value),
        comparator=np.where(absent, r.NO_NUMBER, comparator),
        detection=np.where(absent, r.NOT_DETECTED, detection),
        assay=assay,
    )


def _log10_dna(clinic: Clinic, visit: Int, rng: Generator) -> Float:
    """What is true and the noise of the assay; sometimes a blip under suppressed virus."""
    person, at = clinic.person(visit), clinic.at(visit)
    true = log10_dna(
        clinic.phenomena.virus,
        clinic.people,
        clinic.treatment,
        clinic.phenomena.agents,
        clinic.outcomes,
        at,
        person,
    )
    lost = clinic.outcomes.hbsag_negative(at, person)
    true = np.where(lost, clinic.phenomena.rare.occult[person], true)
    blip = rng.random(len(visit)) < clinic.scenario.viraemia.blip_share
    blip &= clinic.treatment.on_na(at, person) & (true > -1) & (true < 1)
    log10 = np.where(blip, rng.uniform(1.35, 2.3, len(visit)), true)
    log10 = log10 + rng.normal(0, DNA_NOISE, len(visit))
    return np.where(true > -1, log10, true)


def _platelets(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
    """Everybody has their own level, without cirrhosis and with it."""
    organs = clinic.scenario.organs
    value = _own(clinic, visit, organs.platelets, organs.platelets_cirrhosis, rng)
    value = value * _spread(PLATELETS_NOISE, len(visit), rng)
    return readings("platelets", visit, value=np.round(value))


def _stiffness(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
    """Falls slowly on treatment, rises for the time of a flare."""
    organs = clinic.scenario.organs
    person, at = clinic.person(visit), clinic.at(visit)
    value = _own(clinic, visit, organs.stiffness, organs.stiffness_cirrhosis, rng)
    with np.errstate(invalid="ignore"):
        years = np.clip(at - clinic.treatment.na_start[person], 0, None) / YEAR
    change = np.exp(organs.stiffness_on_treatment * np.nan_to_num(years))
    value = value * np.maximum(change, 0.5)
    value = np.where(
        flare_alt(clinic.phenomena.virus, at, person) > 5 * ALT_UPPER_LIMIT, value * 1.5, value
    )
    value = np.clip(value * _spread(STIFFNESS_NOISE, len(visit), rng), 2.0, 75.0)
    return readings("stiffness", visit, value=np.round(value, 1))


def _creatinine(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
    people, person, at = clinic.people, clinic.person(visit), clinic.at(visit)
    true = egfr(
        clinic.phenomena.kidney, people, clinic.treatment, clinic.phenomena.agents, at, person
    )
    value = creatinine(true, (at - people.birth[person]) / YEAR, people.female[person])
    value = value * _spread(CREATININE_NOISE, len(visit), rng)
    return readings("creatinine", visit, value=np.round(value))


def _phosphate(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
    organs, n = clinic.scenario.organs, len(clinic.people)
    person = clinic.person(visit)
    ill = tubulopathy(clinic.phenomena.kidney, clinic.at(visit), person)
    usual = rng.normal(*organs.phosphate, n)[person]
    low = rng.normal(*organs.phosphate_tubulopathy, n)[person]
    noise = rng.normal(0, PHOSPHATE_NOISE, len(visit))
    value: Float = np.maximum(np.where(ill, low, usual) + noise, 0.2)
    return readings("phosphate", visit, value=np.round(value, 2))


def _own(
    clinic: Clinic,
    visit: Int,
    without: tuple[float, float],
    with_cirrhosis: tuple[float, float],
    rng: Generator,
) -> Float:
    """Each person's own level: median and SD of the log, without and with cirrhosis."""
    person = clinic.person(visit)
    place = rng.normal(0, 1, len(clinic.people))[person]
    (usual, spread), (ill, spread_ill) = without, with_cirrhosis
    cirrhosis = _cirrhosis(clinic, visit)
    return np.where(cirrhosis, ill * np.exp(spread_ill * place), usual * np.exp(spread * place))


def _three_digits(value: Float) -> Float:
    """Rounded to three significant digits, or to whole IU/mL, as a viral load is printed."""
    scale = 10.0 ** (np.floor(np.log10(value)) - 2)
    return np.where(value >= 100, np.round(value / scale) * scale, np.round(value))


def _cirrhosis(clinic: Clinic, visit: Int) -> Bool:
    return clinic.outcomes.cirrhosis[clinic.person(visit)] <= clinic.at(visit)


def _cancer(clinic: Clinic, visit: Int) -> Bool:
    return clinic.outcomes.hcc[clinic.person(visit)] <= clinic.at(visit)


def _level(high: Bool, usual: float, raised: float, spread: float, rng: Generator) -> Float:
    return np.where(high, raised, usual) * _spread(spread, len(high), rng)


def _spread(spread: float, n: int, rng: Generator) -> Float:
    return np.exp(rng.normal(0, spread, n))
