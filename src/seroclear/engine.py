"""Where queries run. Courses and studies are Ibis expressions; DuckDB is the embedded default."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seroclear.errors import SeroclearError
from seroclear.records.tabular import literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

    from seroclear.records.store import Store


class Engine:
    """A DuckDB session that a course or a study computes in.

    Args:
        memory_limit: such as '3GB'; more data than that goes through the disk, in a private folder
            below TMPDIR.
        threads: DuckDB threads, None for as many as there are cores.

    Raises:
        SeroclearError: `memory_limit` is no amount of memory.
    """

    def __init__(self, memory_limit: str = "3GB", threads: int | None = None) -> None:
        import ibis

        self.con: Any = ibis.duckdb.connect()
        self.con.raw_sql("SET enable_progress_bar = false")
        # DuckDB's own place would be '.tmp' in the current folder, readable for everybody.
        self._spill = tempfile.TemporaryDirectory(prefix="seroclear-")
        set_limits(self.con.con, memory_limit, Path(self._spill.name))
        if threads is not None:
            self.con.raw_sql(f"SET threads = {threads}")
        self._names = 0

    def store_table(self, store: Store, table: str) -> ir.Table:
        """One table of a store (not `result`: ask `results` for the tests you need)."""
        return self.con.read_parquet(store.parquet(table))

    def results(self, store: Store, *tests: str) -> ir.Table:
        """Results of some tests; an empty table of the right shape when the store has none."""
        import ibis

        from seroclear.records.tables import RESULT

        files = [str(file) for test in tests if (file := store.result_file(test))]
        if files:
            return self.con.read_parquet(files)
        kinds = {"VARCHAR": "string", "DATE": "date", "DOUBLE": "float64"}
        schema = ibis.schema({name: kinds[kind] for name, kind in RESULT.items()})
        return self.con.create_table(self._name(), schema=schema, temp=True)

    def keep(self, expression: ir.Table) -> ir.Table:
        """Computes a table once, for several later uses."""
        return self.con.create_table(self._name(), expression, temp=True)

    def write(self, expression: ir.Table, file: Path) -> None:
        """Writes a table to one Parquet file, in the order of its own columns."""
        ordered = expression.order_by([expression[name] for name in expression.columns])
        self.con.to_parquet(ordered, str(file), compression="zstd")

    def _name(self) -> str:
        self._names += 1
        return f"step_{self._names}"


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


def days_after(day: ir.DateValue, days: int) -> ir.DateValue:
    """The date `days` days later (earlier when negative)."""
    import ibis

    # Adding to a date makes a timestamp on some engines, so the way back is always said.
    moment = day.cast("timestamp")
    moved = moment + ibis.interval(days=days) if days >= 0 else moment - ibis.interval(days=-days)
    return moved.cast("date")


def days_between(earlier: ir.DateValue, later: ir.DateValue) -> ir.IntegerValue:
    """Days from `earlier` to `later`."""
    return later.delta(earlier, unit="day")
