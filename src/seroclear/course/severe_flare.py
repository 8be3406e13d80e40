"""ALT flares with decompensation: jaundice, a high INR or a coded decompensation soon after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.decompensation import decompensations
from seroclear.course.definition import Definition
from seroclear.course.event import event
from seroclear.course.first import first_rows
from seroclear.course.measurement import measurements
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.records import Records


def severe_flares(
    records: Records, events: ir.Table, condition: ir.Table, rules: Definition
) -> ir.Table:
    """flare_with_decompensation: dated as the flare, `confirmed_on` is the first sign's day.

    Args:
        records: to read.
        events: of the topic alt.
        condition: the condition table.
        rules: topics flare and decompensation.
    """
    flares = events.filter(events.event == "alt_flare").select(
        "patient_id", "earliest", "detail", flare="date", flare_rows="evidence"
    )
    theirs = records.among(flares.select("patient_id"))
    signs = _signs(theirs, condition, rules).rename(sign_patient="patient_id")
    window = rules["flare.decompensation_window"]
    near = flares.join(
        signs,
        [
            flares.patient_id == signs.sign_patient,
            signs.date >= flares.flare,
            signs.date <= days_after(flares.flare, window),
        ],
    )
    first = first_rows(near, ["patient_id", "flare"], [near.date, near.source_row, near.sign])
    return event(
        first,
        "flare_with_decompensation",
        date=first.flare,
        earliest=first.earliest,
        confirmed_on=first.date,
        evidence=[first.flare_rows, first.source_row],
        detail=first.detail + "; " + first.sign,
    )


def _signs(records: Records, condition: ir.Table, rules: Definition) -> ir.Table:
    """patient_id, date, sign (in words), source_row."""
    limit, least = rules["flare.bilirubin"], rules["flare.inr"]
    bilirubin = measurements(records, "bilirubin", "highest")
    inr = measurements(records, "inr", "highest")
    coded = decompensations(condition, rules)
    jaundiced = bilirubin.filter(bilirubin.value > float(limit))
    slow = inr.filter(inr.value >= float(least))
    words = (
        (jaundiced, ibis.literal(f"bilirubin over {limit} µmol/L")),
        (slow, ibis.literal(f"INR {least} or more")),
        (coded, coded.condition.replace("_", " ")),
    )
    return ibis.union(
        *(table.select("patient_id", "date", "source_row", sign=sign) for table, sign in words)
    )
