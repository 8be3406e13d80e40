"""Virological breakthrough on a nucleos(t)ide analogue, and blips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.event import event
from seroclear.course.na_treatment import KEY, treatment_runs
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir


def breakthrough_events(
    engine: Engine, on: ir.Table, treatments: ir.Table, definition: Definition
) -> list[ir.Table]:
    """breakthrough, breakthrough_confirmed and blip.

    Adherence is not known from results: drugs supplied are taken to be drugs taken.

    Args:
        engine: where to compute.
        on: tests of `under_treatment` that were taken on treatment.
        treatments: of `na_treatments`.
        definition: topic breakthrough.
    """
    classed = _against_nadir(on, definition)
    gap = {"above": definition["breakthrough.confirm_gap"]}
    found = treatment_runs(engine, classed, treatments, gap)
    above = found.filter(found.status == "above")
    above = engine.keep(above.left_join(_lowest(on, above), [*KEY, "run"]))
    return [
        event(
            table,
            name,
            date=table["first"],
            earliest=table.previous_last,
            confirmed_on=table.confirmed_on,
            evidence=[
                table.start_row,
                table.undetectable_row,
                table.nadir_row,
                table.previous_row,
                table.first_row,
                table.confirming_row,
            ],
        )
        for table, name in (
            (above, "breakthrough"),
            (above.filter(above.confirmed_on.notnull()), "breakthrough_confirmed"),
        )
    ] + [_blip(engine, on, treatments)]


def _against_nadir(on: ir.Table, definition: Definition) -> ir.Table:
    """Status 'above' or 'not above' the least that is a breakthrough, given the tests before."""
    factor = 10 ** float(definition["breakthrough.log10"])
    returned = float(definition["breakthrough.after_undetectable"])
    before = ibis.trailing_window(None, group_by=KEY, order_by="date")
    known = on.mutate(
        nadir=on.high.min().over(before),
        was_undetectable=(on.status == "undetectable").cast("int64").max().over(before),
    )
    threshold = ibis.cases(
        (known.nadir.isnull(), ibis.null("float64")),
        (known.was_undetectable == 1, ibis.least(known.nadir * factor, returned)),
        else_=known.nadir * factor,
    )
    status = ibis.cases(
        ((known.low >= threshold).fill_null(False), "above"),
        ((known.high < threshold).fill_null(False), "not above"),
        # The first test on treatment has nothing to be above.
        (threshold.isnull() & known.low.notnull(), "not above"),
        else_=ibis.null("string"),
    )
    classed = known.mutate(status=status)
    return classed.filter(classed.status.notnull())


def _lowest(on: ir.Table, above: ir.Table) -> ir.Table:
    """What the first test of each run was held against: the lowest before it, and the first
    undetectable one."""
    runs = above.select(*KEY, "run", since="first")
    joined = on.join(runs, KEY)
    before = joined.filter(joined.date < joined.since, joined.high.notnull())
    lowest_first = ibis.window(group_by=[*KEY, "run"], order_by=[before.high, before.date])
    ranked = before.mutate(rank=ibis.row_number().over(lowest_first))
    return ranked.group_by(*KEY, "run").agg(
        nadir_row=ranked.source_row.min(where=ranked["rank"] == 0),
        undetectable_row=ranked.source_row.argmin(
            ranked.date, where=ranked.status == "undetectable"
        ),
    )


def _blip(engine: Engine, on: ir.Table, treatments: ir.Table) -> ir.Table:
    """One detectable test between undetectable ones, all on one treatment."""
    decisive = on.filter(on.status.isin(["detectable", "undetectable"]))
    found = treatment_runs(engine, decisive, treatments, {})
    single = found.filter(
        found.status == "detectable",
        found.days == 1,
        found.previous_last.notnull(),
        found.next_first.notnull(),
    )
    return event(
        single,
        "blip",
        date=single["first"],
        earliest=single.previous_last,
        confirmed_on=single.next_first,
        evidence=[single.start_row, single.previous_row, single.first_row, single.next_row],
    )
