"""Days on treatment: the treatment lines as stretches without the pauses inside a treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def treated_spans(regimen: ir.Table) -> ir.Table:
    """Treatment lines with the days that each covers.

    A day is on treatment from the day after a line's start (the sample of the first day shows what
    was there before) until its end; until the next line's start, when that follows within the gap
    that joins supplies; without end, when the line is still on at the end of the records. Whatever
    a line was given for, its agents act on HBV.

    Returns:
        patient_id, line_start, until (last day on treatment, null: still on),
        end_inferred, agents, has_na, has_ifn, line_row.
    """
    in_order = ibis.window(group_by="patient_id", order_by="start")
    following = regimen.start.lead().over(in_order)
    known = regimen.mutate(
        until=ibis.cases(
            (regimen.why_ended == "still on", ibis.null("date")),
            (regimen.why_ended == "stop", regimen.end),
            else_=following,
        )
    )
    return known.select(
        "patient_id",
        "until",
        "end_inferred",
        "agents",
        line_start="start",
        has_na=known.regimen_class.isin(["NA", "NA+IFN"]),
        has_ifn=known.regimen_class.isin(["IFN", "NA+IFN"]),
        line_row="source_row",
    )
