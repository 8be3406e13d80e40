"""From a study and a course to a cohort: the flowchart, then one row a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from seroclear.course.catalogue import EVENT_LABELS, SHOWN_BY
from seroclear.course.course import Course
from seroclear.course.derivation import Derivation
from seroclear.engine import Engine
from seroclear.study.cohort import CENSORED, OUTCOME, Cohort, Covariate, Step
from seroclear.study.evaluate import DAYS_A_YEAR, Evaluator
from seroclear.study.nodes import EventDate, LastTest, Node, PatientColumn
from seroclear.study.parts import Criterion, Study, Variable

FEW = 0.25  # so small a part of the people is worth reading apart from the others

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray


def assemble(
    study: Study, name: str, course: Course, engine: Engine, rows: Derivation | None = None
) -> Cohort:
    """The cohort of a study under one definition.

    Args:
        study: the study.
        name: its name, for the rows of results.
        course: the courses to ask.
        engine: where to compute.
        rows: of the courses; see Evaluator.
    """
    evaluator = Evaluator(engine, course, rows)
    people, steps = _flowchart(evaluator, study)
    said = (*study.covariates, *study.described, *study.subgroups)
    variables = {variable.name: variable for variable in said}
    wanted: dict[str, Node] = {
        "index": study.time_zero,
        "group": study.groups,
        "death": PatientColumn("death_date"),
        "contact": PatientColumn("observed_to"),
        **{f"end_{number}": node for number, node in enumerate(study.follow_up.ends)},
        **{f"said_{name}": variable.node for name, variable in variables.items()},
    }
    wide = people
    for column, node in wanted.items():
        values = evaluator.value(node)
        wide = wide.left_join(
            values.select("patient_id", **{column: values.value}), "patient_id"
        ).drop("patient_id_right")
    wide = _with_bounds(wide, evaluator, study)
    wide = _with_tests(evaluator.engine.keep(wide), evaluator, study)
    table = engine.fetch(wide.order_by("patient_id"))
    columns = _times(table, study)
    for key, variable in variables.items():
        columns[key] = _covariate_values(table[f"said_{key}"].to_pylist(), variable)
    return Cohort(
        study=name,
        outcome=EVENT_LABELS[study.outcome.event],
        definition=course.definition.name,
        groups=tuple(study.group_order),
        covariates=tuple(map(_describe, study.covariates)),
        described=tuple(map(_describe, study.described)),
        subgroups=tuple(map(_describe, study.subgroups)),
        columns=columns,
        steps=tuple(steps),
    )


def _flowchart(evaluator: Evaluator, study: Study) -> tuple[ir.Table, list[Step]]:
    """Those who pass every criterion, and the exact counts of each line."""
    people = evaluator.patient.select("patient_id")
    steps = [_everyone(evaluator.engine, people)]
    among = steps[0].entered
    for criterion in study.population:
        people, step = _apply(evaluator, people, criterion)
        steps.append(step)
        if step.kept < among * FEW:
            evaluator.narrow(people)
            among = step.kept
    return people, steps


def _everyone(engine: Engine, people: ir.Table) -> Step:
    total = int(engine.fetch(people.agg(total=people.count()))["total"][0].as_py())
    return Step("start", "Everyone in the records", total, total, 0, 0)


def _apply(evaluator: Evaluator, people: ir.Table, criterion: Criterion) -> tuple[ir.Table, Step]:
    values = evaluator.value(criterion.node)
    said = values.value.notnull() if criterion.node.kind == "date" else values.value
    named = values.select("patient_id", said=said)
    joined = people.left_join(named, "patient_id").drop("patient_id_right")
    if criterion.node.kind == "date":  # no such day is an answer, not an unknown
        joined = joined.mutate(said=joined.said.fill_null(False))
    unknown = joined.said.isnull()
    keeps = ~joined.said if criterion.action == "drop" else joined.said
    judged = evaluator.engine.keep(
        joined.select("patient_id", kept=keeps.fill_null(False), unknown=unknown)
    )
    counts = judged.agg(
        entered=judged.count(), kept=judged.kept.sum(), unknown=judged.unknown.sum()
    )
    row = evaluator.engine.fetch(counts).to_pylist()[0]
    entered, kept = int(row["entered"]), int(row["kept"] or 0)
    unknown_count = int(row["unknown"] or 0)
    step = Step(criterion.action, criterion.label, entered, kept, entered - kept, unknown_count)
    return judged.filter(judged.kept).select("patient_id"), step


def _with_bounds(wide: ir.Table, evaluator: Evaluator, study: Study) -> ir.Table:
    """Adds the outcome's date and last evidence against it, and the same for time zero."""
    for prefix, node in (("outcome", study.outcome), ("index", study.time_zero)):
        if not isinstance(node, EventDate):
            wide = wide.mutate(**{f"{prefix}_earliest": ibis.null("date")})
            continue
        dates = evaluator.value(node)
        events = evaluator.events(node.event)
        matched = events.join(
            dates.select("patient_id", chosen=dates.value),
            ["patient_id", events.date == dates.value],
        )
        found = matched.group_by("patient_id").agg(
            **{f"{prefix}_date": matched.date.min(), f"{prefix}_earliest": matched.earliest.min()}
        )
        wide = wide.left_join(found, "patient_id").drop("patient_id_right")
    return wide


def _with_tests(wide: ir.Table, evaluator: Evaluator, study: Study) -> ir.Table:
    """Adds the end of follow-up and, from time zero to it, the outcome's tests: how many after time
    zero, and the last that speaks against the outcome."""
    index = wide["index"]
    ends = [wide[f"end_{number}"] for number in range(len(study.follow_up.ends))]
    wide = wide.mutate(end=ibis.greatest(ibis.coalesce(ibis.least(*ends), index), index))
    tests = evaluator.decisive(study.outcome_marker).join(
        wide.select("patient_id", "index", "end"), "patient_id"
    )
    within = tests.filter(tests.date >= tests["index"], tests.date <= tests["end"])
    _, shown = SHOWN_BY.get(study.outcome.event, ("", ""))
    found = within.group_by("patient_id").agg(
        tests_after=(within.date > within["index"]).sum(),
        last_against=within.date.max(where=within.status != shown),
    )
    return wide.left_join(found, "patient_id").drop("patient_id_right")


def _days(table: Any, column: str) -> NDArray[np.float64]:
    """A date column as days since 1970, nan where unknown."""
    array = table[column].combine_chunks().cast("int32", safe=False)
    return np.asarray(array.cast("float64").to_numpy(zero_copy_only=False), dtype=np.float64)


def _times(table: Any, study: Study) -> dict[str, NDArray[Any]]:
    """Times in years from time zero; see Cohort for their meaning."""
    index, end = _days(table, "index"), _days(table, "end")
    outcome, earliest = _days(table, "outcome_date"), _days(table, "outcome_earliest")
    happened = ~np.isnan(outcome) & (outcome <= end)
    stop = np.where(happened, outcome, end)
    lower = np.fmax(np.where(happened, earliest, _days(table, "last_against")), index)
    # Somebody may be seen beyond the last test, but not beyond another end, such as a transplant.
    others = [
        _days(table, f"end_{number}")
        for number, node in enumerate(study.follow_up.ends)
        if not isinstance(node, LastTest)
    ]
    bound = np.fmax(np.fmin.reduce([np.full_like(index, np.inf), *others]), stop)
    death, contact = _days(table, "death"), _days(table, "contact")
    died = ~happened & (death <= bound)  # false where the date of death is not known
    # A sample may be dated after the death by some days: nobody is followed for less than no time.
    seen_to = np.where(died, np.fmax(death, stop), np.fmin(np.fmax(contact, stop), bound))

    def years(days: NDArray[np.float64]) -> NDArray[np.float64]:
        return (days - index) / DAYS_A_YEAR

    index_earliest = _days(table, "index_earliest")
    return {
        "patient_id": np.asarray(table["patient_id"].to_pylist(), dtype=object),
        "index": index.astype("int64").astype("datetime64[D]"),
        "group": np.asarray(table["group"].to_pylist(), dtype=object),
        "time": years(stop),
        "event": np.where(happened, OUTCOME, CENSORED).astype(np.int64),
        "lower": years(lower),
        "upper": np.where(happened, years(outcome), np.inf),
        "index_lower": np.where(np.isnan(index_earliest), -np.inf, years(index_earliest)),
        "retested": np.nan_to_num(np.asarray(table["tests_after"].to_pylist(), dtype=float)) > 0,
        "contact": years(seen_to),
        "died": died,
    }


def _describe(variable: Variable) -> Covariate:
    kind = "number" if variable.node.kind == "number" else "category"
    return Covariate(variable.name, variable.label, kind, variable.levels)  # type: ignore[arg-type]


def _covariate_values(values: list[Any], variable: Variable) -> NDArray[Any]:
    if variable.node.kind == "number":
        return np.asarray([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    if variable.node.kind == "flag":
        words = ["" if v is None else ("yes" if v else "no") for v in values]
        return np.asarray(words, dtype=object)
    return np.asarray(["" if v is None else v for v in values], dtype=object)
