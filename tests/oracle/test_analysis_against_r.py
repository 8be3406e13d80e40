"""The analyses against R's survival and cmprsk, on R's public data sets.

Expected numbers are stored beside the scripts that made them. Where R is installed the scripts run
again and must reproduce what is stored.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.interval_censored import PARAMETRIC, interval_censored
from seroclear.analysis.interval_ratios import RATIO
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.result import Row
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.analysis.turnbull import turnbull
from seroclear.study.cohort import Cohort, Covariate

HERE = Path(__file__).parent
ADJUSTED = "adjusted for age"
DIGITS = 1e-7  # relative: better than six significant digits


def expected(name: str) -> dict[str, float | None]:
    return json.loads((HERE / "expected" / f"{name}.json").read_text())


def data(name: str) -> dict[str, np.ndarray]:
    """A CSV of R's; numbers as float with nan for unknown."""
    with (HERE / "data" / name).open(newline="") as file:
        lines = list(csv.DictReader(file))
    return {column: _column([line[column] for line in lines]) for column in lines[0]}


def _column(texts: list[str]) -> np.ndarray:
    try:
        return np.array([float(text) if text else np.nan for text in texts])
    except ValueError:
        return np.array(texts, dtype=object)


def cohort(
    time: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    groups: tuple[str, ...],
    covariates: tuple[Covariate, ...] = (),
    **columns: np.ndarray,
) -> Cohort:
    n = len(time)
    base = {
        "patient_id": np.array([f"{i:05d}" for i in range(n)]),
        "index": np.full(n, np.datetime64("2020-01-01")),
        "group": group,
        "time": time,
        "event": event.astype(int),
        "lower": time,
        "upper": np.where(event == 1, time, np.inf),
        "index_lower": np.zeros(n),
        "retested": np.ones(n, dtype=bool),
        "contact": time,
        "died": event == 2,
    }
    return Cohort(
        study="R",
        outcome="event",
        definition="",
        groups=groups,
        covariates=covariates,
        subgroups=(),
        columns=base | columns,
        steps=(),
    )


def one(rows: list[Row], **wanted: object) -> Row:
    found = [row for row in rows if all(getattr(row, k) == v for k, v in wanted.items())]
    assert len(found) == 1, f"{len(found)} rows for {wanted}"
    return found[0]


def agree(value: float | None, wanted: float | None, relative: float = DIGITS) -> None:
    if wanted is None:  # R says NA
        assert value is None
        return
    assert value == pytest.approx(wanted, rel=relative, abs=1e-300)


def lung() -> Cohort:
    d = data("lung.csv")
    return cohort(
        d["time"] / 365.25,
        d["status"] == 2,
        np.where(d["sex"] == 1, "1", "2"),
        ("1", "2"),
        (Covariate("age", "age", "number"), Covariate("ecog", "ecog", "number")),
        age=d["age"],
        ecog=d["ph.ecog"],
    )


def veteran(by_cell: bool) -> Cohort:
    d = data("veteran.csv")
    cells = ("squamous", "smallcell", "adeno", "large")
    trt = np.where(d["trt"] == 1, "1", "2")
    covariates = (
        Covariate("cell", "cell", "category", cells),
        Covariate("karno", "karno", "number"),
        Covariate("age", "age", "number"),
    )
    group, groups = (d["celltype"], cells) if by_cell else (trt, ("1", "2"))
    columns = {"cell": d["celltype"], "karno": d["karno"], "age": d["age"]}
    used = covariates[1:2] if by_cell else covariates
    return cohort(d["time"] / 365.25, d["status"] == 1, group, groups, used, **columns)


def pbc() -> Cohort:
    d = data("pbc.csv")
    d = {name: column[np.isfinite(d["trt"])] for name, column in d.items()}
    covariates = (
        Covariate("age", "age", "number"),
        Covariate("sex", "sex", "category", ("m", "f")),
        Covariate("edema", "edema", "category"),
    )
    return cohort(
        d["time"] / 365.25,
        d["status"],
        np.where(d["trt"] == 1, "1", "2"),
        ("1", "2"),
        covariates,
        age=d["age"],
        sex=d["sex"],
        edema=d["edema"].astype(str),
    )


def interval() -> tuple[Cohort, dict[str, np.ndarray]]:
    d = data("interval.csv")
    seen = np.isfinite(d["upper"])
    made = cohort(
        np.where(seen, d["upper"], d["lower"]),
        seen,
        d["group"],
        ("NA", "IFN"),
        (Covariate("age", "age", "number"),),
        lower=d["lower"],
        upper=d["upper"],
        age=d["age"],
    )
    return made, d


@pytest.mark.parametrize("sex", ["1", "2"])
def test_kaplan_meier_and_crude_rates(sex: str) -> None:
    r, rows = expected("survival"), kaplan_meier(lung(), at=(1.0, 2.0))
    for year in (1, 2):
        row = one(rows, analysis="kaplan_meier", group=sex, time=float(year))
        for part in ("value", "lower", "upper", "n", "events"):
            agree(getattr(row, part), r[f"lung.km.{sex}.{year}.{part}"])
    for estimate, name in (
        ("median follow-up", "followup"),
        ("rate per 100 person-years", "rate"),
    ):
        row = one(rows, analysis="crude", group=sex, estimate=estimate)
        for part in ("value", "lower", "upper"):
            agree(getattr(row, part), r[f"lung.{name}.{sex}.{part}"], 1e-6)
    row = one(rows, group=sex, estimate="percent with outcome", stratum="all persons")
    for part in ("lower", "upper"):
        agree(getattr(row, part), r[f"lung.percent.{sex}.{part}"])


@pytest.mark.parametrize(("name", "made"), [("lung", lung()), ("veteran", veteran(True))])
def test_log_rank(name: str, made: Cohort) -> None:
    r, rows = expected("survival"), log_rank(made)
    agree(one(rows, estimate="chi-square").value, r[f"{name}.logrank.chisq"])
    agree(one(rows, estimate="p").value, r[f"{name}.logrank.p"])
    if name == "lung":
        for sex in ("1", "2"):
            wanted = r[f"lung.logrank.expected.{sex}"]
            agree(one(rows, estimate="expected", group=sex).value, wanted)


LUNG = {("Group", "2"): "sex", ("age", ""): "age", ("ecog", ""): "ecog"}
VETERAN = {
    ("cell", "smallcell"): "smallcell",
    ("cell", "adeno"): "adeno",
    ("cell", "large"): "large",
    ("Group", "2"): "trt",
    ("karno", ""): "karno",
    ("age", ""): "age",
}


@pytest.mark.parametrize(
    ("name", "made", "terms"), [("lung", lung(), LUNG), ("veteran", veteran(False), VETERAN)]
)
def test_cox_and_proportional_hazards(
    name: str, made: Cohort, terms: dict[tuple[str, str], str]
) -> None:
    r, rows = expected("survival"), cox(made)
    for (variable, level), term in terms.items():
        where = {"variable": variable, "level": level}
        ratio = one(rows, analysis="cox", estimate="hazard ratio", **where)
        agree(ratio.value, r[f"{name}.cox.{term}.hr"])
        agree(ratio.lower, r[f"{name}.cox.{term}.lower"])
        agree(ratio.upper, r[f"{name}.cox.{term}.upper"])
        agree(one(rows, analysis="cox", estimate="p", **where).value, r[f"{name}.cox.{term}.p"])
        p = one(rows, analysis="proportional_hazards", **where).value
        agree(p, r[f"{name}.cox.{term}.zph"], 1e-6)
    overall = one(rows, analysis="proportional_hazards", variable="Global").value
    agree(overall, r[f"{name}.cox.zph.global"], 1e-6)


@pytest.mark.parametrize("name", ["few", "apart"])
def test_firth(name: str) -> None:
    r = expected("firth")
    d = {column: values[:40] for column, values in data("veteran.csv").items()}
    event = (d["status"] == 1) & (d["time"] <= 30)
    high = d["karno"] >= 60
    if name == "few":
        first, second = (d["celltype"] == "smallcell").astype(float), d["karno"]
    else:
        first, second, event = high.astype(float), d["age"], event & ~high
    made = cohort(
        np.minimum(d["time"], 30) / 365.25,
        event,
        np.full(40, "all"),
        ("all",),
        (Covariate("first", "1", "number"), Covariate("second", "2", "number")),
        first=first,
        second=second,
    )
    rows = [row for row in cox(made) if row.analysis == "cox" and "Firth" in row.method]
    for j in ("1", "2"):
        ratio = one(rows, variable=j, estimate="hazard ratio")
        # The expected numbers come from derivative-free searches: six digits is what they hold.
        agree(ratio.value, r[f"{name}.{j}.hr"], 2e-6)
        agree(ratio.lower, r[f"{name}.{j}.lower"], 2e-6)
        agree(ratio.upper, r[f"{name}.{j}.upper"], 2e-6)
        agree(one(rows, variable=j, estimate="p").value, r[f"{name}.{j}.p"], 2e-6)


@pytest.mark.parametrize("trt", ["1", "2"])
def test_cumulative_incidence(trt: str) -> None:
    r, rows = expected("survival"), competing(pbc(), at=(3.0, 6.0))
    for year in (3, 6):
        row = one(rows, group=trt, estimate="cumulative incidence", time=float(year))
        agree(row.value, r[f"pbc.aj.{trt}.{year}.value"])
        agree(row.lower, r[f"pbc.aj.{trt}.{year}.lower"])
        agree(row.upper, r[f"pbc.aj.{trt}.{year}.upper"])


def test_gray() -> None:
    r = expected("gray")
    d = data("pbc.csv")
    levels = ("0.0", "0.5", "1.0")
    by_edema = cohort(d["time"] / 365.25, d["status"], d["edema"].astype(str), levels)
    for name, made in (("trt", pbc()), ("edema", by_edema)):
        rows = competing(made)
        agree(one(rows, estimate="chi-square").value, r[f"{name}.chisq"])
        agree(one(rows, estimate="p").value, r[f"{name}.p"])


def test_table_one() -> None:
    r, rows = expected("survival"), table_one(pbc())
    for variable in ("age", "sex", "edema"):
        agree(one(rows, variable=variable, estimate="p").value, r[f"pbc.{variable}.p"])
    for estimate in ("q1", "q3"):
        row = one(rows, variable="age", estimate=estimate, group="1")
        agree(row.value, r[f"pbc.age.{estimate}"])
    for variable in ("age", "sex"):
        agree(one(rows, variable=variable, estimate="smd").value, r[f"pbc.{variable}.smd"])
    four = table_one(veteran(True))
    agree(one(four, variable="karno", estimate="p").value, r["veteran.karno.p"])


def test_fisher() -> None:
    response = np.repeat(["yes", "no", "yes", "no"], [5, 97, 10, 20])
    group = np.repeat(["NA", "IFN"], [102, 30])
    made = cohort(
        np.ones(132),
        np.zeros(132),
        group,
        ("NA", "IFN"),
        (Covariate("response", "response", "category", ("yes", "no")),),
        response=response,
    )
    row = one(table_one(made), variable="response", estimate="p")
    assert row.method == "Fisher's exact test"
    agree(row.value, expected("survival")["fisher.p"])


def test_interval_censored_exponential_is_survreg() -> None:
    r, (made, _) = expected("interval"), interval()
    rows = interval_censored(made, cuts=())
    for index, group in enumerate(made.groups):
        for year in (1, 3):
            row = one(rows, estimate="survival", group=group, time=float(year), method=PARAMETRIC)
            for part in ("value", "lower", "upper"):
                agree(getattr(row, part), r[f"exponential.{index}.{year}.{part}"], 1e-6)
    adjusted = one(rows, estimate="hazard ratio", level="IFN", method=f"{RATIO}; {ADJUSTED}")
    agree(adjusted.value, r["exponential.ifn"], 1e-6)


def test_interval_censored_piecewise() -> None:
    r, (made, _) = expected("interval"), interval()
    rows = interval_censored(made, cuts=(1.0,))
    for method, name in ((RATIO, "piecewise"), (f"{RATIO}; {ADJUSTED}", "adjusted")):
        ratio = one(rows, method=method, estimate="hazard ratio", level="IFN")
        agree(ratio.value, r[f"{name}.hr"], 2e-6)
        agree(ratio.lower, r[f"{name}.lower"], 2e-6)
        agree(ratio.upper, r[f"{name}.upper"], 2e-6)
        agree(one(rows, method=method, estimate="p", level="IFN").value, r[f"{name}.p"], 2e-6)
    for index, group in enumerate(made.groups):
        for year in (1, 3):
            row = one(rows, estimate="survival", group=group, time=float(year), method=PARAMETRIC)
            for part in ("value", "lower", "upper"):
                # R's Hessian is by differences here.
                wanted = r[f"piecewise.{index}.{year}.{part}"]
                agree(getattr(row, part), wanted, 2e-6 if part == "value" else 1e-5)


def test_turnbull_with_exact_times_is_kaplan_meier() -> None:
    r, d = expected("survival"), data("lung.csv")
    men = d["sex"] == 1
    time, dead = d["time"][men] / 365.25, d["status"][men] == 2
    estimate = turnbull(time, np.where(dead, time, np.inf))
    assert estimate is not None
    for year in (1, 2):
        low, high = estimate.survival_between(float(year))
        assert low == pytest.approx(high, abs=1e-12)
        agree(low, r[f"lung.km.1.{year}.value"], 1e-6)


def _rerun(script: str, tmp_path: Path) -> dict[str, float | None]:
    out = tmp_path / "out.json"
    subprocess.run(["Rscript", script, ".", str(out)], cwd=HERE, check=True, capture_output=True)
    return json.loads(out.read_text())


def _has_r(package: str) -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True)
    return asked.returncode == 0


@pytest.mark.parametrize(
    ("name", "package"),
    [("survival", "survival"), ("gray", "cmprsk"), ("firth", "survival"), ("interval", "survival")],
)
def test_stored_numbers_are_what_r_says(
    name: str, package: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if not _has_r(package):
        pytest.skip(f"NOT VERIFIED AGAIN: R with package '{package}' is not installed")
    record_property("package", package)
    again, stored = _rerun(f"{name}.R", tmp_path), expected(name)
    assert again.keys() == stored.keys()
    for key, value in stored.items():
        agree(again[key], value, 1e-8)
