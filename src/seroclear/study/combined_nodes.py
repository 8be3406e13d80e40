"""Words made of other words: extremes, times between, cuts, choices, and those of a mother."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seroclear.study.checks import wrong
from seroclear.study.nodes import Kind, Node, check_kind


@dataclass(frozen=True)
class Known(Node):
    """Whether something has a value."""

    node: Node

    def __post_init__(self) -> None:
        if not isinstance(self.node, Node):
            raise wrong(f"known() needs a word of the language, not {self.node!r}.")

    @property
    def kind(self) -> Kind:
        return "flag"


@dataclass(frozen=True)
class Extreme(Node):
    """The earliest or latest of the days that a patient has."""

    which: Literal["earliest", "latest"]
    days: tuple[Node, ...]

    def __post_init__(self) -> None:
        if len(self.days) < 2:
            raise wrong(f"{self.which}() needs two days or more.")
        for day in self.days:
            check_kind(f"{self.which}()", day, "date")

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class TimeBetween(Node):
    """Time from one day to another, in units of so many days."""

    start: Node
    end: Node
    unit: float

    def __post_init__(self) -> None:
        check_kind("the time from a day", self.start, "date")
        check_kind("the time to a day", self.end, "date")

    @property
    def kind(self) -> Kind:
        return "number"


@dataclass(frozen=True)
class Log10(Node):
    """The decimal logarithm of a number; unknown where it is not above zero."""

    node: Node

    def __post_init__(self) -> None:
        check_kind("log10()", self.node, "number")

    @property
    def kind(self) -> Kind:
        return "number"


@dataclass(frozen=True)
class Bands(Node):
    """A number as a category: names[i] below cuts[i], the last name from the last cut on."""

    node: Node
    names: tuple[str, ...]
    cuts: tuple[float, ...]

    def __post_init__(self) -> None:
        check_kind("bands()", self.node, "number")
        alternate = len(self.names) == len(self.cuts) + 1 >= 2
        texts = all(isinstance(name, str) and name for name in self.names)
        numbers = all(isinstance(cut, (int, float)) for cut in self.cuts)
        if not (alternate and texts and numbers and len(set(self.names)) == len(self.names)):
            raise wrong("bands() takes names and cuts in turn: bands(alt, 'low', 40, 'high').")
        if list(self.cuts) != sorted(set(self.cuts)):
            raise wrong("the cuts of bands() must rise.")

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return self.names


@dataclass(frozen=True)
class Category(Node):
    """The name of the first flag that is true; unknown where one before it is unknown."""

    names: tuple[str, ...]
    flags: tuple[Node, ...]
    otherwise: str

    def __post_init__(self) -> None:
        if not self.names:
            raise wrong("category() needs names with their flags: category({'yes': ever('hcc')}).")
        for flag in self.flags:
            check_kind("category()", flag, "flag")

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return (*self.names, *([self.otherwise] if self.otherwise else []))


@dataclass(frozen=True)
class Relative(Node):
    """Of a child's mother; inside it, `child` speaks of the child itself again."""

    who: Literal["mother", "child"]
    node: Node

    def __post_init__(self) -> None:
        if not isinstance(self.node, Node):
            raise wrong(f"{self.who}() needs a word of the language, not {self.node!r}.")

    @property
    def kind(self) -> Kind:
        return self.node.kind

    @property
    def categories(self) -> tuple[str, ...]:
        return self.node.categories

    def can_be(self, value: str) -> bool:
        return self.node.can_be(value)
