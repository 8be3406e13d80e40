"""Plain reference: eGFR and what the kidney did."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from reference.chain import Event
from reference.findings import Finding
from reference.stores import History

from seroclear.course.definition import Definition


class Number(NamedTuple):
    """The number of one day."""

    day: date
    value: float
    row: str
    upper_limit: float | None = None  # of normal, as the laboratory printed it


def numbers(history: History, test: str, *, lowest: bool = False) -> list[Number]:
    """Exact numbers of a test, the worst of each day."""
    sign = 1 if lowest else -1
    exact = [
        Number(r["taken_at"], r["value"], r["source_row"], r.get("reference_high"))
        for r in history.result
        if r["test"] == test and r.get("value") is not None and r.get("comparator") == "="
    ]
    exact.sort(key=lambda one: (one.day, sign * one.value, one.row))
    return [next(of_day) for _, of_day in groupby(exact, key=lambda one: one.day)]


def age(history: History, day: date) -> int | None:
    """Completed years."""
    born = history.patient.get("birth_date")
    if born is None:
        return None
    years: int = day.year - born.year
    return years - 1 if (day.month, day.day) < (born.month, born.day) else years


def is_adult(history: History, day: date, least: int) -> bool:
    """Certainly old enough."""
    years = age(history, day)
    return years is not None and years >= least


def rounded(value: float) -> float:
    """To two decimals."""
    return math.floor(value * 100 + 0.5) / 100


def egfr(formula: str, creatinine: float, years: int, sex: str) -> float:
    """mL/min/1.73m2 from creatinine in µmol/L."""
    female = sex == "female"
    mg_dl = creatinine / 88.4
    if formula == "mdrd":
        return 175 * mg_dl**-1.154 * years**-0.203 * (0.742 if female else 1)
    if formula == "chinese_mdrd":
        return 175 * mg_dl**-1.234 * years**-0.179 * (0.79 if female else 1)
    ratio = mg_dl / (0.7 if female else 0.9)
    if formula == "ckd_epi_2009":
        power = (-0.329 if female else -0.411) if ratio < 1 else -1.209
        return 141 * ratio**power * 0.993**years * (1.018 if female else 1)
    power = (-0.241 if female else -0.302) if ratio < 1 else -1.2
    return 142 * ratio**power * 0.9938**years * (1.012 if female else 1)


def stage(rate: float) -> str:
    """KDIGO category."""
    for least, name in ((90, "G1"), (60, "G2"), (45, "G3a"), (30, "G3b"), (15, "G4")):
        if rate >= least:
            return name
    return "G5"


def rates(history: History, rules: Definition) -> list[Number]:
    """eGFR of each creatinine of an adult of known sex."""
    sex = history.patient.get("sex")
    made = []
    for one in numbers(history, "creatinine"):
        years = age(history, one.day)
        if sex is None or years is None or years < rules["kidney.adult_age"]:
            continue
        rate = rounded(egfr(rules["kidney.formula"], one.value, years, sex))
        made.append(Number(one.day, rate, one.row))
    return made


def findings(history: History, rules: Definition) -> list[Finding]:
    """eGFR with its stage."""
    return [
        Finding(one.day, "egfr", stage(one.value), "", one.value, "=", None, None, one.row)
        for one in rates(history, rules)
    ]


def events(history: History, rules: Definition) -> list[Event]:
    """All events of the kidney."""
    found = rates(history, rules)
    made = []
    low = [one.value < rules["kidney.ckd_below"] for one in found]
    for before, run, confirming in _confirmed(found, low, rules["kidney.confirm_days"])[:1]:
        rows = [*before[-1:], run[0], confirming]
        made.append(_event("ckd", before, run, rows, confirmed_on=confirming.day))
    if found:
        first, left = found[0], 100 - rules["kidney.decline_percent"]
        fallen = [one.value * 100 <= first.value * left for one in found]
        for before, run, confirming in _confirmed(found, fallen, rules["kidney.confirm_days"])[:1]:
            rows = [first, run[0], confirming]
            words = f"baseline {math.floor(first.value + 0.5)} mL/min/1.73m2"
            made.append(_event("egfr_decline", before, run, rows, words, confirming.day))
    tests = [
        one
        for one in numbers(history, "creatinine")
        if is_adult(history, one.day, rules["kidney.adult_age"])
    ]
    if tests:
        first = tests[0]
        risen = [
            rounded(one.value - first.value) >= rules["kidney.creatinine_rise"] for one in tests
        ]
        for before, run in _reached(tests, risen)[:1]:
            words = f"baseline {math.floor(first.value + 0.5)} µmol/L"
            made.append(_event("creatinine_rise", before, run, [first, run[0]], words))
    tests = numbers(history, "phosphate", lowest=True)
    scarce = [one.value < rules["kidney.phosphate_below"] for one in tests]
    for before, run in _reached(tests, scarce):
        made.append(_event("hypophosphataemia", before, run, [*before[-1:], run[0]]))
    return made


def states(found: list[Finding]) -> list[tuple[str, date, date]]:
    """The stage from one eGFR to the day before the next, until the last."""
    tests = [finding for finding in found if finding.marker == "egfr"]
    spans = [list(run) for _, run in groupby(tests, key=lambda finding: finding.status)]
    made = []
    for run, after in pairwise([*spans, []]):
        end = after[0].date - timedelta(1) if after else run[-1].date
        made.append((run[0].status, run[0].date, end))
    return made


def _reached(tests: list[Number], reached: list[bool]) -> list[tuple[list[Number], list[Number]]]:
    """Runs of days on which it was so, each with the run before it."""
    pairs = list(zip(reached, tests, strict=True))
    runs = [(so, [one for _, one in run]) for so, run in groupby(pairs, key=lambda pair: pair[0])]
    before: list[tuple[bool, list[Number]]] = [(False, []), *runs]
    return [(early, run) for (_, early), (so, run) in pairwise(before) if so]


def _confirmed(
    tests: list[Number], reached: list[bool], gap: int
) -> list[tuple[list[Number], list[Number], Number]]:
    made = []
    for before, run in _reached(tests, reached):
        late = [one for one in run[1:] if (one.day - run[0].day).days >= gap]
        if late:
            made.append((before, run, late[0]))
    return made


def _event(
    name: str,
    before: list[Number],
    run: list[Number],
    rows: list[Number],
    detail: str = "",
    confirmed_on: date | None = None,
) -> Event:
    earliest = before[-1].day if before else None
    evidence = " ".join(one.row for one in rows)
    return Event(name, run[0].day, earliest, confirmed_on, detail, evidence)
