"""A hospital in parts: each table one folder, ids that occur once, the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from seroclear.errors import SeroclearError
from seroclear.records.load import load
from seroclear.simulate import parts
from seroclear.simulate.scenario import Scenario

SCENARIO = Scenario(n_patients=700, seed=4)
IDS = {
    "person": "person_id",
    "measurement": "measurement_id",
    "visit_occurrence": "visit_occurrence_id",
    "drug_exposure": "drug_exposure_id",
    "condition_occurrence": "condition_occurrence_id",
}


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PEOPLE_A_PART", 300)
        return _written(tmp_path_factory.mktemp("hospital"))


def _written(folder: Path) -> Path:
    parts.write_omop_in_parts(SCENARIO, folder)
    return folder


def _one(query: str) -> int:
    row = duckdb.sql(query).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("table", IDS)
def test_ids_occur_once(hospital: Path, table: str) -> None:
    rows = f"read_parquet('{hospital / table}/*.parquet')"
    assert len(list((hospital / table).iterdir())) == 3
    assert _one(f"SELECT count(*) - count(DISTINCT {IDS[table]}) FROM {rows}") == 0
    people = f"SELECT person_id FROM read_parquet('{hospital}/person/*.parquet')"
    assert _one(f"SELECT count(*) FROM {rows} WHERE person_id NOT IN ({people})") == 0


def test_truth_is_one_file_for_all_parts(hospital: Path) -> None:
    truth = hospital / "truth"
    assert {path.name for path in truth.iterdir()} == {
        *("patient.parquet", "event.parquet", "pregnancy.parquet", "child.parquet"),
        "scenario.json",
    }
    assert _one(f"SELECT count(DISTINCT patient_id) FROM '{truth}/patient.parquet'") == 700
    people = f"SELECT person_id FROM read_parquet('{hospital}/person/*.parquet')"
    unknown = f"patient_id::INTEGER NOT IN ({people})"
    assert _one(f"SELECT count(*) FROM '{truth}/patient.parquet' WHERE {unknown}") == 0
    assert json.loads((truth / "scenario.json").read_text())["n_patients"] == 700


def test_parts_differ(hospital: Path) -> None:
    births = (
        f"SELECT DISTINCT filename, year_of_birth, month_of_birth, day_of_birth "
        f"FROM read_parquet('{hospital}/person/*.parquet') WHERE person_id % 100000 = 1"
    )
    assert _one(f"SELECT count(*) FROM ({births})") == 3


def test_same_bytes_again(hospital: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PEOPLE_A_PART", 300)
    again = _written(tmp_path)
    files = {path.relative_to(hospital) for path in hospital.rglob("*") if path.is_file()}
    assert files == {path.relative_to(again) for path in again.rglob("*") if path.is_file()}
    for file in files:
        assert (hospital / file).read_bytes() == (again / file).read_bytes(), file


def test_load_reads_the_parts_and_names_them(hospital: Path, tmp_path: Path) -> None:
    loaded = load(hospital, tmp_path / "store")
    assert loaded.counts["patient"].used >= 700
    assert loaded.counts["result"].rejected == 0
    hashes = loaded.store.manifest["input_sha256"]
    assert {f"measurement/part-0000{part}.parquet" for part in range(3)} <= set(hashes)


def test_more_people_than_ids(tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="at most"):
        parts.write_omop_in_parts(Scenario(n_patients=10_000_000), tmp_path)
