"""Values of the words that ask the course and the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.first import first_rows
from seroclear.study import course_nodes as c
from seroclear.study.evaluator import Evaluator, answer

if TYPE_CHECKING:
    import ibis.expr.types as ir


@answer.register(c.EventDate)
def _event_date(node: c.EventDate, ask: Evaluator) -> ir.Table:
    events = ask.between(ask.events(node.event), node.after, node.before)
    day = events.date.min() if node.which == "first" else events.date.max()
    return events.group_by("patient_id").agg(value=day)


@answer.register(c.Ever)
def _ever(node: c.Ever, ask: Evaluator) -> ir.Table:
    return ask.flag(ask.between(ask.events(*node.events), node.after, node.before))


@answer.register(c.Diagnosed)
def _diagnosed(node: c.Diagnosed, ask: Evaluator) -> ir.Table:
    codes = ask.condition.filter(ask.condition.condition == node.condition)
    return ask.flag(ask.between(codes, node.after, node.before))


@answer.register(c.Mutated)
def _mutated(node: c.Mutated, ask: Evaluator) -> ir.Table:
    found = ask.mutation.filter(ask.mutation.mutation.isin(node.mutations))
    return ask.flag(ask.between(found.rename(date="taken_at"), node.after, node.before))


@answer.register(c.Sequenced)
def _sequenced(node: c.Sequenced, ask: Evaluator) -> ir.Table:
    found = ask.between(ask.mutation.rename(date="taken_at"), node.after, node.before)
    day = found.date.min() if node.which == "first" else found.date.max()
    return found.group_by("patient_id").agg(value=day)


@answer.register(c.EverFound)
def _ever_found(node: c.EverFound, ask: Evaluator) -> ir.Table:
    return ask.flag(ask.ever_found(node.marker, node.status))


@answer.register(c.CountTests)
def _count_tests(node: c.CountTests, ask: Evaluator) -> ir.Table:
    tests = ask.between(ask.decisive(node.marker), node.after, node.before)
    counted = tests.group_by("patient_id").agg(n=tests.count())
    joined = ask.patient.select("patient_id").left_join(counted, "patient_id")
    return joined.select("patient_id", value=joined.n.fill_null(0).cast("float64"))


@answer.register(c.LastTest)
def _last_test(node: c.LastTest, ask: Evaluator) -> ir.Table:
    tests = ask.decisive(node.marker)
    return tests.group_by("patient_id").agg(value=tests.date.max())


@answer.register(c.StatusAt)
def _status_at(node: c.StatusAt, ask: Evaluator) -> ir.Table:
    found = ask.placed(ask.decisive(node.marker), node.day, node.within, node.where)
    return found.select("patient_id", value=found.status)


@answer.register(c.ValueAt)
def _value_at(node: c.ValueAt, ask: Evaluator) -> ir.Table:
    found = ask.numbers(node.marker)
    number = (found.comparator == "=").fill_null(False).ifelse(found.value, ibis.null("float64"))
    if node.negative_as is not None:
        negative = found.status.isin(["negative", "undetectable"]).fill_null(False)
        number = negative.ifelse(float(node.negative_as), number)
    known = found.select("patient_id", "date", number=number)
    near = ask.placed(known.filter(known.number.notnull()), node.day, node.within, node.where)
    return near.select("patient_id", value=near.number)


@answer.register(c.StateOn)
def _state_on(node: c.StateOn, ask: Evaluator) -> ir.Table:
    states = ask.states(node.marker).join(ask.day(node.day, "day"), "patient_id")
    on = states.filter(states.start <= states.day, states.end >= states.day)
    # States of one marker do not overlap; if they did, the later one would have replaced it.
    latest = first_rows(on, "patient_id", [on.start.desc(), on.state])
    return latest.select("patient_id", value=latest.state)
