"""Rows about when treatment may be stopped."""

from __future__ import annotations

from datetime import date, timedelta

from reference.choices.serology import SEROLOGY
from reference.rows import Add, code, number, result, supply
from reference.stores import History


def consolidated(
    days: int, *, hbeag: str = "positive", since: int = 60, lost: bool = False, before: int = 0
) -> Add:
    """Adds an NA begun so many days before HBV DNA was undetectable (`since`), which was so many
    days ago and is so today; HBeAg before it, and seroconversion if that was positive; ALT normal
    now and then; and, if asked, HBsAg lost then and negative today."""

    def add(history: History, day: date, source: str) -> None:
        then = day - timedelta(days)
        start = then - timedelta(since)
        supply("ETV", "NA", days + since + 30)(history, start, f"{source}:1")
        first = start - timedelta(before)
        result("hbeag", status=hbeag)(history, first, f"{source}:2")
        number("hbv_dna", "IU/mL", 1e6)(history, start, f"{source}:3")
        for when, mark in ((then, "a"), (day, "b")):
            number("hbv_dna", "IU/mL", 20.0, "<")(history, when, f"{source}:4{mark}")
            number("alt", "U/L", 30.0)(history, when, f"{source}:5{mark}")
            if lost:
                result("hbsag", status="negative")(history, when, f"{source}:6{mark}")
        if lost:
            result("hbsag", status="positive")(history, start, f"{source}:7")
        if hbeag == "positive":
            result("hbeag", status="negative")(history, then, f"{source}:8")
            result("anti_hbe", status="positive")(history, then, f"{source}:9")

    return add


def thrice_undetectable(first: int, apart: int) -> Add:
    """Adds an NA begun so many days before the first of three undetectable HBV DNA, each so far
    after the one before, the last today; HBeAg was negative at its start."""

    def add(history: History, day: date, source: str) -> None:
        start = day - timedelta(first + 2 * apart)
        supply("ETV", "NA", first + 2 * apart + 30)(history, start, f"{source}:1")
        result("hbeag", status="negative")(history, start, f"{source}:2")
        for mark in range(3):
            when = day - timedelta(mark * apart)
            number("hbv_dna", "IU/mL", 20.0, "<")(history, when, f"{source}:3{mark}")
        number("hbv_dna", "IU/mL", 1e6)(history, start, f"{source}:4")

    return add


STOPPING = [
    *[consolidated(days) for days in (364, 365, 1095, 1096)],
    *[consolidated(days, hbeag="negative") for days in (1095, 1096)],
    *[consolidated(days, hbeag="negative", lost=True) for days in (364, 365)],
    *[consolidated(365, before=days) for days in (365, 366)],
    *[thrice_undetectable(first, 183) for first in (363, 364)],
    *[thrice_undetectable(800, apart) for apart in (182, 183)],
    *[number("hbv_dna", "IU/mL", 20.0, "<")] * 3,
    *[result("hbeag", status=status) for status in SEROLOGY[:2]],
    *[result("anti_hbe", status="positive")] * 2,
    *[number("alt", "U/L", value) for value in (30.0, 300.0)],
    *[result("hbsag", status=status) for status in ("positive", "negative", "negative")],
    *[number("anti_hbs", "mIU/mL", 150.0)] * 2,
    number("hbv_dna", "IU/mL", 20.0),
    code("cirrhosis", "inpatient"),
    code("ascites"),
]
