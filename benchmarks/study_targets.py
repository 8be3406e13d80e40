"""What every study of hospital records estimates in a replicate, and the truth of each."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import study_truth as true
import study_truth_values as values
from study_scenario import SCENARIO
from study_target import (
    Analysis,
    Target,
    hazard_ratio,
    in_years,
    incidence,
    no_sex,
    percent,
    rate,
)
from study_truth import death, hbeag_loss, hcc, loss, persons, relapse, retreatment

from seroclear.analysis.changing_exposure import time_varying_cox
from seroclear.analysis.emulation import emulated_trial
from seroclear.analysis.interval_censored import PARAMETRIC, interval_censored
from seroclear.analysis.line_models import mixed_model, tobit_model
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.overlap import overlap_weighted
from seroclear.analysis.person_time import person_time
from seroclear.analysis.survival import kaplan_meier
from seroclear.simulate.lives import Lives
from seroclear.simulate.parameters import NA_AGENTS
from seroclear.simulate.serology import LOG10_FALL_ON_NA
from seroclear.study.cohort import Cohort


def _free_of_relapse(years: float) -> Target:
    row = {"analysis": "interval_censored", "estimate": "survival", "time": years}
    label = f"free of virological relapse at {in_years(years)}, interval-censored (%)"
    return Target(
        "withdrawal",
        label,
        partial(interval_censored, at=(1.0, 3.0)),
        {**row, "said": PARAMETRIC},
        true.free(relapse, years, retreatment),
    )


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
    return ~np.isfinite(lives.outcomes.loss[persons(cohort, lives)])


def _not_reinfected(cohort: Cohort, lives: Lives) -> Any:
    """In the simulator a reinfection ends immunoglobulin, before any test shows why."""
    who = persons(cohort, lives)
    return lives.phenomena.prophylaxis.hbig_stop[who] < true.reversion(lives)[who]


def _fall(analysis: Analysis, how: str) -> Target:
    row = {"estimate": "change per year", "group": "HBeAg negative"}
    label = f"change of HBsAg a year, HBeAg negative, who keep it; {how} (log10 IU/mL)"
    return Target("qhbsag-dynamics", label, analysis, row, -LOG10_FALL_ON_NA, among=_keeps_hbsag)


ADDED = emulated_trial("interferon_added", grace_weeks=24, until_weeks=96)
TARGETS = (
    *(_stays(interval_censored, "interval-censored", group) for group in ("IFN", "NA")),
    *(_stays(kaplan_meier, "Kaplan–Meier", group) for group in ("IFN", "NA")),
    *(
        incidence(
            "clearance",
            "loss of HBsAg",
            group,
            5.0,
            true.incidence(loss, (hcc, death), 5.0, group, leaves=true.transplant),
        )
        for group in ("NA", "IFN")
    ),
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
    percent("low-level-viraemia", "low-level viraemia at week 48", "", values.low_level_share),
    Target(
        "low-level-viraemia",
        "odds ratio of low-level viraemia, men : women, Firth",
        logistic_regression,
        {
            "analysis": "logistic",
            "estimate": "odds ratio",
            "variable": "Sex",
            "level": "male",
            "said": "Firth",
        },
        0.0,
    ),
    *(
        incidence(
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
    no_sex("hcc-in-cirrhosis", "HCC"),
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
    percent("kidney", "renal dysfunction at week 144", "ETV", values.dysfunction_share("ETV"), 1),
    rate("kidney", "decline of eGFR by 30%", "ADV", values.decline_rate("ADV")),
    *(
        percent(
            "effectiveness",
            "HBV DNA undetectable at week 48",
            agent,
            values.undetectable_share(agent),
            1,
        )
        for agent in ("ETV", "TDF")
    ),
    rate("effectiveness", "loss of HBeAg", "ETV", true.rate(hbeag_loss, "ETV"), 2),
    *(
        Target(
            "qhbsag-dynamics",
            f"change of HBsAg a year, HBeAg positive less negative, {how} (log10 IU/mL)",
            model,
            {"estimate": "difference in change per year", "group": "HBeAg positive"},
            0.0,
        )
        for model, how in ((tobit_model, "Tobit"), (mixed_model, "plain"))
    ),
    _fall(tobit_model, "Tobit"),
    _fall(mixed_model, "plain"),
    Target(
        "transplant",
        "free of reinfection 3 years after immunoglobulin that no reinfection ended (%)",
        partial(kaplan_meier, at=(3.0,)),
        {"analysis": "kaplan_meier", "estimate": "survival", "time": 3.0},
        true.free(true.reversion, 3.0, leaves=death),
        among=_not_reinfected,
    ),
    Target(
        "transplant",
        "rate ratio of reinfection, NA withdrawn : not yet; the same people",
        person_time,
        {"estimate": "rate ratio", "stratum": "NA withdrawn"},
        0.0,
        among=_not_reinfected,
    ),
    percent(
        "mother-to-child",
        "infected, mother above 200,000 IU/mL",
        "no NA",
        true.infected_share("no NA"),
        1,
    ),
    percent(
        "mother-to-child",
        "infected, mother under 200,000 IU/mL",
        "",
        true.infected_share(),
        2,
    ),
    rate("children", "loss of HBeAg", "NA", true.rate(hbeag_loss, "NA"), 1),
    rate("children", "loss of HBeAg", "IFN", true.rate(hbeag_loss, "IFN"), 1),
    incidence(
        "adjustment",
        "change to a first-line NA",
        "",
        2.0,
        true.incidence(true.to_first_line, (), 2.0, leaves=true.na_stop),
    ),
    Target(
        "add-on-interferon",
        "loss of HBsAg by week 96, interferon added less not added (% points)",
        ADDED,
        {"analysis": "emulated_trial", "estimate": "risk difference", "stratum": ""},
        true.added_risk(ADDED),
    ),
    *(
        percent("resistance-surveillance", "resistance mutation", group, share(group))
        for share in (true.resistant_share,)
        for group in ("LAM alone", "ADV alone")
    ),
)
"""Every study of hospital records has at least one; see `replicate_laboratory` for the other."""
