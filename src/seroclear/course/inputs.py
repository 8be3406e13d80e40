"""What every topic of the course reads: the records, and what was derived from them before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Self

import ibis

from seroclear.course.consolidation import consolidations
from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.dna import dna_tests
from seroclear.course.na_treatment import na_treatments, under_treatment
from seroclear.course.records import Records

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Topic, name and rows of a step on the way to its rows: see Inputs.step.
Step = Callable[[str, str, Callable[[], "ir.Table"]], "ir.Table"]


def laboratory(marker: str) -> str:
    """The topic of a laboratory marker's findings."""
    return f"laboratory_{marker}"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the course.

    Attributes:
        name: the name of its files in a course.
        derive: makes its rows.
        reads: laboratory markers whose findings it reads.
        after: other topics whose rows it reads.
        sections: of the definition that it reads, besides those of the topics before it.
        events: the events that it makes.
        markers: the markers whose findings it makes.
        states: what its states are of.
        of_relatives: whether a patient's rows hang on another patient's, the mother's or child's.
    """

    name: str
    derive: Callable[[Inputs], Derived]
    reads: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    of_relatives: bool = False

    @property
    def before(self) -> tuple[str, ...]:
        """Every topic whose rows it reads."""
        return (*map(laboratory, self.reads), *self.after)


class Inputs:
    """The records and the rows of the topics before, each computed when it is first asked for.

    A topic can read only what it declares, so that a preset which leaves that alone can share what
    another has derived.

    Args:
        records: of everybody, or of some patients.
        definition: the whole definition.
        before: the rows of a topic, by its name and kind.
        step: what `step` does.
    """

    def __init__(
        self,
        records: Records,
        definition: Definition,
        before: Callable[[str, str], ir.Table],
        step: Step,
    ) -> None:
        self.engine = records.engine
        self.records = records
        self._definition = definition
        self._before = cache(before)  # the same table each time: Ibis joins no two readings of it
        self._found: dict[str, ir.Table] = {}  # by the topic that reads them
        self._step = step
        self._now: Topic | None = None
        self.rules = definition  # what the topic may read of it

    @contextmanager
    def reading(self, topic: Topic, sections: Collection[str]) -> Iterator[Self]:
        """Meanwhile this topic reads, and of the definition these sections."""
        outer = self._now, self.rules  # a topic that asked for this one's rows
        self._now, self.rules = topic, self._definition.only(sections)
        try:
            yield self
        finally:
            self._now, self.rules = outer

    def rows(self, topic: str, kind: str) -> ir.Table:
        """Rows of a topic that came before.

        Args:
            topic: its name, which the reading topic must declare.
            kind: finding, regimen, event or state.
        """
        assert self._now is not None
        if topic not in self._now.before:
            raise KeyError(f"topic {self._now.name!r} reads {topic!r} and does not declare it")
        return self._before(topic, kind)

    def events(self, topic: str, *names: str) -> ir.Table:
        """Events of a topic that came before; of these names only, if any are given."""
        table = self.rows(topic, "event")
        return table.filter(table.event.isin(names)) if names else table

    def step(self, topic: str, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """A step on the way that hangs on what one topic hangs on, computed once.

        Args:
            topic: the topic.
            name: of the step, among those of the topic; it names every other rule that is used.
            make: its rows, not yet computed.
        """
        return self._step(topic, name, make)

    @property
    def found(self) -> ir.Table:
        """Findings of the laboratory's markers that the topic reads."""
        assert self._now is not None
        if self._now.name not in self._found:
            tables = [self.rows(laboratory(name), "finding") for name in self._now.reads]
            self._found[self._now.name] = ibis.union(*tables)
        return self._found[self._now.name]

    @property
    def regimen(self) -> ir.Table:
        """Treatment lines."""
        return self.rows("treatment", "regimen")

    @cached_property
    def patient(self) -> ir.Table:
        """Table patient of the store."""
        return self.records.table("patient")

    @cached_property
    def condition(self) -> ir.Table:
        """Table condition of the store."""
        return self.records.table("condition")

    @cached_property
    def procedure(self) -> ir.Table:
        """Table procedure of the store."""
        return self.records.table("procedure")

    @cached_property
    def exposure(self) -> ir.Table:
        """Table exposure of the store."""
        return self.records.table("exposure")

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
