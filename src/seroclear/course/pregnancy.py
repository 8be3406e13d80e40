"""Pregnancies, and what was measured and given in them.

A pregnancy is known from diagnosis codes and from the birth of a child whose mother is linked. A
code of the gestational week tells when it began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.event import event
from seroclear.engine import Engine, days_after, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

WEEK_OF = {f"gestation_{week:02d}": week for week in range(8, 43)}
"""Condition -> completed weeks since the last menstrual period, as ICD-10-CM Z3A codes them."""


def _signs(condition: ir.Table, patient: ir.Table) -> ir.Table:
    """One row a patient and day: patient_id, date, row, week, week_row, child_row, delivery_row.

    The week is null when two weeks are coded on one day. People recorded as male are left out.
    """
    coded = condition.filter(condition.condition.isin(["pregnancy", "delivery", *WEEK_OF]))
    codes = coded.select(
        "patient_id",
        "date",
        "source_row",
        week=ibis.cases(
            *[(coded.condition == name, week) for name, week in WEEK_OF.items()],
            else_=ibis.null("int64"),
        ),
        is_delivery=coded.condition == "delivery",
        is_birth=ibis.literal(False),
    )
    children = born(patient)
    births = children.select(
        "source_row",
        patient_id=children.mother_id,
        date=children.birth_date,
        week=ibis.null("int64"),
        is_delivery=ibis.literal(False),
        is_birth=ibis.literal(True),
    ).select(*codes.columns)
    both = ibis.union(codes, births)
    days = both.group_by("patient_id", "date").agg(
        row=both.source_row.min(),
        low=both.week.min(),
        high=both.week.max(),
        week_row=both.source_row.min(where=both.week.notnull()),
        child_row=both.source_row.min(where=both.is_birth),
        delivery_row=both.source_row.min(where=both.is_delivery),
    )
    one_week = (days.low == days.high).ifelse(days.low, ibis.null("int64"))
    males = patient.filter(patient.sex == "male")
    return days.mutate(week=one_week).anti_join(males, "patient_id")


def born(patient: ir.Table) -> ir.Table:
    """Patients with a linked mother whose day of birth is known."""
    return patient.filter(
        patient.mother_id.notnull(), patient.birth_date.notnull(), ~patient.birth_inferred
    )


def pregnancies(
    engine: Engine, condition: ir.Table, patient: ir.Table, definition: Definition
) -> ir.Table:
    """One row a pregnancy.

    A code opens a new one when it comes pregnancy.gap days or more after the code before, when its
    gestational week puts the last menstrual period after the code before, or when it is the first
    after the puerperium.

    Args:
        engine: where to compute.
        condition, patient: tables of the store.
        definition: for pregnancy.gap and pregnancy.puerperium, in days.

    Returns:
        patient_id, pregnancy (1, 2, ...), first and first_row (first sign), week, week_on and
        week_row (first coded week, its day), lmp (last menstrual period; null: unknown), delivered,
        by_child and delivery_row (null: no delivery known), begins (lmp, else first), ends
        (delivery, else last sign).
    """
    signs = _signs(condition, patient)
    no_day = ibis.null("date")
    dated = signs.mutate(
        lmp=ibis.cases(
            *[(signs.week == week, days_after(signs.date, -7 * week)) for week in WEEK_OF.values()],
            else_=no_day,
        ),
        delivered_row=ibis.coalesce(signs.child_row, signs.delivery_row),
    )
    in_order = ibis.window(group_by="patient_id", order_by="date")
    before = ibis.window(group_by="patient_id", order_by="date", preceding=(None, 1))
    delivery_day = dated.delivered_row.isnull().ifelse(no_day, dated.date)
    known = dated.mutate(
        previous=dated.date.lag().over(in_order), last_delivery=delivery_day.max().over(before)
    )
    recovered = days_after(known.last_delivery, definition["pregnancy.puerperium"])
    opens = (
        known.previous.isnull()
        | (known.date >= days_after(known.previous, definition["pregnancy.gap"]))
        | (known.lmp > known.previous).fill_null(False)
        | ((known.date >= recovered) & (known.previous < recovered)).fill_null(False)
    )
    opened = known.mutate(opens=opens.cast("int64"))
    numbered = opened.mutate(
        pregnancy=opened.opens.sum().over(
            ibis.cumulative_window(group_by="patient_id", order_by="date")
        )
    )
    has_week, has_delivery = numbered.week.notnull(), numbered.delivered_row.notnull()
    found = numbered.group_by("patient_id", "pregnancy").agg(
        first=numbered.date.min(),
        first_row=numbered.row.argmin(numbered.date),
        last=numbered.date.max(),
        week=numbered.week.argmin(numbered.date, where=has_week),
        week_on=numbered.date.min(where=has_week),
        week_row=numbered.week_row.argmin(numbered.date, where=has_week),
        lmp=numbered.lmp.argmin(numbered.date, where=has_week),
        delivered=numbered.date.min(where=has_delivery),
        delivery_row=numbered.delivered_row.argmin(numbered.date, where=has_delivery),
        by_child=numbered.child_row.notnull().argmin(numbered.date, where=has_delivery),
    )
    # A week that puts the beginning after the first sign, or before the end of the pregnancy
    # before, contradicts the other codes: the beginning is unknown.
    last_before = found.last.lag().over(ibis.window(group_by="patient_id", order_by="pregnancy"))
    wrong = (found.lmp > found["first"]) | (found.lmp <= last_before).fill_null(False)
    sure = engine.keep(found.mutate(lmp=wrong.ifelse(no_day, found.lmp)))
    return sure.mutate(
        begins=ibis.coalesce(sure.lmp, sure["first"]), ends=ibis.coalesce(sure.delivered, sure.last)
    )


def pregnancy_events(
    engine: Engine, found: ir.Table, pregnant: ir.Table, regimen: ir.Table, definition: Definition
) -> list[ir.Table]:
    """pregnancy, delivery, antiviral_in_pregnancy, high_viral_load_in_pregnancy.

    Args:
        engine: where to compute.
        found: findings of every marker.
        pregnant: as of `pregnancies`.
        regimen: treatment lines.
        definition: for mtct.dna_iu, in IU/mL.
    """
    delivered = pregnant.filter(pregnant.delivered.notnull())
    another = (pregnant.week_row != pregnant.first_row) & pregnant.lmp.notnull()
    return [
        event(
            pregnant,
            "pregnancy",
            date=pregnant["first"],
            detail=pregnant.lmp.isnull().ifelse("beginning unknown", _beginning(pregnant)),
            evidence=[
                pregnant.first_row,
                another.fill_null(False).ifelse(pregnant.week_row, ibis.null("string")),
            ],
        ),
        event(
            delivered,
            "delivery",
            date=delivered.delivered,
            detail=delivered.by_child.ifelse("birth of the linked child", "diagnosis code"),
            evidence=[delivered.delivery_row],
        ),
        _antiviral(engine, pregnant, regimen),
        _high_viral_load(engine, found, pregnant, definition),
    ]


def pregnancy_state(pregnant: ir.Table) -> ir.Table:
    """Pregnant from the last menstrual period or else the first sign to delivery or last sign."""
    return pregnant.select(
        "patient_id",
        marker=ibis.literal("pregnancy"),
        state=ibis.literal("pregnant"),
        start=pregnant.begins,
        end=pregnant.ends,
    )


def _beginning(pregnant: ir.Table) -> ir.StringValue:
    return (
        ibis.literal("last menstrual period about ")
        + pregnant.lmp.cast("string")
        + ", by week "
        + pregnant.week.cast("string")
        + " coded on "
        + pregnant.week_on.cast("string")
    )


def _during(engine: Engine, table: ir.Table, pregnant: ir.Table) -> ir.Table:
    """Rows (patient_id, start, end, ...) that touch a pregnancy, with it; the first of each."""
    spans = pregnant.select("pregnancy", "first_row", "lmp", "begins", "ends", mother="patient_id")
    touching = table.join(
        spans,
        [
            table.patient_id == spans.mother,
            table.start <= spans.ends,
            table.end >= spans.begins,
        ],
    )
    order = ibis.window(
        group_by=["patient_id", "pregnancy"], order_by=[touching.start, touching.source_row]
    )
    ranked = engine.keep(touching.mutate(rank=ibis.row_number().over(order)))
    return ranked.filter(ranked["rank"] == 0)


def _week(rows: ir.Table) -> ir.StringValue:
    return (days_between(rows.lmp, rows.start) // 7).cast("string")


def _antiviral(engine: Engine, pregnant: ir.Table, regimen: ir.Table) -> ir.Table:
    lines = regimen.filter(
        regimen.regimen_class.isin(["NA", "NA+IFN"]), regimen.purpose == "hepatitis B"
    )
    first = _during(
        engine, lines.select("patient_id", "start", "end", "agents", "source_row"), pregnant
    )
    since = ibis.cases(
        (first.lmp.isnull(), "gestational week unknown"),
        (first.start < first.lmp, "taken since before the pregnancy"),
        else_=ibis.literal("begun in gestational week ") + _week(first),
    )
    return event(
        first,
        "antiviral_in_pregnancy",
        date=ibis.greatest(first.start, first.begins),
        detail=first.agents + ", " + since,
        evidence=[first.first_row, first.source_row],
    )


def _high_viral_load(
    engine: Engine, found: ir.Table, pregnant: ir.Table, definition: Definition
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
        engine, high.select("patient_id", "source_row", start=high.date, end=high.date), pregnant
    )
    week = ibis.literal("gestational week ") + _week(first)
    return event(
        first,
        "high_viral_load_in_pregnancy",
        date=first.start,
        detail=first.lmp.isnull().ifelse("gestational week unknown", week),
        evidence=[first.first_row, first.source_row],
    )
