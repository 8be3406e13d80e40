"""Rows about HBV DNA on treatment and after it."""

from __future__ import annotations

from datetime import date, timedelta

from reference.rows import Add, number, supply
from reference.stores import History


def treated_since(days_ago: int, days: int, *, baseline: int = 0, suppressed: bool = False) -> Add:
    """Adds an NA that was begun some days ago and given for so many days, much HBV DNA so many days
    before it, and, if suppressed, undetectable HBV DNA on its second day."""

    def add(history: History, day: date, source: str) -> None:
        start = day - timedelta(days_ago)
        supply("ETV", "NA", days)(history, start, f"{source}:1")
        number("hbv_dna", "IU/mL", 1e6)(history, start - timedelta(baseline), f"{source}:2")
        if suppressed:
            number("hbv_dna", "IU/mL", 20.0, "<")(history, start + timedelta(1), f"{source}:3")

    return add


DNA = [
    *[number("hbv_dna", "IU/mL", v) for v in (20.0, 99.0, 100.0, 200.0, 1999.0, 2000.0)],
    *[number("hbv_dna", "IU/mL", v) for v in (9e4, 1e5, 1.1e5, 1e6, 1e6)],
    *[number("hbv_dna", "IU/mL", value, "<") for value in (20.0, 20.0, 1000.0, 2000.0)],
    number("hbv_dna", "IU/mL", 1e6, ">"),
    number("hbv_dna", "IU/mL", 1500.0, lower_limit=1000.0),
    number("hbv_dna", "IU/mL", 20.0, "<", status="positive", detection="detected below limit"),
]
ON_NA = [
    *[supply("ETV", "NA", days) for days in (90, 200, 400)],
    supply("TDF", "NA", 200),
    *[treated_since(days, 400, baseline=183) for days in (70, 83, 322)],
    *[treated_since(days, 400, baseline=184) for days in (70, 322)],
    *DNA,
]
ON_NA_FOR_LONG = [
    *[treated_since(321, 600, suppressed=True)] * 4,
    *DNA[:1] * 4,
    *DNA[4:6],
    *DNA[11:14],
]
AFTER_NA = [
    *[treated_since(30, 31, suppressed=True)] * 5,
    *[number("hbv_dna", "IU/mL", value) for value in (1999.0, *[2000.0] * 5)],
    DNA[11],
    *[number("alt", "U/L", value) for value in (40.0, 79.0, 80.0, 120.0)],
    supply("PEGIFN2A", "IFN", 84),
]
