"""Plain reference: HBV DNA and ALT on a nucleos(t)ide analogue and after it, test after test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from reference.chain import Event
from reference.findings import Finding
from reference.treatment import Line

from seroclear.course.definition import Definition

INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Treatment:
    """Lines with an NA that follow each other within the gap."""

    lines: tuple[Line, ...]
    after: Line | None  # the next line of any treatment

    @property
    def start(self) -> date:
        return self.lines[0].start

    @property
    def row(self) -> str:
        return self.lines[0].source_row

    @property
    def stopped(self) -> bool:
        return self.lines[-1].why_ended == "stop"

    def last_day_on(self, gap: int) -> date:
        """Treatment that is still on is on for the last tests, too."""
        last = self.lines[-1]
        return last.end + timedelta(gap) if last.why_ended == "still on" else last.end


@dataclass(frozen=True, slots=True)
class Dna:
    """One HBV DNA test: between `low` and `high` IU/mL, None where nothing is known."""

    date: date
    status: str
    low: float | None
    high: float | None
    level: str | None
    row: str


def treatments(lines: list[Line], gap: int) -> list[Treatment]:
    """Treatments of a patient with hepatitis B."""
    groups: list[list[Line]] = []
    for line in lines:
        if "NA" not in line.classes:
            continue
        if groups and (line.start - groups[-1][-1].end).days - 1 <= gap:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        Treatment(tuple(g), next((x for x in lines if x.start > g[-1].end), None)) for g in groups
    ]


def dna_tests(found: list[Finding], rules: Definition) -> list[Dna]:
    """HBV DNA in order of time."""
    return [_dna(finding, rules) for finding in found if finding.marker == "hbv_dna"]


def _dna(test: Finding, rules: Definition) -> Dna:
    llod, upper = float(rules["hbv_dna.llod"]), rules["viraemia.low_level_upper"]
    low: float | None = None
    high: float | None = None
    level = None
    if test.status == "undetectable":
        low, high, level = 0.0, llod, "undetectable"
    elif test.status == "detectable" and test.value is not None:
        low = test.value
        high = test.value if test.comparator == "=" else None
        blind = test.assay_limit is not None and test.assay_limit > llod
        if low >= upper:
            level = "high"
        elif high is not None and not blind:
            level = "low"
    elif test.comparator == "<" and not test.reason:
        assert test.value is not None
        high = max(test.value, llod)
    return Dna(test.date, test.status, low, high, level, test.source_row)


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

    return _returns("breakthrough", treatment, classed, rules["breakthrough.confirm_gap"], lowest)


def _returns(
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
    returns = _returns(
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


def times_limit(found: list[Finding], multiple: float) -> list[tuple[bool, Finding]]:
    """ALT at or above so many upper limits, or below; without those that tell neither."""
    classed = []
    for finding in alt_numbers(found):
        assert finding.value is not None
        if finding.threshold is None:  # sex unknown: no limit
            continue
        needed = finding.threshold * multiple
        if finding.comparator != "<" and finding.value >= needed:
            classed.append((True, finding))
        elif (finding.comparator == "=" and finding.value < needed) or (
            finding.comparator == "<" and finding.value <= needed
        ):
            classed.append((False, finding))
    return classed


def alt_numbers(found: list[Finding]) -> list[Finding]:
    """ALT with a number that no word contradicts."""
    return [
        finding
        for finding in found
        if finding.marker == "alt" and finding.value is not None
        if finding.status != "indeterminate" or finding.comparator == "<"
    ]
