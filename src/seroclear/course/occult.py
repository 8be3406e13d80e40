"""Occult hepatitis B after a loss: HBV DNA in blood that holds no HBsAg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.event import event, later_day
from seroclear.course.losses import during
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir


def occult_viraemia(engine: Engine, findings: ir.Table, periods: ir.Table) -> ir.Table:
    """occult_viraemia: the first detectable HBV DNA of a loss that was found while HBsAg was shown
    to be negative: on the day of a negative, or between two with no positive between.

    After the last negative it is not known whether HBsAg had already come back; so `confirmed_on`
    is the day of the negative that follows.

    Source: the statement on occult infection (Taormina 2018) [M].

    Args:
        engine: where to compute.
        findings: of every marker.
        periods: of `loss_periods`.
    """
    dna = findings.filter(findings.marker == "hbv_dna").select(
        "patient_id", "date", "status", "source_row"
    )
    in_loss = engine.keep(during(periods, dna))
    seen = in_loss.filter(in_loss.status == "detectable").rename(dna_row="source_row")
    found = engine.keep(_between_negatives(seen, findings))
    first = found.group_by(
        "patient_id", "loss", "last_positive", "loss_rows", "loss_confirmed"
    ).agg(
        date=found.date.min(),
        dna_row=found.dna_row.argmin(found.date),
        before_row=found.before_row.argmin(found.date),
        after_row=found.after_row.argmin(found.date),
        after=found.after_day.argmin(found.date),
    )
    clear = in_loss.filter(in_loss.status == "undetectable").select(
        "patient_id", "loss", clear_on="date"
    )
    earlier = first.left_join(
        clear,
        [
            first.patient_id == clear.patient_id,
            first.loss == clear.loss,
            clear.clear_on < first.date,
        ],
    )
    last = earlier.group_by(*first.columns).agg(clear_on=earlier.clear_on.max())
    later = last.after > last.date
    return event(
        last,
        "occult_viraemia",
        date=last.date,
        earliest=last.clear_on.fill_null(last.last_positive),
        confirmed_on=later_day(
            ibis.greatest(last.after, last.loss_confirmed.fill_null(last.after)), last.date
        ),
        evidence=[
            last.loss_rows,
            last.before_row,
            last.dna_row,
            later.ifelse(last.after_row, ibis.null("string")),
        ],
    )


def _between_negatives(seen: ir.Table, findings: ir.Table) -> ir.Table:
    """Tests whose nearest HBsAg on both sides (or of the same day) is negative, with its rows."""
    hbsag = findings.filter(
        findings.marker == "hbsag", findings.status.isin(["positive", "negative"])
    ).select(hbsag_patient="patient_id", day="date", shown="status", row="source_row")
    pairs = seen.join(hbsag, seen.patient_id == hbsag.hbsag_patient)
    key = ("patient_id", "loss", "last_positive", "loss_rows", "loss_confirmed", "date", "dna_row")
    up_to, on_or_after = pairs.day <= pairs.date, pairs.day >= pairs.date
    nearest = pairs.group_by(*key).agg(
        before=pairs.shown.argmax(pairs.day, where=up_to),
        before_row=pairs.row.argmax(pairs.day, where=up_to),
        after=pairs.shown.argmin(pairs.day, where=on_or_after),
        after_row=pairs.row.argmin(pairs.day, where=on_or_after),
        after_day=pairs.day.min(where=on_or_after),
    )
    return nearest.filter(nearest.before == "negative", nearest.after == "negative")
