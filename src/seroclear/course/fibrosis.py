"""Advanced fibrosis without biopsy, and what the last FIB-4 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.fibrosis_findings import score_findings, stiffness_findings
from seroclear.course.first import first_rows
from seroclear.course.measurement import measurements
from seroclear.course.runs import runs
from seroclear.course.turns import of_whom
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def advanced_fibrosis(findings: ir.Table, definition: Definition) -> ir.Table:
    """First stiffness in the range of cirrhosis, or FIB-4 high twice, whichever came first.

    Args:
        findings: of FIB-4 and liver stiffness.
        definition: topic fibrosis.
    """
    stiff = findings.filter(findings.marker == "liver_stiffness", findings.status == "high")
    scores = of_whom(_of(findings, "fib4"), "high")
    found = runs(scores, {"high": definition["fibrosis.confirm_days"]})
    twice = found.filter(found.confirmed_on.notnull())
    ways = ibis.union(
        stiff.select(
            "patient_id",
            "date",
            confirmed_on=ibis.null("date"),
            basis=ibis.literal("liver stiffness"),
            row="source_row",
            second_row=ibis.null("string"),
        ),
        twice.select(
            "patient_id",
            "confirmed_on",
            date=twice["first"],
            basis=ibis.literal("FIB-4"),
            row=twice.first_row,
            second_row=twice.confirming_row,
        ).select("patient_id", "date", "confirmed_on", "basis", "row", "second_row"),
    )
    # On one day stiffness, the better test, comes before FIB-4.
    first = first_rows(ways, "patient_id", [ways.date, ways.basis.desc()])
    return event(
        first,
        "advanced_fibrosis",
        date=first.date,
        confirmed_on=first.confirmed_on,
        detail=first.basis,
        evidence=[first.row, first.second_row],
    )


def fibrosis_state(fib4: ir.Table, patient: ir.Table, definition: Definition) -> ir.Table:
    """What the last FIB-4 said, while it is recent enough; then unknown, until the next or the end.

    Args:
        fib4: findings of FIB-4.
        patient: of the store.
        definition: topic fibrosis.
    """
    valid = definition["fibrosis.valid_days"]
    in_time = ibis.window(group_by="patient_id", order_by="date")
    told = fib4.mutate(
        previous=fib4.status.lag().over(in_time), previous_day=fib4.date.lag().over(in_time)
    )
    lapsed = told.date > days_after(told.previous_day, valid + 1)
    changed = told.filter(lapsed.fill_null(False) | (told.status != told.previous).fill_null(True))
    begun = changed.mutate(
        next_first=changed.date.lead().over(in_time),
        last_before_next=changed.previous_day.lead().over(in_time),
    )
    lasts = fib4.group_by("patient_id").agg(very_last=fib4.date.max())
    ends = begun.join(lasts, "patient_id").join(
        patient.select("patient_id", "observed_to"), "patient_id"
    )
    ends = ends.mutate(last=ends.last_before_next.fill_null(ends.very_last))
    until = ibis.coalesce(days_after(ends.next_first, -1), ends.observed_to, ends["last"])
    known = ends.mutate(
        until=ibis.greatest(until, ends["last"]), expires=days_after(ends["last"], valid)
    )
    unknown = known.filter(known.until > known.expires)
    return ibis.union(
        _state(known, known.status, known.date, ibis.least(known.until, known.expires)),
        _state(unknown, ibis.literal("unknown"), days_after(unknown.expires, 1), unknown.until),
    )


def _of(findings: ir.Table, marker: str) -> ir.Table:
    return findings.filter(findings.marker == marker)


def _state(
    table: ir.Table, state: ir.StringValue, start: ir.DateValue, end: ir.DateValue
) -> ir.Table:
    return table.select(
        "patient_id", marker=ibis.literal("fibrosis"), state=state, start=start, end=end
    )


def derive(given: Inputs) -> Derived:
    """Scores and stiffness, advanced fibrosis, and the state of FIB-4."""
    apri, fib4 = score_findings(given.records, given.patient, given.rules)
    stiffness = given.engine.keep(measurements(given.records, "stiffness", "highest"))
    found = given.engine.keep(
        ibis.union(apri, fib4, stiffness_findings(stiffness, given.found, given.rules))
    )
    return Derived(
        finding=[found],
        event=[advanced_fibrosis(found, given.rules)],
        state=[fibrosis_state(found.filter(found.marker == "fib4"), given.patient, given.rules)],
    )
