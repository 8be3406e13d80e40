"""Who stays at each criterion, and the exact counts of each line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seroclear.engine import Engine
from seroclear.study.cohort import Step
from seroclear.study.combined_nodes import Known
from seroclear.study.evaluate import Evaluator
from seroclear.study.parts import Criterion, Variable
from seroclear.study.study import Study

if TYPE_CHECKING:
    import ibis.expr.types as ir


FEW = 0.25  # so small a part of the people is worth reading apart from the others


@dataclass(frozen=True, slots=True)
class Flow:
    """Those who passed some criteria (patient_id), and the counts of each line."""

    people: ir.Table
    steps: tuple[Step, ...]

    def through(self, evaluator: Evaluator, criteria: Iterable[Criterion]) -> Flow:
        """Those who pass these criteria too."""
        people, steps = self.people, [*self.steps]
        for criterion in criteria:
            people, step = _apply(evaluator, people, criterion)
            steps.append(step)
        return Flow(people, tuple(steps))

    def narrowed(self, evaluator: Evaluator, criteria: Iterable[Criterion]) -> Flow:
        """Those who pass these criteria too; from here on nobody else is asked about."""
        flow, among = self, self.steps[-1].kept
        for criterion in criteria:
            flow = flow.through(evaluator, [criterion])
            kept = flow.steps[-1].kept
            if kept < among * FEW:
                evaluator.narrow(flow.people)
                among = kept
        return flow


def of_everyone(evaluator: Evaluator) -> Flow:
    """Everyone in the records.

    Raises:
        ValueError: the evaluator has been asked about some of them only, by another study.
    """
    if evaluator.rows.narrowed:
        raise ValueError("an Evaluator answers one study: make another for the next")
    people = evaluator.patient.select("patient_id")
    return Flow(people, (_everyone(evaluator.engine, people),))


def known_outcome(study: Study) -> list[Criterion]:
    """Of an outcome that is measured, those of whom it is not known leave last."""
    if not isinstance(study.outcome, Variable):
        return []
    return [Criterion("keep", f"{study.outcome_name}: known", Known(study.outcome.node))]


def _everyone(engine: Engine, people: ir.Table) -> Step:
    total = int(engine.fetch(people.agg(total=people.count()))["total"][0].as_py())
    return Step("start", "Everyone in the records", total, total, 0, 0)


def _apply(evaluator: Evaluator, people: ir.Table, criterion: Criterion) -> tuple[ir.Table, Step]:
    """Those of some people of whom a criterion is true, judged once for all definitions."""
    values = evaluator.value(criterion.node)
    asked = (people.op(), values.op(), criterion)
    if asked not in evaluator.judged:
        evaluator.judged[asked] = _judge(evaluator, people, criterion, values)
    found: tuple[ir.Table, Step] = evaluator.judged[asked]
    return found


def _judge(
    evaluator: Evaluator, people: ir.Table, criterion: Criterion, values: ir.Table
) -> tuple[ir.Table, Step]:
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
