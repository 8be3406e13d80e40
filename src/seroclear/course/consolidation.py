"""Consolidation: time on one NA treatment after its aims were reached.

HBeAg-positive at its start: from the later of HBeAg seroconversion and the first undetectable HBV
DNA on it. HBeAg-negative at its start: from the first undetectable HBV DNA. It ends with the
treatment, with HBV DNA detectable or HBeAg positive again. Without an HBeAg near the start there is
none: which of the two rules holds is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.na_treatment import KEY, treatment_runs, under_treatment
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def consolidations(
    engine: Engine, found: ir.Table, treatments: ir.Table, definition: Definition
) -> ir.Table:
    """Stretches of consolidation.

    Args:
        engine: where to compute.
        found: findings of every marker.
        treatments: of `na_treatments`.
        definition: for consolidation.hbeag_window.

    Returns:
        patient_id, treatment, at_start (HBeAg), start_row, base_row, hbeag_row and anti_hbe_row
        (null without seroconversion), dna_row, seroconverted (date or null), undetectable (date of
        the first such test), begin, until.
    """
    based = engine.keep(with_hbeag_at_start(found, treatments, definition))
    known = ("positive", "negative", "detectable", "undetectable")
    tests = under_treatment(
        found.filter(found.marker.isin(["hbeag", "anti_hbe", "hbv_dna"]), found.status.isin(known)),
        treatments,
    )
    on = tests.filter(tests.on).select(*KEY, "marker", "date", "status", "source_row")
    on = engine.keep(on)
    suppressed = treatment_runs(engine, on.filter(on.marker == "hbv_dna"), treatments, {})
    suppressed = suppressed.filter(suppressed.status == "undetectable").select(
        *KEY,
        undetectable="first",
        dna_row="first_row",
        last_test="last",
        detectable=suppressed.next_first,
    )
    joined = suppressed.join(based, KEY)
    both = joined.left_join(engine.keep(_seroconverted(engine, on, treatments)), KEY).drop(
        "patient_id_right", "treatment_right"
    )
    positive = both.filter(both.at_start == "positive", both.seroconverted.notnull()).mutate(
        begin=lambda t: ibis.greatest(t.seroconverted, t.undetectable)
    )
    negative = _until_hbeag_positive(joined, on)
    parts = [_bounded(table) for table in (positive, negative)]
    return ibis.union(*parts)


def with_hbeag_at_start(found: ir.Table, treatments: ir.Table, definition: Definition) -> ir.Table:
    """Treatments whose HBeAg at the start is known: patient_id, treatment, end, start_row,
    at_start, base_row."""
    hbeag = found.filter(found.marker == "hbeag", found.status.isin(["positive", "negative"]))
    starts = treatments.select(*KEY, "start", "end", start_row="source_row")
    before = hbeag.join(starts, "patient_id")
    before = before.filter(
        before.date <= before.start,
        before.date >= days_after(before.start, -definition["consolidation.hbeag_window"]),
    )
    return before.group_by(*KEY, "end", "start_row").agg(
        at_start=before.status.argmax(before.date), base_row=before.source_row.argmax(before.date)
    )


def _seroconverted(engine: Engine, on: ir.Table, treatments: ir.Table) -> ir.Table:
    """Runs of negative HBeAg with anti-HBe: patient_id, treatment, seroconverted (the first day on
    which both were shown), hbeag_row, anti_hbe_row, reverted (HBeAg positive again)."""
    found = treatment_runs(engine, on.filter(on.marker == "hbeag"), treatments, {})
    negative = found.filter(found.status == "negative").select(
        *KEY, since="first", hbeag_row="first_row", reverted=found.next_first
    )
    antibody = on.filter(on.marker == "anti_hbe", on.status == "positive").select(
        *KEY, "date", "source_row"
    )
    both = negative.join(antibody, KEY)
    both = both.filter(
        both.date >= both.since, both.reverted.isnull() | (both.date < both.reverted)
    )
    return (
        both.group_by(*KEY, "since", "hbeag_row", "reverted")
        .agg(seroconverted=both.date.min(), anti_hbe_row=both.source_row.argmin(both.date))
        .drop("since")
    )


def _until_hbeag_positive(joined: ir.Table, on: ir.Table) -> ir.Table:
    """Undetectable runs of those HBeAg-negative at the start, until HBeAg was ever positive."""
    negative = joined.filter(joined.at_start == "negative")
    positive = on.filter(on.marker == "hbeag", on.status == "positive")
    first = positive.group_by(*KEY).agg(reverted=positive.date.min())
    nothing = ibis.null("string")
    return (
        negative.left_join(first, KEY)
        .drop("patient_id_right", "treatment_right")
        .mutate(
            seroconverted=ibis.null("date"),
            hbeag_row=nothing,
            anti_hbe_row=nothing,
            begin=lambda t: t.undetectable,
        )
    )


def _bounded(table: ir.Table) -> ir.Table:
    """Adds `until`: the treatment's last day, or its last test if that is later, or the day before
    what contradicts it."""
    last = ibis.greatest(table.end, table.last_test, table.begin)
    far = days_after(last, 1)
    ends = ibis.least(table.detectable.fill_null(far), table.reverted.fill_null(far), far)
    bounded = table.mutate(until=days_after(ends, -1))
    return bounded.filter(bounded.begin <= bounded.until).select(
        *KEY,
        "at_start",
        "start_row",
        "base_row",
        "hbeag_row",
        "anti_hbe_row",
        "dna_row",
        "seroconverted",
        "undetectable",
        "begin",
        "until",
    )


def in_words(table: ir.Table) -> ir.StringValue:
    """What a stretch rests on."""
    converted = ibis.literal("; HBeAg seroconversion ") + table.seroconverted.cast("string")
    return (
        ibis.literal("HBeAg-")
        + table.at_start
        + " at start of NA"
        + converted.fill_null("")
        + "; HBV DNA undetectable since "
        + table.undetectable.cast("string")
    )


def consolidation_event(stretches: ir.Table) -> ir.Table:
    """The beginning of each stretch, as an event."""
    rows = ("start_row", "base_row", "hbeag_row", "anti_hbe_row", "dna_row")
    return event(
        stretches,
        "consolidation",
        date=stretches.begin,
        evidence=[stretches[row] for row in rows],
        detail=in_words(stretches),
    )


def consolidation_state(stretches: ir.Table) -> ir.Table:
    """The stretches, as states of marker consolidation."""
    state = (stretches.at_start == "positive").ifelse(
        "after HBeAg seroconversion", "HBeAg-negative at start"
    )
    return stretches.select(
        "patient_id",
        marker=ibis.literal("consolidation"),
        state=state,
        start="begin",
        end="until",
    )


def derive(given: Inputs) -> Derived:
    """Consolidation on each NA treatment."""
    stretches = given.consolidations
    return Derived(event=[consolidation_event(stretches)], state=[consolidation_state(stretches)])
