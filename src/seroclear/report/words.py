"""How numbers are written for a reader, in every table, figure and sentence alike."""

from __future__ import annotations

from collections.abc import Iterable

from seroclear.analysis.result import Row
from seroclear.report.disclosure import SUPPRESSED

CONFIDENTIAL = "[c]"  # the UK Government Analysis Function's symbol for a suppressed number
NONE = "–"  # nothing to show, or not estimable: the table's notes say why


def count(value: float | None) -> str:
    return NONE if value is None else f"{round(value):,}"


def percent(value: float) -> str:
    return f"{value:.1f}%"


def p_value(value: float) -> str:
    """0.012, <0.001; two digits from 0.1 on would lose nothing, but one style reads easier."""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def years(time: float) -> str:
    return f"{time:g} year" if time == 1 else f"{time:g} years"


# Estimate -> how its number is written; two decimals where nothing is said.
FORMATS = {
    "survival": "{:.3f}",
    "cumulative incidence": "{:.3f}",
    "lowest survival": "{:.3f}",
    "highest survival": "{:.3f}",
    "hazard ratio": "{:.2f}",
    "subdistribution hazard ratio": "{:.2f}",
    "rate ratio": "{:.2f}",
    "risk": "{:.3f}",
    "risk difference": "{:.3f}",
    "AUC": "{:.3f}",
    "percent changed": "{:.1f}%",
    "effective persons": "{:,.0f}",
    "percent with outcome": "{:.1f}%",
    "percent": "{:.1f}%",
    "person-years": "{:,.1f}",
    "mean": "{:.1f}",
    "sd": "{:.1f}",
    "median": "{:.1f}",
    "q1": "{:.1f}",
    "q3": "{:.1f}",
    "AIC": "{:.1f}",
}
COUNTS = (
    "n",
    "persons",
    "observed",
    "competing events",
    "events",
    "at risk",
    "missing",
    "entered",
    "kept",
    "left",
    "unknown",
    "outside overlap",
)


def number(value: float, estimate: str) -> str:
    if estimate in COUNTS:
        return count(value)
    if estimate == "p" or estimate.endswith(" p"):
        return p_value(value)
    return FORMATS.get(estimate, "{:.2f}").format(value)


def is_suppressed(row: Row) -> bool:
    return row.note.startswith(SUPPRESSED)


def shown(row: Row | None, limits: bool = True) -> str:
    """The number of a row with its 95% limits: `0.967 (0.941 to 0.995)`."""
    if row is None:
        return NONE
    if row.value is None:
        return CONFIDENTIAL if is_suppressed(row) else NONE
    text = number(row.value, row.estimate)
    if limits and row.lower is not None and row.upper is not None:
        low, high = number(row.lower, row.estimate), number(row.upper, row.estimate)
        text += f" ({low} to {high})"
    return text


def shown_count(row: Row, value: int | None) -> str:
    """A count that belongs to a row: n or events."""
    if value is not None:
        return count(value)
    return CONFIDENTIAL if is_suppressed(row) else NONE


def joined(words: Iterable[str]) -> str:
    """a, b and c."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def one_of(text: str) -> str:
    """The text as the start of a sentence; abbreviations, eGFR too, stay as they are."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


MANY = 3  # places a footnote still names
# Estimates whose name alone does not say what a column holds.
NAMES = {
    "p": "p",
    "adjusted p": "p, adjusted for the number of groups (Holm)",
    "chi-square": "χ²",
    "median follow-up": "Median follow-up (years)",
    "outside overlap": "Outside the other group's chances",
    "unknown": "Level unknown",
}


def named(estimate: str) -> str:
    """An estimate as the head of a column."""
    return NAMES.get(estimate, one_of(estimate))


def notes_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """The notes of rows, each once with where it applies. Suppression is one note for all."""
    places: dict[str, dict[str, None]] = {}
    hidden = ""
    for row in rows:
        if is_suppressed(row):
            hidden = row.note
        elif row.note:
            parts = [row.group, row.stratum, row.variable, row.level]
            parts.append(years(row.time) if row.time is not None else "")
            places.setdefault(row.note, {})[", ".join(filter(None, parts))] = None
    notes = []
    for note, where in places.items():
        named_places = [place for place in where if place]
        if 0 < len(named_places) <= MANY:
            notes.append(f"{'; '.join(named_places)}: {note}.")
        else:
            notes.append(f"{one_of(note)}.")
    if hidden:
        notes.append(f"{CONFIDENTIAL} {hidden.replace(f'{SUPPRESSED}:', 'not shown:')}.")
    return tuple(notes)
