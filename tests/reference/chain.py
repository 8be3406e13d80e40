"""Plain reference: the HBsAg chain, HBeAg and anti-HBs, read result after result."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from reference.findings import Finding
from reference.stores import Row
from reference.treatment import Line

from seroclear.course.definition import Definition


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one patient, not yet numbered."""

    name: str
    date: dt.date
    earliest: dt.date | None = None
    confirmed_on: dt.date | None = None
    detail: str = ""
    evidence: str = ""


def rows(*parts: str | Finding | None) -> str:
    """Source rows in one text, each named once."""
    texts = [part.source_row if isinstance(part, Finding) else part for part in parts if part]
    return " ".join(dict.fromkeys(" ".join(texts).split()))


def later(day: date | None, since: date) -> date | None:
    """The day, if it is after another."""
    return day if day is not None and day > since else None


def decisive(found: list[Finding], marker: str) -> list[Finding]:
    """Positive and negative findings of a marker, in order of time."""
    return [f for f in found if f.marker == marker and f.status in ("positive", "negative")]


def runs(found: list[Finding]) -> list[list[Finding]]:
    """Consecutive findings of one status."""
    return [list(run) for _, run in groupby(found, key=lambda finding: finding.status)]


def _change(
    name: str,
    before: list[Finding],
    run: list[Finding],
    confirming: Finding | None,
    detail: str = "",
    after: str = "",
    ended: Finding | None = None,
) -> Event:
    """A change of status; `after` is the evidence of the change before it, `ended` the test that
    showed its end."""
    sure = ended or confirming
    return Event(
        name,
        run[0].date,
        earliest=before[-1].date,
        confirmed_on=sure.date if sure else None,
        detail=detail,
        evidence=rows(after, before[-1], run[0], confirming, ended),
    )


def hbsag(found: list[Finding], lines: list[Line], rules: Definition) -> list[Event]:
    """Loss, confirmed loss, seroreversion (confirmed, transient), walking along the results."""
    events: list[Event] = []
    now = "never positive"
    confirmed = False  # this loss
    positives = 0
    all_runs = runs(decisive(found, "hbsag"))
    for before, run, after in zip([[], *all_runs], all_runs, [*all_runs[1:], []], strict=False):
        status = run[0].status
        gap = rules["loss.confirm_gap" if status == "negative" else "seroreversion.confirm_gap"]
        confirming = next((f for f in run[1:] if (f.date - run[0].date).days >= gap), None)
        if status == "positive":
            positives += len(run)
            if now == "never positive":
                now = "positive"
            elif now == "lost" and (confirming or not rules["seroreversion.confirm"]):
                now = "positive"
                loss = [event for event in events if event.name == "hbsag_loss"][-1].evidence
                back, blip = (before, run, confirming), _blip(run, rules)
                events.append(_change("hbsag_seroreversion", *back, blip, loss))
                if confirming:
                    events.append(_change("hbsag_seroreversion_confirmed", *back, after=loss))
                if _transient(run, after, lines, rules):
                    name = "hbsag_seroreversion_transient"
                    events.append(_change(name, *back, after=loss, ended=after[0]))
        elif positives >= rules["loss.min_prior_positives"]:
            if now == "positive" and (confirming or not rules["loss.confirm"]):
                now = "lost"
                confirmed = False
                events.append(_change("hbsag_loss", before, run, confirming))
            if confirming and not confirmed:
                confirmed = True
                events.append(_change("hbsag_loss_confirmed", before, run, confirming))
    return events


def _blip(run: list[Finding], rules: Definition) -> str:
    """What to say of one positive with a low value."""
    value, limit = run[0].value, rules["seroreversion.low_level"]
    low = run[0].comparator == "=" and value is not None and value < limit
    return "low level: possible assay blip" if low and len(run) == 1 else ""


def _transient(
    run: list[Finding], after: list[Finding], lines: list[Line], rules: Definition
) -> bool:
    """Negative again soon, and no treatment was begun meanwhile."""
    if not after or (after[0].date - run[0].date).days > rules["seroreversion.transient_max"]:
        return False
    return not any(run[0].date <= line.start <= after[0].date for line in lines)


def chronic(found: list[Finding], condition: list[Row], rules: Definition) -> list[Event]:
    """HBsAg positive twice more than six months apart, or once with a code: whichever is first."""
    positive = [f for f in decisive(found, "hbsag") if f.status == "positive"]
    if not positive:
        return []
    first = positive[0]
    gap = rules["chronic.gap"]
    ways: list[tuple[date, int, str, str]] = []
    for later in positive:
        if (later.date - first.date).days >= gap:
            words = f"HBsAg positive again at least {gap} days later"
            ways.append((later.date, 0, words, later.source_row))
    codes = sorted(
        (c["date"], c["source_row"]) for c in condition if c["condition"] == "chronic_hbv"
    )
    if codes:
        words = "HBsAg positive and a diagnosis code of chronic hepatitis B"
        ways.append((max(first.date, codes[0][0]), 1, words, codes[0][1]))
    if not ways:
        return []
    day, _, words, row = min(ways)
    return [Event("chronic_hbv", day, detail=words, evidence=f"{first.source_row} {row}")]


def hbeag(found: list[Finding]) -> list[Event]:
    """Loss and reversion among people who were once positive."""
    events = []
    was_positive = False
    tests = decisive(found, "hbeag")
    for before, run in pairwise([[], *runs(tests)]):
        if run[0].status == "negative" and was_positive:
            events.append(_change("hbeag_loss", before, run, None))
        elif run[0].status == "positive" and was_positive:
            positive = next(
                f for f in reversed(tests) if f.status == "positive" and f.date < before[0].date
            )
            events.append(_change("hbeag_reversion", before, run, None, after=positive.source_row))
        was_positive = was_positive or run[0].status == "positive"
    return events


def vaccine_response(found: list[Finding], exposure: list[Row]) -> list[Event]:
    """First anti-HBs after a first dose, in someone neither infected nor immune before."""
    doses = sorted((e["start"], e["source_row"]) for e in exposure if e["drug_class"] == "vaccine")
    infected = any(f.marker in ("hbsag", "anti_hbc") and f.status == "positive" for f in found)
    if not doses or infected:
        return []
    given, dose_row = doses[0]
    antibody = [finding for finding in found if finding.marker == "anti_hbs"]
    before = [finding for finding in antibody if finding.date <= given]
    if before and before[-1].status == "positive":
        return []
    for finding in antibody:
        if finding.date > given and finding.status == "positive":
            rows = f"{dose_row} {finding.source_row}"
            return [Event("vaccine_response", finding.date, evidence=rows)]
    return []


def hbsag_states(found: list[Finding], chain: list[Event]) -> list[tuple[str, date, date]]:
    """HBsAg positive or lost (state, first day, last day) until the last HBsAg test."""
    tests = [finding for finding in found if finding.marker == "hbsag"]
    positive = [finding.date for finding in tests if finding.status == "positive"]
    if not positive:
        return []
    names = {"hbsag_loss": "lost", "hbsag_seroreversion": "positive"}
    starts = [(positive[0], "positive")]
    starts += sorted((event.date, names[event.name]) for event in chain if event.name in names)
    ends = [start - timedelta(1) for start, _ in starts[1:]] + [tests[-1].date]
    return [(state, start, end) for (start, state), end in zip(starts, ends, strict=True)]
