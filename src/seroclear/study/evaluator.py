"""From words to values: evaluates a study's nodes for every patient, as Ibis expressions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, singledispatch
from typing import TYPE_CHECKING, Any

import ibis

from seroclear.course.course import Course, courses_on_disk
from seroclear.course.derivation import Derivation
from seroclear.course.first import first_rows
from seroclear.course.measurement import measurements
from seroclear.course.records import Records
from seroclear.course.topics import OF_EVENT, OF_MARKER, OF_STATE
from seroclear.engine import Engine, days_between
from seroclear.study import nodes as n
from seroclear.study.checks import numeric_tests

if TYPE_CHECKING:
    import ibis.expr.types as ir

_OF_MOTHERS = "mothers"  # among topics: what was asked of them
LOWEST_IS_WORST = ("platelets", "albumin", "phosphate", "sodium")


def course_rows(engine: Engine, course: Course, before: Derivation | None = None) -> Derivation:
    """The rows of a course, from disk where they are, otherwise derived when asked for.

    Args:
        engine: where to compute.
        course: the courses.
        before: the rows of a course under another definition, to share what is the same.
    """
    known = courses_on_disk(course.store)
    if course.is_current():  # of a definition that is no preset, or known already
        known.insert(0, course)
    return Derivation(Records(engine, course.store), course.definition, before, known)


class Evaluator:
    """Values of nodes over one course. Each is a table (patient_id, value) with one row a patient
    who has a value; a patient without a row is unknown. For one study: its criteria narrow whom it
    is asked about.

    Args:
        engine: where to compute.
        course: the courses.
        rows: their rows, otherwise those on disk or, where there are none, derived in the session.
        of_mothers: speak of each child's mother, under the child's patient_id.
        before: an evaluator over the derivation before `rows`; what it found under the same rules
            is used.
    """

    def __init__(
        self,
        engine: Engine,
        course: Course,
        rows: Derivation | None = None,
        of_mothers: Evaluator | None = None,
        before: Evaluator | None = None,
    ) -> None:
        self.engine = engine
        self.course = course
        self.children = of_mothers
        self.rows = rows or course_rows(engine, course)
        patient = self.rows.records.table("patient")
        self.everybody: ir.Table = before.everybody if before else patient
        self.patient = self._whose(self.everybody)
        self.judged: dict[Any, Any] = before.judged if before else {}  # see flowchart.py
        self._before = before
        self._known: dict[n.Node, ir.Table] = {}
        self._when: dict[n.Node, int] = {}  # how often it had been narrowed then
        self._topics: dict[n.Node, set[str]] = {}  # the topics that a value hangs on
        self._asked: set[str] = set()  # those that were asked since the node in hand
        self._read: dict[str, ir.Table] = {}  # Ibis joins no two readings of one table

    def value(self, node: n.Node) -> ir.Table:
        """The values of a node, computed once."""
        if node not in self._known and not self._take(node):
            self._find(node)
        self._asked |= self._topics[node]
        return self._known[node]

    def _find(self, node: n.Node) -> None:
        outer, self._asked = self._asked, set()
        found = answer(node, self).select("patient_id", "value")
        self._known[node] = self.engine.keep(found.filter(found.value.notnull()))
        self._topics[node], self._asked = self._asked, outer
        self._when[node] = self.rows.narrowed

    def _take(self, node: n.Node) -> bool:
        """Takes over what was found before of all these people; not what was asked of mothers."""
        found = self._before
        if found is None or node not in found._known or found._when[node] > self.rows.among:
            return False
        topics = found._topics[node]
        if _OF_MOTHERS in topics or not self.rows.agrees(topics):
            return False
        self._known[node], self._topics[node] = found._known[node], topics
        self._when[node] = self.rows.narrowed
        return True

    def _course(self, topic: str, kind: str) -> ir.Table:
        self._asked.add(topic)
        return self.rows.rows(topic, kind)

    @property
    def mothers(self) -> Evaluator:
        """The same words, spoken of the mothers. They need not be among those who are left."""
        self._asked.add(_OF_MOTHERS)
        return self._mothers

    @cached_property
    def _mothers(self) -> Evaluator:
        everybody = course_rows(self.engine, self.course, self.rows)
        return Evaluator(self.engine, self.course, everybody, of_mothers=self)

    def narrow(self, people: ir.Table) -> None:
        """From here on, only values of these people (patient_id) are asked for."""
        kept = self.engine.keep(people)
        self.rows.narrow(kept)
        self._read.clear()
        self.patient = self.engine.keep(self.patient.semi_join(kept, "patient_id"))

    @property
    def exposure(self) -> ir.Table:
        return self._once("exposure", self._stored)

    @property
    def condition(self) -> ir.Table:
        return self._once("condition", self._stored)

    @property
    def mutation(self) -> ir.Table:
        return self._once("mutation", self._stored)

    @property
    def regimen(self) -> ir.Table:
        self._asked.add("treatment")
        return self._once("regimen", lambda kind: self._whose(self.rows.rows("treatment", kind)))

    def _once(self, table: str, read: Callable[[str], ir.Table]) -> ir.Table:
        if table not in self._read:
            self._read[table] = read(table)
        return self._read[table]

    def events(self, *names: str) -> ir.Table:
        """Events of these names."""
        topics = dict.fromkeys(OF_EVENT[name] for name in names)
        events = ibis.union(*[self._course(topic, "event") for topic in topics])
        return self._whose(events.filter(events.event.isin(names)))

    def findings(self, marker: str) -> ir.Table:
        """Findings of a marker."""
        found = self._course(OF_MARKER[marker], "finding")
        return self._whose(found.filter(found.marker == marker))

    def ever_found(self, marker: str, status: str) -> ir.Table:
        """Those with a finding of a status, once or more often (patient_id)."""
        self._asked.add(OF_MARKER[marker])
        return self._whose(self.rows.ever_found(marker, status))

    def states(self, marker: str) -> ir.Table:
        """States of a marker."""
        states = self._course(OF_STATE[marker], "state")
        return self._whose(states.filter(states.marker == marker))

    def _stored(self, table: str) -> ir.Table:
        return self._whose(self.rows.records.table(table))

    def _whose(self, rows: ir.Table) -> ir.Table:
        """The rows; of mothers under the patient_id of each of their children."""
        if self.children is None:
            return rows
        child = self.children.patient
        linked = child.filter(child.mother_id.notnull()).select(
            child_id="patient_id", linked_mother="mother_id"
        )
        joined = rows.join(linked, rows.patient_id == linked.linked_mother)
        return joined.drop("patient_id", "linked_mother").rename(patient_id="child_id")

    def decisive(self, marker: str) -> ir.Table:
        """Findings of a marker that tell something."""
        found = self.findings(marker)
        return found.filter(found.status != "indeterminate")

    def numbers(self, name: str) -> ir.Table:
        """What a marker or test showed as a number: patient_id, date, value, comparator, status,
        threshold (null for a test that is no marker)."""
        columns = ("patient_id", "date", "value", "comparator", "status", "threshold")
        if name not in numeric_tests():
            return self.findings(name).select(*columns)
        worst = "lowest" if name in LOWEST_IS_WORST else "highest"
        exact = measurements(self.rows.records, name, worst)  # type: ignore[arg-type]
        return self._whose(exact).mutate(
            comparator=ibis.literal("="),
            status=ibis.null("string"),
            threshold=ibis.null("float64"),
        )[list(columns)]

    def between(self, table: ir.Table, after: n.Node | None, before: n.Node | None) -> ir.Table:
        """Rows strictly after and on or before a patient's own days."""
        if after is not None:
            table = table.join(self.day(after, "after_day"), "patient_id")
            table = table.filter(table.date > table.after_day)
        if before is not None:
            table = table.join(self.day(before, "before_day"), "patient_id")
            table = table.filter(table.date <= table.before_day)
        return table

    def placed(self, table: ir.Table, day: n.Node, within: int, where: str) -> ir.Table:
        """Of each patient the row that is nearest to a day: the last one on or before it, or with
        `where` = 'near' the nearest on either side, the earlier of two."""
        near = table.join(self.day(day, "wanted"), "patient_id")
        off = days_between(near.wanted, near.date)
        near = near.filter(off.abs() <= within)
        if where == "before":
            near = near.filter(near.date <= near.wanted)
        return first_rows(
            near, "patient_id", [days_between(near.wanted, near.date).abs(), near.date]
        )

    def day(self, node: n.Node, name: str) -> ir.Table:
        """Values of a date under a name of their own."""
        days = self.value(node)
        return days.select("patient_id", **{name: days.value})

    def flag(self, true_for: ir.Table) -> ir.Table:
        """True for the patients of a table, false for all others."""
        named = true_for.select("patient_id").distinct().mutate(yes=True)
        joined = self.patient.select("patient_id").left_join(named, "patient_id")
        return joined.select("patient_id", value=joined.yes.fill_null(False))

    def side_by_side(self, *nodes: n.Node) -> ir.Table:
        """Everybody with the values of some nodes as columns v0, v1 ..., null where unknown."""
        wide = self.patient.select("patient_id")
        for number, node in enumerate(nodes):
            found = self.value(node)
            named = found.select("patient_id", **{f"v{number}": found.value})
            wide = wide.left_join(named, "patient_id").drop("patient_id_right")
        return wide


@singledispatch
def answer(node: n.Node, ask: Evaluator) -> ir.Table:
    """patient_id and value of a node, asked of an evaluator."""
    raise NotImplementedError(type(node).__name__)
