"""The records' quality: each rule on a few patients, and nothing about few persons."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from seroclear.cli import main
from seroclear.course import infection
from seroclear.course.build import build
from seroclear.records.load import load
from seroclear.records.quality import (
    HIDDEN,
    OTHERS,
    QualityRow,
    few,
    pooled,
    quality,
    rows_add_up,
    rules,
)
from seroclear.records.quality_page import page
from seroclear.records.quality_patients import HBV_CODES, _kaplan_meier
from seroclear.records.store import Store
from seroclear.records.vocabulary import known_meanings

Hospital = Callable[..., Path]
SETTINGS = """
[patients]
file = "patients.csv"
patient_id = "id"
[results]
file = "results.csv"
patient_id = "id"
taken_at = "day"
name = "item"
value = "result"
unit = "unit"
[diagnoses]
file = "diagnoses.csv"
patient_id = "id"
date = "day"
code = "code"
code_system = "=ICD-10"
"""
PEOPLE = range(1, 21)


def made(hospital: Hospital, target: Path, results: list[str], coded: range = range(0)) -> Store:
    """A store of 20 patients with these lines of results and a B18.1 for some."""
    return load(
        hospital(
            "id,day,item,result,unit\n" + "\n".join(results) + "\n",
            "id\n" + "\n".join(map(str, PEOPLE)) + "\n",
            SETTINGS,
            diagnoses_csv="id,day,code\n" + "".join(f"{n},2010-01-01,B18.1\n" for n in coded),
        ),
        target,
    ).store


def of(rows: list[QualityRow], rule: str, **where: str) -> QualityRow:
    (row,) = [
        row
        for row in rows
        if row.rule == rule and all(getattr(row, key) == value for key, value in where.items())
    ]
    return row


def test_units_of_few_persons_are_pooled_beyond_subtraction(
    hospital: Hospital, tmp_path: Path
) -> None:
    units = ["U/L"] * 9 + ["IU/L"] * 8 + ["u/l"] * 3
    results = [f"{n},2010-01-02,ALT,35,{unit}" for n, unit in zip(PEOPLE, units, strict=True)]
    rows = quality(made(hospital, tmp_path / "store", results))
    shares = {r.level: r.value for r in rows if r.rule == "units_seen" and r.test == "alt"}
    assert shares == {"U/L": 45.0, OTHERS: 55.0}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_no_pool_and_no_count_is_about_few_persons(counts: dict[str, int]) -> None:
    counts.pop(OTHERS, None)
    shown = pooled({name: (count, count) for name, count in counts.items()})
    assert not any(few(count) for count in shown.values())
    hidden = sum(counts.values()) - sum(shown.values())
    assert hidden == 0 or not shown  # a total would give away what is hidden beside others


def test_patients_without_a_test_cannot_be_counted_back(hospital: Hospital, tmp_path: Path) -> None:
    results = [f"{n},2010-01-02,ALT,35,U/L" for n in range(1, 19)]
    results += [f"{n},2010-01-02,AST,35,U/L" for n in range(1, 11)]
    results += [f"{n},2010-01-02,INR,1.1," for n in range(1, 4)]
    rows = quality(made(hospital, tmp_path / "store", results))
    assert of(rows, "tests", test="alt", measure="results").value == 18
    assert of(rows, "tests", test="alt", measure="patients").note == HIDDEN  # all but two
    assert of(rows, "tests", test="ast", measure="patients").value == 10
    assert of(rows, "tests", test="inr", measure="results").note == HIDDEN


def test_few_rejected_rows_hide_what_was_read() -> None:
    manifest = {"read": {"a": 10, "b": 10, "c": 10}, "used": {"a": 8, "b": 10, "c": 4}}
    rows = rows_add_up({**manifest, "rejected": {"a": 2, "b": 0, "c": 5}})
    values = [(row.table, row.value) for row in rows]
    assert values[:3] == [("a", None), ("a", 8.0), ("a", None)]
    assert values[3:6] == [("b", 10.0), ("b", 10.0), ("b", 0.0)]
    assert {row.note for row in rows if row.table == "c"} == {"does not add up", HIDDEN}


def test_the_share_of_rejected_rows_stands_out(hospital: Hospital, tmp_path: Path) -> None:
    results = [f"{n},2010-01-02,ALT,35,U/L" for n in PEOPLE]
    results += [f"{n},2010-02-02,ALT,35," for n in range(1, 6)]
    rows = quality(made(hospital, tmp_path / "store", results))
    share = of(rows, "share_rejected", test="alt", measure="percent")
    assert (share.value, share.note) == (20.0, "at or above 10%")
    reason = of(rows, "share_rejected", test="alt", measure="rows")
    assert (reason.level, reason.value) == ("no unit", 5.0)


def test_a_share_does_not_tell_how_many_results_few_persons_have(
    hospital: Hospital, tmp_path: Path
) -> None:
    results = [f"{n},2010-01-02,ALT,35," for n in PEOPLE]
    results += ["1,2010-02-02,ALT,35,U/L"]
    rows = quality(made(hospital, tmp_path / "store", results))
    assert of(rows, "share_rejected", test="alt", measure="percent").note == HIDDEN
    assert of(rows, "share_rejected", test="alt", measure="rows").value == 20


def test_a_change_of_limits_is_seen_by_half_year(hospital: Hospital, tmp_path: Path) -> None:
    results = [f"{n},2010-06-30,HBV DNA,<20,IU/mL" for n in PEOPLE]
    results += [f"{n},2010-07-01,HBV DNA,<{10 if n > 5 else 20},IU/mL" for n in PEOPLE]
    rows = quality(made(hospital, tmp_path / "store", results))
    seen = {(r.level, r.period): r.value for r in rows if r.rule == "detection_limits"}
    assert seen == {("20", "2010-H1"): 100.0, ("10", "2010-H2"): 75.0, ("20", "2010-H2"): 25.0}


def test_numbers_outside_the_plausible_range(hospital: Hospital, tmp_path: Path) -> None:
    results = [f"{n},2010-01-02,ALT,{25000 if n < 7 else 35},U/L" for n in PEOPLE]
    results += ["1,2010-03-02,白蛋白,8,g/L", "2,2010-03-02,白蛋白,40,g/L"]
    rows = quality(made(hospital, tmp_path / "store", results))
    assert of(rows, "plausible_high", test="alt").value == 6
    assert of(rows, "plausible_low", test="alt").value == 0
    assert of(rows, "plausible_low", test="albumin").note == HIDDEN


def test_the_same_result_twice_and_results_that_differ(hospital: Hospital, tmp_path: Path) -> None:
    results = [f"{n},2010-01-02,ALT,35,U/L" for n in PEOPLE]
    results += [f"{n},2010-01-02,ALT,{35 if n < 9 else 90},U/L" for n in range(1, 15)]
    rows = quality(made(hospital, tmp_path / "store", results))
    assert of(rows, "same_day", test="alt", level="same twice").value == 8
    assert of(rows, "same_day", test="alt", level="differing").value == 6


def test_codes_contradicted_by_serology_as_in_the_course(
    hospital: Hospital, tmp_path: Path
) -> None:
    results = [f"{n},2010-01-02,HBsAg,{'阳性' if n < 9 else '<0.05 IU/mL'}," for n in range(1, 16)]
    results += [f"{n},2010-01-02,Anti-HBc,{'阳性' if n == 9 else '阴性'}," for n in range(1, 16)]
    store = made(hospital, tmp_path / "store", results, coded=PEOPLE)
    rows = quality(store)
    contradicted = of(rows, "code_contradicted", level="contradicted")
    assert contradicted.value == 6
    assert of(rows, "code_untested").value == 5
    states = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{build(store).parquet('state')}') "
        f"WHERE state = '{infection.CONTRADICTED}'"
    ).fetchone()
    assert states == (6,)
    assert HBV_CODES == infection.HBV_CODES


def test_the_wait_for_the_next_test_by_alt(hospital: Hospital, tmp_path: Path) -> None:
    results = []
    for n in PEOPLE:
        elevated = n > 10
        results += [f"{n},2010-01-01,ALT,{90 if elevated else 30},U/L"]
        results += [f"{n},2010-01-01,HBsAg,阳性,"]
        results += [f"{n},2010-{'02' if elevated else '07'}-01,HBsAg,阳性,"]
    results += ["1,2009-01-01,ALT,30,U/L"]  # before the first HBsAg test: not counted
    rows = quality(made(hospital, tmp_path / "store", results))
    median = "median of the wait in days"
    assert of(rows, "visiting", level="normal ALT", measure="days with ALT").value == 10
    assert of(rows, "visiting", level="normal ALT", measure=median).value == 181
    assert of(rows, "visiting", level="elevated ALT", measure=median).value == 31


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=30))
def test_the_wait_is_kaplan_meier_as_scipy_computes_it(ends: list[tuple[int, bool]]) -> None:
    seen = [time for time, event in ends if event]
    censored = [time for time, event in ends if not event]
    waits = [(t, seen.count(t), seen.count(t) + censored.count(t)) for t in range(1, 10)]
    curve = stats.ecdf(stats.CensoredData(uncensored=seen, right=censored)).sf
    for left in (0.75, 0.5, 0.25):
        reached = curve.quantiles[np.asarray(curve.probabilities) <= left + 1e-9]
        expected = float(reached[0]) if len(reached) else math.nan
        ours = _kaplan_meier([wait for wait in waits if wait[2]], left)
        # A curve can only fall where something was seen.
        assert (math.nan if ours is None else ours) == pytest.approx(expected, nan_ok=True)


def test_every_rule_is_known_to_the_vocabulary_and_has_its_source() -> None:
    for rule in rules().values():
        assert not rule.test or rule.test in known_meanings("test")
        assert rule.what
        assert rule.source


def test_page_and_json_hold_no_small_count_and_need_nothing(
    hospital: Hospital, tmp_path: Path
) -> None:
    results = [f"{n},2010-01-02,HBsAg,>250,IU/mL" for n in PEOPLE]
    results += ["7,2010-01-02,Surname Givenname,1,", "8,2010-01-02,INR,1.1,"]
    for name in ("<b>CA19</b>", "glucose"):  # the smallest known count hides the single one
        results += [f"{n},2010-01-02,{name},1," for n in PEOPLE if n < 20 or name != "glucose"]
    store = made(hospital, tmp_path / "store", results, coded=range(1, 3))
    file = tmp_path / "check.html"
    arguments = ["records", "check", str(store.path), "--json", "--html", str(file)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    text = file.read_text(encoding="utf-8")
    assert "Surname" not in text
    assert "&lt;b&gt;CA19" in text
    assert "[c]" in text
    assert "http" not in text
    rows = [QualityRow(**row) for row in json.loads(done.stdout)["quality"]]
    assert page(rows, "hospital CSV") == text
    assert of(rows, "tests", test="inr", measure="results").value is None
    assert not any(
        few(row.value)
        for row in rows
        if row.measure in ("persons", "patients") and row.value is not None
    )


def test_a_store_without_results_has_a_page(hospital: Hospital, tmp_path: Path) -> None:
    store = made(hospital, tmp_path / "store", ["1,2010-01-02,nothing known,1,"])
    assert "No result states a limit." in page(quality(store), "hospital CSV")
