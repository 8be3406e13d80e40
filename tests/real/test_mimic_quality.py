"""The records' quality of the MIMIC-IV demo: 100 people nobody here made up."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from seroclear.records.load import load
from seroclear.records.quality import HIDDEN, QualityRow, few, quality
from seroclear.records.quality_page import page
from seroclear.records.store import Store


@pytest.fixture(scope="module")
def store(mimic_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return load(mimic_demo, tmp_path_factory.mktemp("mimic") / "store").store


@pytest.fixture(scope="module")
def rows(store: Store) -> list[QualityRow]:
    return quality(store)


def test_redacted_results_stand_out(rows: list[QualityRow]) -> None:
    """Sodium loses 415 redacted and 81 unreadable results and keeps 2,511 (pinned)."""
    (sodium,) = [
        r
        for r in rows
        if r.rule == "share_rejected" and r.test == "sodium" and r.measure == "percent"
    ]
    assert sodium.value == pytest.approx(100 * (415 + 81) / (415 + 81 + 2511), abs=0.01)
    assert sodium.note


def test_tests_of_few_persons_show_nothing(store: Store, rows: list[QualityRow]) -> None:
    with duckdb.connect() as con:
        store.attach(con)
        persons = dict(
            con.execute("SELECT test, count(DISTINCT patient_id) FROM result GROUP BY 1").fetchall()
        )
    scarce = {test for test, count in persons.items() if few(count)}
    assert {"hbv_dna", "hcv_rna", "hiv_rna"} <= scarce
    shown = [r for r in rows if r.test in scarce and r.value not in (None, 0.0)]
    assert {(r.rule, r.measure) for r in shown} <= {("share_rejected", "rows")}
    assert any(r.note == HIDDEN for r in rows if r.test == "hbv_dna")


def test_the_page_is_the_same_each_time(store: Store, rows: list[QualityRow]) -> None:
    assert page(rows, "MIMIC-IV") == page(quality(store), "MIMIC-IV")
