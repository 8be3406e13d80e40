"""Plain reference: functional and partial cure, occult viraemia, and what a loss is due to.

Every day of a test is asked in turn whether it proves a cure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reference.antibody import losses
from reference.chain import Event, decisive, later, rows
from reference.findings import Finding
from reference.treatment import Line

from seroclear.course.definition import Definition


@dataclass(frozen=True, slots=True)
class Span:
    """A treatment line with its last day on treatment (the end of time: still on)."""

    line: Line
    until: date

    def on(self, day: date) -> bool:
        """The day is on treatment; the first day's sample was taken before it."""
        return self.line.start < day <= self.until


def spans(lines: list[Line]) -> list[Span]:
    """Lines without the pauses inside a treatment."""
    made = []
    for number, line in enumerate(lines):
        if line.why_ended == "still on":
            until = date.max
        elif line.why_ended == "stop":
            until = line.end
        else:
            until = lines[number + 1].start
        made.append(Span(line, until))
    return made


def events(
    found: list[Finding],
    chain: list[Event],
    lines: list[Line],
    grafts: list[Event],
    rules: Definition,
) -> list[Event]:
    """All events of this file."""
    taken = spans(lines)
    made = partial_cures(found, taken, rules)
    for loss, until in losses(chain, "hbsag_loss", "hbsag_seroreversion"):
        made += functional_cure(found, loss, until, taken, rules)
        made += occult(found, loss, until)
        made += on_treatment(loss, taken)
        made.append(attributed(loss, taken, grafts, rules))
    return made


def _of(found: list[Finding], marker: str, status: str) -> list[Finding]:
    return [f for f in found if (f.marker, f.status) == (marker, status)]


def functional_cure(
    found: list[Finding],
    loss: Event,
    until: date,
    taken: list[Span],
    rules: Definition,
) -> list[Event]:
    """The first day that proves it, while HBsAg is lost."""
    days = timedelta(rules["functional_cure.off_treatment_days"])
    negative, clear = _of(found, "hbsag", "negative"), _of(found, "hbv_dna", "undetectable")
    against = _of(found, "hbsag", "positive") + _of(found, "hbv_dna", "detectable")
    antibody = [f for f in _of(found, "anti_hbs", "positive") if f.date >= loss.date]
    for day in sorted({f.date for f in found if loss.date <= f.date < until}):
        if any(span.on(day) for span in taken):
            continue
        before = [span for span in taken if span.line.start < day]
        ends = [span.until for span in before]
        clock = max([loss.date, *ends, *(f.date for f in against if f.date <= day)])
        proofs = [
            [f for f in tests if clock + days <= f.date <= day] for tests in (negative, clear)
        ]
        if rules["functional_cure.anti_hbs_required"]:
            proofs.append([f for f in antibody if f.date <= day])
        if not all(proofs):
            continue
        since = "the last HBsAg positive or detectable HBV DNA"
        if clock == loss.date:
            since = "HBsAg loss"
        if before and clock == before[-1].until:
            since = "the end of treatment"
        lines = [span.line.source_row for span in before[-1:]]
        evidence = rows(loss.evidence, *lines, *(tests[0] for tests in proofs))
        detail = f"{'off treatment' if before else 'never treated'}; counted from {since}"
        return [Event("functional_cure", day, clock, detail=detail, evidence=evidence)]
    return []


def partial_cures(found: list[Finding], taken: list[Span], rules: Definition) -> list[Event]:
    """The first day after each treatment that proves it."""
    days = timedelta(rules["functional_cure.off_treatment_days"])
    upper = rules["partial_cure.hbsag_upper"]
    positive = [f for f in _of(found, "hbsag", "positive") if f.value is not None]
    little = [f for f in positive if f.comparator == "=" and (f.value or 0.0) < upper]
    much = [f for f in positive if (f.value or 0.0) >= upper]
    clear, against = (
        _of(found, "hbv_dna", "undetectable"),
        much + _of(found, "hbv_dna", "detectable"),
    )
    made: dict[date, Event] = {}  # start of the last line -> its event
    for day in sorted({f.date for f in found}):
        before = [span for span in taken if span.line.start < day]
        if not before or any(span.on(day) for span in taken) or before[-1].line.start in made:
            continue
        end = before[-1].until
        clock = max([end, *(f.date for f in against if f.date <= day)])
        proofs = [[f for f in tests if clock + days <= f.date <= day] for tests in (little, clear)]
        if all(proofs):
            since = "the last high HBsAg or detectable HBV DNA"
            if clock == end:
                since = "the end of treatment"
            made[before[-1].line.start] = Event(
                "partial_cure",
                day,
                clock,
                detail=f"off treatment; counted from {since}",
                evidence=rows(before[-1].line.source_row, *(tests[0] for tests in proofs)),
            )
    return list(made.values())


def occult(found: list[Finding], loss: Event, until: date) -> list[Event]:
    """The first detectable HBV DNA between two HBsAg negatives of a loss."""
    hbsag = decisive(found, "hbsag")
    for dna in _of(found, "hbv_dna", "detectable"):
        before = [f for f in hbsag if f.date <= dna.date]
        after = [f for f in hbsag if f.date >= dna.date]
        if not loss.date <= dna.date < until or not after:
            continue
        if "positive" in (before[-1].status, after[0].status):
            continue
        clear = [
            f.date for f in _of(found, "hbv_dna", "undetectable") if loss.date <= f.date < dna.date
        ]
        confirmed_on = later(max(after[0].date, loss.confirmed_on or date.min), dna.date)
        earliest = max(clear, default=loss.earliest)
        evidence = rows(loss.evidence, before[-1], dna, after[0])
        return [Event("occult_viraemia", dna.date, earliest, confirmed_on, evidence=evidence)]
    return []


def on_treatment(loss: Event, taken: list[Span]) -> list[Event]:
    """The loss was found on treatment."""
    return [
        Event(
            "hbsag_loss_on_treatment",
            loss.date,
            loss.earliest,
            loss.confirmed_on,
            detail=f"on {'+'.join(sorted(span.line.agents))}",
            evidence=rows(loss.evidence, span.line.source_row),
        )
        for span in taken
        if span.on(loss.date)
    ]


def attributed(loss: Event, taken: list[Span], grafts: list[Event], rules: Definition) -> Event:
    """The first kind that fits."""
    before = [span for span in taken if span.line.start < loss.date]

    def late(span: Span) -> int:
        return (loss.date - span.until).days

    na = [s for s in before if "NA" in s.line.classes and late(s) <= rules["attribution.na_days"]]
    ifn = [
        s for s in before if "IFN" in s.line.classes and late(s) <= rules["attribution.ifn_days"]
    ]
    named, detail = [loss.evidence], ""
    graft = next((one for one in grafts if one.date <= loss.date), None)
    if graft is not None:
        kind, detail = "unattributed", "after liver transplantation"
        named.append(graft.evidence)
    elif na or ifn:
        kind = "_".join([*(["na"] if na else []), *(["ifn"] if ifn else []), "induced"])
        named += [s.line.source_row for s in na[-1:]]
        named += [s.line.source_row for s in ifn[-1:] if s not in na[-1:]]
    elif before and "NA" in before[-1].line.classes:
        kind = "na_stop_induced"
        named.append(before[-1].line.source_row)
        if before[-1].line.end_inferred and late(before[-1]) <= rules["exposure.gap"]:
            kind, detail = "unattributed", "the end of NA is inferred"
    else:
        kind = "spontaneous"
        detail = "interferon ended long before" if before else "never treated before"
    return Event(
        f"hbsag_loss_{kind}",
        loss.date,
        loss.earliest,
        loss.confirmed_on,
        detail,
        rows(*named),
    )
