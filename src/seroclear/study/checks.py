"""What is wrong in a study as it is written: the place, and the nearest word."""

from __future__ import annotations

import re
import sys
from functools import cache

from seroclear.course.catalogue import EVENTS, MARKER_STATUSES, STATE_VALUES
from seroclear.errors import SeroclearError
from seroclear.records.vocabulary import read_csv

NEAR = 0.5  # share of letters in common from which a word may be meant (design choice)


class StudyError(SeroclearError):
    """A study says something that seroclear cannot know; names the place and the nearest word."""


def _place() -> str:
    """'file line n' of the study that is being written: the first caller outside this package."""
    frame = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not module.startswith(("seroclear.study", "dataclasses")) and module != "":
            return f"{frame.f_code.co_filename} line {frame.f_lineno}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "study"


def wrong(message: str) -> StudyError:
    """The error that says this of the place that is being written."""
    return StudyError(f"{_place()}: {message}")


def nearest(word: str, known: list[str]) -> str:
    """'did you mean ...', or everything known when nothing is near."""
    import difflib

    close = difflib.get_close_matches(word, known, n=3, cutoff=NEAR)
    close.sort(key=lambda one: sorted(one) != sorted(word))  # letters that changed places first
    return (
        f"did you mean {' or '.join(map(repr, close))}" if close else f"known: {', '.join(known)}"
    )


def check_event(name: str) -> None:
    """Raises StudyError unless there is such an event."""
    if name not in EVENTS:
        raise wrong(f"there is no event {name!r}; {nearest(name, sorted(EVENTS))}.")


def check_marker(name: str) -> None:
    """Raises StudyError unless there is such a marker."""
    if name not in MARKER_STATUSES:
        raise wrong(f"there is no marker {name!r}; {nearest(name, sorted(MARKER_STATUSES))}.")


def check_state(name: str) -> None:
    """Raises StudyError unless there is such a state."""
    if name not in STATE_VALUES:
        mend = "use treatment(day)" if name == "treatment" else nearest(name, list(STATE_VALUES))
        raise wrong(f"there is no state {name!r}; {mend}.")


@cache
def numeric_tests() -> dict[str, str]:
    """Tests of the vocabulary that are plain numbers and no marker, with their unit."""
    return {
        row["test"]: row["unit"]
        for row in read_csv("tests.csv")
        if row["unit"] and row["test"] not in MARKER_STATUSES and not row["test"].endswith("_index")
    }


def check_number(name: str) -> None:
    """Raises StudyError unless a marker or test of this name has numbers."""
    known = [*MARKER_STATUSES, *numeric_tests()]
    if name not in known:
        raise wrong(f"there is no marker or test {name!r}; {nearest(name, sorted(known))}.")


@cache
def _conditions() -> tuple[str, ...]:
    rows = read_csv("diagnosis_codes.csv")
    return tuple(sorted({name for row in rows for name in row["conditions"].split()}))


def check_condition(name: str) -> None:
    """Raises StudyError unless codes stand for such a diagnosis and it is no event."""
    if name in EVENTS:
        raise wrong(f"{name!r} is an event of the course: use ever({name!r}).")
    if name not in _conditions():
        raise wrong(f"there is no diagnosis {name!r}; {nearest(name, list(_conditions()))}.")


_DURATION = re.compile(r"^\s*(\d+)\s*(day|week|year)s?\s*$")
_DAYS = {"day": 1, "week": 7, "year": 365}


def duration(text: str) -> int:
    """Days of a duration such as '180 days', '24 weeks' or '3 years' (a year is 365 days)."""
    match = _DURATION.match(text)
    if not match:
        raise wrong(f"{text!r} is no duration; write it like '180 days', '24 weeks' or '3 years'.")
    return int(match[1]) * _DAYS[match[2]]
