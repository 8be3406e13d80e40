"""Plain reference: HBV DNA on a nucleos(t)ide analogue, test after test."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from reference.chain import Event
from reference.findings import Finding
from reference.na import Dna, Treatment, dna_tests, treatments
from reference.relapse import relapses
from reference.returns import returns_of
from reference.treatment import Line

from seroclear.course.definition import Definition

INFINITE = float("inf")


def events(found: list[Finding], lines: list[Line], rules: Definition) -> list[Event]:
    """All events of HBV DNA and ALT on treatment and after it."""
    tests = dna_tests(found, rules)
    gap = rules["exposure.gap"]
    made = []
    for treatment in treatments(lines, gap):
        end = treatment.last_day_on(gap)
        on = [test for test in tests if treatment.start < test.date <= end]
        made += response(treatment, tests, on, rules)
        made += levels(treatment, tests, on, rules)
        made += breakthroughs(treatment, on, rules)
        made += blips(treatment, on)
        if treatment.stopped:
            until = treatment.after.start if treatment.after else date.max
            made += relapses(treatment, tests, found, until, rules)
    return made


def response(
    treatment: Treatment, tests: list[Dna], on: list[Dna], rules: Definition
) -> list[Event]:
    """Primary non-response, partial and complete response."""
    since = treatment.start - timedelta(rules["viraemia.baseline_window"])
    decisive = ("detectable", "undetectable")
    before = [t for t in tests if since <= t.date <= treatment.start and t.status in decisive]
    base = before[-1] if before else None
    factor = 10 ** float(rules["viraemia.response_log10"])
    made = []
    if base and base.status == "detectable":
        early = [test for test in on if test.low is not None and base.high is not None]
        at = _nearest(treatment, early, rules["viraemia.nonresponse_day"], rules)
        if at and base.high is not None and (at.low or 0.0) * factor > base.high:
            made.append(_landmark("primary_nonresponse", treatment, base, at))
        late = [test for test in on if test.high is not None and base.low is not None]
        at = _nearest(treatment, late, rules["viraemia.partial_day"], rules)
        if at and at.status == "detectable" and at.high is not None:
            assert base.low is not None
            if at.high * factor < base.low:
                made.append(_landmark("partial_virological_response", treatment, base, at))
    if base is None or base.status == "detectable":
        for test in on:
            if test.status == "undetectable":
                made.append(
                    Event(
                        "complete_virological_response",
                        test.date,
                        earliest=_last(tests, test, ("detectable",)),
                        evidence=f"{treatment.row} {test.row}",
                    )
                )
                break
    return made


def _landmark(name: str, treatment: Treatment, base: Dna, at: Dna) -> Event:
    return Event(name, at.date, evidence=f"{treatment.row} {base.row} {at.row}")


def _nearest(treatment: Treatment, tests: list[Dna], day: int, rules: Definition) -> Dna | None:
    landmark = treatment.start + timedelta(day)
    near = [t for t in tests if abs((t.date - landmark).days) <= rules["viraemia.visit_window"]]
    return min(near, key=lambda t: (abs((t.date - landmark).days), t.date), default=None)


def _last(tests: list[Dna], before: Dna, kinds: tuple[str, ...]) -> date | None:
    """Last earlier day with a test of one of these statuses or levels."""
    days = [t.date for t in tests if t.date < before.date and {t.status, t.level} & set(kinds)]
    return max(days, default=None)


def levels(treatment: Treatment, tests: list[Dna], on: list[Dna], rules: Definition) -> list[Event]:
    """Maintained response and low-level viraemia."""
    first_day = rules["viraemia.maintained_day"] - rules["viraemia.visit_window"]
    late = [t for t in on if t.level and (t.date - treatment.start).days >= first_day]
    runs = [list(run) for _, run in groupby(late, key=lambda test: test.level)]
    made = []
    for run, after in zip(runs, [*runs[1:], []], strict=False):
        first = run[0]
        rows = f"{treatment.row} {first.row}"
        if first.level == "undetectable":
            since = _last(tests, first, ("detectable",))
            made.append(Event("maintained_response", first.date, since, evidence=rows))
        if first.level != "low":
            continue
        since = _last(tests, first, ("undetectable", "high"))
        made.append(Event("low_level_viraemia", first.date, since, evidence=rows))
        gap = rules["viraemia.persistent_gap"]
        again = next((t for t in run[1:] if (t.date - first.date).days >= gap), None)
        kind, decides = "persistent", again
        if again is None and after and after[0].level == "undetectable":
            kind, decides = "intermittent", after[0]
        if decides:
            name = f"low_level_viraemia_{kind}"
            evidence = f"{rows} {decides.row}"
            made.append(Event(name, first.date, since, decides.date, evidence=evidence))
    return made


def breakthroughs(treatment: Treatment, on: list[Dna], rules: Definition) -> list[Event]:
    """Each return of HBV DNA, judged against all tests before it on this treatment."""
    factor = 10 ** float(rules["breakthrough.log10"])
    classed: list[tuple[bool, Dna]] = []
    for number, test in enumerate(on):
        before = on[:number]
        needed = min((t.high for t in before if t.high is not None), default=INFINITE) * factor
        if any(t.status == "undetectable" for t in before):
            needed = min(needed, rules["breakthrough.after_undetectable"])
        nothing_before = needed == INFINITE
        if test.low is not None and test.low >= needed:
            classed.append((True, test))
        elif (test.high is not None and test.high < needed) or (
            nothing_before and test.low is not None
        ):
            classed.append((False, test))

    def lowest(test: Dna) -> list[Dna]:
        before = [t for t in on if t.date < test.date and t.high is not None]
        undetectable = [t for t in before if t.status == "undetectable"][:1]
        return [*undetectable, *sorted(before, key=lambda t: (t.high, t.date))[:1]]

    return returns_of("breakthrough", treatment, classed, rules["breakthrough.confirm_gap"], lowest)


def blips(treatment: Treatment, on: list[Dna]) -> list[Event]:
    """One detectable test between two undetectable ones."""
    decisive = [test for test in on if test.status in ("detectable", "undetectable")]
    made = []
    for before, test, after in zip(decisive, decisive[1:], decisive[2:], strict=False):
        if (before.status, test.status, after.status) == (
            "undetectable",
            "detectable",
            "undetectable",
        ):
            rows = f"{treatment.row} {before.row} {test.row} {after.row}"
            made.append(Event("blip", test.date, before.date, after.date, evidence=rows))
    return made
