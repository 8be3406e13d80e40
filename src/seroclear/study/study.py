"""A study: what is asked of whom, checked as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seroclear.course.catalogue import EVENT_LABELS, SHOWN_BY
from seroclear.study.checks import check_marker, wrong
from seroclear.study.combined_nodes import Known
from seroclear.study.course_nodes import EventDate
from seroclear.study.nodes import Node, PatientColumn, Shifted, check_categories
from seroclear.study.parts import (
    RESERVED,
    Analysis,
    Change,
    Criterion,
    Endpoint,
    FollowUp,
    Variable,
    Visits,
    check_analyses,
    check_each,
)


@dataclass(frozen=True)
class Study:
    """A study that anyone can run on their own records.

    Attributes:
        question: in one sentence.
        population: criteria in order.
        time_zero: the date each patient's clock starts.
        outcome: the date of an event (time to it is studied), another date that outcome_label
            names, such as started("TDF", after=index), or `measured(...)`.
        groups: the compared groups: a category; None: one cohort.
        group_order: values of the category, the reference of the comparison first.
        follow_up: when a patient's clock stops without an outcome; of an event.
        outcome_marker: the marker whose tests show the outcome, where the event does not tell.
        competing: events after which the outcome is no longer looked for; the first one wins.
        covariates: characteristics at time zero, for Table 1 and the adjusted model.
        described: further characteristics at time zero, for Table 1 only.
        subgroups: characteristics within whose levels the analysis is repeated.
        changes: exposures that begin during follow-up.
        visits: markers measured repeatedly.
        analyses: functions of a cohort.
        secondary: further outcomes of the same people.
        definitions: presets under which the study is repeated for the definition grid.
        published: name of the published study's figures, '' when there are none.
        outcome_label: how the outcome is called; '': as the event or variable is.
    """

    question: str
    population: Sequence[Criterion]
    time_zero: Node
    outcome: Node | Variable
    groups: Node | None = None
    group_order: Sequence[str] = ()
    follow_up: FollowUp | None = None
    outcome_marker: str = ""
    competing: Sequence[Node] = ()
    covariates: Sequence[Variable] = ()
    described: Sequence[Variable] = ()
    subgroups: Sequence[Variable] = ()
    changes: Sequence[Change] = ()
    visits: Sequence[Visits] = ()
    analyses: Sequence[Analysis] = ()
    secondary: Sequence[Endpoint] = ()
    definitions: Sequence[str] = ("default",)
    published: str = ""
    outcome_label: str = ""

    def __post_init__(self) -> None:
        self._check_parts()
        if not self.population or self.population[0].action != "start":
            raise wrong("the population must begin with start(...).")
        if self.time_zero.kind != "date":
            raise wrong("time_zero must be a date.")
        if not any(_gives(c, self.time_zero) for c in self.population):
            raise wrong(
                "somebody without time zero has no clock: add keep('...', ...) of the date that is "
                "time_zero to the population."
            )
        self._check_groups()
        self._check_outcome()
        self._check_variables()
        for one in self.secondary:
            self.with_endpoint(one)

    @property
    def outcome_name(self) -> str:
        """How the outcome is called."""
        if self.outcome_label:
            return self.outcome_label
        if isinstance(self.outcome, Variable):
            return self.outcome.label
        return EVENT_LABELS[self.outcome.event] if isinstance(self.outcome, EventDate) else ""

    @property
    def shown_by(self) -> tuple[str, str]:
        """The marker whose tests show the outcome and the status that does; '' where none do."""
        if not isinstance(self.outcome, EventDate):
            return "", ""
        return SHOWN_BY.get(self.outcome.event, (self.outcome_marker, ""))

    def with_endpoint(self, other: Endpoint) -> Study:
        """The study of a further outcome."""
        an_event = not isinstance(other.outcome, Variable)
        competing = self.competing if other.competing is None else other.competing
        return replace(
            self,
            population=[*self.population, *other.among],
            time_zero=self.time_zero if other.time_zero is None else other.time_zero,
            outcome=other.outcome,
            outcome_marker="",
            outcome_label=other.label,
            competing=[one for one in competing if one != other.outcome] if an_event else (),
            changes=self.changes if an_event else (),
            follow_up=other.follow_up or self.follow_up,
            covariates=self.covariates if other.covariates is None else other.covariates,
            analyses=other.analyses,
            secondary=(),
            published="",
        )

    def _check_parts(self) -> None:
        check_each("population", self.population, Criterion, "start(...), keep(...) and drop(...)")
        for name in ("covariates", "described", "subgroups"):
            check_each(name, getattr(self, name), Variable, "covariate(...)")
        check_each("changes", self.changes, Change, "change(...)")
        check_each("visits", self.visits, Visits, "visits(...)")
        check_each("secondary", self.secondary, Endpoint, "endpoint(...)")
        check_analyses(self.analyses)
        if self.groups is not None:
            check_each("group_order", self.group_order, str, "names in quotes")

    def _check_groups(self) -> None:
        if self.groups is None:
            if self.group_order:
                raise wrong("group_order without groups: name the category in groups=.")
            return
        if not isinstance(self.groups, Node) or self.groups.kind != "category":
            raise wrong("groups must be a category such as exposure_before(index).")
        if not self.group_order:
            raise wrong("name the values of groups in group_order, the reference first.")
        check_categories("group_order", self.groups, self.group_order)

    def _check_outcome(self) -> None:
        if isinstance(self.outcome, Variable):
            if self.changes or self.competing:
                raise wrong("competing= and changes= need an outcome that is an event.")
            return
        dated = isinstance(self.outcome, Node) and self.outcome.kind == "date"
        if not isinstance(self.outcome, EventDate) and not (dated and self.outcome_label):
            raise wrong(
                "outcome must be an event such as first('hbsag_seroreversion'), another date with "
                "outcome_label=, or measured(...)."
            )
        if self.outcome_marker:
            check_marker(self.outcome_marker)
            if self.shown_by[0] != self.outcome_marker:
                raise wrong(f"outcome_marker of {self.outcome_name} must be {self.shown_by[0]!r}.")
        if not isinstance(self.follow_up, FollowUp):
            raise wrong("follow_up must be until(...).")
        for rival in self.competing:
            if not isinstance(rival, EventDate) and rival != PatientColumn("death_date"):
                raise wrong("competing= takes events such as first('hcc', after=index), and death.")

    def _check_variables(self) -> None:
        known: dict[str, Variable] = {}
        for variable in (*self.covariates, *self.described, *self.subgroups):
            if not variable.name or variable.name in RESERVED:
                raise wrong(f"{variable.label!r} cannot be the label of a covariate; say more.")
            if known.setdefault(variable.name, variable) != variable:
                raise wrong(f"two different covariates are called {variable.label!r}; rename one.")
        for one in self.changes:
            if not one.name or one.name in RESERVED or one.name in known:
                raise wrong(f"{one.label!r} cannot be the label of a change; rename it.")


def _gives(criterion: Criterion, day: Node) -> bool:
    """Whether everybody who stays has this day."""
    while isinstance(day, Shifted):  # a day that is known has a day so many weeks later
        day = day.day
    return criterion.action != "drop" and criterion.node in (day, Known(day))


def rival_label(rival: Node) -> str:
    """How a competing event is called."""
    return EVENT_LABELS[rival.event] if isinstance(rival, EventDate) else "death"
