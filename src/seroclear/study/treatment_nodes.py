"""Words about what a patient was given, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from seroclear.records.vocabulary import read_csv
from seroclear.study.checks import nearest, wrong
from seroclear.study.nodes import Kind, Node, check_date, check_kind

CLASSES = ("NA", "IFN")
NO_TREATMENT = "none"


@cache
def antivirals() -> tuple[str, ...]:
    """Abbreviations of every NA and interferon that a treatment line can hold."""
    return tuple(row["agent"] for row in read_csv("drugs.csv") if row["drug_class"] in CLASSES)


@dataclass(frozen=True)
class ExposureBefore(Node):
    """Which drug classes a patient had before a day: 'NA', 'IFN', 'NA and IFN' or 'none'."""

    day: Node

    def __post_init__(self) -> None:
        check_date("exposure_before", self.day)

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
        check_date("on_treatment", self.day)

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return ("on", "off")


@dataclass(frozen=True)
class Treatment(Node):
    """Agents of the treatment line that covers a day, such as 'TDF' or 'ETV+TDF'; 'none'."""

    day: Node

    def __post_init__(self) -> None:
        check_kind("treatment()", self.day, "date")

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return (*antivirals(), NO_TREATMENT)

    def can_be(self, value: str) -> bool:
        agents = str(value).split("+")
        known = set(agents) <= set(antivirals())
        return value == NO_TREATMENT or (known and agents == sorted(set(agents)))


@dataclass(frozen=True)
class TreatmentClass(Node):
    """Class of the treatment line that covers a day: 'NA', 'IFN', 'NA+IFN' or 'none'."""

    day: Node

    def __post_init__(self) -> None:
        check_kind("treatment_class()", self.day, "date")

    @property
    def kind(self) -> Kind:
        return "category"

    @property
    def categories(self) -> tuple[str, ...]:
        return ("NA", "IFN", "NA+IFN", NO_TREATMENT)


@dataclass(frozen=True)
class TreatmentStart(Node):
    """First day of any NA or IFN."""

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class LineEdge(Node):
    """First or last day on which treatment with a class or an agent was started or stopped.

    Started: the first day of a line that holds it. Stopped: the last day of a line that holds it
    and that no other followed within the definition's gap ('stop').
    """

    edge: Literal["start", "stop"]
    what: str
    which: Literal["first", "last"]
    after: Node | None = None
    before: Node | None = None

    def __post_init__(self) -> None:
        known = [*CLASSES, *antivirals()]
        if self.what not in known:
            raise wrong(f"there is no treatment {self.what!r}; {nearest(str(self.what), known)}.")
        if self.which not in ("first", "last"):
            raise wrong(f"which= takes 'first' or 'last', not {self.which!r}.")
        check_date("after", self.after)
        check_date("before", self.before)

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class LineEnd(Node):
    """Last day of the treatment line that covers a day; none when that line is still on."""

    day: Node

    def __post_init__(self) -> None:
        check_kind("line_end()", self.day, "date")

    @property
    def kind(self) -> Kind:
        return "date"


@dataclass(frozen=True)
class DosesBefore(Node):
    """Whether a drug class was given within some days up to a day."""

    drug_class: Literal["HBIG", "vaccine"]
    day: Node
    within: int

    def __post_init__(self) -> None:
        check_date("before", self.day)
        if self.drug_class not in ("HBIG", "vaccine"):
            raise wrong(f"given() takes 'HBIG' or 'vaccine', not {self.drug_class!r}.")

    @property
    def kind(self) -> Kind:
        return "flag"
