"""After a nucleos(t)ide analogue was stopped: virological and clinical relapse, retreatment.

A relapse is a return: HBV DNA must have been under the threshold in the last test on treatment that
told. What happens after the next treatment starts is no relapse; a test on that very day still is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.alt import times_limit
from seroclear.course.definition import Definition
from seroclear.course.event import event
from seroclear.course.first import first_rows
from seroclear.course.na_treatment import KEY, treatment_runs, under_treatment
from seroclear.engine import Engine, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir


def relapse_events(
    engine: Engine,
    treated: ir.Table,
    findings: ir.Table,
    treatments: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """virological_relapse, its confirmed variant, clinical_relapse and retreatment.

    Args:
        engine: where to compute.
        treated: HBV DNA of `under_treatment`.
        findings: of every marker.
        treatments: of `na_treatments`.
        definition: topic relapse.
    """
    dna = engine.keep(_suppressed_at_stop(treated, definition))
    gap = {"above": definition["relapse.confirm_gap"]}
    found = treatment_runs(engine, dna, treatments, gap)
    ends = treatments.select(*KEY, "end")
    at_stop = dna.select(*KEY, "stop_row").distinct()
    joined = found.join(ends, KEY).join(at_stop, KEY)
    relapsed = engine.keep(joined.filter(joined.status == "above", joined["first"] > joined.end))
    alt = under_treatment(
        times_limit(findings, float(definition["relapse.alt_multiple"])),
        treatments.semi_join(at_stop, KEY),
    )
    events = [
        event(
            table,
            name,
            date=table["first"],
            earliest=table.previous_last,
            confirmed_on=table.confirmed_on,
            evidence=[
                table.start_row,
                table.stop_row,
                table.previous_row,
                table.first_row,
                table.confirming_row,
            ],
        )
        for table, name in (
            (relapsed, "virological_relapse"),
            (relapsed.filter(relapsed.confirmed_on.notnull()), "virological_relapse_confirmed"),
        )
    ]
    return [*events, _clinical(engine, dna, alt, definition), _retreatment(treatments)]


def _suppressed_at_stop(treated: ir.Table, definition: Definition) -> ir.Table:
    """HBV DNA of stopped treatments as 'above' or 'below' the threshold, where the last test on
    treatment (`stop_row`) was below."""
    threshold = float(definition["relapse.dna"])
    status = ibis.cases(
        ((treated.low >= threshold).fill_null(False), "above"),
        ((treated.high < threshold).fill_null(False), "below"),
        else_=ibis.null("string"),
    )
    classed = treated.filter(treated.stopped).mutate(status=status)
    classed = classed.filter(classed.status.notnull())
    last = classed.group_by(*KEY).agg(
        at_stop=classed.status.argmax(classed.date, where=classed.on),
        stop_row=classed.source_row.argmax(classed.date, where=classed.on),
    )
    return classed.join(last.filter(last.at_stop == "below").drop("at_stop"), KEY)


def _clinical(engine: Engine, dna: ir.Table, alt: ir.Table, definition: Definition) -> ir.Table:
    """First day on which HBV DNA and ALT were both known to be so high, near each other."""
    high_dna = dna.filter(~dna.on, dna.status == "above")
    high_alt = alt.filter(~alt.on, alt.status == "above").select(
        *KEY, alt_date="date", alt_row="source_row"
    )
    both = high_dna.join(high_alt, KEY)
    near = both.filter(
        days_between(both.date, both.alt_date).abs() <= definition["relapse.alt_window"]
    )
    dated = near.mutate(known=ibis.greatest(near.date, near.alt_date))
    first = engine.keep(first_rows(dated, KEY, [dated.known, dated.date, dated.alt_date]))
    against = ibis.union(
        *[
            tests.filter(tests.status == "below").select(*KEY, against="date")
            for tests in (dna, alt)
        ]
    )
    before = against.join(first.select(*KEY, "known"), KEY)
    last = (
        before.filter(before.against < before.known)
        .group_by(*KEY)
        .agg(against=lambda t: t.against.max())
    )
    relapse = first.left_join(last, KEY)
    return event(
        relapse,
        "clinical_relapse",
        date=relapse.known,
        earliest=relapse.against,
        evidence=[relapse.start_row, relapse.stop_row, relapse.source_row, relapse.alt_row],
    )


def _retreatment(treatments: ir.Table) -> ir.Table:
    """The first NA or interferon after a stop."""
    again = treatments.filter(treatments.stopped, treatments.next_start.notnull())
    return event(
        again,
        "retreatment",
        date=again.next_start,
        earliest=again.end,
        evidence=[again.source_row, again.next_row],
    )
