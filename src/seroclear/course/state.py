"""States: what is true on any day, from the events and regimens that began and ended it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir


def hbsag_state(findings: ir.Table, chain: ir.Table) -> ir.Table:
    """HBsAg 'positive' or 'lost' between the events of the chain; ends with the last HBsAg test.

    Args:
        findings: of every marker.
        chain: events hbsag_loss and hbsag_seroreversion.
    """
    tests = findings.filter(findings.marker == "hbsag")
    last = tests.group_by("patient_id").agg(last_test=tests.date.max())
    positive = tests.filter(tests.status == "positive")
    begin = (
        positive.group_by("patient_id")
        .agg(start=positive.date.min())
        .mutate(state=ibis.literal("positive"))
    )
    changes = chain.select(
        "patient_id",
        start="date",
        state=(chain.event == "hbsag_loss").ifelse("lost", "positive"),
    )
    starts = ibis.union(begin.select("patient_id", "start", "state"), changes)
    following = starts.start.lead().over(ibis.window(group_by="patient_id", order_by="start"))
    dated = starts.mutate(until=days_after(following, -1)).join(last, "patient_id")
    return dated.select(
        "patient_id",
        marker=ibis.literal("hbsag"),
        state="state",
        start="start",
        end=ibis.coalesce(dated.until, dated.last_test),
    )


def treatment_state(regimen: ir.Table) -> ir.Table:
    """What a patient was taking, as regimens say."""
    return regimen.select(
        "patient_id", marker=ibis.literal("treatment"), state="agents", start="start", end="end"
    )
