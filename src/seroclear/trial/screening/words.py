"""Words in which a trial's criteria are asked of hospital records, beside those of a study.

Each criterion is met, not met or unknown. What is not on record is unknown, never met: a criterion
says 'not met' only of what the records show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from seroclear.course.catalogue import MARKER_STATUSES
from seroclear.study.checks import check_event, check_marker, duration, wrong
from seroclear.study.combined_nodes import Category
from seroclear.study.language import weeks
from seroclear.study.nodes import Kind, Node, check_date, check_kind


@dataclass(frozen=True)
class FixedDay(Node):
    """A day of the calendar, the same for everybody: the day of screening."""

    date: date

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class Aged(Node):
    """Whether the age in completed years lies between two, both included. Of somebody whose birth
    is known to the year only, unknown where its day would decide."""

    least: int
    most: int
    day: Node

    def __post_init__(self) -> None:
        check_date("day", self.day)

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Below(Node):
    """Whether the last result of a marker was below a limit in its unit.

    A number or a negative or undetectable result tells. Unknown: '<20' does not tell whether it was
    below 10, nor does 'positive' without a number, nor contradictory results of one day, nor HBsAg
    that HBIG may mask. An older result does not stand in for one that does not tell.
    """

    marker: str
    limit: float
    day: Node
    within: int

    def __post_init__(self) -> None:
        check_marker(self.marker)
        check_date("before", self.day)
        if not {"negative", "undetectable"} & set(MARKER_STATUSES[self.marker]):
            raise wrong(f"below() needs a marker that can be negative, not {self.marker}.")

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Shown:
    """What is shown beside a criterion: the last result of some markers, the last of some events,
    or the age."""

    day: Node
    within: int
    markers: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    age: bool = False


@dataclass(frozen=True)
class Criterion:
    """A criterion of the protocol, asked of the records.

    Attributes:
        name: as in the protocol's eligibility.
        kind: of an exclusion, the node is true of those who are excluded.
        node: a flag; unknown where the records do not tell.
        shown: what somebody who confirms it needs to see.
        relaxed: (label, node): milder forms, to count what they would yield.
    """

    name: str
    kind: Literal["inclusion", "exclusion"]
    node: Node
    shown: tuple[Shown, ...] = ()
    relaxed: tuple[tuple[str, Node], ...] = ()

    def __post_init__(self) -> None:
        for node in (self.node, *(milder for _, milder in self.relaxed)):
            check_kind(f"the criterion {self.name!r}", node, "flag")


def include(
    name: str,
    node: Node,
    shown: Sequence[Shown] = (),
    relaxed: Mapping[str, Node] | None = None,
) -> Criterion:
    """Met by those of whom it is true; `relaxed` names milder forms of it."""
    return Criterion(name, "inclusion", node, tuple(shown), tuple((relaxed or {}).items()))


def exclude(
    name: str,
    node: Node,
    shown: Sequence[Shown] = (),
    relaxed: Mapping[str, Node] | None = None,
) -> Criterion:
    """Not met by those of whom it is true; `relaxed` names milder forms of it."""
    return Criterion(name, "exclusion", node, tuple(shown), tuple((relaxed or {}).items()))


def aged(least: int, most: int, on: Node) -> Aged:
    """Age in completed years on a day, both ends included."""
    return Aged(least, most, on)


def below(marker: str, limit: float, *, before: Node, within: str) -> Below:
    """Whether a marker's last result, up to a day and not older, was below a limit."""
    return Below(marker, limit, before, duration(within))


def on_record(flag: Node) -> Node:
    """True where a flag is true, and unknown where it is not: nothing on record rules nothing
    out."""
    return Category(("yes",), (flag,), "").is_one_of("yes")


def same_day(one: Node, other: Node) -> Node:
    """Whether two dates are one; unknown where a date is."""
    apart = weeks(one, other)
    return (apart <= 0) & (apart >= 0)


def show_result(*markers: str, before: Node, within: str = "100 years") -> Shown:
    """The last result of each marker up to a day."""
    for marker in markers:
        check_marker(marker)
    return Shown(before, duration(within), markers=markers)


def show_event(*events: str, before: Node) -> Shown:
    """The last of each of these events up to a day."""
    for event in events:
        check_event(event)
    return Shown(before, duration("100 years"), events=events)


def show_age(on: Node) -> Shown:
    """The age in completed years on a day."""
    return Shown(on, 0, age=True)
