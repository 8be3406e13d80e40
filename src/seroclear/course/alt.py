"""ALT: normalisation and flares, by the upper limit that each result was held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.first import first_rows
from seroclear.course.runs import runs, with_previous
from seroclear.course.severe_flare import severe_flares
from seroclear.course.turns import of_whom, turns
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def times_limit(findings: ir.Table, multiple: float) -> ir.Table:
    """ALT of each day as 'above' (at or above so many upper limits of normal) or 'below'.

    Args:
        findings: of every marker.
        multiple: times the upper limit of normal.

    Returns:
        patient_id, date, status, value (U/L), comparator, source_row; results that tell neither
        are left out.
    """
    alt = _numbers(findings)
    threshold = alt.threshold * multiple
    return _classed(
        alt,
        above=alt.comparator.isin(["=", ">", "range"]) & (alt.value >= threshold),
        below=((alt.comparator == "=") & (alt.value < threshold))
        | ((alt.comparator == "<") & (alt.value <= threshold)),
    )


def _numbers(findings: ir.Table) -> ir.Table:
    """ALT with a number that no word contradicts; '<50' proves something even where it is
    indeterminate."""
    alt = findings.filter(findings.marker == "alt", findings.value.notnull())
    return alt.filter((alt.status != "indeterminate") | (alt.comparator == "<"))


def _classed(alt: ir.Table, above: ir.BooleanValue, below: ir.BooleanValue) -> ir.Table:
    status = ibis.cases(
        (above.fill_null(False), "above"),
        (below.fill_null(False), "below"),
        else_=ibis.null("string"),
    )
    classed = alt.select("patient_id", "date", "value", "comparator", "source_row", status=status)
    return classed.filter(classed.status.notnull())


def alt_events(engine: Engine, findings: ir.Table, definition: Definition) -> list[ir.Table]:
    """alt_normalisation and alt_flare.

    Args:
        engine: where to compute.
        findings: of every marker.
        definition: topic flare.
    """
    return [_normalisation(findings), _flare(engine, findings, definition)]


def _normalisation(findings: ir.Table) -> ir.Table:
    """ALT normal after it was elevated; again after each new elevation."""
    decisive = findings.filter(
        findings.marker == "alt", findings.status.isin(["elevated", "normal"])
    )
    normal = turns(decisive)
    normal = normal.filter(normal.status == "normal", normal.previous_last.notnull())
    return event(
        normal,
        "alt_normalisation",
        date=normal.date,
        earliest=normal.previous_last,
        evidence=[normal.previous_row, normal.source_row],
    )


def _flare(engine: Engine, findings: ir.Table, definition: Definition) -> ir.Table:
    """Runs of ALT over the flare's threshold; the detail holds the highest value of the run."""
    if definition["flare.rule"] == "uln":
        classed = times_limit(findings, float(definition["flare.uln_multiple"]))
    else:
        classed = _over_baseline(findings, definition)
    classed = engine.keep(of_whom(classed, "above"))
    found = with_previous(runs(classed, {}))
    flares = engine.keep(found.filter(found.status == "above"))
    peaks = _peaks(classed, flares)
    known = flares.join(peaks, ["patient_id", "run"])
    return event(
        known,
        "alt_flare",
        date=known["first"],
        earliest=known.previous_last,
        evidence=[known.previous_row, known.first_row],
        detail=known.peak,
    )


def _peaks(classed: ir.Table, flares: ir.Table) -> ir.Table:
    """The highest value of each run in words, rounded to whole U/L."""
    bounds = flares.select("patient_id", "run", "first", "last")
    within = classed.join(bounds, "patient_id")
    within = within.filter(within.date.between(within["first"], within["last"]))
    top = first_rows(within, ["patient_id", "run"], [within.value.desc(), within.date])
    whole = (top.value + 0.5).floor().cast("int64").cast("string")
    sign = (top.comparator == ">").ifelse("over ", "")
    return top.select("patient_id", "run", peak=ibis.literal("peak ") + sign + whole + " U/L")


def _over_baseline(findings: ir.Table, definition: Definition) -> ir.Table:
    """ALT of each day against a multiple of the lowest ALT before it, and a floor; '<5'
    counts as 5."""
    factor = float(definition["flare.baseline_multiple"])
    floor = float(definition["flare.above"])
    alt = _numbers(findings)
    known = alt.filter(alt.comparator.isin(["=", "<"])).select(
        earlier="date", lowest="value", other="patient_id"
    )
    before = alt.join(
        known,
        [
            alt.patient_id == known.other,
            alt.value > floor,
            known.earlier < alt.date,
            known.earlier >= days_after(alt.date, -definition["flare.baseline_window"]),
        ],
    )
    baseline = before.group_by("patient_id", "date").agg(baseline=before.lowest.min())
    based = alt.left_join(baseline, ["patient_id", "date"]).drop("patient_id_right", "date_right")
    number = based.comparator.isin(["=", ">"])
    return _classed(
        based,
        above=number & (based.value > floor) & (based.value > based.baseline * factor),
        below=(based.comparator.isin(["=", "<"]))
        & ((based.value <= floor) | (based.value <= based.baseline * factor)),
    )


def derive(given: Inputs) -> Derived:
    """Normalisation and flares, and those that are severe."""
    events = [
        given.engine.keep(table) for table in alt_events(given.engine, given.found, given.rules)
    ]
    severe = severe_flares(given.records, ibis.union(*events), given.condition, given.rules)
    return Derived(event=[*events, severe])
