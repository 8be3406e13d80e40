"""What every topic of the course reads: the records, and what was derived from them before."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from seroclear.course.coinfection import coinfections
from seroclear.course.consolidation import consolidations
from seroclear.course.definition import Definition
from seroclear.course.derived import Derived, empty
from seroclear.course.dna import dna_tests
from seroclear.course.na_treatment import na_treatments, under_treatment
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.records.store import Store


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the course.

    Attributes:
        name: the name of its files in a course.
        derive: makes its rows.
        after: topics whose rows it reads.
        sections: of the definition that it reads, besides those of the topics in `after`.
    """

    name: str
    derive: Callable[[Inputs], Derived]
    after: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


class Inputs:
    """The records and the rows of the topics before, each computed when it is first asked for.

    A topic can read only what it declares, so that a preset which leaves that alone can share what
    another has derived.

    Args:
        engine: where to compute.
        store: the records.
        definition: the whole definition.
    """

    def __init__(self, engine: Engine, store: Store, definition: Definition) -> None:
        self.engine = engine
        self.store = store
        self._definition = definition
        self._done: dict[str, dict[str, ir.Table]] = {}  # topic -> kind of row -> rows
        self._now: Topic | None = None
        self.rules = definition  # what the topic may read of it

    def begin(self, topic: Topic, sections: Collection[str]) -> None:
        """From here on, this topic reads, and of the definition these sections."""
        self._now = topic
        self.rules = self._definition.only(sections)

    def finish(self, tables: dict[str, ir.Table]) -> None:
        """The rows of the topic that has been reading, for those to come."""
        assert self._now is not None
        self._done[self._now.name] = tables

    def rows(self, topic: str, kind: str) -> ir.Table:
        """Rows of a topic that came before.

        Args:
            topic: its name, which the reading topic must declare.
            kind: finding, regimen, event or state.
        """
        assert self._now is not None
        if topic not in self._now.after:
            raise KeyError(f"topic {self._now.name!r} reads {topic!r} and does not declare it")
        return self._done[topic].get(kind, empty(kind))

    def events(self, topic: str, *names: str) -> ir.Table:
        """Events of a topic that came before; of these names only, if any are given."""
        table = self.rows(topic, "event")
        return table.filter(table.event.isin(names)) if names else table

    @property
    def found(self) -> ir.Table:
        """Findings of the laboratory's markers."""
        return self.rows("laboratory", "finding")

    @property
    def regimen(self) -> ir.Table:
        """Treatment lines."""
        return self.rows("treatment", "regimen")

    @cached_property
    def patient(self) -> ir.Table:
        """Table patient of the store."""
        return self.engine.store_table(self.store, "patient")

    @cached_property
    def condition(self) -> ir.Table:
        """Table condition of the store."""
        return self.engine.store_table(self.store, "condition")

    @cached_property
    def procedure(self) -> ir.Table:
        """Table procedure of the store."""
        return self.engine.store_table(self.store, "procedure")

    @cached_property
    def exposure(self) -> ir.Table:
        """Table exposure of the store."""
        return self.engine.store_table(self.store, "exposure")

    @cached_property
    def coinfected(self) -> dict[str, ir.Table]:
        """Events hcv, hdv and hiv."""
        tables = coinfections(self.found, self.condition)
        return {name: self.engine.keep(table) for name, table in tables.items()}

    @cached_property
    def treatments(self) -> ir.Table:
        """Continuous treatments with a nucleos(t)ide analogue."""
        return self.engine.keep(na_treatments(self.regimen, self.rules))

    @cached_property
    def dna(self) -> ir.Table:
        """HBV DNA with its bounds."""
        return self.engine.keep(dna_tests(self.found, self.rules))

    @cached_property
    def treated_dna(self) -> ir.Table:
        """HBV DNA on treatments and after those that were stopped."""
        return self.engine.keep(under_treatment(self.dna, self.treatments))

    @cached_property
    def consolidations(self) -> ir.Table:
        """Stretches of consolidation on NA treatments."""
        return self.engine.keep(
            consolidations(self.engine, self.found, self.treatments, self.rules)
        )
