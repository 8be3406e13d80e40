"""The parts of a study, and the study itself: criteria, covariates, follow-up.

Criteria are applied in order and each becomes a line of the flowchart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seroclear.course.catalogue import SHOWN_BY
from seroclear.study.checks import check_marker, wrong
from seroclear.study.nodes import EventDate, Node, check_categories


@dataclass(frozen=True)
class Criterion:
    """One line of the flowchart."""

    action: Literal["start", "keep", "drop"]
    label: str
    node: Node

    def __post_init__(self) -> None:
        if not isinstance(self.node, Node) or self.node.kind not in ("flag", "date"):
            raise wrong(f"the criterion {self.label!r} needs a flag or a date.")


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
        raise wrong(f"the covariate {label!r} is a date; use years(from, to).")
    if node.kind == "category" and not levels:
        raise wrong(f"the covariate {label!r} is a category: give its levels in order.")
    if node.kind == "flag":
        levels = ("no", "yes")
    else:
        check_categories(f"the levels of the covariate {label!r}", node, levels)
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
        raise wrong("until() needs at least one date, such as last_test('hbsag').")
    for end in ends:
        if not isinstance(end, Node) or end.kind != "date":
            raise wrong("until() takes dates.")
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
            raise wrong("the population must begin with start(...).")
        if self.time_zero.kind != "date":
            raise wrong("time_zero must be a date.")
        if not any(c.node == self.time_zero and c.action != "drop" for c in self.population):
            raise wrong(
                "somebody without time zero has no clock: add keep('...', ...) of the date that is "
                "time_zero to the population."
            )
        if self.groups.kind != "category":
            raise wrong("groups must be a category such as exposure_before(index).")
        check_categories("group_order", self.groups, self.group_order)
        if not isinstance(self.outcome, EventDate):
            raise wrong("outcome must be an event such as first('hbsag_seroreversion').")
        check_marker(self.outcome_marker)
        shown_by, _ = SHOWN_BY.get(self.outcome.event, (self.outcome_marker, ""))
        if shown_by != self.outcome_marker:
            raise wrong(f"outcome_marker of {self.outcome.event} must be {shown_by!r}.")
        if not isinstance(self.follow_up, FollowUp):
            raise wrong("follow_up must be until(...).")
        self._check_variables()

    def _check_variables(self) -> None:
        known: dict[str, Variable] = {}
        for variable in (*self.covariates, *self.described, *self.subgroups):
            if not variable.name or variable.name in RESERVED:
                raise wrong(f"{variable.label!r} cannot be the label of a covariate; say more.")
            if known.setdefault(variable.name, variable) != variable:
                raise wrong(f"two different covariates are called {variable.label!r}; rename one.")
