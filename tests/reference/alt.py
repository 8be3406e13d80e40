"""Plain reference: normalisation and flares of ALT."""

from __future__ import annotations

import math
from itertools import groupby, pairwise

from reference.alt_limits import alt_numbers, times_limit
from reference.chain import Event
from reference.findings import Finding
from reference.liver import decompensation
from reference.stores import History

from seroclear.course.definition import Definition


def events(found: list[Finding], rules: Definition) -> list[Event]:
    """All events of ALT."""
    tests = [f for f in found if f.marker == "alt" and f.status in ("elevated", "normal")]
    made = []
    for before, after in pairwise(tests):
        if (before.status, after.status) == ("elevated", "normal"):
            rows = f"{before.source_row} {after.source_row}"
            made.append(Event("alt_normalisation", after.date, before.date, evidence=rows))
    if rules["flare.rule"] == "uln":
        return made + _flares(times_limit(found, rules["flare.uln_multiple"]))
    return made + _flares(_over_baseline(alt_numbers(found), rules))


def severe(found: list[Finding], history: History, rules: Definition) -> list[Event]:
    """Flares that show jaundice, a high INR or decompensation before long."""
    signs = [
        (c["date"], c["source_row"], c["condition"].replace("_", " "))
        for c in history.condition
        if c["condition"] in decompensation(rules)
    ]
    for test in ("bilirubin", "inr"):
        exact = [r for r in history.result if r["test"] == test and r["comparator"] == "="]
        for day in {row["taken_at"] for row in exact}:
            of_day = [row for row in exact if row["taken_at"] == day]
            value = max(row["value"] for row in of_day)
            source = min(row["source_row"] for row in of_day if row["value"] == value)
            if test == "bilirubin" and value > rules["flare.bilirubin"]:
                signs.append((day, source, f"bilirubin over {rules['flare.bilirubin']} µmol/L"))
            if test == "inr" and value >= rules["flare.inr"]:
                signs.append((day, source, f"INR {rules['flare.inr']} or more"))
    made = []
    for flare in events(found, rules):
        window = rules["flare.decompensation_window"]
        near = [sign for sign in signs if 0 <= (sign[0] - flare.date).days <= window]
        if flare.name == "alt_flare" and near:
            day, source, sign = min(near)
            made.append(
                Event(
                    "flare_with_decompensation",
                    flare.date,
                    flare.earliest,
                    day,
                    f"{flare.detail}; {sign}",
                    f"{flare.evidence} {source}",
                )
            )
    return made


def _flares(classed: list[tuple[bool, Finding]]) -> list[Event]:
    """An event for each run above, with the run's highest value."""
    made = []
    runs = [list(run) for _, run in groupby(classed, key=lambda one: one[0])]
    for before, run in pairwise([[], *runs]):
        above, first = run[0]
        if not above:
            continue
        peak = max(run, key=lambda one: one[1].value or 0.0)[1]
        assert peak.value is not None
        sign = "over " if peak.comparator == ">" else ""
        previous = before[-1][1] if before else None
        made.append(
            Event(
                "alt_flare",
                first.date,
                previous.date if previous else None,
                detail=f"peak {sign}{math.floor(peak.value + 0.5)} U/L",
                evidence=" ".join(f.source_row for f in (previous, first) if f),
            )
        )
    return made


def _over_baseline(numbers: list[Finding], rules: Definition) -> list[tuple[bool, Finding]]:
    classed = []
    for finding in numbers:
        value = finding.value or 0.0
        earlier = [
            f.value or 0.0
            for f in numbers
            if 0 < (finding.date - f.date).days <= rules["flare.baseline_window"]
            and f.comparator in ("=", "<")
        ]
        needed = min(earlier) * rules["flare.baseline_multiple"] if earlier else None
        sign = finding.comparator
        if sign in ("=", ">") and needed is not None and value > max(needed, rules["flare.above"]):
            classed.append((True, finding))
        elif sign in ("=", "<") and (
            value <= rules["flare.above"] or (needed is not None and value <= needed)
        ):
            classed.append((False, finding))
    return classed
