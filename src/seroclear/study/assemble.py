"""From a study and a course to a cohort: the flowchart, then one row a patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seroclear.course.course import Course
from seroclear.engine import Engine
from seroclear.study.cohort import CENSORED, OUTCOME, Cohort, Columns, Covariate
from seroclear.study.evaluate import Evaluator, course_rows
from seroclear.study.flowchart import Flow, known_outcome, of_everyone
from seroclear.study.follow_up import dates, days_of, no_times, times, with_evidence
from seroclear.study.long import intervals, repeated
from seroclear.study.nodes import Node
from seroclear.study.parts import Variable
from seroclear.study.study import Study


def assemble(
    study: Study, name: str, course: Course, engine: Engine, before: Evaluator | None = None
) -> Cohort:
    """The cohort of a study under one definition.

    Args:
        study: the study.
        name: its name, for the rows of results.
        course: the courses to ask.
        engine: where to compute.
        before: of the same study under another definition, to share what is the same.
    """
    rows = course_rows(engine, course, before.rows if before else None)
    return next(cohorts(study, name, Evaluator(engine, course, rows, before=before)))


def cohorts(study: Study, name: str, evaluator: Evaluator) -> Iterator[Cohort]:
    """The cohort of a study, then that of each of its further outcomes."""
    flow = of_everyone(evaluator).narrowed(evaluator, study.population)
    yield _cohort(study, name, evaluator, flow)
    for other in study.secondary:
        among = flow.through(evaluator, other.among)
        yield _cohort(study.with_endpoint(other), name, evaluator, among)


def _cohort(study: Study, name: str, evaluator: Evaluator, flow: Flow) -> Cohort:
    """The cohort of one outcome, of those who met every criterion."""
    engine = evaluator.engine
    flow = flow.through(evaluator, known_outcome(study))
    variables = {v.name: v for v in (*study.covariates, *study.described, *study.subgroups)}
    wanted: dict[str, Node] = {
        **dates(study),
        **({"group": study.groups} if study.groups is not None else {}),
        **({"measured": study.outcome.node} if isinstance(study.outcome, Variable) else {}),
        **{f"said_{key}": variable.node for key, variable in variables.items()},
    }
    wide = flow.people
    for column, node in wanted.items():
        values = evaluator.value(node)
        named = values.select("patient_id", **{column: values.value})
        wide = wide.left_join(named, "patient_id").drop("patient_id_right")
    wide = engine.keep(with_evidence(wide, evaluator, study))
    table = engine.fetch(wide.order_by("patient_id"))
    columns = _columns(table, study)
    for key, variable in variables.items():
        columns[key] = _values(table[f"said_{key}"].to_pylist(), variable)
    visits = None
    if study.visits:
        ends = [column for column in ("end",) if column in wide.columns]
        row_of = {patient: row for row, patient in enumerate(columns["patient_id"])}
        days = wide.select("patient_id", "index", *ends)
        visits = repeated(days, evaluator, study.visits, row_of)
    return Cohort(
        study=name,
        outcome=study.outcome_name,
        definition=evaluator.course.definition.name,
        groups=tuple(study.group_order),
        covariates=tuple(map(_describe, study.covariates)),
        described=tuple(map(_describe, study.described)),
        subgroups=tuple(map(_describe, study.subgroups)),
        columns=columns,
        steps=flow.steps,
        kind=_kind(study),
        levels=study.outcome.levels if isinstance(study.outcome, Variable) else (),
        changes=tuple(Covariate(c.name, c.label, "category", ("no", "yes")) for c in study.changes),
        intervals=intervals(table, study.changes, columns) if study.changes else None,
        measures=tuple(one.label for one in study.visits),
        visits=visits,
    )


def _columns(table: Any, study: Study) -> Columns:
    """The columns that every cohort has."""
    persons = len(table)
    columns: Columns = {
        "patient_id": np.asarray(table["patient_id"].to_pylist(), dtype=object),
        "index": days_of(table, "index").astype("int64").astype("datetime64[D]"),
        "group": np.full(persons, "", dtype=object),
    }
    if study.groups is not None:
        columns["group"] = np.asarray(table["group"].to_pylist(), dtype=object)
    if not isinstance(study.outcome, Variable):
        return columns | times(table, study)
    columns |= no_times(persons)
    columns["outcome"] = _values(table["measured"].to_pylist(), study.outcome)
    if study.outcome.levels:
        seen = columns["outcome"] == study.outcome.levels[1]
        columns["event"] = np.where(seen, OUTCOME, CENSORED).astype(int)
    return columns


def _kind(study: Study) -> Any:
    if not isinstance(study.outcome, Variable):
        return "time"
    return "category" if study.outcome.levels else "number"


def _describe(variable: Variable) -> Covariate:
    kind = "number" if variable.node.kind == "number" else "category"
    return Covariate(variable.name, variable.label, kind, variable.levels)  # type: ignore[arg-type]


def _values(values: list[Any], variable: Variable) -> NDArray[Any]:
    if variable.node.kind == "number":
        return np.asarray([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    if variable.node.kind == "flag":
        words = ["" if v is None else ("yes" if v else "no") for v in values]
        return np.asarray(words, dtype=object)
    return np.asarray(["" if v is None else v for v in values], dtype=object)
