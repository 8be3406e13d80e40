"""The benchmark of the library's studies reads what a study says and shows the dearest first."""

from __future__ import annotations

import pytest
from cost import Cost
from library import cohort_size, table


def test_the_dearest_study_comes_first() -> None:
    found = {
        "transplant": (241, Cost(7.21, 18.3, 2**29)),
        "clearance": (18_773, Cost(31.54, 68.9, 2**30)),
        "innate-immunity": (None, Cost(3.0, 4.0, 2**28)),
    }
    lines = table(40_000, found).splitlines()
    assert lines[0].startswith("40,000 people, one run of each study.")
    assert lines[-3:] == [
        "| clearance | 18,773 | 31.5 | 68.9 | 1.00 |",
        "| transplant | 241 | 7.2 | 18.3 | 0.50 |",
        "| innate-immunity | – | 3.0 | 4.0 | 0.25 |",
    ]


def test_the_size_of_the_cohort_is_what_the_study_told() -> None:
    assert cohort_size("18,773 patients; the report: /reports/2024 patients/report.html") == 18_773
    with pytest.raises(SystemExit, match="told no number"):
        cohort_size("the report: /reports/report.html")
