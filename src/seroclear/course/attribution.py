"""To what treatment, if any, each HBsAg loss is attributed, by what was taken at or before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.catalogue import LOSS_CAUSES
from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.losses import losses_of
from seroclear.course.spans import treated_spans
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def loss_on_treatment(periods: ir.Table, spans: ir.Table) -> ir.Table:
    """hbsag_loss_on_treatment: the first negative was taken on treatment.

    Args:
        periods: of `loss_periods`.
        spans: of `treated_spans`.
    """
    lines = spans.rename(line_patient="patient_id")
    on = periods.join(
        lines,
        [
            periods.patient_id == lines.line_patient,
            lines.line_start < periods.loss,
            lines.until.isnull() | (lines.until >= periods.loss),
        ],
    )
    return event(
        on,
        "hbsag_loss_on_treatment",
        date=on.loss,
        earliest=on.last_positive,
        confirmed_on=on.loss_confirmed,
        detail=ibis.literal("on ") + on.agents,
        evidence=[on.loss_rows, on.line_row],
    )


def attributed(
    engine: Engine,
    periods: ir.Table,
    spans: ir.Table,
    transplanted: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """One event for each loss, of the first kind that fits.

    After a liver transplantation: unattributed. NA at the loss (or up to attribution.na_days
    before) and interferon up to attribution.ifn_days before: NA and interferon. Only one of them:
    that one. Neither, and the last line held an NA: its stop, however long ago; unattributed, when
    the NA's end is inferred and so close that it may still have been taken. Else: spontaneous.

    Args:
        engine: where to compute.
        periods: of `loss_periods`.
        spans: of `treated_spans`.
        transplanted: events liver_transplant.
        definition: for the section attribution and exposure.gap, in days.
    """
    lines = spans.rename(line_patient="patient_id")
    before = periods.join(
        lines, [periods.patient_id == lines.line_patient, lines.line_start < periods.loss]
    )
    na_until = days_after(before.until, definition["attribution.na_days"])
    ifn_until = days_after(before.until, definition["attribution.ifn_days"])
    on_na = before.has_na & (before.until.isnull() | (na_until >= before.loss))
    on_ifn = before.has_ifn & (before.until.isnull() | (ifn_until >= before.loss))
    marked = before.mutate(on_na=on_na, on_ifn=on_ifn)
    close = marked.end_inferred & (
        days_after(marked.until, definition["exposure.gap"]) >= marked.loss
    )
    marked = marked.mutate(maybe_on=close.fill_null(False))
    taken = marked.group_by("patient_id", "loss").agg(
        na_row=marked.line_row.argmax(marked.line_start, where=marked.on_na),
        ifn_row=marked.line_row.argmax(marked.line_start, where=marked.on_ifn),
        last_row=marked.line_row.argmax(marked.line_start),
        last_has_na=marked.has_na.argmax(marked.line_start),
        maybe_on=marked.maybe_on.argmax(marked.line_start),
    )
    joined = periods.left_join(taken, ["patient_id", "loss"])
    joined = joined.drop("patient_id_right", "loss_right")
    grafts = transplanted.select("patient_id", graft="date", graft_row="evidence")
    known = joined.left_join(grafts, "patient_id").drop("patient_id_right")
    return _by_kind(engine.keep(known))


def _by_kind(known: ir.Table) -> list[ir.Table]:
    """The events, from losses with what was taken before each."""
    grafted = (known.graft <= known.loss).fill_null(False)
    na, ifn = known.na_row.notnull(), known.ifn_row.notnull()
    stopped = ~na & ~ifn & known.last_has_na.fill_null(False)
    maybe_on = stopped & known.maybe_on
    kind = ibis.cases(
        (grafted | maybe_on, "hbsag_loss_unattributed"),
        (na & ifn, "hbsag_loss_na_ifn_induced"),
        (ifn, "hbsag_loss_ifn_induced"),
        (na, "hbsag_loss_na_induced"),
        (stopped, "hbsag_loss_na_stop_induced"),
        else_="hbsag_loss_spontaneous",
    )
    detail = ibis.cases(
        (grafted, "after liver transplantation"),
        (maybe_on, "the end of NA is inferred"),
        (na | ifn | stopped, ""),
        (known.last_row.isnull(), "never treated before"),
        else_="interferon ended long before",
    )
    none = ibis.null("string")
    first_row = ibis.cases(
        (grafted, known.graft_row), (na, known.na_row), (stopped, known.last_row), else_=none
    )
    second = ifn & ~grafted & (~na | (known.ifn_row != known.na_row)).fill_null(True)
    losses = known.mutate(
        kind=kind, detail=detail, first_row=first_row, second_row=second.ifelse(known.ifn_row, none)
    )
    return [_event(losses.filter(losses.kind == name), name) for name in LOSS_CAUSES]


def _event(losses: ir.Table, name: str) -> ir.Table:
    return event(
        losses,
        name,
        date=losses.loss,
        earliest=losses.last_positive,
        confirmed_on=losses.loss_confirmed,
        detail=losses.detail,
        evidence=[losses.loss_rows, losses.first_row, losses.second_row],
    )


def derive(given: Inputs) -> Derived:
    """Each loss with the treatment that it is attributed to."""
    losses = losses_of(given)
    spans = given.engine.keep(treated_spans(given.regimen))
    grafts = given.events("liver", "liver_transplant")
    return Derived(
        event=[
            loss_on_treatment(losses, spans),
            *attributed(given.engine, losses, spans, grafts, given.rules),
        ]
    )
