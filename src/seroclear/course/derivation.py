"""Courses derived when they are asked for: only the topics, and only of the people, that matter."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import ibis

from seroclear.course.derived import empty
from seroclear.course.inputs import Inputs, Topic, laboratory
from seroclear.course.marker import MARKER, MARKERS, Marker
from seroclear.course.records import Records
from seroclear.course.sides import Sides
from seroclear.course.topics import BY_NAME, OF_MARKER, sections_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.course import Course
    from seroclear.course.definition import Definition
    from seroclear.engine import Engine

OF_TOPIC = {laboratory(marker.name): marker for marker in MARKERS}
Rules = tuple[tuple[str, Any], ...]


def derived_by(topic: Topic, given: Inputs) -> dict[str, ir.Table]:
    """The rows that a topic makes, by kind."""
    with given.reading(topic, sections_of(topic)):
        tables = topic.derive(given).tables()
    return {kind: ibis.union(*parts) for kind, parts in tables.items()}


def rules_of(topic: Topic, definition: Definition) -> Rules:
    """Name and value of every parameter on which the topic's rows hang."""
    used = definition.only(sections_of(topic)).parameters
    return tuple((parameter.name, parameter.value) for parameter in used)


def derived_before(
    topic: Topic, definition: Definition, courses: Sequence[Course]
) -> Course | None:
    """Courses under another definition that says the same of all that the topic hangs on."""
    rules = rules_of(topic, definition)
    return next((one for one in courses if rules_of(topic, one.definition) == rules), None)


def _all_in(people: ir.Table, others: ir.Table, engine: Engine) -> bool:
    """Whether all these people are among the others."""
    strangers = people.anti_join(others, "patient_id")
    return bool(engine.fetch(strangers.agg(n=strangers.count()))["n"][0].as_py() == 0)


class _Scope:
    """Some people, and what has been derived of them.

    Attributes:
        records: theirs.
        made: by topic and rules, the rows of each kind, not yet computed.
        kept: by topic, rules and kind (or step), those that were asked for and computed.
    """

    def __init__(self, records: Records, before: _Scope | None) -> None:
        self.records = records
        # What is added stays out of `before`: the engine may drop it with this derivation.
        self.made: MutableMapping[tuple[str, Rules], dict[str, ir.Table]]
        self.made = ChainMap({}, before.made) if before else {}
        self.kept: MutableMapping[tuple[str, Rules, str], ir.Table]
        self.kept = ChainMap({}, before.kept) if before else {}


class Derivation:
    """The courses of a store under one definition, derived topic by topic as they are asked for.

    A study asks first of everybody and then, criterion by criterion, of fewer: `narrow` says of
    whom. A patient's course hangs on that patient's records alone, so that narrowing changes no row
    of those who are left; but for topics `of_relatives`, which are derived for everybody.

    Args:
        records: of everybody.
        definition: the whole definition.
        before: a derivation under another definition; what it made under the same rules is used.
        courses: those on disk, of which the same holds.
    """

    def __init__(
        self,
        records: Records,
        definition: Definition,
        before: Derivation | None = None,
        courses: Sequence[Course] = (),
    ) -> None:
        self._definition = definition
        self._courses = courses
        self._before = before
        self.among = 0  # how often the derivation before was narrowed to people of whom these are
        self._scopes: list[_Scope] = []  # from everybody to the fewest
        self._given: list[Inputs] = []  # what the topics of each scope read
        self._add(_Scope(records, before._scopes[0] if before else None))

    def narrow(self, people: ir.Table) -> None:
        """From here on, only the rows of these people (patient_id) are asked for."""
        everybody = self._scopes[0].records
        self.among = self._covering(people)
        known = self._before._scopes[self.among] if self._before and self.among else None
        theirs = known.records if known else Records(everybody.engine, everybody.store, people)
        self._add(_Scope(theirs, known))

    @property
    def narrowed(self) -> int:
        """How often it was said of whom is asked."""
        return len(self._scopes) - 1

    def agrees(self, topics: Iterable[str]) -> bool:
        """Whether the derivation before made these topics' rows under the same rules."""
        assert self._before is not None
        one, other = self._definition, self._before._definition
        return all(rules_of(BY_NAME[t], one) == rules_of(BY_NAME[t], other) for t in topics)

    @property
    def records(self) -> Records:
        """The records of the people who are asked about."""
        return self._scopes[-1].records

    def rows(self, topic: str, kind: str) -> ir.Table:
        """Rows of a topic: of everybody who matters, and perhaps of others.

        Args:
            topic: its name.
            kind: finding, regimen, event or state.
        """
        return self._rows(len(self._scopes) - 1, topic, kind)

    def ever_found(self, marker: str, status: str) -> ir.Table:
        """People with a finding of a status (patient_id), and perhaps others who have one.

        Args:
            marker: the marker.
            status: one of its statuses.
        """
        name, at = OF_MARKER[marker], len(self._scopes) - 1
        scope, topic = self._scopes[at], BY_NAME[name]
        read, rules = MARKER.get(marker), rules_of(topic, self._definition)
        if (
            at  # few are asked about
            or read is None
            or status not in (read.above, read.below)
            or (name, rules) in scope.made
            or derived_before(topic, self._definition, self._courses)
        ):
            found = self.rows(name, "finding")
            return found.filter(found.marker == marker, found.status == status)
        return self._sides(at, read).ever_found(status)

    def _sides(self, at: int, marker: Marker) -> Sides:
        rules = self._definition.only(sections_of(BY_NAME[laboratory(marker.name)]))
        return Sides(self._scopes[at].records, marker, rules, partial(self._step, at))

    def _add(self, scope: _Scope) -> None:
        at = len(self._scopes)
        before, step = partial(self._rows, at), partial(self._step, at)
        self._scopes.append(scope)
        self._given.append(Inputs(scope.records, self._definition, before, step))

    def _covering(self, people: ir.Table) -> int:
        """The narrowest scope of the derivation before that holds all of these people."""
        for at in range(self._before.narrowed, 0, -1) if self._before else ():
            assert self._before is not None
            records = self._before._scopes[at].records
            assert records.people is not None
            if _all_in(people, records.people, records.engine):
                return at
        return 0

    def _rows(self, at: int, name: str, kind: str) -> ir.Table:
        """Rows of a topic for the people of one scope."""
        topic, scope = BY_NAME[name], self._scopes[at]
        if on_disk := derived_before(topic, self._definition, self._courses):
            return on_disk.rows(scope.records.engine, name, kind)
        rules = rules_of(topic, self._definition)
        if (name, rules, kind) not in scope.kept:
            if at and (topic.of_relatives or self._made_before(at, name, rules)):
                rows = self._rows(at - 1, name, kind).semi_join(scope.records.people, "patient_id")
            elif at and (mixed := self._mixed_before(at, name, rules)) is not None:
                rows = mixed.semi_join(scope.records.people, "patient_id")
            else:
                if (name, rules) not in scope.made:
                    scope.made[name, rules] = derived_by(topic, self._given[at])
                rows = scope.made[name, rules].get(kind)
                if rows is None:
                    return self._nothing(kind)
            scope.kept[name, rules, kind] = scope.records.engine.keep(rows)
        return scope.kept[name, rules, kind]

    def _nothing(self, kind: str) -> ir.Table:
        """No rows: one table for all topics that make none of a kind."""
        scope = self._scopes[0]
        if ("", (), kind) not in scope.kept:
            scope.kept["", (), kind] = scope.records.engine.keep(empty(kind))
        return scope.kept["", (), kind]

    def _step(self, at: int, topic: str, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """See Inputs.step; shared with a derivation before that agrees on the topic."""
        scope = self._scopes[at]
        key = (topic, rules_of(BY_NAME[topic], self._definition), name)
        if key not in scope.kept:
            scope.kept[key] = scope.records.engine.keep(make())
        return scope.kept[key]

    def _mixed_before(self, at: int, name: str, rules: Rules) -> ir.Table | None:
        """Findings of more people, if they were made for their sides and hold all of these."""
        scope, marker = self._scopes[0], OF_TOPIC.get(name)
        if marker is None or (name, rules, Sides.FOUND) not in scope.kept:
            return None
        sides = self._sides(0, marker)
        people = self._scopes[at].records.people
        assert people is not None
        return sides.found if _all_in(people, sides.mixed, scope.records.engine) else None

    def _made_before(self, at: int, name: str, rules: Rules) -> bool:
        """Whether more people's rows are there already: to choose from them costs less."""
        return any((name, rules) in scope.made for scope in self._scopes[:at])
