"""What a trial asks and of whom: size, estimands, analysis sets, eligibility.

As in `parts`, `assumed` lists the keys that the registration does not state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Strategy = Literal[
    "treatment policy",
    "composite",
    "hypothetical",
    "while on treatment",
    "principal stratum",
]


@dataclass(frozen=True, slots=True)
class Size:
    """The planned number of participants and the assumptions that give it."""

    participants: int
    control_rate: float
    treated_rate: float
    alpha: float
    power: float
    dropout: float
    method: Literal["unpooled", "pooled", "arcsine", "continuity corrected"]
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """Something after randomisation that changes what the outcome means, and its strategy."""

    name: str
    label: str
    strategy: Strategy
    handling: str


@dataclass(frozen=True, slots=True)
class Estimand:
    """What is estimated (ICH E9(R1)): the five attributes. Missing data are no intercurrent
    event."""

    name: str
    label: str
    population: str
    treatment: str
    variable: str
    summary: Literal["risk difference", "odds ratio", "hazard ratio", "risk ratio"]
    analysis_set: str
    intercurrent: tuple[IntercurrentEvent, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysisSet:
    """A set of participants, by a rule in words."""

    name: str
    label: str
    rule: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionText:
    """A criterion in the registration's words, and how it can be known.

    Attributes:
        kind: included when true, or excluded when true.
        known_from: 'records' (the study file has it), 'person' (someone at the site confirms it) or
            'records and person' (the records tell a part).
        rule: how the records are asked, in words; '' for what only a person can tell.
    """

    name: str
    kind: Literal["inclusion", "exclusion"]
    text: str
    text_zh: str
    known_from: Literal["records", "person", "records and person"]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may take part: the registration's words, and the file that asks the records.

    Attributes:
        study: name of the Python file beside the protocol, in the language of a study.
        study_sha256: of that file's content, so that a protocol's hash covers it.
        age_from, age_to: years, both inclusive.
    """

    study: str
    age_from: int
    age_to: int
    sex: Literal["all", "female", "male"]
    criteria: tuple[CriterionText, ...]
    study_sha256: str = ""
    assumed: tuple[str, ...] = ()
