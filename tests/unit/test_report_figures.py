"""Figures of a report, and that every analysis has words and a place in it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import seroclear.analysis
from seroclear.analysis.crude import rates
from seroclear.analysis.interval_regression import interval_regression
from seroclear.analysis.restricted_mean import restricted_means
from seroclear.analysis.result import Row
from seroclear.analysis.stratified import stratified
from seroclear.analysis.table_one import table_one
from seroclear.analysis.weighting import balance
from seroclear.report import figures
from seroclear.report.disclosure import suppress
from seroclear.report.document import Report, Table
from seroclear.report.figures import style
from seroclear.report.html import WIDE, html
from seroclear.report.method_sentences import SENTENCES
from seroclear.report.sections import sections
from seroclear.study.cohort import Cohort, Covariate

AGE = Covariate("age", "Age (years)", "number")
SEX = Covariate("sex", "Sex", "category", ("female", "male"))


def _cohort(size: int = 400) -> Cohort:
    random = np.random.default_rng(2)
    age = random.normal(45, 10, size)
    group = np.where(random.random(size) < 1 / (1 + np.exp((45 - age) / 6)), "IFN", "NA")
    time = random.uniform(0.3, 6, size)
    event = (random.random(size) < 0.3).astype(int)
    age[:3] = np.nan
    return Cohort(
        study="s",
        outcome="HBsAg loss",
        definition="default",
        groups=("NA", "IFN"),
        covariates=(AGE, SEX),
        subgroups=(),
        columns={
            "patient_id": np.array([f"p{i:04d}" for i in range(size)], dtype=object),
            "group": group.astype(object),
            "time": time,
            "event": event,
            "lower": np.where(event == 1, time * 0.8, time),
            "upper": np.where(event == 1, time, np.inf),
            "retested": np.ones(size, dtype=bool),
            "contact": time,
            "age": age,
            "sex": np.where(random.random(size) < 0.5, "male", "female").astype(object),
        },
        steps=(),
    )


def test_balance_before_and_after_is_drawn() -> None:
    rows = balance(_cohort())
    (figure,) = figures.love(rows)
    assert figure.name == "balance"
    assert figure.svg == figures.love(rows)[0].svg
    assert not figures.love([row for row in rows if row.stratum == "as they are"])


def test_the_bands_of_the_overlap_count_complete_cases_and_hide_small_ones() -> None:
    cohort = _cohort()
    rows = [*table_one(cohort), *rates(cohort), *balance(cohort)]
    bands = [row for row in rows if row.analysis == "propensity"]
    assert sum(row.value or 0 for row in bands) == len(cohort) - 3
    assert any(0 < (row.n or 0) < 5 for row in bands)
    shown = [row for row in suppress(rows) if row.analysis == "propensity"]
    assert all(row.value is None or row.value == 0 or row.value >= 5 for row in shown)
    assert all(row.n is None for row in shown if row.value is None)
    # The three who are incomplete are not the difference of what is shown.
    for group in cohort.groups:
        hidden = [row for row in shown if row.group == group and row.value is None]
        assert len(hidden) >= 2
    (figure,) = figures.overlap(shown)
    assert "[c]" in figure.caption
    assert "Chance of IFN" in figure.caption


def _visit(group: str, week: int, mean: float | None, n: int | None, note: str = "") -> Row:
    at = {"group": group, "time": week * 7 / 365.25, "n": n, "note": note}
    spread = {} if mean is None else {"lower": mean - 1, "upper": mean + 1}
    return Row("s", "visits", outcome="eGFR", estimate="visit mean", value=mean, **at, **spread)  # type: ignore[arg-type]


def test_means_over_visits_are_drawn_with_those_measured() -> None:
    rows = [_visit(g, week, 90.0 - week / 10, 30) for g in ("ETV", "TDF") for week in (0, 48, 96)]
    (figure,) = figures.trajectory(rows, "visits-1")
    assert figure.name == "visits-1"
    assert "not the same persons" in figure.caption
    hidden = _visit(
        "TDF", 144, None, None, "suppressed: fewer than 5, or would reveal such a count"
    )
    assert "[c]" in figures.trajectory([*rows, hidden], "visits-1")[0].caption
    assert not figures.trajectory([hidden], "visits-1")


def test_a_long_name_of_a_group_is_broken_at_its_joint() -> None:
    with style.look():
        assert style.wrapped("ADV+LAM", 0.5) == ["ADV+", "LAM"]
        assert "".join(style.wrapped("abcdefghijkl", 0.4)) == "abcdefghijkl"


def test_a_table_of_many_columns_is_set_closer() -> None:
    report = Report("t", "q?", "s", [], "m")
    part = sections(report, [], 5)[0]
    for columns, wide in ((WIDE - 1, False), (WIDE, True)):
        table = Table("c", ("x",) * columns, (("1",) * columns,))
        assert ('class="scroll wide"' in html(report, [replace(part, tables=(table,))])) is wide


def _analyses() -> list[str]:
    """What a study can name: functions of a cohort, and classes that are called with one."""
    found = []
    for module in pkgutil.iter_modules(seroclear.analysis.__path__):
        loaded = importlib.import_module(f"seroclear.analysis.{module.name}")
        for name, one in vars(loaded).items():
            if name.startswith("_") or getattr(one, "__module__", "") != loaded.__name__:
                continue
            if inspect.isclass(one):
                called = "__call__" in vars(one)
                found += [one.__name__.lower()] if called else []
            elif inspect.isfunction(one):
                signature = inspect.signature(one)
                first = next(iter(signature.parameters.values()), None)
                if first is not None and first.annotation == "Cohort":
                    found += [name] if signature.return_annotation == "list[Row]" else []
    return found


def test_every_analysis_has_a_sentence_in_the_methods() -> None:
    names = _analyses()
    assert {"cox", "restricted_means", "stratified", "by", "imputed_cox"} <= set(names)
    assert [name for name in names if name not in SENTENCES] == []


@pytest.mark.parametrize(
    ("analysis", "captions"),
    [
        (
            partial(restricted_means, at=(1.0,)),
            [
                "Years free of HBsAg loss up to a time",
                "These years compared with the first group's",
            ],
        ),
        (stratified("sex"), ["Log-rank test within strata", "Cox model within strata"]),
        (
            interval_regression,
            [
                "Accelerated failure time model: times",
                "The Weibull model as hazards",
                "Which model fits (AIC: lower is better)",
            ],
        ),
    ],
)
def test_no_analysis_is_left_bare(analysis: object, captions: list[str]) -> None:
    cohort = _cohort()
    rows = [*table_one(cohort), *analysis(cohort)]  # type: ignore[operator]
    parts = sections(Report("t", "q?", "s", rows, "m"), suppress(rows), 5)
    shown = {table.caption: table for part in parts for table in part.tables}
    every = [table.caption for part in parts for table in part.tables]
    assert sorted(set(captions)) == sorted({one for one in every if one in captions})
    assert all(shown[caption].rows for caption in captions)
