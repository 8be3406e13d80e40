"""Simulated hospitals through the whole path: their estimates, and the truth beside each.

Patients of the simulator are independent of each other, so a large hospital is many small ones: a
batch is simulated, written, loaded, derived and assembled as one, and then cut by patient number.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from settings import Setting

from seroclear.analysis.cox import cox
from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.interval_censored import NONPARAMETRIC, PARAMETRIC, interval_censored
from seroclear.analysis.result import Row
from seroclear.analysis.survival import kaplan_meier
from seroclear.course.build import build
from seroclear.engines.duckdb import DuckDB
from seroclear.records.load import load
from seroclear.simulate import Hospital, Scenario, simulate, write_omop
from seroclear.simulate.truth_columns import FIRST_ID
from seroclear.studies import load_study
from seroclear.study.assemble import assemble
from seroclear.study.cohort import Cohort

YEARS = (1.0, 3.0)
DAYS_A_YEAR = 365.25
ADJUST_FOR = ("Age at loss (years)", "ALT at loss")
# The other laboratory tests take time to load and no estimate here reads them.
TESTS = ("hbsag", "hbsag_index", "alt")

KAPLAN_MEIER = "Kaplan–Meier at the first positive test"
KAPLAN_MEIER_TRUE = "Kaplan–Meier of the true dates (needs the truth)"
TURNBULL = "nonparametric, interval-censored (Turnbull)"
PIECEWISE = "piecewise exponential, interval-censored"
COX, COX_ADJUSTED = "Cox, crude", "Cox, adjusted for age and ALT"
RATIO, RATIO_ADJUSTED = "interval-censored, crude", "interval-censored, adjusted for age and ALT"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate from one hospital; hazard ratios are on the log scale.

    `value`, `lower` and `upper` are nan where there is none. `truth` is that of the replicate's own
    patients; n and events are those of the group (of both groups for a hazard ratio).
    """

    setting: str
    replicate: int
    estimator: str
    target: str
    truth: float
    value: float
    lower: float
    upper: float
    n: int
    events: int


def estimates(setting: Setting, batch: int, hospitals: int) -> list[Estimate]:
    """Simulates a batch of hospitals and estimates in each everything the setting asks for.

    Args:
        setting: what is true and what is wanted.
        batch: number of the batch, which is the seed.
        hospitals: how many there are in a batch; replicates are numbered from batch * hospitals.
    """
    scenario = replace(setting.scenario, n_patients=setting.persons * hospitals, seed=batch)
    cohort, truth = cohort_and_truth(scenario)
    found = _survival if setting.estimates == "durability" else _ratios
    person = cohort.columns["patient_id"].astype(np.int64) - FIRST_ID
    rows = []
    for hospital in range(hospitals):
        mine = person // setting.persons == hospital
        part = replace(cohort, columns={k: v[mine] for k, v in cohort.columns.items()})
        known = {name: column[mine] for name, column in truth.items()}
        number = batch * hospitals + hospital
        rows += [Estimate(setting.name, number, *e) for e in found(part, known, scenario)]
    return rows


def cohort_and_truth(scenario: Scenario) -> tuple[Cohort, dict[str, Any]]:
    """The durability study's cohort, read from OMOP records, and its patients' truth in order."""
    name, study = load_study("durability")
    covariates = [one for one in study.covariates if one.label in ADJUST_FOR]
    study = replace(study, covariates=covariates, subgroups=(), described=())
    hospital = _only_needed_tests(simulate(scenario))
    with tempfile.TemporaryDirectory() as folder:
        write_omop(hospital, Path(folder) / "omop")
        store = load(Path(folder) / "omop", Path(folder) / "store").store
        engine = DuckDB(threads=1)
        cohort = assemble(study, name, build(store, "default", engine=engine), engine)
        engine.close()
    return cohort, _truth_of(cohort, hospital)


def _only_needed_tests(hospital: Hospital) -> Hospital:
    test = pc.cast(hospital.result["test"], pa.string())
    return replace(hospital, result=hospital.result.filter(pc.is_in(test, pa.array(TESTS))))


def _truth_of(cohort: Cohort, hospital: Hospital) -> dict[str, Any]:
    """Columns of the patient truth, one element a patient of the cohort; days, nan for never."""
    place = {patient: i for i, patient in enumerate(hospital.truth["patient_id"].to_pylist())}
    rows = hospital.truth.take(pa.array([place[p] for p in cohort.columns["patient_id"]]))
    names = ("loss_day", "hazard_year_1", "hazard_later", "reversion_day", "second_loss_day")
    truth = {name: _numbers(rows[name]) for name in names}
    truth["followed_to"] = _numbers(pc.cast(pc.cast(rows["followed_to"], pa.int32()), pa.float64()))
    truth["index"] = cohort.columns["index"].astype("datetime64[D]").astype(float)
    return truth


def _numbers(column: Any) -> Any:
    return np.array([math.nan if v is None else float(v) for v in column.to_pylist()])


def true_survival(truth: dict[str, Any], years: float) -> Any:
    """Each patient's chance to stay free of seroreversion for `years` after the first negative
    test, given HBsAg was negative then: S(L + years) / S(L), with L from the true loss to that
    test and a hazard that changes one year after the true loss. Shape (patients,).

    Who had reverted and lost HBsAg again before the first negative test can revert no more.
    """
    since_loss = (truth["index"] - truth["loss_day"]) / DAYS_A_YEAR

    def hazard(until: Any) -> Any:
        first, later = np.minimum(until, 1.0), np.maximum(until - 1.0, 0.0)
        return truth["hazard_year_1"] * first + truth["hazard_later"] * later

    survival = np.exp(hazard(since_loss) - hazard(since_loss + years))
    return np.where(truth["second_loss_day"] <= truth["index"], 1.0, survival)


def _survival(
    cohort: Cohort, truth: dict[str, Any], scenario: Scenario
) -> Iterator[tuple[Any, ...]]:
    rows = [*kaplan_meier(cohort, at=YEARS), *interval_censored(cohort, at=YEARS)]
    for group in cohort.groups:
        members = cohort.columns["group"] == group
        n, events = int(members.sum()), int(cohort.columns["event"][members].sum())
        for year in YEARS:
            target = f"{group}, {year:g} year{'s' if year > 1 else ''}"
            true = float(true_survival(truth, year)[members].mean())
            found = {
                KAPLAN_MEIER_TRUE: _on_true_dates(truth, members, year),
                KAPLAN_MEIER: _limits(_pick(rows, "kaplan_meier", "survival", group, year)),
                TURNBULL: _middle(rows, group, year),
                PIECEWISE: _limits(
                    _pick(rows, "interval_censored", "survival", group, year, PARAMETRIC)
                ),
            }
            for estimator, numbers in found.items():
                yield estimator, target, true, *numbers, n, events


def _on_true_dates(truth: dict[str, Any], members: Any, year: float) -> tuple[float, ...]:
    """What the published estimator says when each reversion is dated on its true day and everybody
    is watched until they leave care."""
    index = truth["index"]
    reversion = np.where(truth["reversion_day"] >= index, truth["reversion_day"], math.inf)
    end = np.maximum(truth["followed_to"], index)
    time = (np.minimum(reversion, end) - index) / DAYS_A_YEAR
    point = kaplan_meier_curve(time[members], (reversion <= end)[members]).at(year)
    return tuple(_or_nan(number) for number in (point.value, point.lower, point.upper))


def _middle(rows: list[Row], group: str, year: float) -> tuple[float, ...]:
    """Between the lowest and the highest survival that fit; there are no limits."""
    ends = [
        _or_nan(_pick(rows, "interval_censored", name, group, year, NONPARAMETRIC).value)
        for name in ("lowest survival", "highest survival")
    ]
    return sum(ends) / 2, math.nan, math.nan


def _ratios(cohort: Cohort, truth: dict[str, Any], scenario: Scenario) -> Iterator[tuple[Any, ...]]:
    rows = [*cox(cohort), *interval_censored(cohort)]
    ratios = [row for row in rows if row.estimate == "hazard ratio" and row.level == "NA"]
    ordinary = [row for row in ratios if "Firth" not in row.method]
    crude, adjusted = (
        [row for row in ordinary if row.analysis == "interval_censored" and said in row.method]
        for said in ("", "adjusted for")
    )
    found = {
        COX: next(row for row in ordinary if row.analysis == "cox_unadjusted"),
        COX_ADJUSTED: next(row for row in ordinary if row.analysis == "cox"),
        RATIO: next(row for row in crude if row not in adjusted),
        RATIO_ADJUSTED: adjusted[0],
    }
    assert scenario.na_hazard_ratio is not None
    true = math.log(scenario.na_hazard_ratio)
    events = int(cohort.columns["event"].sum())
    for estimator, row in found.items():
        numbers = (math.log(v) if v else math.nan for v in (row.value, row.lower, row.upper))
        yield estimator, "log hazard ratio NA:IFN", true, *numbers, len(cohort), events


def _pick(
    rows: list[Row], analysis: str, estimate: str, group: str, year: float, method: str = ""
) -> Row:
    return next(
        row
        for row in rows
        if (row.analysis, row.estimate, row.group, row.time) == (analysis, estimate, group, year)
        and row.method.startswith(method)
    )


def _limits(row: Row) -> tuple[float, ...]:
    return tuple(_or_nan(number) for number in (row.value, row.lower, row.upper))


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
