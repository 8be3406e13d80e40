"""The tables of each analysis of one outcome; none of an analysis that was not run."""

from __future__ import annotations

from seroclear.analysis.result import Row
from seroclear.report import select, tables, words
from seroclear.report.document import Table

TESTS = ("chi-square", "p")
SURVIVAL = ("survival", "lowest survival", "highest survival")


def shares(rows: list[Row]) -> list[Table]:
    """How many have the outcome, of whom it is known."""
    used = select.of(rows, "outcome_share", "persons", "events", "percent with outcome")
    test = select.of(rows, "outcome_share", "p")
    return [
        *tables.by_group("Persons with the outcome", used),
        *tables.tests("Test", test),
        *odds(rows, "logistic_unadjusted", "Logistic model of the groups alone"),
        *odds(rows, "logistic", "Logistic model with all covariates"),
        *odds(rows, "logistic_imputed", "Logistic model with unknown covariates imputed"),
    ]


def trend(rows: list[Row]) -> list[Table]:
    """From calendar year to calendar year."""
    return [
        *tables.by_stratum("By calendar year", select.of(rows, "trend", "percent with outcome")),
        *tables.tests("Trend over the years", select.of(rows, "trend", "p")),
    ]


def odds(rows: list[Row], analysis: str, caption: str) -> list[Table]:
    """A logistic regression."""
    return tables.models(rows, analysis, caption, "odds ratio")


def survival(rows: list[Row]) -> list[Table]:
    """Follow-up, crude rates and Kaplan–Meier estimates."""
    free = f"Free of {select.outcome(rows)} (95% CI)"
    return [
        *tables.by_group("Follow-up and events", select.of(rows, "crude")),
        *tables.estimates("Kaplan–Meier estimates", select.of(rows, "kaplan_meier"), free),
        *restricted(rows),
    ]


def restricted(rows: list[Row]) -> list[Table]:
    """Years free of the outcome up to named times, and their differences."""
    used = select.of(rows, "restricted_mean")
    means = [row for row in used if row.estimate == "restricted mean"]
    contrasts = [row for row in used if row.estimate != "restricted mean"]
    return [
        *tables.intervals(f"Years free of {select.outcome(rows)} up to a time", means),
        *tables.contrasts("These years compared with the first group's", contrasts),
    ]


def interval(rows: list[Row]) -> list[Table]:
    """With the time of the outcome known as a window."""
    return [
        *tables.intervals(
            f"Probability free of {select.outcome(rows)} when the time is known only as a window",
            [row for row in select.of(rows, "interval_censored") if row.estimate in SURVIVAL],
        ),
        *tables.models(rows, "interval_censored", "Interval-censored model"),
        *window_regression(rows),
    ]


def window_regression(rows: list[Row]) -> list[Table]:
    """Accelerated failure time models of the windows: ratios of times, of hazards, and the fit."""
    used = select.of(rows, "interval_regression")
    fits = [(row.method, words.shown(row)) for row in used if row.estimate == "AIC"]
    times: list[Row] = []
    hazards: list[Row] = []
    for method in dict.fromkeys(row.method for row in used):
        mine = [row for row in used if row.method == method and row.estimate != "AIC"]
        # The same lines follow once more as hazard ratios, where the model has them.
        half = len(mine) // 2 if any(row.estimate == "hazard ratio" for row in mine) else len(mine)
        times += mine[:half]
        hazards += mine[half:]
    name, caption = "interval_regression", "Accelerated failure time model: times"
    return [
        *tables.models(times, name, caption, "time ratio"),
        *tables.models(hazards, name, "The Weibull model as hazards"),
        *tables.made("Which model fits (AIC: lower is better)", ("Model", "AIC"), fits, []),
    ]


def comparison(rows: list[Row]) -> list[Table]:
    """Tests between groups and hazard ratios."""
    return [
        *tables.by_group("Events by group", select.of(rows, "log_rank", "observed", "expected")),
        *tables.tests("Log-rank test", select.of(rows, "log_rank", *TESTS)),
        *tables.models(rows, "cox_unadjusted", "Cox model of the groups alone"),
        *tables.models(rows, "cox", "Cox model with all covariates"),
        *tables.models(rows, "cox_imputed", "Cox model with unknown covariates imputed"),
        *tables.tests("Proportional hazards", select.of(rows, "proportional_hazards")),
        *stratified(rows),
    ]


def stratified(rows: list[Row]) -> list[Table]:
    """Groups compared within strata."""
    used = select.of(rows, "stratified")
    tests = [row for row in used if not row.variable]
    return [
        *tables.tests("Log-rank test within strata", tests),
        *tables.models(used, "stratified", "Cox model within strata"),
    ]


def person_time(rows: list[Row]) -> list[Table]:
    """Rates before and after an exposure that begins during follow-up."""
    used = select.of(rows, "person_time")
    rates = [row for row in used if row.estimate != "rate ratio"]
    ratios = [row for row in used if row.estimate == "rate ratio"]
    return [
        *tables.by_stratum("Rates before and after", rates),
        *tables.tests("After against before", ratios),
    ]


def competing(rows: list[Row]) -> list[Table]:
    """Cumulative incidence, and what changes it."""
    of_outcome = [row for row in rows if not row.stratum]
    of_rival = [row for row in rows if row.stratum]
    return [
        *tables.estimates(
            f"Cumulative incidence of {select.outcome(rows)}",
            select.of(rows, "competing", "cumulative incidence"),
            "Cumulative incidence (95% CI)",
        ),
        *tables.by_group("Competing events", select.of(rows, "competing", "competing events")),
        *tables.tests("Gray's test", select.of(rows, "competing", *TESTS)),
        *tables.models(rows, "fine_gray", "Fine–Gray model: what changes the incidence"),
        *tables.models(of_outcome, "cause_specific", "Cause-specific model of the outcome"),
        *tables.models(of_rival, "cause_specific", "Cause-specific model of competing events"),
    ]


def subgroups(rows: list[Row]) -> list[Table]:
    """Within the levels of a category."""
    free = f"Free of {select.outcome(rows)} (95% CI)"
    return [
        *tables.estimates("Within subgroups", select.of(rows, "subgroups", "survival"), free),
        *tables.tests(
            "Comparisons within and between subgroups", select.of(rows, "subgroups", *TESTS)
        ),
        *tables.by_group("In no subgroup", select.of(rows, "subgroups", "unknown")),
    ]
