"""The response of HBV DNA to a nucleos(t)ide analogue, and low-level viraemia.

Where a rule cannot be decided from what the tests proved, there is no event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.course.breakthrough import breakthrough_events
from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.first import first_rows
from seroclear.course.na_treatment import KEY, treatment_runs
from seroclear.course.relapse import relapse_events
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

# What the response is told from, of a test on treatment.
TEST = ("date", "day", "status", "low", "high", "last_detectable", "source_row", "start_row")


def response_events(
    engine: Engine, tests: ir.Table, on: ir.Table, treatments: ir.Table, definition: Definition
) -> list[ir.Table]:
    """Response to treatment and low-level viraemia.

    Args:
        engine: where to compute.
        tests: of `dna_tests`.
        on: tests of `under_treatment` that were taken on treatment.
        treatments: of `na_treatments`.
        definition: topic viraemia.
    """
    based = engine.keep(_with_baseline(on, tests, treatments, definition))
    return [
        *_landmark_events(based, definition),
        _complete_response(based),
        *_level_events(engine, on, treatments, definition),
    ]


def _with_baseline(
    on: ir.Table, tests: ir.Table, treatments: ir.Table, definition: Definition
) -> ir.Table:
    """Adds the last HBV DNA up to the start that said whether it was detectable."""
    decisive = tests.filter(tests.status.isin(["detectable", "undetectable"]))
    before = decisive.join(treatments.select(*KEY, "start"), "patient_id")
    before = before.filter(
        before.date <= before.start,
        before.date >= days_after(before.start, -definition["viraemia.baseline_window"]),
    )
    last = first_rows(before, KEY, before.date.desc()).select(
        *KEY, base_status="status", base_low="low", base_high="high", base_row="source_row"
    )
    tested = on.select(*KEY, *TEST)
    return tested.left_join(last, KEY).drop("patient_id_right", "treatment_right")


def _landmark_events(based: ir.Table, definition: Definition) -> list[ir.Table]:
    """primary_nonresponse and partial_virological_response, each at its week after the start."""
    factor = 10 ** float(definition["viraemia.response_log10"])
    known = based.filter(based.base_status == "detectable")
    early = _nearest(
        known.filter(known.low.notnull() & known.base_high.notnull()),
        definition["viraemia.nonresponse_day"],
        definition["viraemia.visit_window"],
    )
    none = early.filter(early.low * factor > early.base_high)
    late = _nearest(
        known.filter(known.high.notnull() & known.base_low.notnull()),
        definition["viraemia.partial_day"],
        definition["viraemia.visit_window"],
    )
    partial = late.filter(late.status == "detectable", late.high * factor < late.base_low)
    return [
        event(
            table,
            name,
            date=table.date,
            evidence=[table.start_row, table.base_row, table.source_row],
        )
        for table, name in (
            (none, "primary_nonresponse"),
            (partial, "partial_virological_response"),
        )
    ]


def _nearest(tests: ir.Table, day: int, window: int) -> ir.Table:
    """Of each treatment the test nearest to a day, within the window; the earlier of two."""
    off = (tests.day - day).abs()
    near = tests.mutate(off=off).filter(off <= window)
    return first_rows(near, KEY, [near.off, near.day])


def _complete_response(based: ir.Table) -> ir.Table:
    """First undetectable HBV DNA on treatment, unless it was undetectable at the start."""
    seen = based.filter(
        based.status == "undetectable", based.base_status.fill_null("") != "undetectable"
    )
    first = first_rows(seen, KEY, "day")
    return event(
        first,
        "complete_virological_response",
        date=first.date,
        earliest=first.last_detectable,
        evidence=[first.start_row, first.source_row],
    )


def _level_events(
    engine: Engine, on: ir.Table, treatments: ir.Table, definition: Definition
) -> list[ir.Table]:
    """maintained_response and low_level_viraemia: runs of one level from week 48 on."""
    since = definition["viraemia.maintained_day"] - definition["viraemia.visit_window"]
    late = on.filter(on.day >= since, on.level.notnull()).drop("status").rename(status="level")
    gap = {"low": definition["viraemia.persistent_gap"]}
    found = treatment_runs(engine, late, treatments, gap)
    days = late.select(*KEY, "last_detectable", "last_not_low", first="date")
    known = engine.keep(found.join(days, [*KEY, "first"]))
    maintained = known.filter(known.status == "undetectable")
    low = known.filter(known.status == "low")
    persistent = low.filter(low.confirmed_on.notnull())
    ended = low.filter(low.confirmed_on.isnull(), low.next_status == "undetectable")
    return [
        event(
            maintained,
            "maintained_response",
            date=maintained["first"],
            earliest=maintained.last_detectable,
            evidence=[maintained.start_row, maintained.first_row],
        ),
        event(
            low,
            "low_level_viraemia",
            date=low["first"],
            earliest=low.last_not_low,
            evidence=[low.start_row, low.first_row],
        ),
        event(
            persistent,
            "low_level_viraemia_persistent",
            date=persistent["first"],
            earliest=persistent.last_not_low,
            confirmed_on=persistent.confirmed_on,
            evidence=[persistent.start_row, persistent.first_row, persistent.confirming_row],
        ),
        event(
            ended,
            "low_level_viraemia_intermittent",
            date=ended["first"],
            earliest=ended.last_not_low,
            confirmed_on=ended.next_first,
            evidence=[ended.start_row, ended.first_row, ended.next_row],
        ),
    ]


def derive(given: Inputs) -> Derived:
    """Response, breakthrough and relapse of HBV DNA."""
    treated = given.treated_dna
    on = treated.filter(treated.on)
    return Derived(
        event=[
            *response_events(given.engine, given.dna, on, given.treatments, given.rules),
            *breakthrough_events(given.engine, on, given.treatments, given.rules),
            *relapse_events(given.engine, treated, given.found, given.treatments, given.rules),
        ]
    )
