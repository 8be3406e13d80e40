"""HBV DNA, liver enzymes and the rest of the blood tests."""

from __future__ import annotations

from typing import Final

import numpy as np

from seroclear.simulate import readings as r
from seroclear.simulate.people import YEAR, Bool, Float, Generator, Int
from seroclear.simulate.readings import Clinic, Readings, readings

ALT_UPPER_LIMIT: Final = 40.0  # U/L
LOSS_WINDOW_DAYS: Final = 200.0  # ALT within this of the loss says what the truth says
LOW_LEVEL_SHARE: Final = 0.12  # of the treated: DNA stays low but quantifiable after a year
RELAPSE_SHARE: Final = 0.5  # after stopping without a loss (50% at 24 months)
VIRAEMIC_AFTER_REVERSION: Final = 0.4


def chemistry(clinic: Clinic, rng: Generator) -> list[Readings]:
    """One block of rows a test; the subset done at a visit is random."""
    followed = clinic.people.followed[clinic.visits.person]
    panel = clinic.some(np.where(followed, 0.92, 0.75), rng)
    alt = _alt(clinic, panel, rng)
    cirrhosis = _cirrhosis(clinic, panel)
    n = len(panel)
    rows = [
        _dna(clinic, clinic.some(np.where(followed, 0.75, 0.15), rng), rng),
        readings("alt", panel, value=alt),
        readings("ast", panel, value=np.round(alt * 0.8 * _spread(0.25, n, rng) + 5)),
        readings("bilirubin", panel, value=np.round(_level(cirrhosis, 12, 24, 0.35, rng), 1)),
        readings("albumin", panel, value=np.round(rng.normal(np.where(cirrhosis, 37, 44), 3), 1)),
    ]
    others: tuple[tuple[str, float, float, float, float, int], ...] = (
        # test, share of visits, without and with cirrhosis, spread, decimals
        ("ggt", 0.30, 28, 60, 0.5, 0),
        ("creatinine", 0.55, 70, 75, 0.2, 0),
        ("platelets", 0.55, 195, 90, 0.25, 0),
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


def _alt(clinic: Clinic, visit: Int, rng: Generator) -> Float:
    """High before treatment and during interferon; around a loss exactly what the truth says."""
    people, treatment, outcomes = clinic.people, clinic.treatment, clinic.outcomes
    person, at = clinic.person(visit), clinic.at(visit)
    flag = people.alt_elevated[person]
    start = np.fmin(treatment.na_start, treatment.ifn_start)[person]
    before = at < start + 120
    chance = np.where(flag, 0.75, 0.08)
    chance = np.where(before, 0.7, chance)
    chance = np.where(treatment.on_ifn(at, person), np.maximum(chance, 0.6), chance)
    near_loss = np.abs(at - outcomes.loss[person]) < LOSS_WINDOW_DAYS
    chance = np.where(near_loss, flag, chance)
    elevated = rng.random(len(visit)) < chance
    high = ALT_UPPER_LIMIT + 3 + np.exp(rng.normal(np.log(32), 0.8, len(visit)))
    normal = np.clip(np.exp(rng.normal(np.log(21), 0.3, len(visit))), 6, ALT_UPPER_LIMIT - 1)
    value: Float = np.where(elevated, high, normal)
    return np.round(value)


def _dna(clinic: Clinic, visit: Int, rng: Generator) -> Readings:
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
    people, treatment, outcomes = clinic.people, clinic.treatment, clinic.outcomes
    n = len(people)
    person, at = clinic.person(visit), clinic.at(visit)
    base = rng.normal(np.where(people.hbeag, 7.0, 4.6), 1.1)[person]
    low_level = (rng.random(n) < LOW_LEVEL_SHARE)[person]
    relapses = (rng.random(n) < RELAPSE_SHARE)[person]
    viraemic = (rng.random(n) < VIRAEMIC_AFTER_REVERSION)[person]

    treated = treatment.on_na(at, person) | treatment.on_ifn(at, person)
    start = np.fmin(treatment.na_start, treatment.ifn_start)[person]
    years = np.nan_to_num(np.clip(at - start, 0, None) / YEAR)
    log10 = np.where(treated, base - 6.5 * (1 - np.exp(-years / 0.5)), base)
    plateau = rng.uniform(1.3, 3.3, len(visit))
    log10 = np.where(treated & low_level & (years > 1), np.maximum(log10, plateau), log10)
    stopped = ~treated & (at >= start)
    log10 = np.where(stopped, np.where(relapses, np.minimum(base, 5), 1.5), log10)

    negative = outcomes.hbsag_negative(at, person) | ~people.infected[person]
    reverted = (outcomes.reversion[person] <= at) & ~negative
    log10 = np.where(reverted, np.where(viraemic, 3.0, 0.0), log10)
    log10 = log10 + rng.normal(0, 0.35, len(visit))
    return np.where(negative, -3.0, log10)


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
