"""When a rule on adjusting treatment applied: its inputs were in the records.

The rules are rows of rules/adjustment.csv, after the 2019 consensus on patients on drugs that are
not first-line (Chin J Hepatol 2019;27:343) [M]. An event names the options that the rule names; it
is not advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.first import first_rows
from seroclear.course.first_line import holds
from seroclear.course.rules import read_rules
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

SOURCE = "consensus, Chin J Hepatol 2019;27:343 [M]"
POOR_RESPONSE = ("low_level_viraemia", "partial_virological_response")


def adjustment_events(given: Inputs) -> ir.Table:
    """adjustment_rule: the first day of each treatment line on which each row of the rules applied.

    Args:
        given: reads laboratory, treatment and viraemia; exposure.gap of the definition.
    """
    rules = read_rules("adjustment.csv")
    named = {agents for rule in rules for agents in rule["agents"].split("|")}
    lines = _lines(given)
    lines = given.engine.keep(lines.filter(lines.agents.isin(sorted(named))))
    signs = given.engine.keep(_signs(given).semi_join(lines, "patient_id"))
    applied = []
    for rule in rules:
        mine = lines.filter(lines.agents.isin(rule["agents"].split("|")))
        if rule["lamivudine_before"]:
            mine = mine.filter(mine.lamivudine_before == (rule["lamivudine_before"] == "yes"))
        shown = signs.filter(signs.sign == rule["dna"])
        joined = mine.join(shown, "patient_id")
        on = joined.filter(joined.date > joined.start, joined.date <= joined.on_until)
        first = first_rows(on, ["patient_id", "line"], [on.date, on.said])
        before = {"yes": " after LAM or LDT", "no": ", no LAM or LDT before"}
        known = before.get(rule["lamivudine_before"], "")
        words = ibis.literal(f"rule ({rule['rule']}): on ") + first.agents + f"{known}, HBV DNA "
        words = words + first.said + " on " + first.date.cast("string")
        words = words + f"; named options: {rule['options']}; source: {SOURCE}"
        applied.append(first.select("patient_id", "date", "line_row", "source_row", words=words))
    every = ibis.union(*applied)
    return event(
        every,
        "adjustment_rule",
        date=every.date,
        evidence=[every.line_row, every.source_row],
        detail=every.words,
    )


def _lines(given: Inputs) -> ir.Table:
    """Lines for hepatitis B, with whether lamivudine or telbivudine was taken in an earlier one."""
    lines = given.regimen.filter(given.regimen.purpose == "hepatitis B")
    before = ibis.window(group_by="patient_id", order_by="line", preceding=(None, 1))
    following = lines.start.lead().over(ibis.window(group_by="patient_id", order_by="line"))
    after = days_after(lines.end, given.rules["exposure.gap"])
    until = (lines.why_ended == "still on").ifelse(after, lines.end)
    taken = holds(lines.agents, "LAM") | holds(lines.agents, "LDT")
    return lines.select(
        "patient_id",
        "line",
        "agents",
        "start",
        line_row="source_row",
        on_until=ibis.least(until, days_after(following, -1).fill_null(until)),
        lamivudine_before=(taken.cast("int64").max().over(before) == 1).fill_null(False),
    )


def _signs(given: Inputs) -> ir.Table:
    """What HBV DNA showed on a day, under the names of the rules: patient_id, date, sign, said (in
    words), source_row."""
    dna = given.found.filter(
        given.found.marker == "hbv_dna", given.found.status.isin(["detectable", "undetectable"])
    )
    plain = dna.select("patient_id", "date", sign="status", said="status", source_row="source_row")
    poor = given.events("viraemia", *POOR_RESPONSE)
    named = (poor.event == "low_level_viraemia").ifelse("low-level", "partial response")
    poor = poor.select(
        "patient_id",
        "date",
        sign=ibis.literal("low-level or partial response"),
        said=named,
        source_row="evidence",
    )
    return ibis.union(plain, plain.mutate(sign=ibis.literal("known")), poor)


def derive(given: Inputs) -> Derived:
    """Each rule on adjusting treatment, where it applied."""
    return Derived(event=[adjustment_events(given)])
