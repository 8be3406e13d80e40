"""Where queries run. Courses and studies are Ibis expressions that every engine computes alike.

The engines are in `seroclear.engines`: DuckDB, the embedded default, Apache Spark and PostgreSQL.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store

KINDS = {  # types of the store's columns
    "VARCHAR": "string",
    "DATE": "date",
    "DOUBLE": "float64",
    "BOOLEAN": "boolean",
    "BIGINT": "int64",
}


class Engine(ABC):
    """A session that a course or a study computes in.

    Every engine compares and sorts text by its bytes, so that ties are broken alike.

    Attributes:
        name: what runs the queries, with its version.
    """

    name: str

    def __init__(self) -> None:
        self._names = 0

    def store_table(self, store: Store, table: str) -> ir.Table:
        """One table of a store (not `result`: ask `results` for the tests you need)."""
        return self.read_parquet(Path(store.parquet(table)))

    def results(self, store: Store, *tests: str) -> ir.Table:
        """Results of some tests; an empty table of the right shape when the store has none."""
        import ibis

        from seroclear.records.tables import RESULT

        files = [file for test in tests if (file := store.result_file(test))]
        if files:
            return self.read_parquet(*files)
        return ibis.memtable(
            [], schema=ibis.schema({name: KINDS[kind] for name, kind in RESULT.items()})
        )

    @abstractmethod
    def read_parquet(self, *files: Path) -> ir.Table:
        """Parquet files with the same columns as one table."""

    @abstractmethod
    def keep(self, expression: ir.Table) -> ir.Table:
        """Computes a table once, for several later uses."""

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """What is kept meanwhile is not used afterwards: an engine with it in memory drops it."""
        yield

    @abstractmethod
    def write(self, expression: ir.Table, file: Path) -> None:
        """Writes a table to one Parquet file, in the order of its own columns."""

    @abstractmethod
    def fetch(self, expression: ir.Table) -> Any:
        """The rows of a table as a pyarrow Table."""

    @abstractmethod
    def close(self) -> None:
        """Ends the session; its tables are gone."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _name(self) -> str:
        self._names += 1
        return f"step_{self._names}"


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
