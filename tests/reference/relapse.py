"""Plain reference: what follows a stop of a nucleos(t)ide analogue."""

from __future__ import annotations

from datetime import date

from reference.alt_limits import times_limit
from reference.chain import Event
from reference.findings import Finding
from reference.na import Dna, Treatment
from reference.returns import returns_of

from seroclear.course.definition import Definition


def relapses(
    treatment: Treatment, tests: list[Dna], found: list[Finding], until: date, rules: Definition
) -> list[Event]:
    """What followed a stop, up to and including the day of the next treatment."""
    made = []
    end = treatment.lines[-1].end
    if treatment.after:
        rows = f"{treatment.row} {treatment.after.source_row}"
        made.append(Event("retreatment", treatment.after.start, end, evidence=rows))
    classed = []
    for test in tests:
        if treatment.start < test.date <= until:
            if test.low is not None and test.low >= rules["relapse.dna"]:
                classed.append((True, test))
            elif test.high is not None and test.high < rules["relapse.dna"]:
                classed.append((False, test))
    on = [(above, test) for above, test in classed if test.date <= end]
    if not on or on[-1][0]:
        return made
    at_stop = on[-1][1]
    returns = returns_of(
        "virological_relapse", treatment, classed, rules["relapse.confirm_gap"], lambda _: [at_stop]
    )
    made += [event for event in returns if event.date > end]
    return made + _clinical(treatment, at_stop, classed, found, until, rules)


def _clinical(
    treatment: Treatment,
    at_stop: Dna,
    classed: list[tuple[bool, Dna]],
    found: list[Finding],
    until: date,
    rules: Definition,
) -> list[Event]:
    end = treatment.lines[-1].end
    multiple = rules["relapse.alt_multiple"]
    alt = [
        (above, f) for above, f in times_limit(found, multiple) if treatment.start < f.date <= until
    ]
    pairs = [
        (max(test.date, f.date), test.date, f.date, test.row, f.source_row)
        for above, test in classed
        for high, f in alt
        if above and high and min(test.date, f.date) > end
        if abs((test.date - f.date).days) <= rules["relapse.alt_window"]
    ]
    if not pairs:
        return []
    day, _, _, dna_row, alt_row = min(pairs)
    against = [one.date for above, one in [*classed, *alt] if not above and one.date < day]
    rows = " ".join(dict.fromkeys([treatment.row, at_stop.row, dna_row, alt_row]))
    return [Event("clinical_relapse", day, max(against, default=None), evidence=rows)]
