"""The records that courses are derived from: a store's tables, of everybody or of some patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store

RESULT = (  # the columns of results that a course hangs on
    "patient_id",
    "taken_at",
    "value",
    "value_high",
    "comparator",
    "unit",
    "status",
    "detection",
    "lower_limit",
    "reference_high",
    "source_row",
)
# What other tables tell of a row as its source wrote it: no rule reads it.
AS_WRITTEN = frozenset({"dose", "dose_unit", "route", "code", "code_system", "raw_name"})


class Records:
    """A store's tables in an engine.

    Args:
        engine: where to compute.
        store: the records.
        people: patient_id of those whose rows are read; None: everybody's.
    """

    def __init__(self, engine: Engine, store: Store, people: ir.Table | None = None) -> None:
        self.engine = engine
        self.store = store
        self.people = people
        self._chosen: dict[tuple[str, ...], ir.Table] = {}

    def table(self, name: str) -> ir.Table:
        """One table of the store (not `result`), without what is AS_WRITTEN."""
        table = self.engine.store_table(self.store, name)
        read = [column for column in table.columns if column not in AS_WRITTEN]
        return self._theirs((name,), table.select(*read))

    def of_everybody(self) -> Records:
        """The records of everybody."""
        return Records(self.engine, self.store)

    def among(self, people: ir.Table) -> Records:
        """The records of some of these patients only.

        Args:
            people: patient_id of those whose rows are wanted.
        """
        return Records(self.engine, self.store, people)

    def results(self, *tests: str) -> ir.Table:
        """Results of some tests (columns: RESULT)."""
        return self._theirs(tests, self.engine.results(self.store, *tests).select(*RESULT))

    def _theirs(self, name: tuple[str, ...], table: ir.Table) -> ir.Table:
        if self.people is None:
            return table
        if name not in self._chosen:  # few rows, that several topics read
            chosen = table.semi_join(self.people, "patient_id")
            self._chosen[name] = self.engine.keep(chosen)
        return self._chosen[name]
