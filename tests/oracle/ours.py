"""Our numbers under the names of R's: one function a method."""

from __future__ import annotations

import cohorts
import numpy as np

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.interval_censored import PARAMETRIC, interval_censored
from seroclear.analysis.interval_ratios import RATIO
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.result import Row
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.analysis.turnbull import turnbull
from seroclear.study.cohort import Cohort

LIMITS = ("value", "lower", "upper")
Numbers = dict[str, float | None]
Terms = dict[tuple[str, str], str]  # (variable, level) to R's name
LUNG: Terms = {("Group", "2"): "sex", ("age", ""): "age", ("ecog", ""): "ecog"}
VETERAN: Terms = {
    ("cell", "smallcell"): "smallcell",
    ("cell", "adeno"): "adeno",
    ("cell", "large"): "large",
    ("Group", "2"): "trt",
    ("karno", ""): "karno",
    ("age", ""): "age",
}
CRUDE: Terms = {("Group", "2"): "sex"}
FIRTH: Terms = {("1", ""): "1", ("2", ""): "2"}


def one(rows: list[Row], **wanted: object) -> Row:
    found = [row for row in rows if all(getattr(row, k) == v for k, v in wanted.items())]
    assert len(found) == 1, f"{len(found)} rows for {wanted}"
    return found[0]


def _parts(name: str, row: Row, parts: tuple[str, ...] = LIMITS) -> Numbers:
    return {f"{name}.{part}": getattr(row, part) for part in parts}


def survival_with_limits() -> Numbers:
    rows = kaplan_meier(cohorts.lung(), at=(1.0, 2.0))
    numbers: Numbers = {}
    for sex in ("1", "2"):
        for year in (1, 2):
            row = one(rows, analysis="kaplan_meier", group=sex, time=float(year))
            numbers |= _parts(f"lung.km.{sex}.{year}", row, (*LIMITS, "n", "events"))
    return numbers


def crude(name: str, estimate: str, parts: tuple[str, ...], stratum: str = "") -> Numbers:
    rows = kaplan_meier(cohorts.lung())
    numbers: Numbers = {}
    for sex in ("1", "2"):
        row = one(rows, analysis="crude", group=sex, estimate=estimate, stratum=stratum)
        numbers |= _parts(f"lung.{name}.{sex}", row, parts)
    return numbers


def log_rank_of(name: str, cohort: Cohort, expected_of: tuple[str, ...]) -> Numbers:
    rows = log_rank(cohort)
    numbers = {
        f"{name}.logrank.chisq": one(rows, estimate="chi-square").value,
        f"{name}.logrank.p": one(rows, estimate="p").value,
    }
    for group in expected_of:
        row = one(rows, estimate="expected", group=group)
        numbers[f"{name}.logrank.expected.{group}"] = row.value
    return numbers


def ratios(
    name: str, cohort: Cohort, terms: Terms, analysis: str = "cox", fit: str = "Wald"
) -> Numbers:
    rows = [row for row in cox(cohort) if row.analysis == analysis and fit in row.method]
    numbers: Numbers = {}
    for (variable, level), term in terms.items():
        ratio = one(rows, variable=variable, level=level, estimate="hazard ratio")
        p = one(rows, variable=variable, level=level, estimate="p")
        numbers |= {
            f"{name}.{term}.hr": ratio.value,
            f"{name}.{term}.lower": ratio.lower,
            f"{name}.{term}.upper": ratio.upper,
            f"{name}.{term}.p": p.value,
        }
    return numbers


def proportionality(name: str, cohort: Cohort, terms: Terms) -> Numbers:
    rows = [row for row in cox(cohort) if row.analysis == "proportional_hazards"]
    numbers = {
        f"{name}.{term}.zph": one(rows, variable=variable, level=level).value
        for (variable, level), term in terms.items()
    }
    return numbers | {f"{name}.zph.global": one(rows, variable="Global").value}


def incidence() -> Numbers:
    rows = competing(cohorts.pbc(), at=(3.0, 6.0))
    numbers: Numbers = {}
    for trt in ("1", "2"):
        for year in (3, 6):
            row = one(rows, group=trt, estimate="cumulative incidence", time=float(year))
            numbers |= _parts(f"pbc.aj.{trt}.{year}", row)
    return numbers


def gray(name: str, cohort: Cohort) -> Numbers:
    rows = competing(cohort)
    return {
        f"{name}.chisq": one(rows, estimate="chi-square").value,
        f"{name}.p": one(rows, estimate="p").value,
    }


def between(prefix: str, cohort: Cohort, estimate: str, variables: tuple[str, ...]) -> Numbers:
    rows = table_one(cohort)
    return {
        f"{prefix}{v}.{estimate}": one(rows, variable=v, estimate=estimate).value for v in variables
    }


def quartiles() -> Numbers:
    rows = table_one(cohorts.pbc())
    return {
        f"pbc.age.{q}": one(rows, variable="age", estimate=q, group="1").value for q in ("q1", "q3")
    }


def fisher() -> Numbers:
    row = one(table_one(cohorts.response()), variable="response", estimate="p")
    assert row.method == "Fisher's exact test"
    return {"fisher.p": row.value}


def interval_survival(name: str, cuts: tuple[float, ...]) -> Numbers:
    cohort = cohorts.interval()
    rows = interval_censored(cohort, cuts=cuts)
    numbers: Numbers = {}
    for index, group in enumerate(cohort.groups):
        for year in (1, 3):
            row = one(rows, estimate="survival", group=group, time=float(year), method=PARAMETRIC)
            numbers |= _parts(f"{name}.{index}.{year}", row)
    return numbers


def interval_ratios(name: str, cuts: tuple[float, ...]) -> Numbers:
    rows = interval_censored(cohorts.interval(), cuts=cuts)
    numbers: Numbers = {}
    for model, method in (("crude", RATIO), ("adjusted", f"{RATIO}; adjusted for age")):
        ratio = one(rows, estimate="hazard ratio", level="IFN", method=method)
        p = one(rows, estimate="p", level="IFN", method=method)
        numbers |= {
            f"{name}.{model}.hr": ratio.value,
            f"{name}.{model}.lower": ratio.lower,
            f"{name}.{model}.upper": ratio.upper,
            f"{name}.{model}.p": p.value,
        }
    return numbers


def exponential_ratio() -> Numbers:
    numbers = interval_ratios("exponential", ())
    return {"exponential.ifn": numbers["exponential.adjusted.hr"]}


def nonparametric(name: str) -> Numbers:
    d = cohorts.data("interval.csv")
    numbers: Numbers = {}
    for index, group, year in ((0, "NA", 1), (0, "NA", 3), (1, "IFN", 3)):
        member = d["group"] == group
        estimate = turnbull(d["lower"][member], d["upper"][member])
        assert estimate is not None
        low, high = estimate.survival_between(float(year))
        assert high - low < 1e-12, "inside a window"
        numbers[f"{name}.{index}.{year}"] = low
    return numbers


def nonparametric_exact() -> Numbers:
    d = cohorts.data("lung.csv")
    men = d["sex"] == 1
    time, dead = d["time"][men] / 365.25, d["status"][men] == 2
    estimate = turnbull(time, np.where(dead, time, np.inf))
    assert estimate is not None
    return {f"lung.km.1.{year}.value": estimate.survival_between(float(year))[0] for year in (1, 2)}
