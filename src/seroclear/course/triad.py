"""Triads of one untreated time: HBV DNA with HBeAg and ALT near it, and the phase they show.

Names and limits of the phases are those of EASL 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.first import first_rows
from seroclear.engine import Engine, days_after, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

POSITIVE_INFECTION = "HBeAg-positive infection"
POSITIVE_HEPATITIS = "HBeAg-positive hepatitis"
NEGATIVE_INFECTION = "HBeAg-negative infection"
NEGATIVE_HEPATITIS = "HBeAg-negative hepatitis"
PHASES = (POSITIVE_INFECTION, POSITIVE_HEPATITIS, NEGATIVE_INFECTION, NEGATIVE_HEPATITIS)
INDETERMINATE = "indeterminate"
PERIOD = ("patient_id", "period")


def triads(
    engine: Engine, found: ir.Table, dna: ir.Table, untreated: ir.Table, rules: Definition
) -> ir.Table:
    """Phase of each triad, where it tells one: of PHASES, or INDETERMINATE.

    Args:
        engine: where to compute.
        found: findings of every marker.
        dna: HBV DNA with its bounds, of `dna_tests`.
        untreated: PERIOD, first, tests_until: the times whose tests belong together.
        rules: topic phase.

    Returns:
        patient_id, period, date (of HBV DNA), status, source_row (empty).
    """
    tests = engine.keep(
        _in_period(dna.select("patient_id", "date", "status", "low", "high"), untreated)
    )
    eag = found.filter(found.marker == "hbeag", found.status.isin(["positive", "negative"]))
    alt = found.filter(found.marker == "alt", found.status.isin(["elevated", "normal"]))
    for name, partner in (("hbeag", eag), ("alt", alt)):
        tests = _with_nearest(tests, _in_period(partner, untreated), name, rules["phase.window"])
    classed = tests.mutate(phase=_phase_of(tests, rules))
    told = classed.filter(classed.phase.notnull())
    return told.select(*PERIOD, "date", status="phase", source_row=ibis.literal(""))


def _in_period(tests: ir.Table, untreated: ir.Table) -> ir.Table:
    spans = untreated.select("period", "first", "tests_until", span_patient="patient_id")
    return tests.join(
        spans,
        [
            tests.patient_id == spans.span_patient,
            tests.date.between(spans["first"], spans.tests_until),
        ],
    ).drop("span_patient", "first", "tests_until")


def _with_nearest(tests: ir.Table, partner: ir.Table, name: str, window: int) -> ir.Table:
    """Adds, as `name`, the status of the partner test nearest to each test, of two as near the
    earlier one; leaves out tests without any."""
    others = partner.select(
        other_patient="patient_id", other_period="period", other_date="date", said="status"
    )
    pairs = tests.join(
        others,
        [
            tests.patient_id == others.other_patient,
            tests.period == others.other_period,
            others.other_date >= days_after(tests.date, -window),
            others.other_date <= days_after(tests.date, window),
        ],
    )
    apart = days_between(pairs.date, pairs.other_date).abs()
    nearest = first_rows(pairs, [*PERIOD, "date"], [apart, pairs.other_date])
    return nearest.select(*tests.columns, **{name: "said"})


def _phase_of(triads: ir.Table, rules: Definition) -> ir.StringValue:
    """Phase of a triad, INDETERMINATE in the grey zone, null when the bounds of DNA cannot tell."""

    def at_least(name: str) -> ir.BooleanValue:
        return (triads.low >= float(rules[name])).fill_null(False)

    def below(name: str) -> ir.BooleanValue:
        limit = float(rules[name])
        # '<2000' and 'not detected' lie below their limit, not on it.
        on_limit = (triads.high == limit) & (triads.status != "detectable")
        return ((triads.high < limit) | on_limit).fill_null(False)

    positive, normal = triads.hbeag == "positive", triads.alt == "normal"
    return ibis.cases(
        (positive & normal & at_least("phase.positive_infection_dna"), POSITIVE_INFECTION),
        (positive & normal & below("phase.positive_infection_dna"), INDETERMINATE),
        (positive & ~normal & at_least("phase.positive_hepatitis_dna"), POSITIVE_HEPATITIS),
        (positive & ~normal & below("phase.positive_hepatitis_dna"), INDETERMINATE),
        (~positive & normal & below("phase.negative_dna"), NEGATIVE_INFECTION),
        (~positive & ~normal & at_least("phase.negative_dna"), NEGATIVE_HEPATITIS),
        (~positive & normal & at_least("phase.negative_dna"), INDETERMINATE),
        (~positive & ~normal & below("phase.negative_dna"), INDETERMINATE),
        else_=ibis.null("string"),
    )
