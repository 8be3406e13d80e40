"""Phases of chronic hepatitis B over time.

In five sentences. From the first positive HBsAg on, a patient is on treatment (NA or interferon),
HBsAg-negative, or untreated and HBsAg-positive; only in the last case there is a phase. Each HBV
DNA of that time, with the nearest HBeAg and the nearest ALT of the same time within the window, is
a triad, and a triad belongs to one phase, to none (grey zone), or says nothing because a test is
missing or its limit cannot tell. Triads of one phase, the first and a later one far enough apart
and none of another kind between, are that phase from the first of them on. A triad of the grey
zone, and triads that do not agree, are indeterminate; before the first triad, and with one lone
triad of a phase, the phase is unknown. A state ends on the day before the next one begins, the last
one with the patient's last HBsAg, HBeAg, HBV DNA, ALT or treatment.

Tests of the day on which treatment begins still show the untreated infection. Tests soon after
treatment still show its effect and are not counted. After HBsAg loss a patient is HBsAg-negative
until seroreversion, except on treatment. ALT without HBV DNA near it makes no triad, so an
elevation between two visits goes unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.runs import runs
from seroclear.course.triad import INDETERMINATE, PERIOD, PHASES, triads
from seroclear.course.turns import turns
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

HBSAG_NEGATIVE = "HBsAg-negative"
ON_TREATMENT = "on treatment"
UNKNOWN = "unknown"
_UNTREATED = "untreated"
_EVIDENCE = ("hbsag", "hbeag", "hbv_dna", "alt")


def phase_state(
    engine: Engine,
    found: ir.Table,
    dna: ir.Table,
    hbsag: ir.Table,
    regimen: ir.Table,
    rules: Definition,
) -> ir.Table:
    """State of marker 'phase' of everyone who was ever HBsAg positive.

    Args:
        engine: where to compute.
        found: findings of every marker.
        dna: HBV DNA with its bounds, of `dna_tests`.
        hbsag: states of HBsAg.
        regimen: every treatment line.
        rules: topics phase and exposure.

    Returns:
        patient_id, marker, state, start, end (both inclusive).
    """
    lines = _lines(regimen, rules)
    last = engine.keep(_last_evidence(found, regimen))
    times = engine.keep(_periods(engine, hbsag, lines, last, rules))
    untreated = times.filter(times.status == _UNTREATED)
    judged = engine.keep(_judged(engine, triads(engine, found, dna, untreated, rules), rules))
    within = judged.join(untreated.select(*PERIOD, "until"), PERIOD)
    # A triad of the day on which treatment begins can confirm a phase, but begins none.
    begun = within.filter(within["first"] <= within.until)
    starts = ibis.union(
        times.select(
            "patient_id",
            date="first",
            status=(times.status == _UNTREATED).ifelse(UNKNOWN, times.status),
            rank=ibis.literal(0, "int64"),
        ),
        begun.select("patient_id", "status", date="first", rank=ibis.literal(1, "int64")),
    )
    changes = starts.group_by("patient_id", "date").agg(status=starts.status.argmax(starts["rank"]))
    stretches = _until(engine.keep(_merged(changes)), last)
    return stretches.select(
        "patient_id",
        marker=ibis.literal("phase"),
        state="status",
        start="first",
        end="until",
    )


def _lines(regimen: ir.Table, rules: Definition) -> ir.Table:
    """patient_id, start, end; up to the next line within the gap, and to the last tests when
    treatment is still on."""
    gap = rules["exposure.gap"]
    following = regimen.start.lead().over(ibis.window(group_by="patient_id", order_by="start"))
    end = ibis.cases(
        (regimen.why_ended == "still on", days_after(regimen.end, gap)),
        (
            (following <= days_after(regimen.end, gap + 1)).fill_null(False),
            days_after(following, -1),
        ),
        else_=regimen.end,
    )
    return regimen.select("patient_id", "start", end=end)


def _last_evidence(found: ir.Table, regimen: ir.Table) -> ir.Table:
    days = ibis.union(
        found.filter(found.marker.isin(_EVIDENCE)).select("patient_id", "date"),
        regimen.select("patient_id", date="end"),
    )
    return days.group_by("patient_id").agg(last_day=days.date.max())


def _periods(
    engine: Engine, hbsag: ir.Table, lines: ir.Table, last: ir.Table, rules: Definition
) -> ir.Table:
    """Times on treatment, HBsAg-negative, unknown (soon after treatment) and untreated.

    Returns:
        patient_id, period (1, 2, ...), status, first, until, tests_until (the last day whose tests
        belong to it).
    """
    days = rules["phase.after_treatment"]
    in_order = ibis.window(group_by="patient_id", order_by="start")
    chain = hbsag.mutate(following=hbsag.start.lead().over(in_order))
    begun = hbsag.group_by("patient_id").agg(begin=hbsag.start.min())
    edges = ibis.union(
        hbsag.select("patient_id", date="start"),
        lines.select("patient_id", date="start"),
        lines.select("patient_id", date=days_after(lines.end, 1)),
        lines.select("patient_id", date=days_after(lines.end, days + 1)),
    ).distinct()
    known = edges.join(begun, "patient_id")
    # Someone treated before the first positive HBsAg begins with that positive.
    known = engine.keep(known.filter(known.date >= known.begin).select("patient_id", "date"))
    treated = _inside(known, lines.select("start", "end", line_patient="patient_id"), "on")
    after = _inside(
        known,
        lines.select(start=lines.end, end=days_after(lines.end, days), line_patient="patient_id"),
        "after",
    )
    lost = chain.filter(chain.state == "lost")
    negative = _inside(
        known,
        lost.select("start", end=days_after(lost.following, -1), line_patient="patient_id"),
        "negative",
    )
    flagged = known
    for table in (treated, after, negative):
        flagged = flagged.left_join(table, ["patient_id", "date"])
        flagged = flagged.drop("patient_id_right", "date_right")
    status = ibis.cases(
        (flagged.on.fill_null(False), ON_TREATMENT),
        (flagged.negative.fill_null(False), HBSAG_NEGATIVE),
        (flagged.after.fill_null(False), UNKNOWN),
        else_=_UNTREATED,
    )
    merged = _merged(flagged.select("patient_id", "date", status=status))
    dated = _until(engine.keep(merged), last)
    in_order = ibis.window(group_by="patient_id", order_by="first")
    begins = dated.status.lead().over(in_order) == ON_TREATMENT
    until = begins.fill_null(False).ifelse(days_after(dated.until, 1), dated.until)
    return dated.mutate(tests_until=until).rename(period="run")


def _inside(days: ir.Table, spans: ir.Table, flag: str) -> ir.Table:
    """The days that lie in a span of the same patient; a span without an end is open."""
    within = days.join(
        spans,
        [
            days.patient_id == spans.line_patient,
            spans.start <= days.date,
            spans.end.isnull() | (spans.end >= days.date),
        ],
    )
    return within.select("patient_id", "date").distinct().mutate(**{flag: True})


def _merged(changes: ir.Table) -> ir.Table:
    """Changes (patient_id, date, status) without those that change nothing."""
    found = turns(changes.mutate(source_row=ibis.literal("")))
    in_order = ibis.window(group_by="patient_id", order_by="date")
    return found.select(
        "patient_id", "status", run=ibis.row_number().over(in_order) + 1, first="date"
    )


def _until(stretches: ir.Table, last: ir.Table) -> ir.Table:
    """Adds `until`, the last day of each stretch; what begins after all evidence is left out."""
    in_order = ibis.window(group_by="patient_id", order_by="first")
    following = days_after(stretches["first"].lead().over(in_order), -1)
    dated = stretches.mutate(following=following).join(last, "patient_id")
    ended = dated.mutate(until=ibis.coalesce(dated.following, dated.last_day))
    ended = ended.mutate(until=ibis.least(ended.until, ended.last_day))
    kept = ended.filter(ended["first"] <= ended.last_day)
    return kept.select("patient_id", "run", "status", "first", "until")


def _judged(engine: Engine, found: ir.Table, rules: Definition) -> ir.Table:
    """Runs of triads of one kind (patient_id, period, first, status) with what they amount to."""
    gap = rules["phase.concordance"]
    kinds = engine.keep(runs(engine.keep(found), dict.fromkeys(PHASES, gap), PERIOD))
    kinds = kinds.mutate(runs=kinds.count().over(ibis.window(group_by=PERIOD)))
    status = ibis.cases(
        (kinds.status == INDETERMINATE, INDETERMINATE),
        (kinds.confirmed_on.notnull(), kinds.status),
        (kinds.runs > 1, INDETERMINATE),
        else_=UNKNOWN,
    )
    return kinds.select(*PERIOD, "first", status=status)


def derive(given: Inputs) -> Derived:
    """The phases over time."""
    hbsag = given.rows("hbsag_state", "state")
    state = phase_state(given.engine, given.found, given.dna, hbsag, given.regimen, given.rules)
    return Derived(state=[state])
