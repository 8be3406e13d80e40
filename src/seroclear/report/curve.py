"""The steps of a survival curve that may be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from seroclear.analysis.result import Row
from seroclear.report.cells import NO_TIME, Cell
from seroclear.report.protect import Counts

CURVE = "kaplan_meier_curve"
THINNED = "steps joined for disclosure control"


def thin(rows: list[Row], counts: Counts[Cell], hidden: set[Cell], threshold: int) -> list[Row]:
    """The rows without the curve steps that would show fewer than `threshold` events or persons.

    A step is kept when, since the last count of events that is published (a kept step, an
    estimate at a named time), nobody or at least `threshold` had the event, the same holds up to
    the next published count and the group's total, and at least `threshold` are at risk. The
    curve of all is left out where groups have curves, for one less the other is a group's own
    steps; so is the curve of a group whose persons are hidden. Where a group's total is hidden, no
    step after the last published count is kept. After OpenSAFELY's kaplan-meier action. Rows that
    are kept carry the note THINNED, so that nobody draws what is between them as flat.
    """
    groups = {row.group for row in rows if row.analysis == CURVE}
    curves: dict[Cell, list[tuple[int, Row]]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.analysis == CURVE and (row.group or len(groups) == 1):
            total = Cell("events", row.definition, row.stratum, row.group, row.outcome)
            curves[total].append((place, row))
    kept: set[int] = set()
    for total, steps in curves.items():
        persons = Cell("persons", total.definition, total.stratum, total.group)
        anchors = _anchors(counts, hidden, total)
        if persons not in hidden and anchors:
            steps.sort(key=lambda step: step[1].time or 0.0)
            until = anchors[-1][0]
            known = [step for step in steps if (step[1].time or 0.0) <= until]
            kept |= _kept(known, anchors, threshold)
    return [
        replace(row, note=THINNED) if place in kept else row
        for place, row in enumerate(rows)
        if row.analysis != CURVE or place in kept
    ]


def _anchors(counts: Counts[Cell], hidden: set[Cell], total: Cell) -> list[tuple[float, int]]:
    """Counts of events so far that other rows publish, with their times, in order."""
    found = [
        (cell.time if cell.time != NO_TIME else float("inf"), value)
        for cell, value in counts.values.items()
        if cell not in hidden and cell._replace(time=NO_TIME, source="") == total
    ]
    return sorted(found)


def _kept(
    steps: Iterable[tuple[int, Row]], anchors: list[tuple[float, int]], threshold: int
) -> set[int]:
    def too_few(difference: int) -> bool:
        return 0 < difference < threshold

    kept: set[int] = set()
    last = 0
    for place, row in steps:
        time, events = row.time or 0.0, row.events or 0
        before = max([last, *(count for at, count in anchors if at < time)])
        after = [count for at, count in anchors if at >= time]
        if (
            (row.n or 0) >= threshold
            and not too_few(events - before)
            and not any(too_few(count - events) for count in after)
        ):
            kept.add(place)
            last = events
    return kept
