"""Plain reference: consolidation on an NA, and when criteria for stopping it were met.

Written from the rules, treatment by treatment and day by day of testing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from reference.chain import Event, later, rows
from reference.findings import Finding
from reference.na import Treatment, treatments
from reference.treatment import Line

from seroclear.course.definition import Definition

DAY = timedelta(1)
TABLE = "(WJG 2018;24:1825, table 2)"
SUPPRESSED = (
    "selected patients without cirrhosis, HBV DNA suppressed for years, with close monitoring"
)
THRICE = "treated for years, HBV DNA undetectable three times six months apart"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consolidation on one treatment, with the undetectable tests of its run of HBV DNA."""

    begin: date
    until: date
    at_start: str
    words: str
    rows: tuple[str, ...]
    undetectable: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """One branch of a guideline, met on a day; it holds until another."""

    date: date
    until: date
    words: str
    rows: tuple[str, ...]
    confirmed: date | None = None  # the day of the last row for a loss, if there is one


class Patient:
    """One NA treatment of one patient with all that the criteria ask for."""

    def __init__(
        self, treatment: Treatment, found: list[Finding], events: list[Event], rules: Definition
    ) -> None:
        self.treatment, self.found, self.events, self.rules = treatment, found, events, rules
        self.last_day = treatment.last_day_on(rules["exposure.gap"])
        self.end = treatment.lines[-1].end
        window = timedelta(rules["consolidation.hbeag_window"])
        before = [
            f
            for f in self.all_of("hbeag", "positive", "negative")
            if treatment.start - window <= f.date <= treatment.start
        ]
        self.base = before[-1] if before else None
        self.stretches = list(self._stretches())

    def all_of(self, marker: str, *statuses: str) -> list[Finding]:
        return [f for f in self.found if f.marker == marker and f.status in statuses]

    def on(self, marker: str, *statuses: str) -> list[Finding]:
        start = self.treatment.start
        return [f for f in self.all_of(marker, *statuses) if start < f.date <= self.last_day]

    def _stretches(self) -> Iterator[Stretch]:
        if self.base is None:
            return
        dna = self.on("hbv_dna", "detectable", "undetectable")
        for _, group in groupby(dna, key=lambda f: f.status):
            run = list(group)
            if run[0].status != "undetectable":
                continue
            contrary = [f.date for f in dna if f.date > run[0].date and f.status == "detectable"]
            for converted, reverted, shown_by in self._after_hbeag():
                begin = max(converted or date.min, run[0].date)
                last = max(self.end, run[-1].date, begin)
                until = min([last, *(day - DAY for day in [*contrary, *reverted])])
                if begin <= until:
                    said = f"HBeAg-{self.base.status} at start of NA"
                    said += f"; HBeAg seroconversion {converted}" if converted else ""
                    said += f"; HBV DNA undetectable since {run[0].date}"
                    sources = (
                        self.treatment.row,
                        self.base.source_row,
                        *shown_by,
                        run[0].source_row,
                    )
                    yield Stretch(begin, until, self.base.status, said, sources, tuple(run))

    def _after_hbeag(self) -> Iterator[tuple[date | None, list[date], tuple[str, ...]]]:
        """HBeAg seroconversions: day, days of HBeAg positive after it, rows."""
        assert self.base is not None
        hbeag = self.on("hbeag", "positive", "negative")
        positive = [f.date for f in hbeag if f.status == "positive"]
        if self.base.status == "negative":
            yield None, positive, ()
            return
        for status, group in groupby(hbeag, key=lambda f: f.status):
            first = next(group)
            after = [day for day in positive if day > first.date]
            antibody = [
                f
                for f in self.on("anti_hbe", "positive")
                if f.date >= first.date and all(f.date < day for day in after)
            ]
            if status == "negative" and antibody:
                found = antibody[0]
                yield found.date, after, (first.source_row, found.source_row)

    # The branches' aims

    def consolidated(self, days: int) -> Iterator[Met]:
        for stretch in self.stretches:
            for test in stretch.undetectable:
                if stretch.begin + days * DAY <= test.date <= stretch.until:
                    words = stretch.words
                    if days:
                        words += f" and {days} days into consolidation, on {test.date}"
                    yield Met(test.date, stretch.until, words, _rows(stretch.rows, test))
                    break

    def thrice(self, days: int) -> Iterator[Met]:
        apart = self.rules["stopping.apart"] * DAY
        for stretch in self.stretches:
            tests = [f for f in stretch.undetectable if f.date <= stretch.until]
            chosen = tests[:1]
            for test in tests:
                if len(chosen) < 3 and test.date >= chosen[-1].date + apart:
                    chosen.append(test)
            if len(chosen) < 3:
                continue
            wanted = max(chosen[2].date, self.treatment.start + days * DAY)
            last = next((f for f in tests if f.date >= wanted), None)
            if last:
                words = f"{stretch.words}, again {chosen[1].date} and {chosen[2].date}"
                words += f"; {days} days of NA or more on {last.date}"
                rows = (*stretch.rows, chosen[1].source_row, chosen[2].source_row)
                yield Met(last.date, stretch.until, words, _rows(rows, last))

    def losses(self) -> Iterator[tuple[Event, Met]]:
        """HBsAg losses on treatment, from the day on which they were known."""
        for loss in (e for e in self.events if e.name == "hbsag_loss"):
            known = loss.confirmed_on if self.rules["loss.confirm"] else loss.date
            back = [
                e.date - DAY
                for e in self.events
                if e.name == "hbsag_seroreversion" and e.date > loss.date
            ]
            until = min([self.last_day, *back])
            if known and loss.date > self.treatment.start and known <= until:
                rows = (self.treatment.row, *loss.evidence.split())
                words = f"HBsAg loss {loss.date}"
                yield loss, Met(known, until, words, rows, loss.confirmed_on)

    def lost(self, days: int) -> Iterator[Met]:
        for loss, met in self.losses():
            if not days:
                yield met
                continue
            since = max(met.date, loss.date + days * DAY)
            for test in self.all_of("hbsag", "negative"):
                if since <= test.date <= met.until:
                    words = f"{met.words}, still lost {days} days later or more, on {test.date}"
                    named = (*met.rows, test.source_row)
                    yield Met(test.date, met.until, words, named, met.confirmed)
                    break

    def with_anti_hbs(self, _: int) -> Iterator[Met]:
        for loss, met in self.losses():
            for event in self.events:
                day = max(met.date, event.date)
                if event.name != "hbsag_seroconversion" or event.date < loss.date:
                    continue
                if day <= met.until:
                    words = f"{met.words}; anti-HBs positive {event.date}"
                    named = (self.treatment.row, *event.evidence.split())
                    yield Met(day, met.until, words, named, event.confirmed_on)

    def lost_and_undetectable(self, _: int) -> Iterator[Met]:
        for _, loss in self.losses():
            for dna in self.consolidated(0):
                day, until = max(loss.date, dna.date), min(loss.until, dna.until)
                if day <= until:
                    words = f"{loss.words}; {dna.words}"
                    yield Met(day, until, words, (*loss.rows, *dna.rows), loss.confirmed)

    def with_normal_alt(self, met: Met, days: int) -> Iterator[Met]:
        alt = self.all_of("alt", "normal", "elevated")
        for status, group in groupby(alt, key=lambda f: f.status):
            run = list(group)
            late = [f for f in run if f.date >= run[0].date + days * DAY]
            if status != "normal" or not late:
                continue
            elevated = [f.date for f in alt if f.date > run[0].date and f.status == "elevated"]
            day = max(met.date, late[0].date)
            if day <= met.until and all(day < other for other in elevated):
                words = f"{met.words}; ALT normal since {run[0].date}"
                named = _rows((*met.rows, run[0].source_row), late[0])
                yield Met(day, met.until, words, named, met.confirmed)

    def free_of(self, what: str, day: date) -> bool:
        excluded = {"decompensation", "liver_transplant"}
        if what == "cirrhosis":
            excluded.add("cirrhosis")
        return not any(e.name in excluded and e.date <= day for e in self.events)


def _rows(rows: tuple[str, ...], test: Finding) -> tuple[str, ...]:
    """The rows with that of a later test, unless it is the last of them."""
    return rows if rows[-1] == test.source_row else (*rows, test.source_row)


def of_each_treatment(
    found: list[Finding], lines: list[Line], events: list[Event], rules: Definition
) -> list[Patient]:
    return [Patient(one, found, events, rules) for one in treatments(lines, rules["exposure.gap"])]


def consolidation(patients: list[Patient]) -> list[Event]:
    """Starts of consolidation."""
    return [
        Event("consolidation", s.begin, detail=s.words, evidence=" ".join(s.rows))
        for patient in patients
        for s in patient.stretches
    ]


def states(patients: list[Patient]) -> list[tuple[str, str, date, date]]:
    """States of marker consolidation."""
    names = {"positive": "after HBeAg seroconversion", "negative": "HBeAg-negative at start"}
    return [
        ("consolidation", names[s.at_start], s.begin, s.until)
        for patient in patients
        for s in patient.stretches
    ]


def criteria(patients: list[Patient]) -> list[Event]:
    """For each treatment and guideline the branch that was met first."""
    return [event for patient in patients for event in _of_guidelines(patient)]


def _of_guidelines(p: Patient) -> Iterator[Event]:
    converted = "HBeAg seroconversion"
    alt_and = "undetectable HBV DNA, normal ALT and consolidation"
    r = {name: p.rules[f"stopping.{name}"] for name in _DAYS}
    # (HBeAg at start, aim, days, days of normal ALT, what must be absent, source)
    branches: dict[str, list[_Branch]] = {
        "easl_2017": [
            ("any", p.lost, 0, None, "cirrhosis", f"EASL 2017 {TABLE}: HBsAg loss"),
            (
                *("positive", p.consolidated, r["easl_consolidation"], None, "cirrhosis"),
                f"EASL 2017 {TABLE}: {converted}, undetectable HBV DNA and consolidation",
            ),
            (
                *("negative", p.consolidated, r["easl_suppressed"], None, "cirrhosis"),
                f"EASL 2017 {TABLE}: {SUPPRESSED}",
            ),
        ],
        "aasld_2018": [
            ("any", p.lost, 0, None, "cirrhosis", f"AASLD 2018 {TABLE}: HBsAg loss"),
            (
                *("positive", p.consolidated, r["aasld_consolidation"]),
                *(r["aasld_consolidation"], "cirrhosis"),
                f"AASLD 2018 {TABLE}: {converted} with normal ALT and undetectable HBV DNA",
            ),
        ],
        "apasl_2015": [
            (
                *("positive", p.consolidated, r["apasl_consolidation"], 0, "decompensation"),
                f"APASL 2015 {TABLE}: {converted}, {alt_and}",
            ),
            (
                *("negative", p.with_anti_hbs, 0, None, "decompensation"),
                f"APASL 2015 {TABLE}: HBsAg loss with anti-HBs",
            ),
            (
                *("negative", p.lost, r["apasl_after_loss"], None, "decompensation"),
                f"APASL 2015 {TABLE}: HBsAg loss and consolidation",
            ),
            (
                *("negative", p.thrice, r["apasl_treated"], None, "decompensation"),
                f"APASL 2015 {TABLE}: {THRICE}",
            ),
        ],
        "china_2019": [
            (
                *("positive", p.consolidated, r["china_consolidation"], 0, "cirrhosis"),
                f"China 2019 [M]: {converted}, {alt_and}",
            ),
            (
                *("negative", p.lost_and_undetectable, 0, None, "cirrhosis"),
                "China 2019 [M]: HBsAg loss and undetectable HBV DNA",
            ),
        ],
    }
    for guideline, ways in branches.items():
        met = [
            (one.date, number, source, absent, at_start, one)
            for number, (at_start, aim, days, alt, absent, source) in enumerate(ways)
            if at_start == "any" or (p.base and p.base.status == at_start)
            for held in aim(days)
            for one in ([held] if alt is None else p.with_normal_alt(held, alt))
            if p.free_of(absent, one.date)
        ]
        if met:
            day, _, source, absent, at_start, one = min(met, key=lambda way: way[:2])
            yield Event(
                f"stopping_criteria_{guideline}",
                day,
                confirmed_on=later(one.confirmed, day),
                detail=f"{source}; {one.words}; no {absent} recorded",
                evidence=rows(*one.rows, p.base if at_start != "any" else None),
            )


_Branch = tuple[str, Callable[[int], Iterator[Met]], int, int | None, str, str]
_DAYS = (
    "easl_consolidation",
    "easl_suppressed",
    "aasld_consolidation",
    "apasl_consolidation",
    "apasl_after_loss",
    "apasl_treated",
    "china_consolidation",
)
