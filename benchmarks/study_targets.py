"""What each study of the library estimates in a replicate, and what is true of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import study_truth as true
from study_truth import Truth, death, hbeag_loss, hcc, loss, persons, relapse, retreatment

from seroclear.analysis.changing_exposure import time_varying_cox
from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.emulation import emulated_trial
from seroclear.analysis.interval_censored import PARAMETRIC, interval_censored
from seroclear.analysis.line_models import mixed_model, tobit_model
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.overlap import overlap_weighted
from seroclear.analysis.person_time import person_time
from seroclear.analysis.result import Row
from seroclear.analysis.survival import kaplan_meier
from seroclear.simulate import Scenario
from seroclear.simulate.all_phenomena import with_all_phenomena
from seroclear.simulate.lives import Lives
from seroclear.simulate.outcomes import HBEAG_LOSS_HAZARD
from seroclear.simulate.parameters import NA_AGENTS
from seroclear.simulate.serology import LOG10_FALL_ON_NA
from seroclear.study.cohort import Cohort

# The hospital of `--all-phenomena`, in which everybody is followed, few leave, and cirrhosis, liver
# cancer and transplants are more frequent: a few thousand people then have events for every study.
SCENARIO = replace(
    with_all_phenomena(Scenario()),
    followed_share=1.0,
    dropout_hazard=0.03,
    transplant_share=0.2,
    cirrhosis_at_entry=0.3,
    hcc_hazard_no_cirrhosis=0.02,
)
SMALL, LARGE = 800, 3200  # people of a hospital; of a study whose events are rare
RARE = frozenset(
    (
        *("durability", "outcomes-after-loss", "hcc-in-cirrhosis", "hcc-ifn-vs-na"),
        *("hcc-by-agent-and-timing", "transplant", "mother-to-child", "children"),
        *("add-on-interferon", "low-level-viraemia"),
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


def _no_sex(study: str, of: str) -> Target:
    return hazard_ratio(study, "Sex", "male", 0.0, f"{of}, men : women")


def _incidence(
    study: str, of: str, group: str, years: float, truth: Truth, outcome: int = 0
) -> Target:
    row = {"estimate": "cumulative incidence", "group": group, "time": years}
    where = f", {group}" if group else ""
    label = f"{of} by {_years(years)}{where} (%)"
    return Target(study, label, partial(competing, at=(years,)), row, truth, outcome)


def _years(years: float) -> str:
    return f"{years:g} year{'' if years == 1 else 's'}"


def _free_of_relapse(years: float) -> Target:
    row = {"analysis": "interval_censored", "estimate": "survival", "time": years}
    label = f"free of virological relapse at {_years(years)}, interval-censored (%)"
    return Target(
        "withdrawal",
        label,
        partial(interval_censored, at=(1.0, 3.0)),
        {**row, "said": PARAMETRIC},
        true.free(relapse, years, retreatment),
    )


def _percent(study: str, of: str, group: str, truth: float | Truth, outcome: int = 0) -> Target:
    row = {"analysis": "outcome_share", "estimate": "percent with outcome", "group": group}
    where = f", {group}" if group else ""
    return Target(study, f"{of}{where} (%)", outcome_share, row, truth, outcome)


def _rate(study: str, of: str, group: str, truth: float | Truth, outcome: int = 0) -> Target:
    row = {"analysis": "crude", "estimate": "rate per 100 person-years", "group": group}
    label = f"{of}, {group}, per 100 person-years"
    return Target(study, label, rates, row, truth, outcome)


def _stays(analysis: Analysis, how: str, group: str) -> Target:
    row = {"analysis": analysis.__name__, "estimate": "survival", "group": group, "time": 3.0}
    if analysis is interval_censored:
        row["said"] = PARAMETRIC
    label = f"free of seroreversion at 3 years, {group}, {how} (%)"
    at = partial(analysis, at=(3.0,))
    return Target("durability", label, at, row, true.stays_lost(3.0, group))


def _slope(agent: str) -> Target:
    row = {"analysis": "mixed_model", "estimate": "difference in change per year", "group": agent}
    true_change = SCENARIO.organs.egfr_change[NA_AGENTS.index(agent)]
    label = f"change of eGFR a year, {agent} less ETV (mL/min/1.73 m²)"
    return Target("kidney", label, mixed_model, row, true_change)


def _keeps_hbsag(cohort: Cohort, lives: Lives) -> Any:
    """Who loses HBsAg falls faster; the others fall at one pace."""
    import numpy as np

    return ~np.isfinite(lives.outcomes.loss[persons(cohort, lives)])


def _fall(analysis: Analysis, how: str) -> Target:
    row = {"estimate": "change per year", "group": "HBeAg negative"}
    label = f"change of HBsAg a year, HBeAg negative, who keep it; {how} (log10 IU/mL)"
    return Target("qhbsag-dynamics", label, analysis, row, -LOG10_FALL_ON_NA, among=_keeps_hbsag)


TARGETS = (
    *(_stays(interval_censored, "interval-censored", group) for group in ("IFN", "NA")),
    *(_stays(kaplan_meier, "Kaplan–Meier", group) for group in ("IFN", "NA")),
    *(
        _incidence(
            "clearance",
            "loss of HBsAg",
            group,
            5.0,
            true.incidence(loss, (hcc, death), 5.0, group, leaves=true.transplant),
        )
        for group in ("NA", "IFN")
    ),
    _no_sex("clearance", "loss of HBsAg"),
    Target(
        "outcomes-after-loss",
        "hazard ratio of HCC, HBsAg lost : not yet",
        time_varying_cox,
        {
            "estimate": "hazard ratio",
            "variable": "HBsAg loss",
            "level": "yes",
            "said": "adjusted for",
        },
        math.log(SCENARIO.hcc_ratio_after_loss),
    ),
    _percent("low-level-viraemia", "low-level viraemia at week 48", "", true.low_level_share),
    Target(
        "low-level-viraemia",
        "odds ratio of low-level viraemia, men : women",
        logistic_regression,
        {
            "analysis": "logistic",
            "estimate": "odds ratio",
            "variable": "Sex",
            "level": "male",
            "unsaid": "Firth",
        },
        0.0,
    ),
    *(
        _incidence(
            study,
            "virological relapse",
            "",
            years,
            true.incidence(relapse, (retreatment, death), years),
        )
        for study in ("withdrawal", "stop-rules")
        for years in (1.0, 3.0)
    ),
    *map(_free_of_relapse, (1.0, 3.0)),
    hazard_ratio(
        "withdrawal", "HBeAg at the start", "positive", 0.0, "relapse, HBeAg positive : negative"
    ),
    hazard_ratio(
        "hcc-in-cirrhosis",
        "HBeAg at the start",
        "positive",
        math.log(SCENARIO.hcc_ratio_hbeag),
        "HCC, HBeAg positive : negative",
    ),
    _no_sex("hcc-in-cirrhosis", "HCC"),
    Target(
        "hcc-ifn-vs-na",
        "hazard ratio of HCC, IFN : NA, overlap weights",
        overlap_weighted,
        {"analysis": "overlap_weighted", "estimate": "hazard ratio", "level": "IFN"},
        true.interferon_ratio,
    ),
    hazard_ratio("hcc-ifn-vs-na", "Group", "IFN", true.interferon_ratio, "HCC, IFN : NA, Cox"),
    Target(
        "hcc-by-agent-and-timing",
        "hazard ratio of HCC, TDF or TAF : ETV, overlap weights",
        overlap_weighted,
        {"analysis": "overlap_weighted", "estimate": "hazard ratio", "level": "TDF or TAF"},
        0.0,
    ),
    *map(_slope, ("LDT", "ADV", "TDF")),
    _percent("kidney", "renal dysfunction at week 144", "ETV", true.dysfunction_share("ETV"), 1),
    _rate("kidney", "decline of eGFR by 30%", "ADV", true.decline_rate("ADV")),
    *(
        _percent(
            "effectiveness",
            "HBV DNA undetectable at week 48",
            agent,
            true.undetectable_share(agent),
            1,
        )
        for agent in ("ETV", "TDF")
    ),
    _rate("effectiveness", "loss of HBeAg", "ETV", true.rate(hbeag_loss, "ETV"), 2),
    Target(
        "qhbsag-dynamics",
        "change of HBsAg a year, HBeAg positive less negative (log10 IU/mL)",
        tobit_model,
        {"estimate": "difference in change per year", "group": "HBeAg positive"},
        0.0,
    ),
    _fall(tobit_model, "Tobit"),
    _fall(mixed_model, "plain"),
    Target(
        "transplant",
        "free of reinfection 3 years after immunoglobulin (%)",
        partial(kaplan_meier, at=(3.0,)),
        {"analysis": "kaplan_meier", "estimate": "survival", "time": 3.0},
        true.stays_lost(3.0),
    ),
    Target(
        "transplant",
        "rate ratio of reinfection, NA withdrawn : not yet",
        person_time,
        {"estimate": "rate ratio", "stratum": "NA withdrawn"},
        0.0,
    ),
    _percent(
        "mother-to-child",
        "infected, mother above 200,000 IU/mL",
        "no NA",
        100 * SCENARIO.pregnancy.transmission,
        1,
    ),
    _percent(
        "mother-to-child",
        "infected, mother under 200,000 IU/mL",
        "",
        100 * SCENARIO.pregnancy.transmission_low,
        2,
    ),
    _rate("children", "loss of HBeAg", "NA", 100 * HBEAG_LOSS_HAZARD, 1),
    _rate("children", "loss of HBeAg", "IFN", true.rate(hbeag_loss, "IFN"), 1),
    _incidence(
        "adjustment",
        "change to a first-line NA",
        "",
        2.0,
        true.incidence(true.to_first_line, (), 2.0, leaves=true.na_stop),
    ),
    _no_sex("adjustment", "change to a first-line NA"),
    Target(
        "add-on-interferon",
        "loss of HBsAg by week 96, interferon added less not added (% points)",
        emulated_trial("interferon_added", grace_weeks=24, until_weeks=96),
        {"analysis": "emulated_trial", "estimate": "risk difference", "stratum": ""},
        true.added_risk(96.0, 24.0),
    ),
    *(
        _percent("resistance-surveillance", "resistance mutation", group, share(group))
        for share in (true.resistant_share,)
        for group in ("LAM alone", "ADV alone")
    ),
)
"""Every study of hospital records has at least one; see `replicate_laboratory` for the other."""
