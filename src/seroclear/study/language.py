"""How a study is written. `from seroclear.study import *` brings all of it.

A study is a short Python file; its criteria are applied in order and each becomes a line of the
flowchart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seroclear.course.catalogue import MARKER_STATUSES, SHOWN_BY
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
    _check_categories,
    _check_marker,
    _fail,
    _nearest,
    duration,
)

# --- dates, flags, numbers and categories -------------------------------------------------------

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
            raise _fail(f"{self.marker} is never {status!r}; {_nearest(str(status), list(known))}.")
        return EverFound(self.marker, str(status))

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Test:
    """A marker's tests: `test("hbsag").status == "positive"`, `test("hbsag").count(after=day)`."""

    __test__ = False  # not a test case, whatever its name suggests to pytest

    marker: str

    def __post_init__(self) -> None:
        _check_marker(self.marker)

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

# --- criteria, covariates, follow-up ------------------------------------------------------------


@dataclass(frozen=True)
class Criterion:
    """One line of the flowchart."""

    action: Literal["start", "keep", "drop"]
    label: str
    node: Node

    def __post_init__(self) -> None:
        if not isinstance(self.node, Node) or self.node.kind not in ("flag", "date"):
            raise _fail(f"the criterion {self.label!r} needs a flag or a date.")


def start(label: str, node: Node) -> Criterion:
    """The population a study begins with."""
    return Criterion("start", label, node)


def keep(label: str, node: Node) -> Criterion:
    """Goes on with those for whom this is true (or, for a date, known)."""
    return Criterion("keep", label, node)


def drop(label: str, node: Node) -> Criterion:
    """Goes on with those for whom this is not true."""
    return Criterion("drop", label, node)


@dataclass(frozen=True)
class Variable:
    """A covariate or subgroup: a node, how it is shown, and its categories in order."""

    label: str
    node: Node
    levels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its column in the cohort: the label in small letters, joined by underscores."""
        return re.sub(r"\W+", "_", self.label.lower()).strip("_")


def covariate(label: str, node: Node, levels: Sequence[str] = ()) -> Variable:
    """A characteristic at time zero; the first of its levels is the reference in a model."""
    if node.kind == "date":
        raise _fail(f"the covariate {label!r} is a date; use years(from, to).")
    if node.kind == "category" and not levels:
        raise _fail(f"the covariate {label!r} is a category: give its levels in order.")
    if node.kind == "flag":
        levels = ("no", "yes")
    else:
        _check_categories(f"the levels of the covariate {label!r}", node, levels)
    return Variable(label, node, tuple(levels))


# Columns that every cohort has.
RESERVED = frozenset(
    {
        *("patient_id", "index", "group", "time", "event", "lower", "upper"),
        *("index_lower", "retested", "contact", "died"),
    }
)


@dataclass(frozen=True)
class FollowUp:
    """Follow-up ends on the first of these days."""

    ends: tuple[Node, ...]


def until(*ends: Node) -> FollowUp:
    """Follow-up ends on the first of these dates that a patient has."""
    if not ends:
        raise _fail("until() needs at least one date, such as last_test('hbsag').")
    for end in ends:
        if not isinstance(end, Node) or end.kind != "date":
            raise _fail("until() takes dates.")
    return FollowUp(ends)


@dataclass(frozen=True)
class Study:
    """A study that anyone can run on their own records.

    Attributes:
        question: in one sentence.
        population: criteria in order.
        time_zero: the date each patient's clock starts.
        groups: the compared groups: a category.
        group_order: values of the category, the reference of the comparison first.
        outcome: date of the outcome.
        outcome_marker: the marker whose tests show the outcome.
        follow_up: when a patient's clock stops without an outcome.
        covariates: characteristics at time zero, for Table 1 and the adjusted model.
        described: further characteristics at time zero, for Table 1 only.
        subgroups: characteristics within whose levels the analysis is repeated.
        analyses: functions of a cohort.
        definitions: presets under which the study is repeated for the definition grid.
        published: name of the published study's figures, '' when there are none.
    """

    question: str
    population: Sequence[Criterion]
    time_zero: Node
    groups: Node
    group_order: Sequence[str]
    outcome: EventDate
    outcome_marker: str
    follow_up: FollowUp
    covariates: Sequence[Variable] = ()
    described: Sequence[Variable] = ()
    subgroups: Sequence[Variable] = ()
    analyses: Sequence[Callable[..., Any]] = ()
    definitions: Sequence[str] = ("default",)
    published: str = ""

    def __post_init__(self) -> None:
        if not self.population or self.population[0].action != "start":
            raise _fail("the population must begin with start(...).")
        if self.time_zero.kind != "date":
            raise _fail("time_zero must be a date.")
        if not any(c.node == self.time_zero and c.action != "drop" for c in self.population):
            raise _fail(
                "somebody without time zero has no clock: add keep('...', ...) of the date that is "
                "time_zero to the population."
            )
        if self.groups.kind != "category":
            raise _fail("groups must be a category such as exposure_before(index).")
        _check_categories("group_order", self.groups, self.group_order)
        if not isinstance(self.outcome, EventDate):
            raise _fail("outcome must be an event such as first('hbsag_seroreversion').")
        _check_marker(self.outcome_marker)
        shown_by, _ = SHOWN_BY.get(self.outcome.event, (self.outcome_marker, ""))
        if shown_by != self.outcome_marker:
            raise _fail(f"outcome_marker of {self.outcome.event} must be {shown_by!r}.")
        if not isinstance(self.follow_up, FollowUp):
            raise _fail("follow_up must be until(...).")
        self._check_variables()

    def _check_variables(self) -> None:
        known: dict[str, Variable] = {}
        for variable in (*self.covariates, *self.described, *self.subgroups):
            if not variable.name or variable.name in RESERVED:
                raise _fail(f"{variable.label!r} cannot be the label of a covariate; say more.")
            if known.setdefault(variable.name, variable) != variable:
                raise _fail(f"two different covariates are called {variable.label!r}; rename one.")
