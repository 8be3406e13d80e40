"""Hospital files in, a store out.

Strings are read once: the distinct texts of a column are few, so each is read by the Python grammar
(`results.py`, `dates.py`, `vocabulary`) and joined back. Every source row ends in a table of the
store or, with its reason, in `rejected`.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from seroclear import __version__
from seroclear.engines.duckdb import set_limits
from seroclear.errors import SeroclearError
from seroclear.files import fingerprint_of, sha256_of, whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records import load_tables, load_texts
from seroclear.records.sources import RAW, Source, attach
from seroclear.records.store import FORMAT, MANIFEST, Store, write_manifest
from seroclear.records.tables import STORE_TABLES
from seroclear.records.tabular import literal
from seroclear.records.vocabulary import VOCABULARY_FILES, Vocabulary, read_csv

STEPS = 10  # calls of progress.step


@dataclass(slots=True)
class Counts:
    """Source rows of one table: read == used + rejected."""

    read: int = 0
    used: int = 0
    rejected: int = 0


@dataclass(slots=True)
class Loaded:
    """What `load` did: the store and the arithmetic of its rows."""

    store: Store
    source: Source
    counts: dict[str, Counts] = field(default_factory=dict)


def load(
    records: Path,
    target: Path,
    *,
    extra_map: Path | None = None,
    overwrite: bool = False,
    memory_limit: str = "3GB",
    progress: Progress | None = None,
) -> Loaded:
    """Reads a hospital's records and writes a store.

    Args:
        records: folder or file of OMOP CDM 5.3/5.4, hospital CSV with hospital.toml, MIMIC-IV, or
            FHIR R4 as NDJSON or Bundles.
        target: folder of the new store; appears only when it is whole.
        extra_map: CSV (kind, name, meaning, unit) for names the vocabulary does not know.
        overwrite: replace an existing store.
        memory_limit: of DuckDB, such as '3GB'; more data than that goes through the disk.
        progress: told before each step.

    Raises:
        SeroclearError: the records are missing, empty or cannot be recognised or read, or the
            store cannot be written.
    """
    progress = progress or Silent()
    vocabulary = Vocabulary.load(extra_map)
    with (
        whole_folder(target, mark=MANIFEST, overwrite=overwrite) as folder,
        tempfile.TemporaryDirectory(dir=folder) as scratch_name,
        _plain_errors(records, target),
        duckdb.connect() as con,
    ):
        scratch = Path(scratch_name)
        con.execute("SET enable_progress_bar = false")
        set_limits(con, memory_limit, scratch / "spill")
        loading = _Loading(con, folder, progress)
        progress.step("Opening the files")
        source = attach(con, records, scratch)
        loading.run(records, source, vocabulary)
        write_manifest(folder, loading.manifest(source, extra_map))
    return Loaded(Store.open(target), source, loading.counts)


@contextmanager
def _plain_errors(records: Path, target: Path) -> Iterator[None]:
    """One sentence for what the machine, not the program, did wrong."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise SeroclearError(
            f"{records} needs more memory or disk than it was given; raise --memory "
            f"or free space beside {target}."
        ) from None
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        # Only the first line: the next ones may quote a row.
        raise SeroclearError(
            f"{records} could not be read or {target} could not be written: "
            f"{str(error).splitlines()[0]}"
        ) from None
    except OSError as error:
        raise SeroclearError(f"{target} could not be written: {error.strerror}.") from None


class _Loading:
    """One load: holds the connection and the counts while the tables are made in turn."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
        self.con, self.folder, self.progress = con, folder, progress
        self.counts = {table: Counts() for table in RAW}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in STORE_TABLES["rejected"].items())
        con.execute(f"CREATE TABLE rejected ({columns})")

    def run(self, records: Path, source: Source, vocabulary: Vocabulary) -> None:
        """Makes and writes every table of the store."""
        self.progress.step("Reading names and dates")
        for table in RAW:
            self.counts[table].read = load_texts.know(self.con, table, vocabulary)
        self._malformed(source)
        self._refused(source)
        for table, what in (("patient", "patients"), ("result", "laboratory results")):
            if self.counts[table].read == 0:
                raise SeroclearError(
                    f"{records} has no {what}: the table is empty; check the export."
                )
        load_texts.map_dates(self.con, source)
        self.progress.step("Patients")
        load_tables.patients(self.con)
        self.progress.step("Results")
        load_texts.map_results(self.con, source)
        load_tables.results(self.con)
        for table in ("exposure", "condition", "procedure", "visit", "mutation"):
            self.progress.step(f"{table.capitalize()}s")
            getattr(load_tables, f"{table}s")(self.con)
        load_tables.finish_patients(self.con)
        self.progress.step("Writing the store")
        self._count(records)
        self._write()

    def _malformed(self, source: Source) -> None:
        for table, file, line in source.malformed:
            self.con.execute(
                "INSERT INTO rejected VALUES (?, 'wrong number of cells', ?, 1, ?)",
                [table, file, f"{file}:line {line}"],
            )
            if table in self.counts:
                self.counts[table].read += 1

    def _refused(self, source: Source) -> None:
        if not source.refused:
            return
        self.con.execute(f"INSERT INTO rejected SELECT * FROM {source.refused}")
        for table, counts in self.counts.items():
            counts.read += load_texts.number(
                self.con,
                f'SELECT sum(rows) FROM {source.refused} WHERE "table" = {literal(table)}',
            )

    def _count(self, records: Path) -> None:
        """Rows in are rows used plus rows rejected: a load that loses one must not end well."""
        rejected = dict(
            self.con.execute(
                'SELECT "table", sum(rows)::BIGINT FROM rejected GROUP BY 1'
            ).fetchall()
        )
        for table, counts in self.counts.items():
            counts.rejected = int(rejected.get(table, 0))
            counts.used = load_texts.number(self.con, f"SELECT count(*) FROM used_{table}")
            if counts.read != counts.used + counts.rejected:
                raise AssertionError(
                    f"{table}: {counts.read} rows read, {counts.used} used, "
                    f"{counts.rejected} rejected"
                )
        if self.counts["patient"].used == 0:
            raise SeroclearError(
                f"{records} has no patient that could be read; see the patient table's ids."
            )

    def _write(self) -> None:
        for table in STORE_TABLES:
            if table != "result":
                self._copy(f'SELECT * FROM "{table}" ORDER BY ALL', f"{table}.parquet")
        for test in load_tables.tests_found(self.con):
            self._copy(load_tables.results_of(test), f"result/test={test}/part-0.parquet")

    def _copy(self, select: str, name: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        self.con.execute(
            f"COPY ({select}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd)"
        )

    def manifest(self, source: Source, extra_map: Path | None) -> dict[str, Any]:
        """What store.toml says about this load."""
        inputs = [*source.files, *([extra_map] if extra_map is not None else [])]
        hashes = {file.name: sha256_of(file) for file in inputs}
        return {
            "format": FORMAT,
            "seroclear": __version__,
            "source": source.kind,
            "fingerprint": _fingerprint(hashes, source),
            "absent": list(source.absent),
            "read": {table: counts.read for table, counts in self.counts.items()},
            "used": {table: counts.used for table, counts in self.counts.items()},
            "rejected": {table: counts.rejected for table, counts in self.counts.items()},
            "unread_fields": load_tables.unread_fields(self.con),
            "input_sha256": hashes,
        }


def _fingerprint(hashes: dict[str, str], source: Source) -> str:
    vocabularies = [str(read_csv(name)) for name in VOCABULARY_FILES]
    code = fingerprint_of(Path(__file__).parent.rglob("*.py"))
    text = "\n".join([__version__, code, source.kind, *sorted(hashes.values()), *vocabularies])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
