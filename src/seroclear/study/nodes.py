"""What every word of a study is, and what its operators make: <, &, ~, + and -.

Further words that combine words are in `combined_nodes`, words that ask the course in
`course_nodes`, words about drugs in `treatment_nodes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from seroclear.study.checks import duration, nearest, wrong

Kind = Literal["date", "flag", "number", "category"]


def check_date(name: str, node: object) -> None:
    """Raises StudyError unless this is a date, or None."""
    if node is not None and not (isinstance(node, Node) and node.kind == "date"):
        raise wrong(f"{name}= takes a date such as first('hbsag_loss'), not {node!r}.")


def check_kind(name: str, node: object, kind: Kind) -> None:
    """Raises StudyError unless this is a node of a kind."""
    if not isinstance(node, Node) or node.kind != kind:
        found = f"a {node.kind}" if isinstance(node, Node) else repr(node)
        raise wrong(f"{name} needs a {kind}, and this is {found}.")


def check_categories(where: str, node: Node, values: Iterable[str]) -> None:
    """A misspelt category would be found in nobody, without a word."""
    for value in values:
        if not node.can_be(value):
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

    def can_be(self, value: str) -> bool:
        """Whether a category can have this value."""
        return value in self.categories

    def __bool__(self) -> bool:
        # Python's 'and', 'or', 'not' and '18 <= age <= 65' would silently keep one part only.
        raise wrong(
            "'and', 'or', 'not' and chained comparisons such as 18 <= age(index) <= 65 do not work "
            "here; write one criterion for each part, or (a) & (b), (a) | (b), ~a."
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

    def __and__(self, other: Node) -> Both:
        return Both("and", self, other)

    def __or__(self, other: Node) -> Both:
        return Both("or", self, other)

    def __invert__(self) -> Not:
        return Not(self)

    def __add__(self, later: str) -> Shifted:
        return Shifted(self, _days("+", later))

    def __sub__(self, other: str | Node) -> Shifted | Difference:
        """A date less a duration is an earlier day; a number less a number is their difference."""
        if isinstance(other, Node):
            return Difference(self, other)
        return Shifted(self, -_days("-", other))


def _days(sign: str, text: object) -> int:
    if not isinstance(text, str):
        raise wrong(f"{sign} takes a duration such as '48 weeks' on its right, not {text!r}.")
    return duration(text)


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


@dataclass(frozen=True)
class Both(Node):
    """Two flags together. Unknown where the known one does not decide it."""

    how: Literal["and", "or"]
    left: Node
    right: Node

    def __post_init__(self) -> None:
        for node in (self.left, self.right):
            check_kind("& (or |)", node, "flag")

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Not(Node):
    """The opposite of a flag; unknown where the flag is."""

    node: Node

    def __post_init__(self) -> None:
        check_kind("~", self.node, "flag")

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Shifted(Node):
    """A day so many days later (earlier when negative)."""

    day: Node
    days: int

    def __post_init__(self) -> None:
        check_kind("+ (or -) with a duration", self.day, "date")

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class Difference(Node):
    """A number less another; unknown where one of them is."""

    left: Node
    right: Node

    def __post_init__(self) -> None:
        for node in (self.left, self.right):
            check_kind("-", node, "number")

    @property
    def kind(self) -> Kind:
        return "number"
