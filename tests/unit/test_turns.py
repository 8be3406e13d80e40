"""Turns and what held say the same as the runs over the same findings."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ibis
import pytest

from seroclear.course.runs import runs, with_previous
from seroclear.course.turns import held, of_whom, turns
from seroclear.engines import open_engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def findings() -> ir.Table:
    chance = random.Random(4)
    rows = [
        {
            "patient_id": f"p{patient:02}",
            "date": date(2020, 1, 1) + timedelta(days=day),
            "status": chance.choice(("a", "a", "b", "c")[: 1 + patient % 4]),
            "source_row": f"{patient}/{day}",
        }
        for patient in range(40)
        for day in sorted(chance.sample(range(60), 1 + patient % 12))
    ]
    return ibis.memtable(rows)


def _rows(table: ir.Table, *columns: str) -> Rows:
    with open_engine() as engine:
        rows: Rows = engine.fetch(table.select(*columns).order_by(list(columns))).to_pylist()
    return rows


def test_a_turn_is_the_first_finding_of_a_run(findings: ir.Table) -> None:
    whole = with_previous(runs(findings, {})).drop("last").rename(date="first")
    columns = ("patient_id", "date", "status", "source_row", "previous_last", "previous_row")
    turned = _rows(turns(findings), *columns)
    assert len(turned) > 100
    assert turned == _rows(whole.rename(source_row="first_row"), *columns)


def test_a_status_is_held_until_the_day_before_the_next(findings: ir.Table) -> None:
    known = _rows(held(findings), "patient_id", "start", "end", "status")
    for one, following in pairwise(known):
        if one["patient_id"] == following["patient_id"]:
            assert one["end"] == following["start"] - timedelta(days=1)
            assert one["status"] != following["status"]
    last = {row["patient_id"]: row["end"] for row in known}
    every = _rows(findings, "patient_id", "date")
    assert last == {row["patient_id"]: row["date"] for row in every}


def test_of_whom_keeps_all_findings_of_some_patients(findings: ir.Table) -> None:
    every = _rows(findings, "patient_id", "date", "status")
    theirs = {row["patient_id"] for row in every if row["status"] == "b"}
    assert 0 < len(theirs) < 40
    kept = _rows(of_whom(findings, "b"), "patient_id", "date", "status")
    assert kept == [row for row in every if row["patient_id"] in theirs]
