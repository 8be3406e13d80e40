"""Events of a pregnancy: its beginning and end, treatment and viral load in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.event import event, later_day, source_rows
from seroclear.course.first import first_rows
from seroclear.engine import Engine, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir


def pregnancy_events(
    engine: Engine,
    found: ir.Table,
    pregnant: ir.Table,
    signs: ir.Table,
    regimen: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """pregnancy, delivery, antiviral_in_pregnancy, high_viral_load_in_pregnancy.

    Args:
        engine: where to compute.
        found: findings of every marker.
        pregnant: as of `pregnancies`.
        signs: as of `pregnancy_signs`.
        regimen: treatment lines.
        definition: for mtct.dna_iu, in IU/mL.
    """
    delivered = pregnant.filter(pregnant.delivered.notnull())
    return [
        event(
            pregnant,
            "pregnancy",
            date=pregnant["first"],
            detail=pregnant.lmp.isnull().ifelse("beginning unknown", _beginning(pregnant)),
            confirmed_on=later_day(pregnant.dated_on, pregnant["first"]),
            evidence=[pregnant.first_row, pregnant.dating_row],
        ),
        event(
            delivered,
            "delivery",
            date=delivered.delivered,
            detail=delivered.by_child.ifelse("birth of the linked child", "diagnosis code"),
            evidence=[delivered.delivery_row],
        ),
        _antiviral(engine, pregnant, signs, regimen),
        _high_viral_load(engine, found, pregnant, signs, definition),
    ]


def _beginning(pregnant: ir.Table) -> ir.StringValue:
    return (
        ibis.literal("last menstrual period about ")
        + pregnant.lmp.cast("string")
        + ", by week "
        + pregnant.week.cast("string")
        + " coded on "
        + pregnant.week_on.cast("string")
    )


def _during(engine: Engine, table: ir.Table, pregnant: ir.Table, signs: ir.Table) -> ir.Table:
    """Rows (patient_id, start, end, ...) that touch a pregnancy, with it and the signs that show it
    then; the first of each."""
    spans = pregnant.select(
        "pregnancy",
        "lmp",
        "begins",
        "ends",
        "dated_on",
        sign_rows=source_rows(
            [
                pregnant.first_row,
                pregnant.dating_row,
                pregnant.low_row,
                pregnant.high_row,
                pregnant.before_row,
                pregnant.birth_before,
            ]
        ),
        mother="patient_id",
    )
    touching = table.join(
        spans,
        [
            table.patient_id == spans.mother,
            table.start <= spans.ends,
            table.end >= spans.begins,
        ],
    )
    order = [touching.start, touching.source_row]
    first = engine.keep(first_rows(touching, ["patient_id", "pregnancy"], order))
    first = engine.keep(first.mutate(since=ibis.greatest(first.start, first.begins)))
    near = signs.select("patient_id", "pregnancy", day="date", sign="row").join(
        first.select("patient_id", "pregnancy", "since"), ["patient_id", "pregnancy"]
    )
    nearest = near.group_by("patient_id", "pregnancy").agg(
        sign_before=near.sign.argmax(near.day, where=near.day <= near.since),
        sign_after=near.sign.argmin(near.day, where=near.day >= near.since),
        after=near.day.min(where=near.day >= near.since),
    )
    return first.join(nearest, ["patient_id", "pregnancy"])


def _known_later(first: ir.Table) -> ir.DateValue:
    """The day of the last of `_rows`, when that is after the event."""
    dated = (first.lmp.isnull()).ifelse(ibis.null("date"), first.dated_on)
    last = ibis.greatest(first.after, dated.fill_null(first.after))
    return later_day(last, first.since)


def _rows(first: ir.Table) -> list[ir.StringValue]:
    return [first.sign_rows, first.sign_before, first.sign_after, first.source_row]


def _week(rows: ir.Table) -> ir.StringValue:
    return (days_between(rows.lmp, rows.start) // 7).cast("string")


def _antiviral(engine: Engine, pregnant: ir.Table, signs: ir.Table, regimen: ir.Table) -> ir.Table:
    lines = regimen.filter(
        regimen.regimen_class.isin(["NA", "NA+IFN"]), regimen.purpose == "hepatitis B"
    )
    first = _during(
        engine, lines.select("patient_id", "start", "end", "agents", "source_row"), pregnant, signs
    )
    since = ibis.cases(
        (first.lmp.isnull(), "gestational week unknown"),
        (first.start < first.lmp, "taken since before the pregnancy"),
        else_=ibis.literal("begun in gestational week ") + _week(first),
    )
    return event(
        first,
        "antiviral_in_pregnancy",
        date=first.since,
        confirmed_on=_known_later(first),
        detail=first.agents + ", " + since,
        evidence=_rows(first),
    )


def _high_viral_load(
    engine: Engine,
    found: ir.Table,
    pregnant: ir.Table,
    signs: ir.Table,
    definition: Definition,
) -> ir.Table:
    limit = float(definition["mtct.dna_iu"])
    dna = found.filter(found.marker == "hbv_dna", found.status == "detectable")
    above = ibis.cases(
        (dna.comparator == ">", dna.value >= limit),
        (dna.comparator.isin(["=", "range"]), dna.value > limit),
        else_=False,
    )
    high = dna.filter(above.fill_null(False))
    first = _during(
        engine,
        high.select("patient_id", "source_row", start=high.date, end=high.date),
        pregnant,
        signs,
    )
    week = ibis.literal("gestational week ") + _week(first)
    return event(
        first,
        "high_viral_load_in_pregnancy",
        date=first.start,
        confirmed_on=_known_later(first),
        detail=first.lmp.isnull().ifelse("gestational week unknown", week),
        evidence=_rows(first),
    )
