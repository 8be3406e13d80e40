"""Plain reference: APRI, FIB-4 and liver stiffness."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import groupby

from reference.chain import Event
from reference.findings import Finding
from reference.kidney import Number, age, is_adult, numbers
from reference.stores import History

from seroclear.course.definition import Definition


def findings(history: History, laboratory: list[Finding], rules: Definition) -> list[Finding]:
    """All three, in order of time."""
    window = rules["fibrosis.window"]
    platelets = [n for n in numbers(history, "platelets", lowest=True) if n.value > 0]
    alt = [n for n in numbers(history, "alt") if n.value > 0]
    made = []
    for ast in numbers(history, "ast"):
        count = last(platelets, ast.day, window)
        if count is None:
            continue
        limit = ast.upper_limit or rules["fibrosis.ast_uln"]
        score = ast.value / limit / count.value * 100
        rows = f"{ast.row} {count.row}"
        made.append(_finding(ast.day, "apri", _apri(score, rules), score, rows))
        near = last(alt, ast.day, window)
        if near and is_adult(history, ast.day, rules["fibrosis.adult_age"]):
            years = age(history, ast.day)
            assert years is not None
            score = years * ast.value / (count.value * math.sqrt(near.value))
            rows = f"{ast.row} {near.row} {count.row}"
            made.append(_finding(ast.day, "fib4", _fib4(score, rules), score, rows))
    made += stiffness(history, laboratory, rules)
    return sorted(made, key=lambda finding: finding.date)


def _finding(day: date, marker: str, status: str, value: float, rows: str) -> Finding:
    return Finding(day, marker, status, "", value, "=", None, None, rows)


def last(tests: list[Number], day: date, window: int) -> Number | None:
    """The last one up to a day, if it is recent enough."""
    before = [one for one in tests if 0 <= (day - one.day).days <= window]
    return before[-1] if before else None


def _apri(score: float, rules: Definition) -> str:
    if score <= rules["fibrosis.apri_low"]:
        return "low"
    return "high" if score > rules["fibrosis.apri_high"] else "intermediate"


def _fib4(score: float, rules: Definition) -> str:
    if score < rules["fibrosis.fib4_low"]:
        return "low"
    return "high" if score > rules["fibrosis.fib4_high"] else "intermediate"


def stiffness(history: History, laboratory: list[Finding], rules: Definition) -> list[Finding]:
    """Liver stiffness; without a low enough ALT it proves nothing."""
    window, multiple = rules["fibrosis.window"], rules["fibrosis.stiffness_alt_multiple"]
    known = [
        Number(f.date, too_high, f.source_row)
        for f in laboratory
        if (too_high := _inflamed(f, multiple)) is not None
    ]
    made = []
    for one in numbers(history, "stiffness"):
        near = last(known, one.day, window)
        value: float | None = None
        status, reason, rows = "indeterminate", "", one.row
        if near is None:
            reason = f"no ALT within {window} days before"
        else:
            rows = f"{one.row} {near.row}"
            if near.value:
                reason = f"ALT above {multiple} times its upper limit"
            else:
                value = one.value
                high = one.value >= rules["fibrosis.stiffness_cirrhosis"]
                status = "high" if high else "not high"
        sign = None if value is None else "="
        made.append(
            Finding(one.day, "liver_stiffness", status, reason, value, sign, None, None, rows)
        )
    return made


def _inflamed(finding: Finding, multiple: int) -> bool | None:
    """Whether ALT was above so many upper limits; None when it cannot be told."""
    if finding.marker != "alt" or finding.value is None or finding.threshold is None:
        return None
    sign, limit = finding.comparator, finding.threshold * multiple
    if finding.status == "indeterminate" and sign != "<":
        return None
    if sign == "=":
        return finding.value > limit
    if sign == ">":
        return True if finding.value >= limit else None
    if sign == "range":
        return True if finding.value > limit else None
    return False if finding.value <= limit else None


def events(found: list[Finding], rules: Definition) -> list[Event]:
    """advanced_fibrosis, whichever way shows it first; stiffness on the same day."""
    ways: list[tuple[date, int, Event]] = []
    for f in found:
        if (f.marker, f.status) == ("liver_stiffness", "high"):
            shown = Event(
                "advanced_fibrosis", f.date, detail="liver stiffness", evidence=f.source_row
            )
            ways.append((f.date, 0, shown))
    scores = [f for f in found if f.marker == "fib4"]
    for status, group in groupby(scores, key=lambda f: f.status):
        run = list(group)
        gap = rules["fibrosis.confirm_days"]
        late = [f for f in run[1:] if (f.date - run[0].date).days >= gap]
        if status == "high" and late:
            rows = f"{run[0].source_row} {late[0].source_row}"
            shown = Event("advanced_fibrosis", run[0].date, None, late[0].date, "FIB-4", rows)
            ways.append((run[0].date, 1, shown))
    return [min(ways, key=lambda way: way[:2])[2]] if ways else []


def states(
    found: list[Finding], observed_to: date | None, rules: Definition
) -> list[tuple[str, date, date]]:
    """Day after day what the last FIB-4 said, 'unknown' once it is too old; days in stretches."""
    scores = {f.date: f.status for f in found if f.marker == "fib4"}
    if not scores:
        return []
    day, end = min(scores), max(*scores, observed_to or date.min)
    valid = timedelta(rules["fibrosis.valid_days"])
    days: list[tuple[date, str, date]] = []  # day, state, the FIB-4 behind it
    tested = day
    while day <= end:
        tested = day if day in scores else tested
        days.append((day, scores[tested] if day - tested <= valid else "unknown", tested))
        day += timedelta(1)
    made = []
    for state, group in groupby(days, key=lambda one: one[1]):
        stretch = list(group)
        made.append((state, stretch[0][0], stretch[-1][0]))
    return made
