"""The stages of a load, each of which leaves its files in the work folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seroclear.errors import SeroclearError
from seroclear.progress import Progress
from seroclear.records import load_results, load_tables, load_texts
from seroclear.records.load_work import Work
from seroclear.records.sources import RAW, Source
from seroclear.records.tabular import literal
from seroclear.records.vocabulary import Vocabulary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Tables without a stage a test.
SMALL: Final = ("exposure", "condition", "procedure", "visit", "mutation")


@dataclass(slots=True)
class Counts:
    """Source rows of one table: read == used + rejected."""

    read: int = 0
    used: int = 0
    rejected: int = 0


class Stages:
    """One load: its connection, and the counts that its stages leave behind."""

    def __init__(
        self,
        con: DuckDBPyConnection,
        work: Work,
        progress: Progress,
        source: Source,
        vocabulary: Vocabulary,
    ) -> None:
        self.con, self.work, self.progress = con, work, progress
        self.source, self.vocabulary = source, vocabulary
        self.counts = {table: Counts() for table in RAW}
        self.rejects: list[Path] = []  # files of rejected rows
        self.store: dict[str, Path] = {}  # file of the store -> where a stage left it
        self.unread_fields: dict[str, int] = {}

    def run(self, records: Path) -> None:
        """Makes every table of the store, as far as an earlier run has not."""
        self.progress.step("Reading names")
        self._stage("refused", self._refused)
        names = self._stage("names", self._names)
        self._attach("names_result", names / "names_result.parquet")
        self.progress.step("Patients")
        patients = self._stage("patient", self._patients)
        self._attach("patient", patients / "patient.parquet")
        self.unread_fields = json.loads((patients / "unread_fields.json").read_text("utf-8"))
        self._need_rows(records)
        for table in SMALL:
            self.progress.step(f"{table.capitalize()}s")
            made = self._stage(table, partial(self._small, table))
            self._attach(table, made / f"{table}.parquet")
            self.store[f"{table}.parquet"] = made / f"{table}.parquet"
        self.progress.step("Reading results")
        texts = self._stage("texts", self._texts)
        self._attach("cell_readings", texts / "cell_readings.parquet")
        load_results.name_words(self.con)
        self.progress.step("Sorting results by test")
        rows = self._stage("rows", self._rows)
        load_results.attach_rows(self.con, self.source, rows / "rows")
        self._stage("unused", self._unused)
        self.progress.step("Writing the store")
        self._tests(rows / "rows")
        finished = self._stage("finished", self._finished)
        self.store["patient.parquet"] = finished / "patient.parquet"
        self.store["rejected.parquet"] = finished / "all_rejected.parquet"
        self._check(records)

    def _stage(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder of a stage; its tables are made in a schema of their own and dropped."""

        def fresh(folder: Path) -> None:
            self.con.execute("CREATE SCHEMA stage")
            self.con.execute("SET search_path = 'stage,main'")
            load_results.rejected_table(self.con)
            make(folder)
            if load_texts.number(self.con, "SELECT count(*) FROM rejected"):
                self._copy("SELECT * FROM rejected", folder / "rejected.parquet")
            self.con.execute("SET search_path = 'main'")
            self.con.execute("DROP SCHEMA stage CASCADE")

        folder = self.work.stage(name, fresh)
        if (folder / "rejected.parquet").is_file():
            self.rejects.append(folder / "rejected.parquet")
        counts = folder / "counts.json"
        if counts.is_file():
            for table, (read, used) in json.loads(counts.read_text("utf-8")).items():
                self.counts[table].read += read
                self.counts[table].used += used
        return folder

    def _attach(self, view: str, file: Path) -> None:
        self.con.execute(f'CREATE VIEW "{view}" AS SELECT * FROM read_parquet({_file(file)})')

    def _copy(self, select: str, file: Path, compression: str = "zstd") -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.con.execute(
            f"COPY ({select}) TO {_file(file)} (FORMAT parquet, COMPRESSION {compression})"
        )

    def _refused(self, folder: Path) -> None:
        """Rows that the reader could not even give: counted as read, and rejected."""
        read = dict.fromkeys(RAW, 0)
        for table, file, line in self.source.malformed:
            self.con.execute(
                "INSERT INTO rejected VALUES (?, 'wrong number of cells', ?, 1, ?)",
                [table, file, f"{file}:line {line}"],
            )
        if self.source.refused:
            self.con.execute(f"INSERT INTO rejected SELECT * FROM {self.source.refused}")
        for table in RAW:
            read[table] = load_texts.number(
                self.con, f'SELECT sum(rows) FROM rejected WHERE "table" = {literal(table)}'
            )
        _write_counts(folder, {table: (rows, 0) for table, rows in read.items()})

    def _names(self, folder: Path) -> None:
        read = load_results.names(self.con, self.source, self.vocabulary)
        self._copy("SELECT * FROM names_result", folder / "names_result.parquet")
        _write_counts(folder, {"result": (read, 0)})

    def _patients(self, folder: Path) -> None:
        read = load_texts.know(self.con, "patient", self.source, self.vocabulary)
        load_tables.patients(self.con)
        self._copy("SELECT * FROM patient ORDER BY ALL", folder / "patient.parquet")
        _write_json(folder / "unread_fields.json", load_tables.unread_fields(self.con))
        _write_counts(folder, {"patient": (read, self._used("patient"))})

    def _small(self, table: str, folder: Path) -> None:
        read = load_texts.know(self.con, table, self.source, self.vocabulary)
        getattr(load_tables, f"{table}s")(self.con)
        self._copy(f'SELECT * FROM "{table}" ORDER BY ALL', folder / f"{table}.parquet")
        _write_counts(folder, {table: (read, self._used(table))})

    def _texts(self, folder: Path) -> None:
        load_results.read_texts(self.con, self.source)
        # By test: each test's part of the store reads its own readings.
        readings = "SELECT * FROM cell_readings ORDER BY test"
        self._copy(readings, folder / "cell_readings.parquet", "snappy")

    def _rows(self, folder: Path) -> None:
        load_results.place_rows(self.con, self.source, folder / "rows")

    def _unused(self, folder: Path) -> None:
        load_results.reject_unused(self.con)
        _write_counts(folder, {"result": (0, self._used("result"))})

    def _tests(self, rows: Path) -> None:
        found = load_results.tests_found(self.con)
        sizes = [sum(load_results.bytes_of(rows, name) for name in found[test]) for test in found]
        for number, (test, source_tests) in enumerate(found.items()):
            done = sum(sizes[:number]) / max(sum(sizes), 1)
            self.progress.part(done, f"Writing the store: {test}")
            self._one_test(test, source_tests)

    def _one_test(self, test: str, source_tests: list[str]) -> None:
        def make(folder: Path) -> None:
            self._copy(
                load_results.results_of(self.source, test, source_tests), folder / "part-0.parquet"
            )

        file = self._stage(f"result-{test}", make) / "part-0.parquet"
        # A test whose every row has no patient or no possible day is not in the store.
        if load_texts.number(self.con, f"SELECT count(*) FROM read_parquet({_file(file)})"):
            self.store[f"result/test={test}/part-0.parquet"] = file

    def _finished(self, folder: Path) -> None:
        patients = load_tables.finished_patients(self.con)
        self._copy(f"SELECT * FROM ({patients}) ORDER BY ALL", folder / "patient.parquet")
        rejects = "".join(f" UNION ALL FROM read_parquet({_file(file)})" for file in self.rejects)
        self._copy(f"FROM rejected{rejects} ORDER BY ALL", folder / "all_rejected.parquet")

    def _used(self, table: str) -> int:
        return load_texts.number(self.con, f"SELECT count(*) FROM used_{table}")

    def _need_rows(self, records: Path) -> None:
        for table, what in (("patient", "patients"), ("result", "laboratory results")):
            if self.counts[table].read == 0:
                raise SeroclearError(
                    f"{records} has no {what}: the table is empty; check the export."
                )

    def _check(self, records: Path) -> None:
        """Rows in are rows used plus rows rejected: a load that loses one must not end well."""
        rejected = dict(
            self.con.execute(
                'SELECT "table", sum(rows)::BIGINT FROM '
                f"read_parquet({_file(self.store['rejected.parquet'])}) GROUP BY 1"
            ).fetchall()
        )
        for table, counts in self.counts.items():
            counts.rejected = int(rejected.get(table, 0))
            if counts.read != counts.used + counts.rejected:
                raise AssertionError(
                    f"{table}: {counts.read} rows read, {counts.used} used, "
                    f"{counts.rejected} rejected"
                )
        if self.counts["patient"].used == 0:
            raise SeroclearError(
                f"{records} has no patient that could be read; see the patient table's ids."
            )

    def move_to(self, folder: Path) -> None:
        """Moves the files of the store out of the stages."""
        self.work.use_up()
        for name, file in self.store.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            file.rename(folder / name)


def _file(path: Path) -> str:
    return literal(str(path))


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")


def _write_counts(folder: Path, counts: dict[str, tuple[int, int]]) -> None:
    """Rows of each table that a stage has read, and used."""
    _write_json(folder / "counts.json", counts)
