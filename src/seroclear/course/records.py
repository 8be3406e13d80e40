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
        """One table of the store (not `result`)."""
        return self._theirs((name,), self.engine.store_table(self.store, name))

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
