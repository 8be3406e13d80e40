"""Rows about the phases of infection."""

from __future__ import annotations

from datetime import date, timedelta

from reference.choices.serology import HBEAG, HBSAG_WORDS
from reference.rows import Add, number, result, supply
from reference.stores import History


def triad(
    eag: str | None, dna: float, alt: float, sign: str = "=", *, alt_days_before: int = 0
) -> Add:
    """Adds HBsAg, HBeAg (if any), HBV DNA, and ALT of so many days before."""

    def add(history: History, day: date, source: str) -> None:
        result("hbsag", status="positive")(history, day, f"{source}:1")
        if eag:
            result("hbeag", status=eag)(history, day, f"{source}:2")
        number("hbv_dna", "IU/mL", dna, sign)(history, day, f"{source}:3")
        number("alt", "U/L", alt)(history, day - timedelta(alt_days_before), f"{source}:4")

    return add


def two_visits(eag: str, dna: float, alt: float, apart: int, after_treatment: int = 0) -> Add:
    """Adds two visits alike so far apart; before, if any, an NA that ended so long before them."""

    def add(history: History, day: date, source: str) -> None:
        first = day - timedelta(apart)
        triad(eag, dna, alt)(history, first, f"{source}:1")
        triad(eag, dna, alt)(history, day, f"{source}:2")
        if after_treatment:
            start = first - timedelta(after_treatment + 29)
            supply("ETV", "NA", 30)(history, start, f"{source}:3")

    return add


PHASES = [
    *[triad("positive", dna, 30.0) for dna in (9999998.0, 9999999.0, 1e7, 1e7, 1e8)],
    *[triad("positive", dna, 90.0) for dna in (9998.0, 9999.0, 1e4, 1e4, 1e6)],
    *[triad("negative", dna, 30.0) for dna in (1998.0, 1999.0, 1999.0, 2000.0, 500.0)],
    *[triad("negative", dna, 90.0) for dna in (1998.0, 1999.0, 2000.0, 2000.0, 1e5)],
    *[triad("negative", dna, 30.0, "<") for dna in (20.0, 2000.0, 2001.0)],
    *[triad("positive", dna, 30.0, ">") for dna in (1e6, 1e7)],
    *[triad("negative", 1e5, 90.0, alt_days_before=days) for days in (44, 45, 46)],
    *[two_visits("negative", 1e5, 90.0, apart) for apart in (91, 92, 93)],
    *[two_visits("negative", 1e5, 90.0, 200, days) for days in (183, 184)],
    triad(None, 1e5, 90.0),
    triad("indeterminate", 1e5, 90.0),
    number("alt", "U/L", 30.0),
    HBEAG[0],
    HBEAG[1],
    HBSAG_WORDS[1],
    supply("ETV", "NA", 30),
    supply("ETV", "NA", 200, inferred=True),
    supply("PEGIFN2A", "IFN", 84),
]
