"""Values of the words that are made of other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.engine import days_after, days_between
from seroclear.study import combined_nodes as m
from seroclear.study import nodes as n
from seroclear.study.checks import wrong
from seroclear.study.evaluator import Evaluator, answer

if TYPE_CHECKING:
    import ibis.expr.types as ir


@answer.register(n.PatientColumn)
def _patient_column(node: n.PatientColumn, ask: Evaluator) -> ir.Table:
    return ask.patient.select("patient_id", value=ask.patient[node.column])


@answer.register(n.OneOf)
def _one_of(node: n.OneOf, ask: Evaluator) -> ir.Table:
    inner = ask.value(node.node)
    # Not the bare IN: Spark cannot read the (value IN (...) IS NOT NULL) that Ibis writes.
    return inner.select("patient_id", value=inner.value.isin(node.values).ifelse(True, False))


@answer.register(n.Compare)
def _compare(node: n.Compare, ask: Evaluator) -> ir.Table:
    inner = ask.value(node.node)
    test = {
        "<": inner.value < node.other,
        "<=": inner.value <= node.other,
        ">": inner.value > node.other,
        ">=": inner.value >= node.other,
    }[node.sign]
    return inner.select("patient_id", value=test)


@answer.register(n.Both)
def _both(node: n.Both, ask: Evaluator) -> ir.Table:
    wide = ask.side_by_side(node.left, node.right)
    value = wide.v0 & wide.v1 if node.how == "and" else wide.v0 | wide.v1
    return wide.select("patient_id", value=value)


@answer.register(n.Not)
def _not(node: n.Not, ask: Evaluator) -> ir.Table:
    inner = ask.value(node.node)
    # Not ~: Ibis writes NOT (value) IS NOT NULL where that is asked, and databases read it as
    # NOT (value IS NOT NULL).
    return inner.select("patient_id", value=inner.value.ifelse(False, True))


@answer.register(m.Known)
def _known(node: m.Known, ask: Evaluator) -> ir.Table:
    return ask.flag(ask.value(node.node))


@answer.register(n.Shifted)
def _shifted(node: n.Shifted, ask: Evaluator) -> ir.Table:
    inner = ask.value(node.day)
    return inner.select("patient_id", value=days_after(inner.value, node.days))


@answer.register(m.Extreme)
def _extreme(node: m.Extreme, ask: Evaluator) -> ir.Table:
    wide = ask.side_by_side(*node.days)
    days = [wide[f"v{number}"] for number in range(len(node.days))]
    value = days[0]
    for other in days[1:]:
        # Whether one null makes the smaller of two null depends on the engine.
        one, two = value.fill_null(other), other.fill_null(value)
        value = ibis.least(one, two) if node.which == "earliest" else ibis.greatest(one, two)
    return wide.select("patient_id", value=value)


@answer.register(m.TimeBetween)
def _time_between(node: m.TimeBetween, ask: Evaluator) -> ir.Table:
    both = ask.day(node.start, "day_from").join(ask.day(node.end, "day_to"), "patient_id")
    time = days_between(both.day_from, both.day_to) / node.unit
    return both.select("patient_id", value=time)


@answer.register(n.Difference)
def _difference(node: n.Difference, ask: Evaluator) -> ir.Table:
    wide = ask.side_by_side(node.left, node.right)
    return wide.select("patient_id", value=wide.v0 - wide.v1)


@answer.register(m.Log10)
def _log10(node: m.Log10, ask: Evaluator) -> ir.Table:
    inner = ask.value(node.node)
    positive = inner.filter(inner.value > 0)
    return positive.select("patient_id", value=positive.value.log10())


@answer.register(m.Bands)
def _bands(node: m.Bands, ask: Evaluator) -> ir.Table:
    inner = ask.value(node.node)
    below = [(inner.value < cut, name) for cut, name in zip(node.cuts, node.names, strict=False)]
    return inner.select("patient_id", value=ibis.cases(*below, else_=node.names[-1]))


@answer.register(m.Category)
def _category(node: m.Category, ask: Evaluator) -> ir.Table:
    wide = ask.side_by_side(*node.flags)
    unknown = ibis.null("string")
    cases = []
    for number, name in enumerate(node.names):
        flag = wide[f"v{number}"]
        cases += [(flag.isnull(), unknown), (flag, ibis.literal(name))]
    otherwise = ibis.literal(node.otherwise) if node.otherwise else unknown
    return wide.select("patient_id", value=ibis.cases(*cases, else_=otherwise))


@answer.register(m.Relative)
def _relative(node: m.Relative, ask: Evaluator) -> ir.Table:
    if node.who == "mother":
        return ask.mothers.value(node.node)
    if ask.children is None:
        raise wrong("child() stands only inside mother(...).")
    # Of children without a mother on record nothing is said here.
    return ask.children.value(node.node).semi_join(ask.patient, "patient_id")
