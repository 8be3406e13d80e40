"""The words a study is made of: each says one thing of a patient, and checks itself when written.

A node is a date, a flag, a number or a category of each patient. `before=` means on or before a
day, `after=` strictly after it. What the records do not tell is unknown, never false or zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from seroclear.course.catalogue import MARKER_STATUSES
from seroclear.study.checks import check_event, check_marker, nearest, wrong

Kind = Literal["date", "flag", "number", "category"]


def _check_date(name: str, node: object) -> None:
    if node is not None and not (isinstance(node, Node) and node.kind == "date"):
        raise wrong(f"{name}= takes a date such as first('hbsag_loss'), not {node!r}.")


def check_categories(where: str, node: Node, values: Iterable[str]) -> None:
    """A misspelt category would be found in nobody, without a word."""
    for value in values:
        if value not in node.categories:
            known = nearest(str(value), list(node.categories))
            raise wrong(f"{where}: there is no value {value!r}; {known}.")


@dataclass(frozen=True)
class Node:
    """Something said of each patient."""

    @property
    def kind(self) -> Kind:
        raise NotImplementedError

    @property
    def categories(self) -> tuple[str, ...]:
        """Every value that a category can have; none for dates, flags and numbers."""
        return ()

    def __bool__(self) -> bool:
        # Python's 'and', 'or', 'not' and '18 <= age <= 65' would silently keep one part only.
        raise wrong(
            "'and', 'or', 'not' and chained comparisons such as 18 <= age(index) <= 65 do not work "
            "here; write one criterion for each part."
        )

    def is_one_of(self, *values: str) -> OneOf:
        """True where a category is one of some values."""
        if self.kind != "category":
            raise wrong(f".is_one_of() needs a category, and this is a {self.kind}.")
        check_categories(".is_one_of()", self, values)
        return OneOf(self, values)

    def __lt__(self, other: float) -> Compare:
        return Compare(self, "<", other)

    def __le__(self, other: float) -> Compare:
        return Compare(self, "<=", other)

    def __gt__(self, other: float) -> Compare:
        return Compare(self, ">", other)

    def __ge__(self, other: float) -> Compare:
        return Compare(self, ">=", other)


@dataclass(frozen=True)
class EventDate(Node):
    """Date of a patient's first or last event of a kind."""

    which: Literal["first", "last"]
    event: str
    after: Node | None = None
    before: Node | None = None

    def __post_init__(self) -> None:
        check_event(self.event)
        _check_date("after", self.after)
        _check_date("before", self.before)

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
        _check_date("after", self.after)
        _check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "flag"


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
        _check_date("after", self.after)
        _check_date("before", self.before)

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
    """A marker's last decisive status on or before a day, not older than `within` days."""

    marker: str
    before: Node
    within: int

    def __post_init__(self) -> None:
        check_marker(self.marker)
        _check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return MARKER_STATUSES[self.marker]


@dataclass(frozen=True)
class ValueAt(Node):
    """A marker's last quantified value on or before a day, in the test's canonical unit."""

    marker: str
    before: Node
    within: int

    def __post_init__(self) -> None:
        check_marker(self.marker)
        _check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "number"


@dataclass(frozen=True)
class ExposureBefore(Node):
    """Which drug classes a patient had before a day: 'NA', 'IFN', 'NA and IFN' or 'none'."""

    day: Node

    def __post_init__(self) -> None:
        _check_date("exposure_before", self.day)

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return ("NA", "IFN", "NA and IFN", "none")


@dataclass(frozen=True)
class OnTreatment(Node):
    """'on' when a regimen covers a day, else 'off'."""

    day: Node

    def __post_init__(self) -> None:
        _check_date("on_treatment", self.day)

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return ("on", "off")


@dataclass(frozen=True)
class DosesBefore(Node):
    """Whether a drug class was given within some days up to a day."""

    drug_class: Literal["HBIG", "vaccine"]
    day: Node
    within: int

    def __post_init__(self) -> None:
        _check_date("before", self.day)
        if self.drug_class not in ("HBIG", "vaccine"):
            raise wrong(f"given() takes 'HBIG' or 'vaccine', not {self.drug_class!r}.")

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class YearsBetween(Node):
    """Years from one day to another (365.25 days a year)."""

    start: Node
    end: Node

    def __post_init__(self) -> None:
        _check_date("from", self.start)
        _check_date("to", self.end)

    @property
    def kind(self) -> Kind:
        return "number"


@dataclass(frozen=True)
class PatientColumn(Node):
    """sex, birth_date, death_date, observed_from or observed_to of the patient table."""

    column: str

    @property
    def kind(self) -> Kind:
        return "category" if self.column == "sex" else "date"

    @property
    def categories(self) -> tuple[str, ...]:
        return ("female", "male") if self.column == "sex" else ()


@dataclass(frozen=True)
class TreatmentStart(Node):
    """First day of any NA or IFN."""

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class OneOf(Node):
    """Whether a category is one of some values."""

    node: Node
    values: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Compare(Node):
    """Whether a number is beyond another."""

    node: Node
    sign: Literal["<", "<=", ">", ">="]
    other: float

    def __post_init__(self) -> None:
        if self.node.kind != "number":
            raise wrong(f"{self.sign} needs a number on its left, and this is a {self.node.kind}.")
        if not isinstance(self.other, (int, float)):
            raise wrong(f"{self.sign} needs a number on its right, not {self.other!r}.")

    @property
    def kind(self) -> Kind:
        return "flag"
