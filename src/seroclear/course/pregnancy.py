"""Pregnancies: when each began and ended.

A pregnancy is known from diagnosis codes and from the birth of a child whose mother is linked. A
code of the gestational week tells when it began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.pregnancy_events import pregnancy_events
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

WEEK_OF = {f"gestation_{week:02d}": week for week in range(8, 43)}
"""Condition -> completed weeks since the last menstrual period, as ICD-10-CM Z3A codes them."""


def _signs(condition: ir.Table, patient: ir.Table) -> ir.Table:
    """One row a patient and day: patient_id, date, row, week, week_row, low_row, high_row,
    child_row, delivery_row.

    The week is null when two weeks are coded on one day: those of low_row and high_row. People
    recorded as male are left out.
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
    in_day = ibis.window(group_by=["patient_id", "date"])
    both = both.mutate(
        is_low=both.week == both.week.min().over(in_day),
        is_high=both.week == both.week.max().over(in_day),
    )
    days = both.group_by("patient_id", "date").agg(
        row=both.source_row.min(),
        low=both.week.min(),
        high=both.week.max(),
        week_row=both.source_row.min(where=both.week.notnull()),
        low_row=both.source_row.min(where=both.is_low),
        high_row=both.source_row.min(where=both.is_high),
        child_row=both.source_row.min(where=both.is_birth),
        delivery_row=both.source_row.min(where=both.is_delivery),
    )
    one_week = (days.low == days.high).ifelse(days.low, ibis.null("int64"))
    none = ibis.null("string")
    clashes = days.low != days.high
    males = patient.filter(patient.sex == "male")
    return days.mutate(
        week=one_week,
        low_row=clashes.ifelse(days.low_row, none),
        high_row=clashes.ifelse(days.high_row, none),
    ).anti_join(males, "patient_id")


def born(patient: ir.Table) -> ir.Table:
    """Patients with a linked mother whose day of birth is known."""
    return patient.filter(
        patient.mother_id.notnull(), patient.birth_date.notnull(), ~patient.birth_inferred
    )


def pregnancy_signs(
    engine: Engine, condition: ir.Table, patient: ir.Table, definition: Definition
) -> ir.Table:
    """One row a patient and day with a sign of a pregnancy, and the number of the pregnancy.

    A sign opens a new pregnancy when it comes pregnancy.gap days or more after the sign before,
    when its gestational week puts the last menstrual period after the sign before, or when it is
    the first after the puerperium.

    Args:
        engine: where to compute.
        condition, patient: tables of the store.
        definition: for pregnancy.gap and pregnancy.puerperium, in days.
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
    return engine.keep(
        opened.mutate(
            pregnancy=opened.opens.sum().over(
                ibis.cumulative_window(group_by="patient_id", order_by="date")
            )
        )
    )


def pregnancies(engine: Engine, numbered: ir.Table, definition: Definition) -> ir.Table:
    """One row a pregnancy.

    Args:
        engine: where to compute.
        numbered: of `pregnancy_signs`.
        definition: for pregnancy.gap, in days: no pregnancy lasts longer.

    Returns:
        patient_id, pregnancy (1, 2, ...), first and first_row (first sign), last and last_row
        (last sign), week and week_on (first coded week, its day), lmp (last menstrual period; null:
        unknown), dating_row and dated_on (that tells it), low_row, high_row, before_row and
        birth_before (that contradict it), delivered, by_child and delivery_row (null: no delivery
        known), begins (lmp, else first), ends (delivery, else last sign; no later than a pregnancy
        lasts).
    """
    has_week, has_delivery = numbered.week.notnull(), numbered.delivered_row.notnull()
    found = numbered.group_by("patient_id", "pregnancy").agg(
        first=numbered.date.min(),
        first_row=numbered.row.argmin(numbered.date),
        low_row=numbered.low_row.argmin(numbered.date),
        high_row=numbered.high_row.argmin(numbered.date),
        last=numbered.date.max(),
        last_row=numbered.row.argmax(numbered.date),
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
    no_day, in_order = ibis.null("date"), ibis.window(group_by="patient_id", order_by="pregnancy")
    too_early = (found.lmp <= found.last.lag().over(in_order)).fill_null(False)
    wrong = (found.lmp > found["first"]) | too_early
    none = ibis.null("string")
    sure = engine.keep(
        found.mutate(
            lmp=wrong.ifelse(no_day, found.lmp),
            dating_row=wrong.ifelse(none, found.week_row),
            dated_on=wrong.ifelse(no_day, found.week_on),
            before_row=too_early.ifelse(found.last_row.lag().over(in_order), none),
            birth_before=too_early.ifelse(found.delivery_row.lag().over(in_order), none),
        ).drop("week_row")
    )
    begins = ibis.coalesce(sure.lmp, sure["first"])
    longest = days_after(begins, definition["pregnancy.gap"])
    ends = ibis.least(ibis.coalesce(sure.delivered, sure.last), longest)
    return sure.mutate(begins=begins, ends=ends)


def pregnancy_state(pregnant: ir.Table) -> ir.Table:
    """Pregnant from the last menstrual period or else the first sign to delivery or last sign."""
    return pregnant.select(
        "patient_id",
        marker=ibis.literal("pregnancy"),
        state=ibis.literal("pregnant"),
        start=pregnant.begins,
        end=pregnant.ends,
    )


def derive(given: Inputs) -> Derived:
    """Pregnancies and what happened in them."""
    engine, rules = given.engine, given.rules
    signs = pregnancy_signs(engine, given.condition, given.patient, rules)
    pregnant = engine.keep(pregnancies(engine, signs, rules))
    events = pregnancy_events(engine, given.found, pregnant, signs, given.regimen, rules)
    return Derived(event=events, state=[pregnancy_state(pregnant)])
