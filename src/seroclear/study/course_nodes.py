"""Words that ask the course and the records: events, tests, states, diagnoses, mutations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seroclear.course.catalogue import MARKER_STATUSES, STATE_VALUES
from seroclear.study.checks import (
    check_condition,
    check_event,
    check_marker,
    check_number,
    check_state,
    wrong,
)
from seroclear.study.nodes import Kind, Node, check_date, check_kind

# 'before': the last one on or before the day; 'near': the nearest, the earlier of two.
Where = Literal["before", "near"]


@dataclass(frozen=True)
class EventDate(Node):
    """Date of a patient's first or last event of a kind."""

    which: Literal["first", "last"]
    event: str
    after: Node | None = None
    before: Node | None = None

    def __post_init__(self) -> None:
        check_event(self.event)
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class Ever(Node):
    """Whether any of some events is on record."""

    events: tuple[str, ...]
    before: Node | None = None
    after: Node | None = None

    def __post_init__(self) -> None:
        for event in self.events:
            check_event(event)
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Diagnosed(Node):
    """Whether a diagnosis code is on record that makes no event of the course."""

    condition: str
    before: Node | None = None
    after: Node | None = None

    def __post_init__(self) -> None:
        check_condition(self.condition)
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Mutated(Node):
    """Whether a laboratory reported one of some mutations."""

    mutations: tuple[str, ...]
    before: Node | None = None
    after: Node | None = None

    def __post_init__(self) -> None:
        if not self.mutations:
            raise wrong("mutation() needs at least one name, such as mutation('rtM204V').")
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Sequenced(Node):
    """Date of a patient's first or last report of a resistance laboratory."""

    which: Literal["first", "last"]
    after: Node | None = None
    before: Node | None = None

    def __post_init__(self) -> None:
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class EverFound(Node):
    """Whether a marker was ever found in a status."""

    marker: str
    status: str

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class CountTests(Node):
    """On how many days a marker was tested with a decisive result."""

    marker: str
    after: Node | None = None
    before: Node | None = None

    def __post_init__(self) -> None:
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "number"


@dataclass(frozen=True)
class LastTest(Node):
    """Date of a marker's last decisive test."""

    marker: str

    def __post_init__(self) -> None:
        check_marker(self.marker)

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class StatusAt(Node):
    """A marker's decisive status, of the last test up to a day or of the nearest one."""

    marker: str
    day: Node
    within: int
    where: Where

    def __post_init__(self) -> None:
        check_marker(self.marker)
        check_date("before" if self.where == "before" else "at", self.day)

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return MARKER_STATUSES[self.marker]


@dataclass(frozen=True)
class ValueAt(Node):
    """A marker's or test's number in its canonical unit, the last up to a day or the nearest.

    `negative_as` stands for results that are negative or undetectable; None leaves them out.
    """

    marker: str
    day: Node
    within: int
    where: Where
    negative_as: float | None = None

    def __post_init__(self) -> None:
        check_number(self.marker)
        check_date("before" if self.where == "before" else "at", self.day)
        if self.negative_as is None:
            return
        if not isinstance(self.negative_as, (int, float)):
            raise wrong(f"negative_as= takes a number, not {self.negative_as!r}.")
        statuses = MARKER_STATUSES.get(self.marker, ())
        if not {"negative", "undetectable"} & set(statuses):
            raise wrong(f"{self.marker} is never negative; leave negative_as= out.")

    @property
    def kind(self) -> Kind:
        return "number"


@dataclass(frozen=True)
class StateOn(Node):
    """What is true of a patient on a day, by the states of the course."""

    marker: str
    day: Node

    def __post_init__(self) -> None:
        check_state(self.marker)
        check_kind(f"state({self.marker!r}, ...)", self.day, "date")

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return STATE_VALUES[self.marker]
