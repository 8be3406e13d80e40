"""Read dates as records write them, and refuse what could be two different days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from seroclear.records.units import fold

# De-identified data shift years, so the future is no error: MIMIC-IV reaches beyond 2200.
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2300

REASONS: Final = (
    "no date",
    "two-digit year",
    "ambiguous day and month",
    "not a date",
    "impossible date",
    "out of range",
)

_TIME: Final = r"(?:[t\s]*[0-9]{1,2}[:时][0-9]{2}.*)?"
_YEAR_FIRST: Final = re.compile(
    rf"([0-9]{{4}})(?:([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})|年([0-9]{{1,2}})月([0-9]{{1,2}})日?){_TIME}"
)
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[t ]?(?:[0-9]{4}|[0-9]{6}))?")
_YEAR_LAST: Final = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}")
_SHORT_YEAR: Final = re.compile(
    rf"[0-9]{{1,2}}([-/.])[0-9]{{1,2}}\1[0-9]{{2}}{_TIME}|[0-9]{{2}}年.*|[0-9]{{6}}"
)
_NAMED_MONTH: Final = re.compile(
    rf"(?:([0-9]{{1,2}})[\s-]([a-z]{{3,9}})\.?,?[\s-]([0-9]{{4}})"
    rf"|([a-z]{{3,9}})\.? ([0-9]{{1,2}}),? ([0-9]{{4}})){_TIME}"
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True)
class BadDate:
    """A text that is no usable date; `reason` is one of `REASONS`."""

    reason: str


@lru_cache(maxsize=65536)
def _read(text: str, formats: tuple[str, ...] | None) -> date | BadDate:
    if formats is not None:
        return _by_format(text, formats)
    folded = fold(text)
    if not folded:
        return BadDate("no date")
    if match := _YEAR_FIRST.fullmatch(folded):
        return _day(match[1], match[3] or match[5], match[4] or match[6])
    if match := _COMPACT.fullmatch(folded):
        return _day(match[1], match[2], match[3])
    if match := _YEAR_LAST.fullmatch(folded):
        return _year_last(match[1], match[3], match[4])
    if match := _NAMED_MONTH.fullmatch(folded):
        day, month = match[1] or match[5], match[2] or match[4]
        number = [i for i, name in enumerate(_MONTHS, 1) if name == month or name[:3] == month]
        year = match[3] or match[6]
        return _day(year, str(number[0]), day) if number else BadDate("not a date")
    return BadDate("two-digit year" if _SHORT_YEAR.fullmatch(folded) else "not a date")


def read_date(text: str | None, formats: Sequence[str] | None = None) -> date | BadDate:
    """The day in a text, or why there is none. The time of day is dropped.

    Without `formats`, only what can be one day is read: year first (2021-03-05, 2021/3/5,
    2021.03.05, 2021年3月5日, 20210305, each with or without a time), a month's name, or a day above
    12 ("25/03/2021"). A time zone does not move the day: the clock of the record is kept.

    Args:
        text: as recorded.
        formats: `datetime.strptime` formats, tried in order, instead of the above. '%y' is the
            user's own decision about centuries.
    """
    if text is None:
        return BadDate("no date")
    return _read(text, None if formats is None else tuple(formats))


def _day(year: str, month: str, day: str) -> date | BadDate:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return BadDate("impossible date")
    return _in_range(found)


def _in_range(found: date) -> date | BadDate:
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else BadDate("out of range")


def _year_last(first: str, second: str, year: str) -> date | BadDate:
    """Day and month in either order: read only when one order is impossible or both agree."""
    if int(first) > 12:
        return _day(year, second, first)
    if int(second) > 12 or first == second:
        return _day(year, first, second)
    return BadDate("ambiguous day and month")


def _by_format(text: str, formats: tuple[str, ...]) -> date | BadDate:
    if not text.strip():
        return BadDate("no date")
    for one in formats:
        try:
            found = datetime.strptime(text.strip(), one)  # noqa: DTZ007 (the record's own clock)
        except ValueError:
            continue
        return _in_range(found.date())
    return BadDate("not a date")
