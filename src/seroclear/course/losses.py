"""Losses of HBsAg or HBeAg as stretches of time: from each loss until the antigen is back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def loss_periods(chain: ir.Table, marker: Literal["hbsag", "hbeag"] = "hbsag") -> ir.Table:
    """Each loss with the day on which it ended.

    Args:
        chain: the marker's losses and (sero)reversions.
        marker: the antigen.

    Returns:
        patient_id, loss (its day), last_positive (the last positive before it), loss_rows
        (its evidence), loss_confirmed (the day of the last of it, when after the loss) and
        reverted (null: not seen to end).
    """
    is_loss = chain.event == f"{marker}_loss"
    losses = chain.filter(is_loss).select(
        "patient_id",
        loss="date",
        last_positive="earliest",
        loss_rows="evidence",
        loss_confirmed="confirmed_on",
    )
    ends = chain.filter(~is_loss).select(end_patient="patient_id", reverted="date")
    ended = losses.left_join(
        ends, [losses.patient_id == ends.end_patient, ends.reverted > losses.loss]
    )
    return ended.group_by("patient_id", "loss", "last_positive", "loss_rows", "loss_confirmed").agg(
        reverted=ended.reverted.min()
    )


def during(periods: ir.Table, rows: ir.Table) -> ir.Table:
    """Rows (patient_id, date and more) of each loss, from its day until the antigen is back."""
    known = periods.rename(loss_patient="patient_id")
    return rows.join(
        known,
        [
            rows.patient_id == known.loss_patient,
            rows.date >= known.loss,
            known.reverted.isnull() | (rows.date < known.reverted),
        ],
    ).drop("loss_patient")


def losses_of(given: Inputs) -> ir.Table:
    """Losses of HBsAg, of topics laboratory and hbsag."""
    chain = given.events("hbsag", "hbsag_loss", "hbsag_seroreversion")
    return given.engine.keep(loss_periods(chain))
