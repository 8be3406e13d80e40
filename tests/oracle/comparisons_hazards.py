"""What is compared with regression.R: stratified, competing, weighted and parametric models."""

from __future__ import annotations

import ours_hazards as ours
from comparison import Comparison

LUNG_DATA = "lung: 228 persons, 165 events"
VETERAN_DATA = "veteran: 137 persons, 128 events, ties"
HEART_DATA = "heart: 103 persons in 172 rows, 75 events"
MGUS_DATA = "mgus2: 1,373 persons, whole months"
PBC_DATA = "pbc: 312 persons, 19 transplants, 125 deaths"
CGD_DATA = "cgd: 128 persons in 203 rows, 76 events"
WINDOWS = "interval.csv: 200 simulated persons"

REGRESSIONS = [
    Comparison(
        "Restricted means, difference and ratio", LUNG_DATA, "`survfit(rmean)`, arithmetic",
        "regression", 7, ours.restricted,
    ),
    Comparison(
        "Log-rank, stratified", VETERAN_DATA, "`survdiff(... + strata())`", "regression", 7,
        ours.stratified_test,
    ),
    Comparison(
        "Log-rank, delayed entry", HEART_DATA, '`coxph(ties = "exact")`, score test',
        "regression", 7, ours.delayed_test,
    ),
    Comparison(
        "Cox, stratified", VETERAN_DATA, "`coxph(... + strata())`", "regression", 7,
        ours.stratified_cox,
    ),
    Comparison(
        "Cox, time-varying covariates", HEART_DATA, "`coxph(Surv(start, stop, event))`",
        "regression", 7, lambda: ours.varying(clustered=False),
    ),
    Comparison(
        "Cox, time-varying, robust by person", HEART_DATA, "`coxph(cluster = id)`",
        "regression", 7, lambda: ours.varying(clustered=True),
    ),
    Comparison(
        "Cox, delayed entry", MGUS_DATA + ", age as time", "`coxph(Surv(entry, exit, death))`",
        "regression", 7, ours.delayed_cox,
    ),
    Comparison(
        "Cox, recurrent events, strata, clusters", CGD_DATA, "`coxph(cluster = id)`",
        "regression", 7, ours.recurrent,
    ),
    Comparison(
        "Cox, weights, strata, robust (Efron)", VETERAN_DATA,
        "`coxph(weights, robust = TRUE)`", "regression", 7, lambda: ours.weighted("efron"),
    ),
    Comparison(
        "Cox, weights, strata, robust (Breslow)", VETERAN_DATA,
        "`coxph(weights, robust = TRUE)`", "regression", 7, lambda: ours.weighted("breslow"),
    ),
    Comparison(
        "Cause-specific Cox, both causes", PBC_DATA, "`coxph`", "regression", 7, ours.causes
    ),
    Comparison(
        "Fine–Gray, 105 events of 1,373", MGUS_DATA, "`cmprsk::crr`", "regression", 7,
        lambda: ours.subdistribution(1),
    ),
    Comparison(
        "Fine–Gray, the other cause", MGUS_DATA, "`cmprsk::crr`", "regression", 7,
        lambda: ours.subdistribution(2),
    ),
    Comparison(
        "Fine–Gray with limits", PBC_DATA, "`cmprsk::crr`", "regression", 7, ours.competing_cohort
    ),
    Comparison(
        "Fine–Gray, coefficients", "pbc, no tied times", "`finegray`, `coxph(weights = fgwt)`",
        "regression", 7, ours.untied,
    ),
    Comparison(
        "Interval-censored Weibull regression", WINDOWS, '`survreg(type = "interval2")`',
        "regression", 7, lambda: ours.windows("weibull"),
    ),
    Comparison(
        "Interval-censored log-normal regression", WINDOWS, '`survreg(type = "interval2")`',
        "regression", 7, lambda: ours.windows("lognormal"),
    ),
    Comparison(
        "Interval-censored log-logistic regression", WINDOWS, '`survreg(type = "interval2")`',
        "regression", 7, lambda: ours.windows("loglogistic"),
    ),
    Comparison(
        "Weibull regression, exact times", "ovarian: 26 persons, 12 deaths", "`survreg`",
        "regression", 7, ours.exact_times,
    ),
]  # fmt: skip
