"""The records that courses are derived from: a store's tables, of everybody or of some patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store


@dataclass(frozen=True, slots=True)
class Records:
    """A store's tables in an engine.

    Attributes:
        engine: where to compute.
        store: the records.
        people: patient_id of those whose rows are read; None: everybody's.
    """

    engine: Engine
    store: Store
    people: ir.Table | None = None

    def table(self, name: str) -> ir.Table:
        """One table of the store (not `result`)."""
        return self._theirs(self.engine.store_table(self.store, name))

    def results(self, *tests: str) -> ir.Table:
        """Results of some tests."""
        return self._theirs(self.engine.results(self.store, *tests))

    def _theirs(self, table: ir.Table) -> ir.Table:
        return table if self.people is None else table.semi_join(self.people, "patient_id")
