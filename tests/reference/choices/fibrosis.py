"""Rows about fibrosis: the tests of the scores, and stiffness."""

from __future__ import annotations

from datetime import date

from reference.rows import Add, number
from reference.stores import History


def scored(ast: float, platelets: float, alt: float) -> Add:
    """Adds the tests of both scores on one day."""

    def add(history: History, day: date, source: str) -> None:
        number("ast", "U/L", ast)(history, day, f"{source}:1")
        number("platelets", "10^9/L", platelets)(history, day, f"{source}:2")
        number("alt", "U/L", alt)(history, day, f"{source}:3")

    return add


SCORES = [
    *[number("ast", "U/L", v) for v in (20.0, 40.0, 40.0, 59.5, 60.0, 60.5, 150.0, 300.0)],
    number("ast", "U/L", 60.0, reference_high=50.0),
    *[number("platelets", "10^9/L", v) for v in (0.0, 60.0, 100.0, 100.0, 100.0, 199.0, 250.0)],
    *[number("alt", "U/L", v) for v in (0.0, 25.0, 64.0, 100.0)],
]
STIFFNESS = [
    *[number("stiffness", "kPa", v) for v in (5.0, 11.0, 11.9, 12.0, 12.5, 13.0, 30.0)],
    *[number("alt", "U/L", v) for v in (40.0, 159.0, 160.0, 199.0, 200.0, 201.0, 241.0)],
    *[number("alt", "U/L", v, sign) for v, sign in ((200.0, ">"), (200.0, "<"), (10.0, ">"))],
    number("alt", "U/L", 250.0, reference_high=50.0),
    number("alt", "U/L", 190.0, "range", value_high=210.0),
    number("alt", "U/L", 300.0, status="negative"),
]
FIBROSIS = [
    *[
        scored(ast, 100.0, 64.0)
        for ast in (20.0, 25.5, 26.5, 58.0, 60.0, 80.0, 130.0, 130.0, 130.0, 130.0)
    ],
    scored(50.0, 100.0, 100.0),
    *STIFFNESS[:4],
]
