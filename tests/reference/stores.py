"""Writes a store from plain rows, and derives its courses with the real engine as plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from seroclear.course.build import build, derive
from seroclear.course.definition import definition
from seroclear.course.derived import SCHEMAS
from seroclear.engine import Engine
from seroclear.engines.duckdb import DuckDB
from seroclear.records.store import FORMAT, Store, write_manifest
from seroclear.records.tables import STORE_TABLES

Row = dict[str, Any]  # column -> value, of a store's table; absent columns are null
Rows = dict[str, list[tuple[Any, ...]]]  # patient_id -> that patient's rows, sorted
TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
}


@dataclass(slots=True)
class History:
    """One patient's rows of a store."""

    patient: Row
    result: list[Row] = field(default_factory=list)
    exposure: list[Row] = field(default_factory=list)
    condition: list[Row] = field(default_factory=list)
    procedure: list[Row] = field(default_factory=list)
    mutation: list[Row] = field(default_factory=list)


def write_store(folder: Path, histories: Iterable[History]) -> Store:
    """A store with these patients, in the order given."""
    tables: dict[str, list[Row]] = {name: [] for name in STORE_TABLES}
    for history in histories:
        tables["patient"].append(history.patient)
        for name in ("result", "exposure", "condition", "procedure", "mutation"):
            tables[name] += getattr(history, name)
    results: dict[str, list[Row]] = defaultdict(list)
    for row in tables.pop("result"):
        results[row["test"]].append(row)
    for test, rows in results.items():
        part = folder / "result" / f"test={test}"
        part.mkdir(parents=True)
        _write(part / "part-0.parquet", STORE_TABLES["result"], rows)
    for name, rows in tables.items():
        _write(folder / f"{name}.parquet", STORE_TABLES[name], rows)
    write_manifest(folder, {"format": FORMAT, "fingerprint": "made by a test"})
    return Store.open(folder)


def _write(file: Path, columns: dict[str, str], rows: list[Row]) -> None:
    data = {
        name: pa.array([row.get(name) for row in rows], type=TYPES[kind])
        for name, kind in columns.items()
    }
    pq.write_table(pa.table(data), file)


def histories_of(store: Store) -> dict[str, History]:
    """Everybody's rows of a store, by patient_id."""
    rows = pq.read_table(store.path / "patient.parquet").to_pylist()
    histories = {row["patient_id"]: History(row) for row in rows}
    for name in ("exposure", "condition", "procedure"):
        for row in pq.read_table(store.path / f"{name}.parquet").to_pylist():
            getattr(histories[row["patient_id"]], name).append(row)
    for file in sorted((store.path / "result").glob("*/*.parquet")):
        for row in pq.ParquetFile(file).read().to_pylist():
            histories[row["patient_id"]].result.append(row)
    return histories


@contextmanager
def stored(histories: Iterable[History]) -> Iterator[Store]:
    """A store with these patients that is gone afterwards."""
    with TemporaryDirectory() as folder:
        yield write_store(Path(folder), histories)


def by_engine(store: Store, preset: str, engine: Engine | None = None) -> dict[str, Rows]:
    """The four tables of the store's courses, as an engine (otherwise DuckDB) derives them."""
    if engine is None:
        with DuckDB(threads=2) as opened:
            return by_engine(store, preset, opened)
    tables = derive(engine, store, definition(preset))
    return {name: _by_patient(engine.fetch(table)) for name, table in tables.items()}


def on_disk(store: Store, preset: str, engine: Engine) -> dict[str, Rows]:
    """The same as an engine writes them to disk; every file has the table's own types."""
    course = build(store, preset, engine=engine)
    for kind, schema in SCHEMAS.items():
        for file in (course.path / kind).iterdir():
            found, wanted = pq.read_schema(file), ibis.schema(schema).to_pyarrow()
            assert (found.names, found.types) == (wanted.names, wanted.types), file.name
    return {kind: _by_patient(pq.read_table(course.path / kind)) for kind in SCHEMAS}


def _by_patient(table: pa.Table) -> Rows:
    return by_patient(row.values() for row in table.to_pylist())


def by_patient(rows: Iterable[Iterable[Any]]) -> Rows:
    """Rows under their first column, patient_id, in one fixed order."""
    found: Rows = defaultdict(list)
    for row in rows:
        values = tuple(row)
        found[values[0]].append(values)
    return {patient: sorted(of_one, key=repr) for patient, of_one in found.items()}
