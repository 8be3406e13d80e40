"""What every engine promises, and what is said when one cannot be had."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from seroclear import cli
from seroclear.cli.options import command_line
from seroclear.engine import Engine, days_after, days_between
from seroclear.engines import DATABASE, open_engine
from seroclear.errors import SeroclearError

# Nulls beside empty texts, quotes and line ends, numbers that do not survive rounding.
ROWS: list[dict[str, Any]] = [
    {"id": "B", "text": 'a "word", and\nanother', "day": date(1899, 12, 31), "value": 0.1},
    {"id": "a", "text": "", "day": None, "value": 1.7976931348623157e308},
    {"id": "é", "text": None, "day": date(2020, 2, 29), "value": 5e-324},
    {"id": "乙肝", "text": "\\N", "day": date(9999, 12, 31), "value": None},
]
ROWS = [
    {**row, "flag": flag, "n": 2**62}
    for row, flag in zip(ROWS, (True, False, None, True), strict=True)
]
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("day", pa.date32()),
        ("value", pa.float64()),
        ("flag", pa.bool_()),
        ("n", pa.int64()),
    ]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """ROWS as a Parquet file."""
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS, SCHEMA), file)
    return file


def _in_order(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: row["id"])


def test_values_come_back_as_they_were(engine: Engine, file: Path, tmp_path: Path) -> None:
    kept = engine.keep(engine.read_parquet(file))
    engine.write(kept, tmp_path / "written.parquet")
    written = pq.read_table(tmp_path / "written.parquet")
    fetched = engine.fetch(kept)
    for table in (written, fetched):
        assert (table.schema.names, table.schema.types) == (SCHEMA.names, SCHEMA.types)
    assert _in_order(written) == _in_order(fetched) == _in_order(pa.Table.from_pylist(ROWS, SCHEMA))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.parquet", "written.parquet"]


def test_texts_are_ordered_by_their_bytes(engine: Engine, file: Path, tmp_path: Path) -> None:
    kept = engine.keep(engine.read_parquet(file))
    engine.write(kept, tmp_path / "written.parquet")
    assert pq.read_table(tmp_path / "written.parquet")["id"].to_pylist() == ["B", "a", "é", "乙肝"]
    ends = engine.fetch(kept.agg(first=kept.id.min(), last=(kept.id + "x").max())).to_pylist()
    assert ends == [{"first": "B", "last": "乙肝x"}]


def test_the_same_rows_are_written_as_the_same_bytes(
    engine: Engine, file: Path, tmp_path: Path
) -> None:
    table = engine.read_parquet(file)
    for name in ("one", "two"):
        engine.write(engine.keep(table), tmp_path / f"{name}.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_many_files_are_one_table(engine: Engine, file: Path, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS[:1], SCHEMA), tmp_path / "more.parquet")
    for files in ((file, tmp_path / "more.parquet"), (tmp_path / "*.parquet",)):
        assert engine.fetch(engine.read_parquet(*files)).num_rows == len(ROWS) + 1


def test_nothing_is_an_empty_table_with_its_columns(engine: Engine, tmp_path: Path) -> None:
    nothing = ibis.memtable([], schema=ibis.schema({"id": "string", "n": "int64"}))
    engine.write(engine.keep(nothing), tmp_path / "nothing.parquet")
    for table in (pq.read_table(tmp_path / "nothing.parquet"), engine.fetch(nothing)):
        assert table.num_rows == 0
        assert (table.schema.names, table.schema.types) == (["id", "n"], [pa.string(), pa.int64()])


def test_days_truth_and_numbers_are_of_the_same_kind(engine: Engine, file: Path) -> None:
    table = engine.read_parquet(file)
    row = table.filter(table.id == "é").select(
        later=days_after(table.day, 1),
        earlier=days_after(table.day, -60),
        days=days_between(days_after(table.day, -60), table.day),
        years=days_between(days_after(table.day, -60), table.day) / 365.25,
        whole=(table.id == "é").cast("int64"),
        line=ibis.row_number().over(order_by=table.id) + 1,
    )
    assert engine.fetch(row).to_pylist() == [
        {
            "later": date(2020, 3, 1),
            "earlier": date(2019, 12, 31),
            "days": 60,
            "years": 60 / 365.25,
            "whole": 1,
            "line": 1,
        }
    ]


@pytest.mark.parametrize(
    ("name", "options", "mend"),
    [
        ("oracle", {}, "duckdb, spark, postgres"),
        ("duckdb", {"database": "postgresql://host"}, "--database is for --engine postgres"),
        ("postgres", {"spark_master": "local"}, "--spark-master is for --engine spark"),
        ("duckdb", {"memory_limit": "much"}, "3GB"),
        ("postgres", {}, DATABASE),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    name: str, options: dict[str, str], mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATABASE, raising=False)
    with pytest.raises(SeroclearError, match=mend):
        open_engine(name, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "library"), [("spark", "pyspark.sql"), ("postgres", "psycopg")])
def test_an_engine_that_is_not_installed_names_its_extra(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setenv(DATABASE, "postgresql://nobody@nowhere/nothing")
    with pytest.raises(SeroclearError, match=rf"pip install 'seroclear\[{name}\]'"):
        open_engine(name)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:s3cret@/nothing?host=/no/such/folder",
        "postgresql://user:s3cret/with/slash@host/nothing",
        "password=s3cret no such option",
    ],
)
def test_a_password_is_never_shown(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("psycopg", reason="NOT TESTED: psycopg is not installed")
    monkeypatch.setenv(DATABASE, address)
    with pytest.raises(SeroclearError, match="cannot be reached") as raised:
        open_engine("postgres")
    assert "s3cret" not in str(raised.value)
    assert raised.value.__suppress_context__
    for words in (["--database", address], [f"--database={address}"]):
        monkeypatch.setattr(sys, "argv", ["seroclear", "study", "run", "durability", *words])
        assert "s3cret" not in command_line()
        assert DATABASE in command_line()


def test_the_options_are_told() -> None:
    shown = CliRunner().invoke(cli.main, ["course", "build", "--help"]).output
    assert all(word in shown for word in ("--engine", "--database", "--spark-master", "--memory"))


def test_what_was_kept_before_the_scratch_outlives_it(engine: Engine, file: Path) -> None:
    before = engine.keep(engine.read_parquet(file))
    with engine.scratch():
        engine.fetch(engine.keep(before.select("id")))
    assert len(engine.fetch(before)) == len(ROWS)


def test_duckdb_drops_what_was_kept_in_the_scratch(file: Path) -> None:
    with open_engine() as engine:
        with engine.scratch():
            kept = engine.keep(engine.read_parquet(file))
        with pytest.raises(duckdb.CatalogException):
            engine.fetch(kept)
