"""An engine that computes nothing: it writes down the SQL that DuckDB runs later, without Ibis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import ibis
import ibis.expr.operations as ops

from seroclear.engine import KINDS, Engine
from seroclear.engines.duckdb import query, statements, temporary
from seroclear.records.tables import STORE_TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store

PREFIX = "their_"  # of the temporary tables that hold the store's rows when the script runs


class Script(Engine):
    """A script over tables of a store (columns of STORE_TABLES) that are there when it runs.

    Attributes:
        lines: SQL statements in the order in which they run.
    """

    def __init__(self) -> None:
        super().__init__()
        self.name = "script"
        self.con: Any = ibis.duckdb.connect()  # for its dialect; nothing runs there
        self.lines: list[str] = []

    def store_table(self, store: Store, table: str) -> ir.Table:
        """See Engine."""
        schema = {name: KINDS[kind] for name, kind in STORE_TABLES[table].items()}
        return temporary(self.con, PREFIX + table, ibis.schema(schema))

    def results(self, store: Store, *tests: str) -> ir.Table:
        """See Engine."""
        every = self.store_table(store, "result")
        return every.filter(every.test.isin(tests))

    def keep(self, expression: ir.Table) -> ir.Table:
        """See Engine."""
        return self.keep_as(self._name(), expression)

    def keep_as(self, name: str, expression: ir.Table) -> ir.Table:
        """The same under a name, for whoever runs the script."""
        made, filled = statements(self.con, name, expression, query(self.con, expression))
        self.lines.append(made)
        if not isinstance(expression.op(), ops.InMemoryTable):  # those of a course are empty
            self.lines.append(filled)
        return temporary(self.con, name, expression.schema())

    def read_parquet(self, *files: Path) -> NoReturn:
        """A script reads no files."""
        raise NotImplementedError

    def write(self, expression: ir.Table, file: Path) -> NoReturn:
        """A script writes no files."""
        raise NotImplementedError

    def fetch(self, expression: ir.Table) -> NoReturn:
        """A script knows no rows."""
        raise NotImplementedError

    def close(self) -> None:
        """See Engine."""
        self.con.disconnect()
