"""From words to values: evaluates a study's nodes for every patient, as Ibis expressions."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import TYPE_CHECKING

import ibis

from seroclear.course.course import Course, courses_on_disk
from seroclear.course.derivation import Derivation
from seroclear.course.records import Records
from seroclear.course.topics import OF_EVENT, OF_MARKER
from seroclear.engine import Engine, days_after, days_between
from seroclear.study import nodes as n

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_A_YEAR = 365.25


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
    who has a value; a patient without a row is unknown.

    Args:
        engine: where to compute.
        course: the courses to ask.
        rows: their rows, otherwise those on disk or, where there are none, derived in the session.
    """

    def __init__(self, engine: Engine, course: Course, rows: Derivation | None = None) -> None:
        self.engine = engine
        self.patient = engine.store_table(course.store, "patient")
        self.exposure = engine.store_table(course.store, "exposure")
        self.rows = rows or course_rows(engine, course)
        self._known: dict[n.Node, ir.Table] = {}

    def narrow(self, people: ir.Table) -> None:
        """From here on, only values of these people (patient_id) are asked for."""
        kept = self.engine.keep(people)
        self.rows.narrow(kept)
        self.patient = self.engine.keep(self.patient.semi_join(kept, "patient_id"))

    def events(self, *names: str) -> ir.Table:
        """Events of these names."""
        topics = dict.fromkeys(OF_EVENT[name] for name in names)
        events = ibis.union(*[self.rows.rows(topic, "event") for topic in topics])
        return events.filter(events.event.isin(names))

    def findings(self, marker: str) -> ir.Table:
        """Findings of a marker."""
        found = self.rows.rows(OF_MARKER[marker], "finding")
        return found.filter(found.marker == marker)

    @property
    def regimen(self) -> ir.Table:
        """Treatment lines."""
        return self.rows.rows("treatment", "regimen")

    def value(self, node: n.Node) -> ir.Table:
        """The values of a node, computed once."""
        if node not in self._known:
            self._known[node] = self.engine.keep(self._value(node).select("patient_id", "value"))
        return self._known[node]

    @singledispatchmethod
    def _value(self, node: n.Node) -> ir.Table:
        raise NotImplementedError(type(node).__name__)

    def _between(self, table: ir.Table, after: n.Node | None, before: n.Node | None) -> ir.Table:
        """Rows strictly after and on or before a patient's own days."""
        if after is not None:
            table = table.join(self._day(after, "after_day"), "patient_id")
            table = table.filter(table.date > table.after_day)
        if before is not None:
            table = table.join(self._day(before, "before_day"), "patient_id")
            table = table.filter(table.date <= table.before_day)
        return table

    def _day(self, node: n.Node, name: str) -> ir.Table:
        days = self.value(node)
        return days.select("patient_id", **{name: days.value})

    def _flag(self, true_for: ir.Table) -> ir.Table:
        """True for the patients of a table, false for all others."""
        named = true_for.select("patient_id").distinct().mutate(yes=True)
        joined = self.patient.select("patient_id").left_join(named, "patient_id")
        return joined.select("patient_id", value=joined.yes.fill_null(False))

    def decisive(self, marker: str) -> ir.Table:
        """Findings of a marker that tell something."""
        found = self.findings(marker)
        return found.filter(found.status != "indeterminate")

    @_value.register(n.EventDate)
    def _event_date(self, node: n.EventDate) -> ir.Table:
        events = self._between(self.events(node.event), node.after, node.before)
        day = events.date.min() if node.which == "first" else events.date.max()
        return events.group_by("patient_id").agg(value=day)

    @_value.register(n.Ever)
    def _ever(self, node: n.Ever) -> ir.Table:
        return self._flag(self._between(self.events(*node.events), node.after, node.before))

    @_value.register(n.EverFound)
    def _ever_found(self, node: n.EverFound) -> ir.Table:
        found = self.findings(node.marker)
        return self._flag(found.filter(found.status == node.status))

    @_value.register(n.CountTests)
    def _count_tests(self, node: n.CountTests) -> ir.Table:
        tests = self._between(self.decisive(node.marker), node.after, node.before)
        counted = tests.group_by("patient_id").agg(n=tests.count())
        joined = self.patient.select("patient_id").left_join(counted, "patient_id")
        return joined.select("patient_id", value=joined.n.fill_null(0).cast("float64"))

    @_value.register(n.LastTest)
    def _last_test(self, node: n.LastTest) -> ir.Table:
        tests = self.decisive(node.marker)
        return tests.group_by("patient_id").agg(value=tests.date.max())

    def _recent(self, found: ir.Table, before: n.Node, within: int) -> ir.Table:
        near = self._between(found, None, before)
        return near.filter(near.date >= days_after(near.before_day, -within))

    @_value.register(n.StatusAt)
    def _status_at(self, node: n.StatusAt) -> ir.Table:
        near = self._recent(self.decisive(node.marker), node.before, node.within)
        return near.group_by("patient_id").agg(value=near.status.argmax(near.date))

    @_value.register(n.ValueAt)
    def _value_at(self, node: n.ValueAt) -> ir.Table:
        found = self.findings(node.marker)
        exact = found.filter(found.comparator == "=")
        near = self._recent(exact, node.before, node.within)
        return near.group_by("patient_id").agg(value=near.value.argmax(near.date))

    @_value.register(n.ExposureBefore)
    def _exposure_before(self, node: n.ExposureBefore) -> ir.Table:
        lines = self._between(self.regimen.rename(date="start"), None, node.day)
        taken = lines.group_by("patient_id").agg(
            na=lines.regimen_class.isin(["NA", "NA+IFN"]).max(),
            ifn=lines.regimen_class.isin(["IFN", "NA+IFN"]).max(),
        )
        joined = self.value(node.day).select("patient_id").left_join(taken, "patient_id")
        kind = ibis.cases(
            (joined.na & joined.ifn, "NA and IFN"),
            (joined.na, "NA"),
            (joined.ifn, "IFN"),
            else_="none",
        )
        return joined.select("patient_id", value=kind)

    @_value.register(n.OnTreatment)
    def _on_treatment(self, node: n.OnTreatment) -> ir.Table:
        lines = self.regimen.join(self._day(node.day, "day"), "patient_id")
        covering = lines.filter(lines.start <= lines.day, lines.end >= lines.day)
        flagged = covering.select("patient_id").distinct().mutate(yes=True)
        joined = self.value(node.day).select("patient_id").left_join(flagged, "patient_id")
        return joined.select("patient_id", value=joined.yes.fill_null(False).ifelse("on", "off"))

    @_value.register(n.DosesBefore)
    def _doses_before(self, node: n.DosesBefore) -> ir.Table:
        doses = self.exposure.filter(self.exposure.drug_class == node.drug_class)
        near = doses.join(self._day(node.day, "day"), "patient_id")
        since = days_after(near.day, -node.within)
        return self._flag(near.filter(near.start <= near.day, near.end >= since))

    @_value.register(n.YearsBetween)
    def _years_between(self, node: n.YearsBetween) -> ir.Table:
        both = self._day(node.start, "day_from").join(self._day(node.end, "day_to"), "patient_id")
        years = days_between(both.day_from, both.day_to) / DAYS_A_YEAR
        return both.select("patient_id", value=years)

    @_value.register(n.PatientColumn)
    def _patient_column(self, node: n.PatientColumn) -> ir.Table:
        table = self.patient.select("patient_id", value=self.patient[node.column])
        return table.filter(table.value.notnull())

    @_value.register(n.TreatmentStart)
    def _treatment_start(self, node: n.TreatmentStart) -> ir.Table:
        lines = self.regimen
        return lines.group_by("patient_id").agg(value=lines.start.min())

    @_value.register(n.OneOf)
    def _one_of(self, node: n.OneOf) -> ir.Table:
        inner = self.value(node.node)
        return inner.select("patient_id", value=inner.value.isin(node.values))

    @_value.register(n.Compare)
    def _compare(self, node: n.Compare) -> ir.Table:
        inner = self.value(node.node)
        test = {
            "<": inner.value < node.other,
            "<=": inner.value <= node.other,
            ">": inner.value > node.other,
            ">=": inner.value >= node.other,
        }[node.sign]
        return inner.select("patient_id", value=test)
