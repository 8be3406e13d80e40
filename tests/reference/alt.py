"""Plain reference: normalisation and flares of ALT."""

from __future__ import annotations

import math
from itertools import groupby, pairwise

from reference.chain import Event
from reference.findings import Finding
from reference.viraemia import alt_numbers, times_limit

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
