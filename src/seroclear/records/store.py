"""The store: a folder of Parquet tables and a manifest, made once from a hospital's records."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seroclear.errors import SeroclearError
from seroclear.records.tables import STORE_TABLES
from seroclear.records.tabular import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANIFEST = "store.toml"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Store:
    """A store on disk. Open one with `Store.open(folder)`."""

    path: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> Store:
        """Opens a store.

        Raises:
            SeroclearError: there is none at `path`, or another version of seroclear made it.
        """
        file = path / MANIFEST
        if not file.is_file():
            raise SeroclearError(
                f"{path} is no store ({MANIFEST} is missing); make one with "
                "'seroclear records load RECORDS STORE'."
            )
        try:
            manifest = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise SeroclearError(f"{file} is damaged; load the records again.") from None
        except OSError as error:
            raise SeroclearError(f"{file} cannot be read: {error.strerror}.") from None
        if manifest.get("format") != FORMAT:
            raise SeroclearError(
                f"{path} was made by seroclear {manifest.get('seroclear')} in another format; "
                "load the records again."
            )
        return cls(path, manifest)

    def parquet(self, table: str) -> str:
        """Glob of the Parquet files of a table; for `result` of every test."""
        return str(
            self.path / (f"{table}/*/*.parquet" if table == "result" else f"{table}.parquet")
        )

    def tests(self) -> list[str]:
        """Tests that have at least one result, in alphabetical order."""
        folders = (self.path / "result").glob("test=*")
        return sorted(folder.name.removeprefix("test=") for folder in folders)

    def result_file(self, test: str) -> Path | None:
        """The Parquet file of one test's results, None when the store has none."""
        file = self.path / "result" / f"test={test}" / "part-0.parquet"
        return file if file.is_file() else None

    def attach(self, con: DuckDBPyConnection) -> None:
        """Makes one DuckDB view a table in `con`; `result` holds all tests."""
        for table, columns in STORE_TABLES.items():
            if table == "result" and not self.tests():
                empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
                con.execute(f"CREATE OR REPLACE VIEW result AS SELECT {empty} WHERE false")
                continue
            con.execute(
                f'CREATE OR REPLACE VIEW "{table}" AS SELECT * FROM '
                f"read_parquet({literal(self.parquet(table))}, hive_partitioning=false)"
            )

    @contextmanager
    def session(self, memory_limit: str = "3GB") -> Iterator[DuckDBPyConnection]:
        """A DuckDB session with the views of `attach`.

        Args:
            memory_limit: such as '3GB'; more data than that goes through the disk, in a private
                folder below TMPDIR.

        Raises:
            SeroclearError: `memory_limit` is no amount of memory, or a table is missing or damaged.
        """
        import duckdb

        from seroclear.engines.duckdb import set_limits

        try:
            with tempfile.TemporaryDirectory(prefix="seroclear-") as spill, duckdb.connect() as con:
                set_limits(con, memory_limit, Path(spill))
                self.attach(con)
                yield con
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            # Only the first line: the next ones may quote a row.
            raise SeroclearError(
                f"{self.path} is not whole ({str(error).splitlines()[0]}); load the records again."
            ) from None

    @property
    def fingerprint(self) -> str:
        """Identifies the records and how they were read: changes whenever either does."""
        return str(self.manifest["fingerprint"])


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Writes store.toml: plain values first, then one table for each dictionary."""
    lines = [
        f"{key} = {_toml(value)}" for key, value in manifest.items() if not isinstance(value, dict)
    ]
    for name, table in manifest.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]"]
            lines += [f"{_toml(str(key))} = {_toml(value)}" for key, value in table.items()]
    (folder / MANIFEST).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    if isinstance(value, (bool, int, float, str, list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"store.toml holds no {type(value).__name__}")
