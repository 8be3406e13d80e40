"""DuckDB: the embedded engine, in this process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seroclear.engine import Engine
from seroclear.engines.compiled import Compiled
from seroclear.errors import SeroclearError
from seroclear.records.tabular import literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection


class DuckDB(Engine):
    """A DuckDB session.

    Args:
        memory_limit: such as '3GB'; more data than that goes through the disk, in a private folder
            below TMPDIR.
        threads: DuckDB threads, None for as many as there are cores.

    Raises:
        SeroclearError: `memory_limit` is no amount of memory.
    """

    def __init__(self, memory_limit: str = "3GB", threads: int | None = None) -> None:
        import duckdb
        import ibis

        super().__init__()
        self.name = f"DuckDB {duckdb.__version__}"
        self.con: Any = ibis.duckdb.connect()
        self._compiled = Compiled(partial(query, self.con))
        self.con.raw_sql("SET enable_progress_bar = false")
        # DuckDB's own place would be '.tmp' in the current folder, readable for everybody.
        self._spill = tempfile.TemporaryDirectory(prefix="seroclear-")
        set_limits(self.con.con, memory_limit, Path(self._spill.name))
        if threads is not None:
            self.con.raw_sql(f"SET threads = {threads}")

    def read_parquet(self, *files: Path) -> ir.Table:
        """See Engine."""
        return self.con.read_parquet([str(file) for file in files])

    def keep(self, expression: ir.Table) -> ir.Table:
        """See Engine."""
        self.con._run_pre_execute_hooks(expression)  # makes its tables that are in memory
        name = self._name()
        for statement in statements(self.con, name, expression, self._compiled.sql(expression)):
            self.con.raw_sql(statement)
        return temporary(self.con, name, expression.schema())

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """See Engine."""
        before = self._names
        yield
        for number in range(before + 1, self._names + 1):
            self.con.raw_sql(f"DROP TABLE IF EXISTS step_{number}")

    def write(self, expression: ir.Table, file: Path) -> None:
        """See Engine."""
        ordered = expression.order_by([expression[name] for name in expression.columns])
        self.con.to_parquet(ordered, str(file), compression="zstd")

    def fetch(self, expression: ir.Table) -> Any:
        """See Engine."""
        return self.con.to_pyarrow(expression)

    def close(self) -> None:
        """See Engine."""
        self.con.disconnect()
        self._spill.cleanup()


def query(con: Any, expression: ir.Table) -> str:
    """The SQL of an expression."""
    text: str = con.compiler.to_sqlglot(expression).sql(con.dialect, copy=False)
    return text


def statements(con: Any, name: str, expression: ir.Table, sql: str) -> tuple[str, str]:
    """SQL that makes a temporary table, and that fills it with what `sql` asks.

    Ibis' own `create_table` does the same with four more queries.
    """
    created = _columns(expression.schema(), con.dialect)
    return f"CREATE TEMPORARY TABLE {name} ({created})", f"INSERT INTO {name} {sql}"


@cache
def _columns(schema: Any, dialect: Any) -> str:
    return ", ".join(column.sql(dialect) for column in schema.to_sqlglot_column_defs(dialect))


def temporary(con: Any, name: str, schema: Any) -> ir.Table:
    """A temporary table by its name and its Ibis schema."""
    import ibis.expr.operations as ops

    place = ops.Namespace(catalog="temp", database="main")
    return ops.DatabaseTable(name, schema=schema, source=con, namespace=place).to_expr()


def set_limits(con: DuckDBPyConnection, memory_limit: str, spill: Path) -> None:
    """How much memory a DuckDB session may take, and where the rest goes.

    Raises:
        SeroclearError: `memory_limit` is no amount of memory.
    """
    import duckdb

    try:
        con.execute(f"SET memory_limit = {literal(memory_limit)}")
    except duckdb.Error:
        raise SeroclearError(
            f"--memory {memory_limit!r} is no amount of memory; write it like 3GB or 500MB."
        ) from None
    con.execute(f"SET temp_directory = {literal(str(spill))}")
