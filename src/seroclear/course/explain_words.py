"""One patient's course as text for a terminal."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap

from seroclear.course.catalogue import STATE_LABELS
from seroclear.course.explain import Explanation, Line, Stretch

WIDTH = 110
_DAY = "            "  # as wide as a date and the space behind it
_MARKS = {"event": "=> ", "not counted": " x ", "treatment": "   ", "finding": "   "}


def in_words(explanation: Explanation) -> str:
    """What was true when, then day by day: findings, events with the rows behind them, and what
    was not counted. The rows behind a finding are left to --json."""
    found = f"(definition '{explanation.definition}')"
    lines = [f"Patient {explanation.patient_id}: {explanation.infection} {found}", ""]
    lines += _over_time(explanation.stretches)
    for day, group in groupby(explanation.lines, key=lambda line: line.date):
        text = _of_day(list(group))
        lines.append("")
        lines.append(f"{day}  {text[0].removeprefix(_DAY)}")
        lines += text[1:]
    return "\n".join(lines)


def _over_time(stretches: tuple[Stretch, ...]) -> list[str]:
    lines = []
    for marker, group in groupby(stretches, key=lambda stretch: stretch.marker):
        label = STATE_LABELS[marker]
        for stretch in group:
            text = f"{label:<20}{stretch.start} to {stretch.end}  {stretch.state}"
            lines += _wrapped(text + (f": {stretch.why}" if stretch.why else ""), " " * 46)
            label = ""
    return lines


def _of_day(lines: list[Line]) -> list[str]:
    findings = [line for line in lines if line.kind == "finding"]
    text = []
    if findings:
        text += _wrapped(f"{_DAY}   {'; '.join(map(_short, findings))}", f"{_DAY}   ")
    others = [line for line in lines if line.kind != "finding"]
    for evidence, group in groupby(others, key=lambda line: line.evidence):
        for line in group:
            why = f": {line.why}" if line.why else ""
            text += _wrapped(f"{_DAY}{_MARKS[line.kind]}{line.text}{why}", f"{_DAY}     ")
        text += [f"{_DAY}     because {source}" for source in evidence]
    return text


def _short(finding: Line) -> str:
    """A finding with the number that was written, or the reason why it decides nothing."""
    number = finding.said if any(map(str.isdigit, finding.said)) else ""
    told = "; ".join(part for part in (number, finding.why) if part)
    return f"{finding.text} ({told})" if told else finding.text


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
