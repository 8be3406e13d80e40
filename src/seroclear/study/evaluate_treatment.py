"""Values of the words about what a patient was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.first import first_rows
from seroclear.course.first_line import holds
from seroclear.engine import days_after
from seroclear.study import treatment_nodes as t
from seroclear.study.evaluator import Evaluator, answer
from seroclear.study.nodes import Node

if TYPE_CHECKING:
    import ibis.expr.types as ir

LINES_WITH = {"NA": ("NA", "NA+IFN"), "IFN": ("IFN", "NA+IFN")}


@answer.register(t.ExposureBefore)
def _exposure_before(node: t.ExposureBefore, ask: Evaluator) -> ir.Table:
    lines = ask.between(ask.regimen.rename(date="start"), None, node.day)
    taken = lines.group_by("patient_id").agg(
        na=lines.regimen_class.isin(["NA", "NA+IFN"]).max(),
        ifn=lines.regimen_class.isin(["IFN", "NA+IFN"]).max(),
    )
    joined = ask.value(node.day).select("patient_id").left_join(taken, "patient_id")
    kind = ibis.cases(
        (joined.na & joined.ifn, "NA and IFN"),
        (joined.na, "NA"),
        (joined.ifn, "IFN"),
        else_="none",
    )
    return joined.select("patient_id", value=kind)


def _covering(day: Node, ask: Evaluator) -> ir.Table:
    """Treatment lines that cover a patient's day; lines do not overlap."""
    lines = ask.regimen.join(ask.day(day, "day"), "patient_id")
    covering = lines.filter(lines.start <= lines.day, lines.end >= lines.day)
    return first_rows(covering, "patient_id", [covering.start.desc(), covering.line])


def _on_the_day(day: Node, ask: Evaluator, column: str) -> ir.Table:
    covering = _covering(day, ask)
    found = covering.select("patient_id", said=covering[column])
    joined = ask.value(day).select("patient_id").left_join(found, "patient_id")
    return joined.select("patient_id", value=joined.said.fill_null(t.NO_TREATMENT))


@answer.register(t.OnTreatment)
def _on_treatment(node: t.OnTreatment, ask: Evaluator) -> ir.Table:
    found = _on_the_day(node.day, ask, "agents")
    return found.mutate(value=(found.value == t.NO_TREATMENT).ifelse("off", "on"))


@answer.register(t.Treatment)
def _treatment(node: t.Treatment, ask: Evaluator) -> ir.Table:
    return _on_the_day(node.day, ask, "agents")


@answer.register(t.TreatmentClass)
def _treatment_class(node: t.TreatmentClass, ask: Evaluator) -> ir.Table:
    return _on_the_day(node.day, ask, "regimen_class")


@answer.register(t.TreatmentStart)
def _treatment_start(node: t.TreatmentStart, ask: Evaluator) -> ir.Table:
    return ask.regimen.group_by("patient_id").agg(value=ask.regimen.start.min())


@answer.register(t.LineEdge)
def _line_edge(node: t.LineEdge, ask: Evaluator) -> ir.Table:
    lines = ask.regimen
    if node.what in LINES_WITH:
        lines = lines.filter(lines.regimen_class.isin(LINES_WITH[node.what]))
    else:
        lines = lines.filter(holds(lines.agents, node.what))
    if node.edge == "stop":
        lines = lines.filter(lines.why_ended == "stop")
    dated = lines.select("patient_id", date="start" if node.edge == "start" else "end")
    found = ask.between(dated, node.after, node.before)
    day = found.date.min() if node.which == "first" else found.date.max()
    return found.group_by("patient_id").agg(value=day)


@answer.register(t.LineEnd)
def _line_end(node: t.LineEnd, ask: Evaluator) -> ir.Table:
    covering = _covering(node.day, ask)
    ended = covering.filter(covering.why_ended != "still on")
    return ended.select("patient_id", value=ended.end)


@answer.register(t.DosesBefore)
def _doses_before(node: t.DosesBefore, ask: Evaluator) -> ir.Table:
    doses = ask.exposure.filter(ask.exposure.drug_class == node.drug_class)
    near = doses.join(ask.day(node.day, "day"), "patient_id")
    since = days_after(near.day, -node.within)
    return ask.flag(near.filter(near.start <= near.day, near.end >= since))
