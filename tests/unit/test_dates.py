"""Dates as records write them, and the ones that could be two days."""

from __future__ import annotations

from datetime import date

import pytest

from seroclear.records.dates import REASONS, BadDate, read_date

FIFTH_OF_MARCH = date(2021, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2021-03-05",
        "2021/3/5",
        "2021.03.05",
        "2021年3月5日",
        "２０２１年０３月０５日",
        "20210305",
        "20210305103000",
        " 2021-03-05 ",
        "2021-03-05 10:30:00",
        "2021-03-05T10:30:00+08:00",
        "2021-03-05T23:59:59.999Z",
        "2021/3/5 9:05",
        "5 March 2021",
        "05-MAR-2021",
        "Mar 5, 2021",
    ],
)
def test_one_possible_day(text: str) -> None:
    assert read_date(text) == FIFTH_OF_MARCH


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no date"),
        ("", "no date"),
        ("  ", "no date"),
        ("03/05/2021", "ambiguous day and month"),
        ("5.3.2021", "ambiguous day and month"),
        ("05/03/21", "two-digit year"),
        ("21-03-05", "two-digit year"),
        ("21年3月5日", "two-digit year"),
        ("210305", "two-digit year"),
        ("2021-02-30", "impossible date"),
        ("2021-13-01", "impossible date"),
        ("31/04/2021", "impossible date"),
        ("20211301", "impossible date"),
        ("1899-12-31", "out of range"),
        ("2301-01-01", "out of range"),
        ("2021", "not a date"),
        ("2021-03", "not a date"),
        ("2021-03/05", "not a date"),
        ("next week", "not a date"),
        ("5 Smarch 2021", "not a date"),
        ("44260", "not a date"),
    ],
)
def test_refused_with_a_reason(text: str | None, reason: str) -> None:
    assert reason in REASONS
    assert read_date(text) == BadDate(reason)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/03/2021", date(2021, 3, 25)),
        ("03/25/2021", date(2021, 3, 25)),
        ("04/04/2021", date(2021, 4, 4)),
        ("2202-11-30 08:00:00", date(2202, 11, 30)),  # MIMIC-IV shifts years beyond 2200
    ],
)
def test_days_that_are_not_ambiguous(text: str, day: date) -> None:
    assert read_date(text) == day


def test_explicit_formats_decide() -> None:
    assert read_date("03/05/2021", ["%d/%m/%Y"]) == date(2021, 5, 3)
    assert read_date("03/05/2021", ["%Y-%m-%d", "%m/%d/%Y"]) == date(2021, 3, 5)
    assert read_date("050321", ["%d%m%y"]) == FIFTH_OF_MARCH
    assert read_date("2021-03-05", ["%d/%m/%Y"]) == BadDate("not a date")
    assert read_date("0005-03-05", ["%Y-%m-%d"]) == BadDate("out of range")
