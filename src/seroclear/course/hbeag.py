"""HBeAg: loss, seroconversion and reversion, among people who were seen positive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.losses import during, loss_periods
from seroclear.course.turns import of_whom, turns
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def hbeag_events(engine: Engine, findings: ir.Table) -> list[ir.Table]:
    """hbeag_loss (first negative after a positive) and hbeag_reversion (positive after a negative
    that followed a positive).

    Args:
        engine: where to compute.
        findings: of every marker.
    """
    decisive = findings.filter(
        findings.marker == "hbeag", findings.status.isin(["positive", "negative"])
    )
    found = turns(of_whom(decisive, "positive"))
    in_order = ibis.window(group_by="patient_id", order_by="date")
    known = engine.keep(found.mutate(positive_row=found.previous_row.lag().over(in_order)))
    # Turns alternate: a positive after a negative is a reversion if a positive was before that.
    loss = known.filter(known.status == "negative", known.previous_last.notnull())
    back = known.filter(known.status == "positive", known.positive_row.notnull())
    return [
        event(
            table,
            name,
            date=table.date,
            earliest=table.previous_last,
            evidence=rows,
        )
        for table, name, rows in (
            (loss, "hbeag_loss", [loss.previous_row, loss.source_row]),
            (back, "hbeag_reversion", [back.positive_row, back.previous_row, back.source_row]),
        )
    ]


def hbeag_seroconversion(findings: ir.Table, periods: ir.Table) -> ir.Table:
    """hbeag_seroconversion: the first anti-HBe from an HBeAg loss on, before any reversion.

    Args:
        findings: of every marker.
        periods: of `loss_periods`, of HBeAg.
    """
    antibody = findings.filter(findings.marker == "anti_hbe", findings.status == "positive")
    after = during(periods, antibody.select("patient_id", "date", "source_row"))
    first = after.group_by("patient_id", "loss", "loss_rows", "last_positive").agg(
        first=after.date.min(), antibody_row=after.source_row.argmin(after.date)
    )
    return event(
        first,
        "hbeag_seroconversion",
        date=first["first"],
        earliest=first.last_positive,
        evidence=[first.loss_rows, first.antibody_row],
    )


def derive(given: Inputs) -> Derived:
    """Loss, reversion and seroconversion."""
    events = [given.engine.keep(table) for table in hbeag_events(given.engine, given.found)]
    losses = loss_periods(ibis.union(*events), "hbeag")
    return Derived(event=[*events, hbeag_seroconversion(given.found, losses)])
