"""Who stays at each criterion, and the exact counts of each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.engine import Engine
from seroclear.study.cohort import Step
from seroclear.study.evaluate import Evaluator
from seroclear.study.nodes import Known
from seroclear.study.parts import Criterion, Variable
from seroclear.study.study import Study

if TYPE_CHECKING:
    import ibis.expr.types as ir


def flowchart(evaluator: Evaluator, study: Study) -> tuple[ir.Table, list[Step]]:
    """Those who pass every criterion (patient_id), and the counts of each line.

    Of an outcome that is measured, those of whom it is not known leave last.
    """
    criteria = list(study.population)
    if isinstance(study.outcome, Variable):
        label = f"{study.outcome_name}: known"
        criteria.append(Criterion("keep", label, Known(study.outcome.node)))
    people = evaluator.patient.select("patient_id")
    steps = [_everyone(evaluator.engine, people)]
    for criterion in criteria:
        people, step = _apply(evaluator, people, criterion)
        steps.append(step)
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
