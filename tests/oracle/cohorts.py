"""R's public data sets as cohorts, and the numbers R gave for them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from seroclear.study.cohort import Cohort, Covariate

HERE = Path(__file__).parent


def expected(name: str) -> dict[str, float | None]:
    """What R said, by name; None where R says NA."""
    stored: dict[str, float | None] = json.loads((HERE / "expected" / f"{name}.json").read_text())
    return stored


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


def interval() -> Cohort:
    """200 simulated persons with an outcome between two of their tests."""
    d = data("interval.csv")
    seen = np.isfinite(d["upper"])
    return cohort(
        np.where(seen, d["upper"], d["lower"]),
        seen,
        d["group"],
        ("NA", "IFN"),
        (Covariate("age", "age", "number"),),
        lower=d["lower"],
        upper=d["upper"],
        age=d["age"],
    )


def few_events(separated: bool) -> Cohort:
    """The first 40 of veteran, followed for 30 days; `separated`: nobody in one group dies."""
    d = {column: values[:40] for column, values in data("veteran.csv").items()}
    event = (d["status"] == 1) & (d["time"] <= 30)
    high = d["karno"] >= 60
    first, second = (d["celltype"] == "smallcell").astype(float), d["karno"]
    if separated:
        first, second, event = high.astype(float), d["age"], event & ~high
    return cohort(
        np.minimum(d["time"], 30) / 365.25,
        event,
        np.full(40, "all"),
        ("all",),
        (Covariate("first", "1", "number"), Covariate("second", "2", "number")),
        first=first,
        second=second,
    )


def pbc_by_edema() -> Cohort:
    """All of pbc, three groups."""
    d = data("pbc.csv")
    levels = ("0.0", "0.5", "1.0")
    return cohort(d["time"] / 365.25, d["status"], d["edema"].astype(str), levels)


def response() -> Cohort:
    """A 2x2 table with an expected count below 5."""
    return cohort(
        np.ones(132),
        np.zeros(132),
        np.repeat(["NA", "IFN"], [102, 30]),
        ("NA", "IFN"),
        (Covariate("response", "response", "category", ("yes", "no")),),
        response=np.repeat(["yes", "no", "yes", "no"], [5, 97, 10, 20]),
    )
