"""Rows of laboratory results while they are being made: arrays of numbers, no strings yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import Bool, Float, Generator, Int, People
from seroclear.simulate.phenomena import Phenomena
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.visits import Visits

TESTS: Final = (
    "hbsag",
    "hbsag_index",
    "anti_hbs",
    "hbeag",
    "anti_hbe",
    "anti_hbc",
    "hbv_dna",
    "alt",
    "ast",
    "ggt",
    "bilirubin",
    "albumin",
    "creatinine",
    "platelets",
    "inr",
    "afp",
    "phosphate",
    "stiffness",
    "anti_hcv",
    "anti_hdv",
    "hiv",
)
UNITS: Final = {
    "hbsag": "IU/mL",
    "anti_hbs": "mIU/mL",
    "hbv_dna": "IU/mL",
    "alt": "U/L",
    "ast": "U/L",
    "ggt": "U/L",
    "bilirubin": "µmol/L",
    "albumin": "g/L",
    "creatinine": "µmol/L",
    "platelets": "10^9/L",
    "inr": "1",
    "afp": "ng/mL",
    "phosphate": "mmol/L",
    "stiffness": "kPa",
}
"""Canonical unit; every other test is an index, S/CO."""

COMPARATORS: Final = (None, "<", "=", ">")
NO_NUMBER, BELOW, EQUAL, ABOVE = range(4)
STATUSES: Final = (None, "negative", "positive", "indeterminate")
NOT_STATED, NEGATIVE, POSITIVE, INDETERMINATE = range(4)
DETECTIONS: Final = (None, "quantified", "detected below limit", "not detected")
UNKNOWN, QUANTIFIED, DETECTED_BELOW, NOT_DETECTED = range(4)


@dataclass(frozen=True, slots=True)
class Assay:
    """A named assay and what it can measure, in the canonical unit of its test."""

    name: str | None
    lower: float
    upper: float


# Ranges of the assays (Architect 0.05-250 neat, 1:500 on dilution; Elecsys to 52,000; COBAS
# AmpliPrep v2 20-1.7e8; Cobas 6800 10-1e9 from memory; anti-HBs to 1000).
ASSAYS: Final = (
    Assay(None, np.nan, np.nan),
    Assay("Architect HBsAg", 0.05, 250.0),
    Assay("Architect HBsAg 1:500", 0.05, 125_000.0),
    Assay("Elecsys HBsAg II quant", 0.05, 52_000.0),
    Assay("COBAS TaqMan HBV v2.0", 20.0, 1.7e8),
    Assay("cobas 6800 HBV", 10.0, 1e9),
    Assay("Architect Anti-HBs", np.nan, 1000.0),
    Assay("Architect Anti-HBe", np.nan, np.nan),
    Assay("Elecsys Anti-HBc II", np.nan, np.nan),
)
(
    NO_ASSAY,
    ARCHITECT,
    ARCHITECT_DILUTED,
    ELECSYS,
    TAQMAN,
    COBAS_6800,
    ANTI_HBS,
    ANTI_HBE,
    ANTI_HBC,
) = range(len(ASSAYS))


@dataclass(frozen=True, slots=True)
class Clinic:
    """All that a laboratory's result depends on."""

    scenario: Scenario
    people: People
    treatment: Treatment
    outcomes: Outcomes
    phenomena: Phenomena
    visits: Visits
    changed: Bool  # visits after the assay change

    def some(self, share: Float | float, rng: Generator) -> Int:
        """Visits at which a test is done, each with the given probability."""
        return np.flatnonzero(rng.random(len(self.visits.day)) < share)

    def person(self, visit: Int) -> Int:
        return self.visits.person[visit]

    def at(self, visit: Int) -> Float:
        return self.visits.day[visit].astype(np.float64)


@dataclass(frozen=True, slots=True)
class Readings:
    """One element a result; codes index the tuples above, value is nan without a number."""

    visit: Int
    test: Int
    value: Float
    comparator: Int
    status: Int
    detection: Int
    assay: Int


def readings(
    test: str,
    visit: Int,
    *,
    value: Float | None = None,
    comparator: Int | int | None = None,
    status: Int | int = NOT_STATED,
    detection: Int | int = UNKNOWN,
    assay: Int | int = NO_ASSAY,
) -> Readings:
    """Results of one test. A number without a comparator is an exact one."""
    n = len(visit)
    numbers = np.full(n, np.nan) if value is None else value
    if comparator is None:
        comparator = np.where(np.isnan(numbers), NO_NUMBER, EQUAL)
    return Readings(
        visit=visit,
        test=np.full(n, TESTS.index(test)),
        value=numbers,
        comparator=_codes(comparator, n),
        status=_codes(status, n),
        detection=_codes(detection, n),
        assay=_codes(assay, n),
    )


def join(parts: Sequence[Readings]) -> Readings:
    """All results, ordered by visit and then by test."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Readings.__dataclass_fields__
    }
    order = np.lexsort((columns["test"], columns["visit"]))
    return Readings(**{name: column[order] for name, column in columns.items()})


def _codes(code: Int | int, n: int) -> Int:
    return np.array(np.broadcast_to(code, (n,)))
