"""The parts of a study: criteria, variables, follow-up, changes, visits, further endpoints."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seroclear.course.catalogue import MARKER_LABELS
from seroclear.study.checks import check_number, duration, wrong
from seroclear.study.nodes import Node, check_categories

Analysis = Callable[..., Any]  # a cohort -> rows


def check_each(name: str, given: object, kind: type, made_by: str) -> None:
    """Raises StudyError unless this is a list of parts of a kind."""
    if not isinstance(given, list | tuple):
        raise wrong(f"{name}= takes a list of {made_by}, not {given!r}.")
    for place, one in enumerate(given, start=1):
        if not isinstance(one, kind):
            raise wrong(f"{name}= takes a list of {made_by}; number {place} is none.")


def check_analyses(given: object) -> None:
    """Raises StudyError unless these are functions of a cohort."""
    if not isinstance(given, list | tuple):
        raise wrong("analyses= takes a list of functions such as table_one.")
    for one in given:
        if not callable(one):
            raise wrong(
                f"analyses= takes functions such as table_one, without quotes or brackets, not "
                f"{one!r}."
            )


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


def column_name(label: str) -> str:
    """A label as the name of a column: small letters, joined by underscores."""
    return re.sub(r"\W+", "_", label.lower()).strip("_")


@dataclass(frozen=True)
class Variable:
    """A covariate, subgroup or outcome: a node, how it is shown, and its categories in order."""

    label: str
    node: Node
    levels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its column in the cohort."""
        return column_name(self.label)


def covariate(label: str, node: Node, levels: Sequence[str] = ()) -> Variable:
    """A characteristic at time zero; the first of its levels is the reference in a model."""
    return _variable("covariate", label, node, levels)


def measured(label: str, node: Node, levels: Sequence[str] = ()) -> Variable:
    """An outcome that is a number, a flag or one of two categories, known at a fixed time.

    Of two levels the second is the outcome, the first its absence.
    """
    variable = _variable("outcome", label, node, levels)
    if variable.levels and len(variable.levels) != 2:
        raise wrong(f"the outcome {label!r} needs two levels: the one without it, the one with it.")
    return variable


def _variable(what: str, label: str, node: Node, levels: Sequence[str]) -> Variable:
    if not isinstance(node, Node):
        raise wrong(f"the {what} {label!r} needs a word of the language, not {node!r}.")
    if node.kind == "date":
        raise wrong(f"the {what} {label!r} is a date; use years(from, to).")
    if node.kind == "category" and not levels:
        raise wrong(f"the {what} {label!r} is a category: give its levels in order.")
    if node.kind == "flag":
        levels = ("no", "yes")
    else:
        check_categories(f"the levels of the {what} {label!r}", node, levels)
    return Variable(label, node, tuple(levels))


# Columns that every cohort has.
RESERVED = frozenset(
    {
        *("patient_id", "index", "group", "time", "event", "lower", "upper"),
        *("index_lower", "retested", "contact", "died", "cause", "outcome"),
        *("person", "start", "stop"),  # of its long tables
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
class Change:
    """An exposure that begins during follow-up: 'no' up to a day, 'yes' after it."""

    label: str
    day: Node

    def __post_init__(self) -> None:
        if not isinstance(self.day, Node) or self.day.kind != "date":
            raise wrong(f"the change {self.label!r} needs a date, such as first('hbsag_loss').")

    @property
    def name(self) -> str:
        """Its column in the cohort's intervals."""
        return column_name(self.label)


def change(label: str, day: Node) -> Change:
    """An exposure that changes with time: follow-up is split where it begins."""
    return Change(label, day)


@dataclass(frozen=True)
class Visits:
    """A marker measured again and again at planned times; days."""

    label: str
    marker: str
    every: int
    until: int
    within: int
    log: bool


def visits(
    marker: str, *, every: str, until: str, within: str, log: bool = False, label: str = ""
) -> Visits:
    """A marker or test at time zero and every so often after it: for mixed models.

    At each planned day the nearest result within `within` counts, the earlier of two; at time zero
    only results up to that day. With `log` the decimal logarithm.
    """
    check_number(marker)
    interval, last, off = duration(every), duration(until), duration(within)
    if not 0 < interval <= last:
        raise wrong("until= must be at least one interval of every=.")
    if 2 * off >= interval:
        raise wrong("within= must be less than half of every=, or a result would serve two visits.")
    name = MARKER_LABELS.get(marker, marker)
    return Visits(label or (f"log10 {name}" if log else name), marker, interval, last, off, log)


@dataclass(frozen=True)
class Endpoint:
    """A further outcome; '' and None: as the study says for its own."""

    outcome: Node | Variable
    analyses: tuple[Analysis, ...]
    label: str = ""
    among: tuple[Criterion, ...] = ()
    time_zero: Node | None = None
    competing: tuple[Node, ...] | None = None
    follow_up: FollowUp | None = None
    covariates: tuple[Variable, ...] | None = None
    negative_control: bool = False


def endpoint(
    outcome: Node | Variable,
    analyses: Sequence[Analysis],
    *,
    label: str = "",
    among: Sequence[Criterion] = (),
    time_zero: Node | None = None,
    competing: Sequence[Node] | None = None,
    follow_up: FollowUp | None = None,
    covariates: Sequence[Variable] | None = None,
    negative_control: bool = False,
) -> Endpoint:
    """A further outcome of the same people, or of those among them who could have it.

    Args:
        outcome: an event, another date (with its label) or measured(...).
        analyses: of this outcome.
        label: how it is called; '': as its event is.
        among: further criteria, keep(...) and drop(...), after those of the study.
        time_zero: another day for the clock to start, such as index + "24 weeks" of a landmark
            analysis; `among` must then leave out those who had the outcome or were gone by then.
        competing, follow_up, covariates: instead of the study's.
        negative_control: the groups cannot cause or prevent it, so that a ratio other than 1 tells
            of bias; three of them or more, analysed as the study's outcome is, correct its p.
    """
    if not all(isinstance(one, Criterion) and one.action != "start" for one in among):
        raise wrong("among= takes a list of keep(...) and drop(...).")
    check_analyses(analyses)
    return Endpoint(
        outcome,
        tuple(analyses),
        label,
        tuple(among),
        time_zero,
        None if competing is None else tuple(competing),
        follow_up,
        None if covariates is None else tuple(covariates),
        negative_control,
    )
