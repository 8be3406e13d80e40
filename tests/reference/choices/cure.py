"""Rows about losses of HBsAg: whether they are cures, and what they are due to."""

from __future__ import annotations

from datetime import date, timedelta

from reference.choices.serology import HBSAG_WORDS
from reference.rows import Add, number, result, supply, transplantation
from reference.stores import History


def visit(hbsag: float, hbv_dna: float) -> Add:
    """Adds HBsAg and HBV DNA of one day, in IU/mL."""

    def add(history: History, day: date, source: str) -> None:
        number("hbsag", "IU/mL", hbsag)(history, day, f"{source}:1")
        number("hbv_dna", "IU/mL", hbv_dna)(history, day, f"{source}:2")

    return add


def ended(agent: str, drug_class: str, days_ago: int) -> Add:
    """Adds 28 days of a drug that ended so many days ago, and an HBsAg negative on the day."""

    def add(history: History, day: date, source: str) -> None:
        start = day - timedelta(days_ago + 27)
        supply(agent, drug_class, 28)(history, start, f"{source}:1")
        result("hbsag", status="negative")(history, day, f"{source}:2")

    return add


# Many losses, and what decides whether they are cures and what they are due to.
SUSTAINED = [
    *[visit(1000.0, 20.0)] * 2,
    *[visit(0.04, 5.0)] * 8,
    visit(0.04, 20.0),
    *[visit(value, 5.0) for value in (99.0, 99.0, 100.0)],
    *[visit(0.95, 5.0), visit(1.0, 5.0)],
    HBSAG_WORDS[0],
    HBSAG_WORDS[1],
    *[number("hbv_dna", "IU/mL", value) for value in (5.0, 20.0)],
    number("anti_hbs", "mIU/mL", 12.0),
]
CAUSES = [
    *HBSAG_WORDS[:2] * 5,
    *[supply("ETV", "NA", days) for days in (28, 30)],
    *[supply("ETV", "NA", days, inferred=True) for days in (28, 30)],
    *[supply("PEGIFN2A", "IFN", days) for days in (1, 28)],
    *[ended("PEGIFN2A", "IFN", days) for days in (335, 336, 337)],
    *[ended("ETV", "NA", days) for days in (0, 1, 60, 61)],
    transplantation,
]
