"""One number that a study of the library estimates in a replicate, and what is true of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from study_truth import Truth

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.result import Row
from seroclear.simulate.lives import Lives
from seroclear.study.cohort import Cohort

SMALL, LARGE = 800, 3200  # people of a hospital; of a study whose events are rare
RARE = frozenset(
    (
        *("durability", "outcomes-after-loss", "hcc-in-cirrhosis", "hcc-ifn-vs-na"),
        *("hcc-by-agent-and-timing", "transplant", "mother-to-child", "children"),
        *("add-on-interferon", "low-level-viraemia", "withdrawal"),
    )
)
RATIOS = ("hazard ratio", "odds ratio", "rate ratio")
WITH_FACTOR = {"survival": 100.0, "cumulative incidence": 100.0, "risk difference": 100.0}

Analysis = Callable[[Cohort], list[Row]]


@dataclass(frozen=True, slots=True)
class Target:
    """One number of one study.

    Attributes:
        study: its name.
        label: of the number, with its unit.
        analysis: of the study, that gives it.
        row: fields of its row; 'said' and 'unsaid' stand in the row's method, or do not.
        truth: a parameter of the simulator, or a function of a whole hospital's cohort. Of ratios,
            the logarithm.
        outcome: number of the study's outcome, 0 is the main one.
        among: of the cohort's rows of a hospital, those that the truth is about.
    """

    study: str
    label: str
    analysis: Analysis
    row: dict[str, Any]
    truth: float | Truth
    outcome: int = 0
    among: Callable[[Cohort, Lives], Any] | None = None

    @property
    def persons(self) -> int:
        """In a hospital."""
        return LARGE if self.study in RARE else SMALL

    @property
    def is_ratio(self) -> bool:
        """Whether it is compared on the log scale."""
        return self.row["estimate"] in RATIOS

    def found(self, rows: list[Row]) -> tuple[float, float, float]:
        """Value and limits, in percent or on the log scale; nan where there are none."""
        fields = {k: v for k, v in self.row.items() if k not in ("said", "unsaid")}
        said, unsaid = self.row.get("said", ""), self.row.get("unsaid", "\0")
        for row in rows:
            if all(getattr(row, key) == value for key, value in fields.items()) and (
                said in row.method and unsaid not in row.method
            ):
                numbers = (row.value, row.lower, row.upper)
                return tuple(self._scaled(number) for number in numbers)  # type: ignore[return-value]
        return math.nan, math.nan, math.nan

    def _scaled(self, number: float | None) -> float:
        if number is None:
            return math.nan
        if self.is_ratio:
            return math.log(number) if number > 0 else -math.inf
        return number * WITH_FACTOR.get(self.row["estimate"], 1.0)


def hazard_ratio(study: str, variable: str, level: str, truth: float | Truth, of: str) -> Target:
    """A hazard ratio of the study's adjusted Cox model."""
    row = {"analysis": "cox", "estimate": "hazard ratio", "variable": variable, "level": level}
    said = {**row, "unsaid": "Firth"}
    return Target(study, f"hazard ratio of {of}", cox, said, truth)


def no_sex(study: str, of: str) -> Target:
    return hazard_ratio(study, "Sex", "male", 0.0, f"{of}, men : women")


def incidence(
    study: str, of: str, group: str, years: float, truth: Truth, outcome: int = 0
) -> Target:
    row = {"estimate": "cumulative incidence", "group": group, "time": years}
    where = f", {group}" if group else ""
    label = f"{of} by {in_years(years)}{where} (%)"
    return Target(study, label, partial(competing, at=(years,)), row, truth, outcome)


def in_years(years: float) -> str:
    return f"{years:g} year{'' if years == 1 else 's'}"


def percent(study: str, of: str, group: str, truth: float | Truth, outcome: int = 0) -> Target:
    row = {"analysis": "outcome_share", "estimate": "percent with outcome", "group": group}
    where = f", {group}" if group else ""
    return Target(study, f"{of}{where} (%)", outcome_share, row, truth, outcome)


def rate(study: str, of: str, group: str, truth: float | Truth, outcome: int = 0) -> Target:
    row = {"analysis": "crude", "estimate": "rate per 100 person-years", "group": group}
    label = f"{of}, {group}, per 100 person-years"
    return Target(study, label, rates, row, truth, outcome)
