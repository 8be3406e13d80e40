"""Hospital files in, a store out.

Strings are read once: the distinct texts of a column are few, so each is read by the Python grammar
(`results.py`, `dates.py`, `vocabulary`) and joined back. Every source row ends in a table of the
store or, with its reason, in `rejected`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from seroclear import __version__
from seroclear.errors import SeroclearError
from seroclear.files import sha256_of, whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records import load_tables
from seroclear.records.dates import BadDate, read_date
from seroclear.records.results import Rejected, read_result
from seroclear.records.sources import RAW, Source, attach
from seroclear.records.store import FORMAT, Store, write_manifest
from seroclear.records.tables import STORE_TABLES
from seroclear.records.tabular import literal
from seroclear.records.vocabulary import Vocabulary, read_csv

STEPS = 8  # calls of progress.step
KIND_OF = {"result": "test", "exposure": "drug", "condition": "diagnosis", "procedure": "procedure"}
DATES = {
    "patient": ("birth_date", "death_date", "observed_from", "observed_to"),
    "result": ("taken_at",),
    "exposure": ("start", "end"),
    "condition": ("date",),
    "procedure": ("date",),
    "visit": ("start", "end"),
}


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
        records: folder or file of OMOP CDM 5.3/5.4, hospital CSV with hospital.toml, or MIMIC-IV.
        target: folder of the new store; appears only when it is whole.
        extra_map: CSV (kind, name, meaning, unit) for names the vocabulary does not know.
        overwrite: replace an existing store.
        memory_limit: of DuckDB, such as '3GB'; more data than that goes through the disk.
        progress: told before each step.

    Raises:
        SeroclearError: the records are missing, empty or cannot be recognised.
    """
    progress = progress or Silent()
    vocabulary = Vocabulary.load(extra_map)
    with (
        whole_folder(target, overwrite=overwrite) as folder,
        tempfile.TemporaryDirectory(dir=folder) as scratch_name,
    ):
        scratch = Path(scratch_name)
        con = duckdb.connect(str(scratch / "load.duckdb"))
        con.execute(f"SET memory_limit = {literal(memory_limit)}")
        con.execute(f"SET temp_directory = {literal(str(scratch / 'spill'))}")
        loading = _Loading(con, folder, vocabulary, progress)
        progress.step("Opening the files")
        source = attach(con, records, scratch)
        manifest = loading.run(records, source, extra_map)
        con.close()
        write_manifest(folder, manifest)
    return Loaded(Store.open(target), source, loading.counts)


class _Loading:
    """One load: holds the connection and the counts while the tables are made in turn."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        folder: Path,
        vocabulary: Vocabulary,
        progress: Progress,
    ) -> None:
        self.con, self.folder = con, folder
        self.vocabulary, self.progress = vocabulary, progress
        self.counts: dict[str, Counts] = {}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in STORE_TABLES["rejected"].items())
        con.execute(f"CREATE TABLE rejected ({columns})")

    def run(self, records: Path, source: Source, extra_map: Path | None) -> dict[str, Any]:
        self.progress.step("Reading names and dates")
        for table in KIND_OF:
            self._map_names(table)
        for table in RAW:
            if table not in KIND_OF:
                self.con.execute(f"CREATE TABLE known_{table} AS SELECT * FROM raw_{table}")
        self._map_dates(source)
        self._count_raw(records, source)
        self.progress.step("Patients")
        load_tables.patients(self.con)
        self.progress.step("Results")
        self._map_results(source)
        load_tables.results(self.con)
        for table in ("exposure", "condition", "procedure", "visit"):
            self.progress.step(f"{table.capitalize()}s")
            getattr(load_tables, f"{table}s")(self.con)
        load_tables.finish_patients(self.con)
        self._write()
        return self._manifest(records, source, extra_map)

    def _register(self, name: str, columns: dict[str, list[Any]], schema: pa.Schema) -> None:
        data = pa.table(columns, schema=schema)
        self.con.register("incoming", data)
        self.con.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        self.con.unregister("incoming")

    def _map_names(self, table: str) -> None:
        """Table known_<table>: the raw rows whose name is known, with its meaning; the rest rejected."""
        rows = self.con.execute(
            f"SELECT coalesce(codes, ''), coalesce(name, ''), count(*), min(source_row) "
            f"FROM raw_{table} GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
        schema = pa.schema(
            [("codes", pa.string()), ("name", pa.string()), ("meaning", pa.list_(pa.string()))]
            + [("defined_unit", pa.string()), ("licensed_for", pa.string())]
        )
        found: dict[str, list[Any]] = {field.name: [] for field in schema}
        unknown = []
        for codes, name, count, first_row in rows:
            meaning = self.vocabulary.meaning(KIND_OF[table], codes, name)
            if meaning is None:
                label = f"{name} ({codes})" if name and codes else name or codes or "(no name)"
                unknown.append((table, "not in vocabulary", label, count, first_row))
                continue
            cells = (codes, name, list(meaning.names), meaning.unit, meaning.licensed_for)
            for column, cell in zip(schema.names, cells, strict=True):
                found[column].append(cell)
        self._register(f"names_{table}", found, schema)
        if unknown:
            self.con.executemany("INSERT INTO rejected VALUES (?, ?, ?, ?, ?)", unknown)
        self.con.execute(
            f"CREATE TABLE known_{table} AS SELECT r.*, n.meaning, "
            f"nullif(n.defined_unit, '') AS defined_unit, nullif(n.licensed_for, '') AS licensed_for "
            f"FROM raw_{table} r JOIN names_{table} n "
            f"ON coalesce(r.codes, '') = n.codes AND coalesce(r.name, '') = n.name"
        )

    def _map_dates(self, source: Source) -> None:
        """Table dates(text, day, problem) of every distinct date text."""
        union = " UNION ".join(
            f'SELECT "{column}" AS text FROM known_{table}'
            for table, columns in DATES.items()
            for column in columns
        )
        texts = [row[0] for row in self.con.execute(f"SELECT text FROM ({union}) ORDER BY 1").fetchall()]
        read = [(text, read_date(text, source.date_formats)) for text in texts if text]
        schema = pa.schema([("text", pa.string()), ("day", pa.date32()), ("problem", pa.string())])
        columns: dict[str, list[Any]] = {
            "text": [text for text, _ in read],
            "day": [None if isinstance(day, BadDate) else day for _, day in read],
            "problem": [day.reason if isinstance(day, BadDate) else None for _, day in read],
        }
        self._register("dates", columns, schema)

    def _count_raw(self, records: Path, source: Source) -> None:
        for table in RAW:
            count = self.con.execute(f"SELECT count(*) FROM raw_{table}").fetchone()
            self.counts[table] = Counts(read=count[0] if count else 0)
        for table, file, line in source.malformed:
            self.con.execute(
                "INSERT INTO rejected VALUES (?, 'wrong number of cells', ?, 1, ?)",
                [table, file, f"{file}:line {line}"],
            )
            if table in self.counts:
                self.counts[table].read += 1
        for table, what in (("patient", "patients"), ("result", "laboratory results")):
            if self.counts[table].read == 0:
                raise SeroclearError(
                    f"{records} has no {what}: the table is empty; check the export."
                )

    def _map_results(self, source: Source) -> None:
        """Table readings: what each distinct (test, text, unit, assay, reference) says."""
        keys = ("test", "value", "fallback", "unit", "defined_unit", "assay", "reference")
        self.con.execute(
            "CREATE TABLE texts AS SELECT row_number() OVER () AS text_id, * FROM "
            "(SELECT DISTINCT meaning[1] AS test, value, fallback, unit, defined_unit, assay, "
            "reference FROM known_result ORDER BY ALL)"
        )
        rows = self.con.execute(f"SELECT text_id, {', '.join(keys)} FROM texts ORDER BY 1").fetchall()
        names = [name for name, _ in _READING]
        found: dict[str, list[Any]] = {name: [] for name in names}
        for text_id, test, value, fallback, unit, defined, assay, reference in rows:
            read = self._read(source, test, value, fallback, unit, defined, assay, reference)
            if isinstance(read, Rejected):
                line: dict[str, Any] = {"reason": read.reason, "detail": read.detail}
                _append(found, names, text_id, line)
                continue
            for reading in read:
                line = {name: getattr(reading, name) for name in reading.__slots__}
                line["raw_value"] = value if value is not None else fallback
                _append(found, names, text_id, line)
        self._register("readings", found, pa.schema(_READING))

    @staticmethod
    def _read(
        source: Source,
        test: str,
        value: str | None,
        fallback: str | None,
        unit: str | None,
        defined: str | None,
        assay: str | None,
        reference: str | None,
    ) -> Any:
        read = Rejected("no result", "")
        for text in (value, fallback):
            if text is None:
                continue
            again = read_result(
                test,
                text,
                unit,
                assay=assay,
                reference=reference,
                default_unit=defined or source.default_units.get(test),
                copies_per_iu=source.copies_per_iu,
            )
            if not isinstance(again, Rejected):
                return again
            read = read if read.reason != "no result" else again
        return read

    def _write(self) -> None:
        self.progress.step("Writing the store")
        for table in STORE_TABLES:
            if table == "result":
                continue
            order = "ORDER BY ALL"
            self.con.execute(
                f'COPY (SELECT * FROM "{table}" {order}) TO '
                f"{literal(str(self.folder / f'{table}.parquet'))} (FORMAT parquet, COMPRESSION zstd)"
            )
        tests = self.con.execute("SELECT DISTINCT test FROM result ORDER BY 1").fetchall()
        for (test,) in tests:
            part = self.folder / "result" / f"test={test}"
            part.mkdir(parents=True)
            self.con.execute(
                f"COPY (SELECT * FROM result WHERE test = {literal(test)} "
                f"ORDER BY patient_id, taken_at, source_row) TO "
                f"{literal(str(part / 'part-0.parquet'))} (FORMAT parquet, COMPRESSION zstd)"
            )

    def _manifest(self, records: Path, source: Source, extra_map: Path | None) -> dict[str, Any]:
        rejected = dict(
            self.con.execute('SELECT "table", sum(rows)::BIGINT FROM rejected GROUP BY 1').fetchall()
        )
        for table, counts in self.counts.items():
            counts.rejected = int(rejected.get(table, 0))
            used = self.con.execute(
                f'SELECT count(DISTINCT source_row) FROM "{table}"'
            ).fetchone()
            counts.used = used[0] if used else 0
            if counts.read != counts.used + counts.rejected:
                raise AssertionError(
                    f"{table}: {counts.read} rows read, {counts.used} used, {counts.rejected} rejected"
                )
        if self.counts["patient"].used == 0:
            raise SeroclearError(f"{records} has no patient that could be read; see the patient file.")
        hashes = {file.name: sha256_of(file) for file in source.files}
        if extra_map is not None:
            hashes[extra_map.name] = sha256_of(extra_map)
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


_READING: list[tuple[str, pa.DataType]] = [
    ("text_id", pa.int64()),
    ("reason", pa.string()),
    ("detail", pa.string()),
    ("test", pa.string()),
    *((name, pa.float64()) for name in ("value", "value_high")),
    *((name, pa.string()) for name in ("comparator", "unit", "status", "detection")),
    *(
        (name, pa.float64())
        for name in ("lower_limit", "upper_limit", "reference_low", "reference_high")
    ),
    ("rule", pa.string()),
    ("raw_value", pa.string()),
]


def _append(
    found: dict[str, list[Any]], names: list[str], text_id: int, line: dict[str, Any]
) -> None:
    for name in names:
        found[name].append(text_id if name == "text_id" else line.get(name))


def _fingerprint(hashes: dict[str, str], source: Source) -> str:
    import hashlib

    vocabularies = [str(read_csv(name)) for name in _VOCABULARY_FILES]
    text = "\n".join([__version__, source.kind, *sorted(hashes.values()), *vocabularies])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_VOCABULARY_FILES = (
    "tests.csv",
    "test_codes.csv",
    "test_names.csv",
    "units.csv",
    "conversions.csv",
    "assays.csv",
    "drugs.csv",
    "drug_codes.csv",
    "drug_names.csv",
    "diagnosis_codes.csv",
    "diagnosis_names.csv",
    "procedure_codes.csv",
    "procedure_names.csv",
)

