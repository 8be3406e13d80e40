"""Balance of a cohort's two groups as rows of the one result shape."""

from __future__ import annotations

import numpy as np

from seroclear.analysis.result import Row
from seroclear.analysis.weighting import BEFORE, METHODS, balance
from seroclear.report.disclosure import suppress
from seroclear.study.cohort import Cohort, Covariate

AGE = Covariate("age", "Age (years)", "number")
SEX = Covariate("sex", "Sex", "category", ("male", "female"))


def _cohort(age: np.ndarray, sex: np.ndarray, group: np.ndarray, groups: tuple[str, ...]) -> Cohort:
    n = age.size
    return Cohort(
        study="s",
        outcome="o",
        definition="default",
        groups=groups,
        covariates=(AGE, SEX),
        subgroups=(),
        columns={
            "patient_id": np.array([f"p{i:04d}" for i in range(n)], dtype=object),
            "group": group,
            "time": np.ones(n),
            "event": np.zeros(n, dtype=int),
            "age": age,
            "sex": sex,
        },
        steps=(),
    )


def _mixed_groups() -> Cohort:
    random = np.random.default_rng(2)
    age = random.normal(45, 10, 400)
    group = np.where(random.random(400) < 1 / (1 + np.exp((45 - age) / 10)), "IFN", "NA")
    sex = np.where(random.random(400) < 0.6, "male", "female").astype(object)
    return _cohort(age, sex, group.astype(object), ("NA", "IFN"))


def _of(rows: list[Row], **wanted: object) -> list[Row]:
    return [row for row in rows if all(getattr(row, k) == v for k, v in wanted.items())]


def test_every_way_but_doing_nothing_makes_the_groups_alike() -> None:
    rows = balance(_mixed_groups())
    gap = {
        name: _of(rows, stratum=name, variable=AGE.label, estimate="standardised difference")[0]
        for name in METHODS
    }
    values = {name: abs(row.value) for name, row in gap.items() if row.value is not None}
    assert values[BEFORE] > 0.5
    assert values["overlap weights"] < 1e-6
    assert max(values["inverse probability weights"], values["matching"]) < 0.15
    assert len(_of(rows, estimate="outside overlap")) == 2
    matched = _of(rows, stratum="matching", estimate="effective persons")
    assert matched[0].value == matched[1].value


def test_a_small_number_outside_the_overlap_is_not_published() -> None:
    rows = [
        row
        for row in balance(_mixed_groups())
        if row.estimate in ("outside overlap", "effective persons")
    ]
    few = [row for row in rows if 0 < (row.events or 0) < 5]
    assert few
    chart = [
        Row(analysis="flowchart", definition="default", variable="all", estimate=name, value=value)
        for name, value in (("entered", 400.0), ("kept", 400.0), ("left", 0.0))
    ]
    published = dict(zip(rows, suppress(chart + rows)[len(chart) :], strict=True))
    assert all(published[row].value is None for row in few)
    assert all(row.n is None and row.events is None for row in published.values())
    assert any(row.value is not None for row in published.values())


def test_groups_that_a_covariate_tells_apart_have_no_weights() -> None:
    age = np.linspace(30, 60, 20)
    sex = np.array(["male", "female"] * 10, dtype=object)
    group = np.where(age > 45, "IFN", "NA").astype(object)
    rows = balance(_cohort(age, sex, group, ("NA", "IFN")))
    weighted = _of(rows, stratum="overlap weights")
    assert weighted
    assert all(row.value is None and "tells the groups apart" in row.note for row in weighted)
    assert all(row.value is not None for row in _of(rows, stratum=BEFORE))


def test_an_empty_or_a_third_group_is_said() -> None:
    age, sex = np.array([40.0, 50, 60]), np.array(["male", "female", "male"], dtype=object)
    one = np.array(["NA"] * 3, dtype=object)
    rows = _of(balance(_cohort(age, sex, one, ("NA", "IFN"))), estimate="standardised difference")
    assert all(row.value is None and row.note for row in rows)
    (row,) = balance(_cohort(age, sex, one, ("NA", "IFN", "both")))
    assert row.note == "balance is shown between two groups"
