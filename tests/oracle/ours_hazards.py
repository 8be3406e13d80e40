"""Our numbers under the names of regression.R's: one function a comparison."""

from __future__ import annotations

from dataclasses import replace

import cohorts
import numpy as np
from ours import LIMITS, Numbers, Terms, one

from seroclear.analysis.aft import AftFit, aft_regression
from seroclear.analysis.competing_regression import competing_regression
from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.cox_maximum import CoxFit
from seroclear.analysis.fine_gray import fine_gray
from seroclear.analysis.interval_regression import interval_regression
from seroclear.analysis.log_rank import log_rank_test
from seroclear.analysis.partial_likelihood import Ties
from seroclear.analysis.restricted_mean import restricted_means
from seroclear.analysis.result import Row
from seroclear.analysis.stratified import stratified
from seroclear.study.cohort import Cohort

DISTRIBUTIONS = {"weibull": "Weibull", "lognormal": "log-normal", "loglogistic": "log-logistic"}


def _columns(name: str, *columns: str) -> np.ndarray:
    d = cohorts.data(name)
    return np.column_stack([d[column] for column in columns]).astype(float)


def _of_fit(name: str, fit: CoxFit | AftFit, columns: tuple[str, ...]) -> Numbers:
    numbers: Numbers = {}
    for k, column in enumerate(columns):
        for part, values in (("coef", fit.coefficient), ("se", fit.se), ("p", fit.p)):
            numbers[f"{name}.{column}.{part}"] = float(values[k])
    return numbers


def _of_row(name: str, row: Row) -> Numbers:
    return {f"{name}.{part}": getattr(row, part) for part in LIMITS}


def restricted() -> Numbers:
    rows = restricted_means(cohorts.lung(), at=(1.0, 2.0))
    numbers: Numbers = {}
    for year in (1, 2):
        for sex in ("1", "2"):
            row = one(rows, estimate="restricted mean", group=sex, time=float(year))
            numbers |= _of_row(f"rmst.{sex}.{year}", row)
        for kind in ("difference", "ratio"):
            row = one(rows, estimate=f"{kind} of restricted means", time=float(year))
            numbers |= _of_row(f"rmst.{kind}.{year}", row)
        numbers[f"rmst.p.{year}"] = one(rows, estimate="p", time=float(year)).value
    return numbers


def stratified_test() -> Numbers:
    rows = stratified("cell")(cohorts.veteran(False))
    test = [row for row in rows if row.method.startswith("log-rank")]
    return {
        "strata.logrank.chisq": one(test, estimate="chi-square").value,
        "strata.logrank.p": one(test, estimate="p").value,
    }


def stratified_cox() -> Numbers:
    rows = [r for r in stratified("cell")(cohorts.veteran(False)) if r.method.startswith("Cox")]
    adjusted = [row for row in rows if "adjusted" in row.method]
    crude = [row for row in rows if "adjusted" not in row.method]
    terms: Terms = {("Group", "2"): "trt", ("karno", ""): "karno", ("age", ""): "age"}
    numbers = _ratios("strata.adjusted", adjusted, terms)
    return numbers | _ratios("strata.crude", crude, {("Group", "2"): "trt"})


def _ratios(
    name: str, rows: list[Row], terms: Terms, ratio: str = "hazard ratio", p: bool = True
) -> Numbers:
    numbers: Numbers = {}
    for (variable, level), term in terms.items():
        row = one(rows, variable=variable, level=level, estimate=ratio)
        numbers |= _of_row(f"{name}.{term}", row)
        if p:
            of_p = one(rows, variable=variable, level=level, estimate="p")
            numbers[f"{name}.{term}.p"] = of_p.value
    return numbers


def weighted(ties: Ties) -> Numbers:
    d = cohorts.data("veteran.csv")
    x = _columns("veteran.csv", "karno", "age")
    fit = cox_regression(
        d["time"],
        d["status"] == 1,
        x,
        strata=d["celltype"].astype(str),
        weights=d["age"] / 50,
        robust=True,
        ties=ties,
    )
    numbers = _of_fit(f"weighted.{ties}", fit, ("karno", "age"))
    return numbers | {f"weighted.{ties}.karno.naive": float(fit.naive_se[0])}


def varying(clustered: bool) -> Numbers:
    d = cohorts.data("heart.csv")
    columns = ("age", "year", "surgery", "transplant")
    fit = cox_regression(
        d["stop"],
        d["event"] == 1,
        _columns("heart.csv", *columns),
        start=d["start"],
        cluster=d["id"] if clustered else None,
    )
    return _of_fit("heart.cluster" if clustered else "heart", fit, columns)


def delayed_test() -> Numbers:
    d = cohorts.data("heart.csv")
    group = np.where(d["surgery"] == 1, "yes", "no").astype(object)
    test = log_rank_test(d["stop"], d["event"] == 1, group, ("no", "yes"), start=d["start"])
    return {"heart.logrank.chisq": test.chi_square}


def delayed_cox() -> Numbers:
    d = cohorts.data("mgus2.csv")
    x = np.column_stack([d["sex"] == "M", d["mspike"]]).astype(float)
    seen = d["months"] > 0
    fit = cox_regression(
        (d["age"] + d["months"] / 12)[seen], (d["cause"] == 2)[seen], x[seen], start=d["age"][seen]
    )
    return _of_fit("mgus2.entry", fit, ("male", "mspike"))


def recurrent() -> Numbers:
    d = cohorts.data("cgd.csv")
    x = np.column_stack([d["treat"] == "rIFN-g", d["age"], d["steroids"]]).astype(float)
    fit = cox_regression(
        d["tstop"],
        d["status"] == 1,
        x,
        start=d["tstart"],
        strata=d["hos.cat"].astype(str),
        cluster=d["id"],
    )
    return _of_fit("cgd", fit, ("treated", "age", "steroids"))


def subdistribution(cause: int) -> Numbers:
    d = cohorts.data("mgus2.csv")
    x = np.column_stack([d["age"], d["sex"] == "M", d["mspike"]]).astype(float)
    fit = fine_gray(d["months"], d["cause"].astype(int), x, of_interest=cause)
    return _of_fit(f"finegray.{cause}", fit, ("age", "male", "mspike"))


def untied() -> Numbers:
    """Those of pbc who are the first with their time."""
    d = cohorts.data("pbc.csv")
    d = {name: column[np.isfinite(d["trt"])] for name, column in d.items()}
    first = np.unique(d["time"], return_index=True)[1]
    x = np.column_stack([d["age"], d["trt"]])[first]
    fit = fine_gray(d["time"][first], d["status"][first].astype(int), x, of_interest=2)
    names = ("untied.finegray.age.coef", "untied.finegray.trt.coef")
    return dict(zip(names, map(float, fit.coefficient), strict=True))


PBC: Terms = {("Group", "2"): "trt", ("age", ""): "age", ("sex", "f"): "female"}


def _pbc() -> Cohort:
    cohort = cohorts.pbc()
    return replace(cohort, covariates=cohort.covariates[:2])


def competing_cohort() -> Numbers:
    rows = [row for row in competing_regression(_pbc()) if row.analysis == "fine_gray"]
    return _ratios("pbc.finegray", rows, PBC, "subdistribution hazard ratio", p=False)


def causes() -> Numbers:
    rows = [row for row in competing_regression(_pbc()) if row.analysis == "cause_specific"]
    numbers = _ratios("pbc.cause.1", [r for r in rows if not r.stratum], PBC)
    return numbers | _ratios("pbc.cause.2", [r for r in rows if r.stratum], PBC)


def windows(kind: str) -> Numbers:
    name = DISTRIBUTIONS[kind]
    rows = [r for r in interval_regression(cohorts.interval()) if r.method.startswith(name)]
    terms: Terms = {("Group", "IFN"): "ifn", ("age", ""): "age"}
    numbers = _ratios(f"aft.{kind}", rows, terms, "time ratio", p=False)
    numbers[f"aft.{kind}.aic"] = one(rows, estimate="AIC").value
    if kind == "weibull":
        row = one(rows, estimate="hazard ratio", level="IFN")
        numbers |= _of_row("aft.weibull.hazard", row)
    return numbers


def exact_times() -> Numbers:
    d = cohorts.data("ovarian.csv")
    upper = np.where(d["fustat"] == 1, d["futime"], np.inf)
    fit = aft_regression(d["futime"], upper, _columns("ovarian.csv", "age", "rx"), "weibull")
    numbers = _of_fit("ovarian", fit, ("age", "rx"))
    return numbers | {"ovarian.scale": fit.scale, "ovarian.loglik": fit.log_likelihood}
