"""Plain reference: HBV DNA that returns, and whether a later test confirms it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from reference.chain import Event
from reference.na import Dna, Treatment


def returns_of(
    name: str,
    treatment: Treatment,
    classed: list[tuple[bool, Dna]],
    gap: int,
    held_against: Callable[[Dna], list[Dna]],
) -> list[Event]:
    """An event for each run of tests above, and another if it is confirmed."""
    made = []
    runs = [[t for _, t in run] for _, run in groupby(classed, key=lambda one: one[0])]
    is_above = [above for above, _ in groupby(classed, key=lambda one: one[0])]
    for number, run in enumerate(runs):
        if not is_above[number]:
            continue
        confirming = next((t for t in run[1:] if (t.date - run[0].date).days >= gap), None)
        previous = runs[number - 1][-1] if number else None
        deciding = [t for t in (previous, run[0], confirming) if t]
        deciding = [*held_against(run[0]), *deciding]
        rows = " ".join(dict.fromkeys([treatment.row, *(test.row for test in deciding)]))
        since, sure = (t.date if t else None for t in (previous, confirming))
        made.append(Event(name, run[0].date, since, sure, evidence=rows))
        if confirming:
            made.append(Event(f"{name}_confirmed", run[0].date, since, sure, evidence=rows))
    return made
