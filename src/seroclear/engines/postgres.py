"""PostgreSQL: where a hospital's OMOP tables already live.

Everything is in temporary tables of one session: the login needs no right but TEMPORARY, and
nothing is left behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seroclear.engine import Engine
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis import Schema

TYPES = {
    "string": 'text COLLATE "C"',  # compared by its bytes, whatever the database's language
    "date": "date",
    "float64": "double precision",
    "boolean": "boolean",
    "int64": "bigint",
    "int32": "bigint",
    "int16": "bigint",
    "int8": "bigint",
}


class Postgres(Engine):
    """A session on a PostgreSQL database.

    Args:
        database: its address, such as postgresql://user@host/database. It may hold a password, so
            it is never shown.

    Raises:
        SeroclearError: psycopg is missing, or the database cannot be reached.
    """

    def __init__(self, database: str) -> None:
        try:
            import ibis
            import psycopg

            from seroclear.engines.sql import ForPostgres
        except ImportError:
            raise SeroclearError(
                "--engine postgres needs psycopg: pip install 'seroclear[postgres]'."
            ) from None
        super().__init__()
        try:
            self.session: Any = psycopg.connect(database, autocommit=True)
        except psycopg.Error:  # its words may quote the address, and with it the password
            raise SeroclearError(
                "the PostgreSQL database cannot be reached or refuses the login; try its address "
                "with psql."
            ) from None
        self.session.execute("SET DateStyle = ISO")
        self.con: Any = ibis.postgres.from_connection(self.session)
        self.con.compiler = ForPostgres()
        self.name = f"PostgreSQL {self.con.version}"
        self._read: dict[tuple[object, ...], ir.Table] = {}

    def read_parquet(self, *files: Path) -> ir.Table:
        """See Engine. A file is copied into the database once."""
        import ibis
        import pyarrow.parquet as pq

        found = sorted(one for file in files for one in file.parent.glob(file.name))
        key = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in found)
        if key not in self._read:
            schema = ibis.Schema.from_pyarrow(pq.read_schema(found[0]))
            name = self._create(schema)
            for file in found:
                self._copy_in(file, name, schema)
            self._read[key] = self._made(name)
        return self._read[key]

    def keep(self, expression: ir.Table) -> ir.Table:
        """See Engine."""
        name = self._create(expression.schema())
        self.con._run_pre_execute_hooks(expression)  # makes its tables that are in memory
        self.session.execute(f'INSERT INTO "{name}" {self.con.compile(expression)}')
        return self._made(name)

    def write(self, expression: ir.Table, file: Path) -> None:
        """See Engine."""
        import pyarrow.parquet as pq

        ordered = expression.order_by([expression[name] for name in expression.columns])
        with (
            self._copied_out(ordered) as batches,
            pq.ParquetWriter(file, ordered.schema().to_pyarrow(), compression="zstd") as writer,
        ):
            for batch in batches:
                writer.write_batch(batch)

    def fetch(self, expression: ir.Table) -> Any:
        """See Engine."""
        import pyarrow as pa

        with self._copied_out(expression) as batches:
            return pa.Table.from_batches(batches, expression.schema().to_pyarrow())

    def close(self) -> None:
        """See Engine."""
        self.session.close()

    def _create(self, schema: Schema) -> str:
        name = self._name()
        columns = ", ".join(f'"{column}" {TYPES[str(kind)]}' for column, kind in schema.items())
        self.session.execute(f'CREATE TEMPORARY TABLE "{name}" ({columns})')
        return name

    def _made(self, name: str) -> ir.Table:
        """Without being told how large its tables are, PostgreSQL joins them row by row."""
        self.session.execute(f'ANALYZE "{name}"')
        return self.con.table(name)

    def _copy_in(self, file: Path, name: str, schema: Schema) -> None:
        import pyarrow.csv as csv
        import pyarrow.parquet as pq

        # An unquoted nothing is null, "" is a text without characters.
        options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
        with self.session.cursor().copy(f'COPY "{name}" FROM STDIN (FORMAT csv)') as copy:
            for batch in pq.ParquetFile(file).iter_batches(columns=list(schema)):
                csv.write_csv(batch, _Writer(copy), options)

    @contextmanager
    def _copied_out(self, expression: ir.Table) -> Iterator[Iterator[Any]]:
        """The rows as record batches with the types of the expression."""
        import pyarrow as pa
        import pyarrow.csv as csv

        self.con._run_pre_execute_hooks(expression)
        query = f"COPY ({self.con.compile(expression)}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        schema = expression.schema().to_pyarrow()
        with tempfile.TemporaryFile(prefix="seroclear-") as file:
            with self.session.cursor().copy(query) as copy:
                for chunk in copy:
                    file.write(chunk)
            if not file.tell():
                yield iter(())
                return
            file.seek(0)
            reader = csv.open_csv(
                pa.PythonFile(file, mode="r"),
                read_options=csv.ReadOptions(column_names=schema.names),
                parse_options=csv.ParseOptions(newlines_in_values=True),
                convert_options=csv.ConvertOptions(
                    column_types=schema,
                    null_values=[""],
                    true_values=["t"],
                    false_values=["f"],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
            yield (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in reader)


class _Writer:
    """The COPY of psycopg as a file that pyarrow can write to."""

    def __init__(self, copy: Any) -> None:
        self._copy = copy
        self.closed = False

    def write(self, data: bytes) -> int:
        self._copy.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass
