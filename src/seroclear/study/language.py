"""The words in which a study speaks of a patient: dates, flags, numbers and categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seroclear.course.catalogue import MARKER_STATUSES
from seroclear.study.checks import check_marker, duration, nearest, wrong
from seroclear.study.nodes import (
    CountTests,
    DosesBefore,
    EventDate,
    Ever,
    EverFound,
    ExposureBefore,
    LastTest,
    Node,
    OnTreatment,
    PatientColumn,
    StatusAt,
    TreatmentStart,
    ValueAt,
    YearsBetween,
)

sex = PatientColumn("sex")
death = PatientColumn("death_date")
last_contact = PatientColumn("observed_to")
treatment_start = TreatmentStart()


def first(event: str, *, after: Node | None = None, before: Node | None = None) -> EventDate:
    """Date of the first event of a kind, strictly after / on or before a day."""
    return EventDate("first", event, after, before)


def last(event: str, *, after: Node | None = None, before: Node | None = None) -> EventDate:
    """Date of the last event of a kind, strictly after / on or before a day."""
    return EventDate("last", event, after, before)


def ever(*events: str, before: Node | None = None, after: Node | None = None) -> Ever:
    """Whether any of these events is on record (on or before / strictly after a day).

    Not on record is false; so is 'before' a day that a patient does not have.
    """
    return Ever(events, before, after)


def last_test(marker: str) -> LastTest:
    """Date of the last decisive test of a marker."""
    return LastTest(marker)


def age(at: Node) -> YearsBetween:
    """Age in years on a day."""
    return YearsBetween(PatientColumn("birth_date"), at)


def years(start: Node, end: Node) -> YearsBetween:
    """Years from one day to another."""
    return YearsBetween(start, end)


def status(marker: str, *, before: Node, within: str) -> StatusAt:
    """A marker's last decisive status on or before a day, not older than `within`."""
    return StatusAt(marker, before, duration(within))


def value(marker: str, *, before: Node, within: str) -> ValueAt:
    """A marker's last quantified value on or before a day, not older than `within`."""
    return ValueAt(marker, before, duration(within))


def exposure_before(day: Node) -> ExposureBefore:
    """Drug classes taken before a day: 'NA', 'IFN', 'NA and IFN' or 'none'."""
    return ExposureBefore(day)


def on_treatment(day: Node) -> OnTreatment:
    """'on' or 'off' NA or IFN on a day."""
    return OnTreatment(day)


def given(drug_class: Literal["HBIG", "vaccine"], *, before: Node, within: str) -> DosesBefore:
    """Whether HBIG or a vaccine was given within some time up to a day."""
    return DosesBefore(drug_class, before, duration(within))


@dataclass(frozen=True)
class _Status:
    marker: str

    def __eq__(self, status: object) -> EverFound:  # type: ignore[override]
        known = MARKER_STATUSES[self.marker]
        if status not in known:
            raise wrong(f"{self.marker} is never {status!r}; {nearest(str(status), list(known))}.")
        return EverFound(self.marker, str(status))

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Test:
    """A marker's tests: `test("hbsag").status == "positive"`, `test("hbsag").count(after=day)`."""

    __test__ = False  # not a test case, whatever its name suggests to pytest

    marker: str

    def __post_init__(self) -> None:
        check_marker(self.marker)

    @property
    def status(self) -> _Status:
        """Compared with == : whether the marker was ever found so."""
        return _Status(self.marker)

    def count(self, *, after: Node | None = None, before: Node | None = None) -> CountTests:
        """Days with a decisive result."""
        return CountTests(self.marker, after, before)


def test(marker: str) -> Test:
    """The tests of a marker."""
    return Test(marker)


test.__test__ = False  # type: ignore[attr-defined]
