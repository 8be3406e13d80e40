"""Whether a treatment line is first-line: every agent of it is, none is, or some are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.records.vocabulary import read_csv

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

ONLY_IN_CHINA = "TMF"  # tenofovir amibufenamide


def holds(agents: ir.StringValue, agent: str) -> ir.BooleanValue:
    """Whether a line's agents ('ETV+TDF') hold this one."""
    return (ibis.literal("+") + agents + "+").contains(f"+{agent}+")


def first_line_state(regimen: ir.Table, definition: Definition) -> ir.Table:
    """States of marker first_line over the lines given for hepatitis B.

    'first-line', 'non-first-line', 'mixed' (some agents are), or 'unknown' (an agent whose kind
    the records do not tell, such as tenofovir without its salt). Source: column first_line of the
    vocabulary's drugs.

    Args:
        regimen: treatment lines.
        definition: topic first_line.
    """
    lines = regimen.filter(regimen.purpose == "hepatitis B")
    kinds = {row["agent"]: row["first_line"] for row in read_csv("drugs.csv")}
    kinds[ONLY_IN_CHINA] = "yes" if definition["first_line.tmf"] else "no"
    any_of = {
        kind: ibis.or_(*[holds(lines.agents, agent) for agent in kinds if kinds[agent] == kind])
        for kind in ("yes", "no", "")
    }
    state = ibis.cases(
        (any_of[""], "unknown"),
        (any_of["yes"] & any_of["no"], "mixed"),
        (any_of["yes"], "first-line"),
        else_="non-first-line",
    )
    return lines.select(
        "patient_id", marker=ibis.literal("first_line"), state=state, start="start", end="end"
    )


def derive(given: Inputs) -> Derived:
    """Whether each line is first-line."""
    return Derived(state=[first_line_state(given.regimen, given.rules)])
