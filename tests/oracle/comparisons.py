"""What is compared with R: methods, data, and how closely they must agree."""

from __future__ import annotations

import cohorts
import ours
from comparison import Comparison
from comparisons_hazards import REGRESSIONS

LUNG_DATA = "lung: 228 persons, 165 events"
VETERAN_DATA = "veteran: 137 persons, 128 events, ties"
PBC_DATA = "pbc: 312 persons, 19 transplants, 125 deaths"
PBC_ALL = "pbc: 418 persons, 25 transplants, 161 deaths"
FEW_DATA = "veteran, 40 persons for 30 days, ties"
APART_DATA = "the same, one group without events"
WINDOWS = "interval.csv: 200 simulated persons"
OPTIM = "`optim` of the likelihood"

COMPARISONS = [
    Comparison(
        "Table 1: Mann–Whitney p", PBC_DATA, "`wilcox.test(exact = FALSE)`", "survival", 7,
        lambda: ours.between("pbc.", cohorts.pbc(), "p", ("age",)),
    ),
    Comparison(
        "Table 1: Kruskal–Wallis p", VETERAN_DATA, "`kruskal.test`", "survival", 7,
        lambda: ours.between("veteran.", cohorts.veteran(True), "p", ("karno",)),
    ),
    Comparison(
        "Table 1: chi-square p", PBC_DATA, "`chisq.test(correct = FALSE)`", "survival", 7,
        lambda: ours.between("pbc.", cohorts.pbc(), "p", ("sex", "edema")),
    ),
    Comparison(
        "Table 1: Fisher's exact p", "a 2×2 table of 132", "`fisher.test`", "survival", 7,
        ours.fisher,
    ),
    Comparison(
        "Table 1: quartiles", PBC_DATA, "`quantile` (type 7)", "survival", 7, ours.quartiles
    ),
    Comparison(
        "Table 1: standardised differences", PBC_DATA, "arithmetic in R", "survival", 7,
        lambda: ours.between("pbc.", cohorts.pbc(), "smd", ("age", "sex", "edema")),
    ),
    Comparison(
        "Kaplan–Meier with limits", LUNG_DATA, '`survfit(conf.type = "log")`', "survival", 7,
        ours.survival_with_limits,
    ),
    Comparison(
        "Median follow-up with limits", LUNG_DATA, "`quantile(survfit(...))`", "survival", 6,
        lambda: ours.crude("followup", "median follow-up", ours.LIMITS),
    ),
    Comparison(
        "Rate, exact Poisson limits", LUNG_DATA, "`poisson.test`", "survival", 6,
        lambda: ours.crude("rate", "rate per 100 person-years", ours.LIMITS),
    ),
    Comparison(
        "Wilson limits", LUNG_DATA, "`prop.test(correct = FALSE)`", "survival", 7,
        lambda: ours.crude("percent", "percent with outcome", ("lower", "upper"), "all persons"),
    ),
    Comparison(
        "Log-rank, two groups", LUNG_DATA, "`survdiff`", "survival", 7,
        lambda: ours.log_rank_of("lung", cohorts.lung(), ("1", "2")),
    ),
    Comparison(
        "Log-rank, four groups", VETERAN_DATA, "`survdiff`", "survival", 7,
        lambda: ours.log_rank_of("veteran", cohorts.veteran(True), ()),
    ),
    Comparison(
        "Cox, unadjusted", LUNG_DATA, '`coxph(ties = "efron")`', "survival", 7,
        lambda: ours.ratios("lung.crude", cohorts.lung(), ours.CRUDE, "cox_unadjusted"),
    ),
    Comparison(
        "Cox, adjusted", LUNG_DATA, '`coxph(ties = "efron")`', "survival", 7,
        lambda: ours.ratios("lung.cox", cohorts.lung(), ours.LUNG),
    ),
    Comparison(
        "Cox, adjusted", VETERAN_DATA, '`coxph(ties = "efron")`', "survival", 7,
        lambda: ours.ratios("veteran.cox", cohorts.veteran(False), ours.VETERAN),
    ),
    Comparison(
        "Proportional hazards p", LUNG_DATA, '`cox.zph("km", terms = FALSE)`', "survival", 6,
        lambda: ours.proportionality("lung.cox", cohorts.lung(), ours.LUNG),
    ),
    Comparison(
        "Proportional hazards p", VETERAN_DATA, '`cox.zph("km", terms = FALSE)`', "survival", 6,
        lambda: ours.proportionality("veteran.cox", cohorts.veteran(False), ours.VETERAN),
    ),
    Comparison(
        "Cox with Firth's penalty", FEW_DATA, "`optim` on `coxph(iter.max = 0)`", "firth", 5.7,
        lambda: ours.ratios("few", cohorts.few_events(separated=False), ours.FIRTH, fit="Firth"),
    ),
    Comparison(
        "Cox with Firth's penalty", APART_DATA, "`optim` on `coxph(iter.max = 0)`", "firth", 5.7,
        lambda: ours.ratios("apart", cohorts.few_events(separated=True), ours.FIRTH, fit="Firth"),
    ),
    Comparison(
        "Turnbull", LUNG_DATA + " at exact times", "`survfit` (Kaplan–Meier)", "survival", 6,
        ours.nonparametric_exact,
    ),
    Comparison(
        "Turnbull", WINDOWS, '`survfit(type = "interval2")`, which stops early', "interval", 4,
        lambda: ours.nonparametric("turnbull"),
    ),
    Comparison(
        "Turnbull", WINDOWS, "20,000 EM steps in R", "interval", 7,
        lambda: ours.nonparametric("npmle"),
    ),
    Comparison(
        "Interval-censored exponential survival", WINDOWS, '`survreg(type = "interval2")`',
        "interval", 6, lambda: ours.interval_survival("exponential", ()),
    ),
    Comparison(
        "Interval-censored exponential ratio", WINDOWS, '`survreg(type = "interval2")`',
        "interval", 6, ours.exponential_ratio,
    ),
    Comparison(
        "Piecewise survival, cut at 1 year", WINDOWS, f"{OPTIM}, `optimHess`", "interval", 5,
        lambda: ours.interval_survival("piecewise.1", (1.0,)),
    ),
    Comparison(
        "Piecewise survival, cuts at 1 and 3 years", WINDOWS, f"{OPTIM}, `optimHess`",
        "interval", 5, lambda: ours.interval_survival("piecewise.1+3", (1.0, 3.0)),
    ),
    Comparison(
        "Piecewise ratios, cut at 1 year", WINDOWS, f"{OPTIM}, profile", "interval", 5.7,
        lambda: ours.interval_ratios("piecewise.1", (1.0,)),
    ),
    Comparison(
        "Piecewise ratios, cuts at 1 and 3 years", WINDOWS, f"{OPTIM}, profile", "interval", 5.7,
        lambda: ours.interval_ratios("piecewise.1+3", (1.0, 3.0)),
    ),
    Comparison(
        "Aalen–Johansen with limits", PBC_DATA, '`survfit(conf.type = "log-log")`', "survival", 7,
        ours.incidence,
    ),
    Comparison(
        "Gray's test, two groups", PBC_DATA, "`cmprsk::cuminc`", "gray", 7,
        lambda: ours.gray("trt", cohorts.pbc()),
    ),
    Comparison(
        "Gray's test, three groups", PBC_ALL, "`cmprsk::cuminc`", "gray", 7,
        lambda: ours.gray("edema", cohorts.pbc_by_edema()),
    ),
    *REGRESSIONS,
]  # fmt: skip
