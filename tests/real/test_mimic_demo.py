"""The MIMIC-IV demo, whose serology stands only in comments: read whole, and read right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.course.build import build
from seroclear.records.load import Loaded, load

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def loaded(mimic_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(mimic_demo, tmp_path_factory.mktemp("mimic") / "store")


@pytest.fixture(scope="module")
def query(loaded: Loaded) -> Query:
    con = duckdb.connect()
    loaded.store.attach(con)
    course = build(loaded.store)
    for table in ("event", "state", "regimen"):
        con.execute(f"CREATE VIEW {table} AS SELECT * FROM '{course.parquet(table)}'")
    return lambda text: con.execute(text).fetchall()


def test_rows_in_are_rows_used_plus_rows_rejected(loaded: Loaded) -> None:
    for table, counts in loaded.counts.items():
        assert counts.read == counts.used + counts.rejected, table
    assert loaded.counts["patient"].used == 100
    assert loaded.counts["visit"].used == 275
    # labevents 107,727 and microbiologyevents 2,899
    assert loaded.counts["result"].read == 110_626


def test_all_71_rows_of_hbv_serology_are_read_from_comments(query: Query) -> None:
    found = query(
        "SELECT test, count(*), count(status) FROM result "
        "WHERE test IN ('hbsag', 'anti_hbs', 'anti_hbc') GROUP BY 1 ORDER BY 1"
    )
    assert found == [("anti_hbc", 22, 22), ("anti_hbs", 25, 25), ("hbsag", 24, 24)]
    lost = query(
        "SELECT count(*) FROM rejected WHERE regexp_matches(detail, '^(hbsag|anti_hbs|anti_hbc)')"
    )
    assert lost == [(0,)]


def test_nobody_is_hbsag_positive(query: Query) -> None:
    assert query("SELECT DISTINCT status FROM result WHERE test = 'hbsag'") == [("negative",)]


def test_titres_in_free_text(query: Query) -> None:
    found = query(
        "SELECT DISTINCT comparator, value FROM result WHERE test = 'anti_hbs' "
        "AND value IS NOT NULL AND comparator = '>'"
    )
    assert found == [(">", 500.0)]


@pytest.mark.parametrize(("test", "text", "limit", "least"), [("alt", "<5.", 5.0, 4)])
def test_a_censored_enzyme_that_stands_only_in_comments(
    query: Query, test: str, text: str, limit: float, least: int
) -> None:
    found = query(
        f"SELECT count(*), min(value), max(value), min(comparator) FROM result "
        f"WHERE test = '{test}' AND raw_value = '{text}'"
    )
    assert found == [(least, limit, limit, "<")]


def test_a_censored_bilirubin_that_stands_only_in_comments(query: Query) -> None:
    found = query(
        "SELECT sum(n), min(low), max(high) FROM (SELECT count(*) AS n, min(value) AS low, "
        "max(value) AS high FROM result WHERE test IN ('bilirubin', 'direct_bilirubin') "
        "AND comparator = '<' GROUP BY test)"
    )
    rows, low, high = found[0]
    assert rows >= 18
    assert low == high == pytest.approx(0.2 * 17.104)  # mg/dL to umol/L


def test_hbv_dna_is_not_taken_from_the_assay_s_printed_range(query: Query) -> None:
    found = query(
        "SELECT value, status, detection, lower_limit, upper_limit FROM result "
        "WHERE test = 'hbv_dna'"
    )
    assert found == [(None, "negative", "not detected", 20.0, 1.7e8)]


def test_redacted_rows_are_rejected_as_redacted(query: Query) -> None:
    rejected = query("SELECT sum(rows)::INT FROM rejected WHERE reason = 'redacted'")
    assert rejected[0][0] > 400
    assert query("SELECT count(*) FROM result WHERE trim(raw_value) = '___'") == [(0,)]


@pytest.mark.parametrize(
    ("patient", "state"),
    [
        ("10015860", "code contradicted by serology"),
        ("10026255", "coded, unconfirmed by any test"),
        ("10000032", "isolated anti-HBc"),
        ("10021938", "resolved infection, loss not observed"),
        ("10035631", "not infected"),
    ],
)
def test_five_patients_whose_answer_follows_from_their_rows(
    query: Query, patient: str, state: str
) -> None:
    found = query(
        f"SELECT DISTINCT state FROM state WHERE patient_id = '{patient}' AND marker = 'infection'"
    )
    assert found == [(state,)]


def test_a_vaccine_response_is_no_cure(query: Query) -> None:
    found = query(
        "SELECT event FROM event WHERE patient_id = '10015860' AND "
        "event IN ('vaccine_response', 'hbsag_loss', 'hbsag_seroconversion', 'chronic_hbv')"
    )
    assert found == [("vaccine_response",)]


def test_truvada_for_hiv_is_no_hepatitis_b_treatment(query: Query) -> None:
    found = query("SELECT agents, purpose FROM regimen WHERE patient_id = '10000032'")
    assert found == [("FTC+TDF", "HIV")]


def test_no_loss_is_dated_anywhere(query: Query) -> None:
    assert query("SELECT count(*) FROM event WHERE event LIKE 'hbsag_%'") == [(0,)]


def test_the_durability_study_finds_nobody_and_says_where_everybody_went(
    loaded: Loaded, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    done = CliRunner().invoke(
        main, ["study", "run", "durability", str(loaded.store.path), "--out", str(out)]
    )
    assert done.exit_code == 3, done.output
    assert "no patients" in done.stderr
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "HBsAg positive" in report
    assert "100" in report
