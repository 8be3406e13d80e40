"""Diagnosis codes as the hospital wrote them, right and wrong, and transplant procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from seroclear.simulate.complications import KINDS
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import Bool, Generator, Int, People
from seroclear.simulate.phenomena import Phenomena
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.visits import Visits

# Of KINDS. WHO ICD-10 has no code for encephalopathy (hepatic failure) or for spontaneous bacterial
# peritonitis (acute peritonitis): the name beside the code tells.
KIND_CODES: Final = ("R18", "I85.0", "K72.9", "K65.0", "K76.7")
WEEKS: Final = range(8, 43)  # of gestation, completed
CONDITIONS: Final = (
    "chronic_hbv",
    "hbv_carrier",
    "cirrhosis",
    *KINDS,
    "hcc",
    "hcv",
    "hdv",
    "hiv",
    "liver_transplant",
    "pregnancy",
    "delivery",
    "newborn",
    *(f"gestation_{week:02d}" for week in WEEKS),
)
CODES: Final = (
    *("B18.1", "Z22.5", "K74.6", *KIND_CODES, "C22.0", "B18.2", "B18.0", "B20", "Z94.4"),
    *("O98.419", "Z37.0", "Z38.0"),
    *(f"Z3A.{week:02d}" for week in WEEKS),
)
"""Codes of CONDITIONS."""
FIRST_WEEK_CODE: Final = CONDITIONS.index("gestation_08")
EDITIONS: Final = tuple("ICD-10-CM" if code[:3] in ("O98", "Z3A") else "ICD-10" for code in CODES)
"""Of CODES: WHO ICD-10, which has no weeks of gestation, or ICD-10-CM."""

CODED_AT_FIRST_VISIT: Final = 0.95  # of the followed, chronic hepatitis B
CODED_AGAIN: Final = 0.25  # at each later visit
CODED_IF_NEVER_FOLLOWED: Final = (0.60, 0.15)  # chronic hepatitis B, carrier
CODED_COMPLICATION: Final = 0.6  # at each visit after it began


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """One element a coded diagnosis, ordered by visit."""

    visit: Int
    condition: Int  # index into CONDITIONS


def draw_diagnoses(
    people: People,
    treatment: Treatment,
    outcomes: Outcomes,
    phenomena: Phenomena,
    visits: Visits,
    rng: Generator,
) -> Diagnoses:
    """Codes at visits. The not infected carry a chronic hepatitis B code that serology contradicts,
    and some hepatitis C codes belong to people without antibodies."""
    n = len(visits.day)
    person, at = visits.person, visits.day
    first, followed = visits.number == 0, people.followed[person]
    luck = rng.random(n)
    b, carrier = CODED_IF_NEVER_FOLLOWED
    chronic = np.where(followed, np.where(first, CODED_AT_FIRST_VISIT, CODED_AGAIN), b)
    chronic = np.where(people.infected[person], chronic, 1.0)
    coded: dict[str, Bool] = {
        "chronic_hbv": luck < chronic,
        "hbv_carrier": ~followed & (luck >= chronic) & (luck < chronic + carrier),
    }
    began = {
        "cirrhosis": outcomes.cirrhosis,
        **phenomena.kinds,
        "hcc": outcomes.hcc,
        "liver_transplant": np.nan_to_num(treatment.transplant, nan=np.inf),
    }
    for condition, moment in began.items():
        coded[condition] = (moment[person] <= at) & (rng.random(n) < CODED_COMPLICATION)
    for condition, carriers in {
        "hcv": people.hcv | people.false_hcv,
        "hdv": people.hdv,
        "hiv": people.hiv,
    }.items():
        coded[condition] = carriers[person] & (first | (rng.random(n) < CODED_AGAIN))
    rows = [(np.flatnonzero(chosen), CONDITIONS.index(name)) for name, chosen in coded.items()]
    visit = np.concatenate([where for where, _ in rows])
    code = np.concatenate([np.full(len(where), number) for where, number in rows])
    return ordered(Diagnoses(visit, code))


def ordered(*parts: Diagnoses) -> Diagnoses:
    """All diagnoses, ordered by visit."""
    visit = np.concatenate([part.visit for part in parts])
    code = np.concatenate([part.condition for part in parts])
    order = np.lexsort((code, visit))
    return Diagnoses(visit[order], code[order])
