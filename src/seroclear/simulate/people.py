"""Who comes to the simulated hospital: age, sex, coinfection, planned treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seroclear.simulate.scenario import Scenario

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
Generator = np.random.Generator

YEAR: Final = 365.25  # days

NEVER_FOLLOWED, UNTREATED, NA, IFN, ADD_ON, SWITCH = range(6)
PATHS: Final = ("not followed", "none", "NA", "IFN", "NA+IFN", "NA>IFN")
"""Treatment path by code: alone, interferon added to NA, NA then interferon."""

MARGIN_DAYS: Final = 90.0  # nobody enters in the last three months: there would be nothing to see
AGE_RANGE: Final = (18.0, 85.0)  # adults only; years of age at entry


@dataclass(frozen=True, slots=True)
class People:
    """One element a person; times are days since 1970-01-01."""

    path: Int  # index into PATHS
    infected: Bool  # false: HBsAg negative all along, whatever the codes say
    vaccinated: Bool  # of the not infected: vaccine days before the first visit
    female: Bool
    birth: Float
    entry: Float
    alt_elevated: Bool  # around the loss
    anti_hbs: Bool  # positive from the loss on
    hbeag: Bool  # positive at entry
    hcv: Bool
    hdv: Bool
    hiv: Bool
    false_hcv: Bool
    visit_gap: Float  # mean days between visits, before informative visiting

    @property
    def followed(self) -> Bool:
        return np.asarray(self.path != NEVER_FOLLOWED)

    def __len__(self) -> int:
        return len(self.path)


def day(value: object) -> float:
    """A calendar date as days since 1970-01-01."""
    return float(np.datetime64(str(value), "D").astype(np.int64))


def draw_people(scenario: Scenario, rng: Generator) -> People:
    """Everybody with a record, with what is decided before anything happens to them."""
    n = scenario.n_patients
    path = _paths(scenario, rng)
    entry = rng.uniform(day(scenario.start), day(scenario.end) - MARGIN_DAYS, n)
    mean, spread = _by_path(path, scenario.na_age, scenario.ifn_age, scenario.other_age)
    age = np.clip(rng.normal(mean, spread), *AGE_RANGE)
    interferon = path >= IFN
    elevated = np.where(interferon, scenario.alt_elevated_ifn, scenario.alt_elevated_na)
    anti_hbs = np.where(interferon, scenario.anti_hbs_ifn, scenario.anti_hbs_na)
    hbeag = np.where(interferon, 0.50, np.where(path == NA, 0.35, 0.20))
    not_infected = (path == NEVER_FOLLOWED) & (rng.random(n) < scenario.not_infected_share)
    hcv = rng.random(n) < scenario.hcv_share
    return People(
        path=path,
        infected=~not_infected,
        vaccinated=not_infected & (rng.random(n) < 0.5),
        female=rng.random(n) >= scenario.male_share,
        birth=np.floor(entry - age * YEAR),
        entry=entry,
        alt_elevated=rng.random(n) < elevated,
        anti_hbs=rng.random(n) < anti_hbs,
        hbeag=~not_infected & (rng.random(n) < hbeag),
        hcv=hcv,
        hdv=rng.random(n) < scenario.hdv_share,
        hiv=rng.random(n) < scenario.hiv_share,
        false_hcv=~hcv & (rng.random(n) < scenario.false_hcv_code_share),
        visit_gap=rng.uniform(*scenario.visit_gap_days, n),
    )


def _paths(scenario: Scenario, rng: Generator) -> Int:
    treated = (scenario.na_share, scenario.ifn_share, scenario.add_on_share, scenario.switch_share)
    among_followed = (max(0.0, 1 - scenario.treated_share), *treated)
    shares = [1 - scenario.followed_share, *(scenario.followed_share * s for s in among_followed)]
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(scenario.n_patients), side="right")


def _by_path(
    path: Int, na: tuple[float, float], ifn: tuple[float, float], other: tuple[float, float]
) -> tuple[Float, Float]:
    """Mean and SD of age for each person: combinations are given to the young, as interferon is."""
    table = np.array([other, other, na, ifn, ifn, ifn])
    return table[path, 0], table[path, 1]
