"""The CSV of a report is data: no spreadsheet may take a text of it for a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from seroclear.analysis.result import Row
from seroclear.report.write_rows import write_csv


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_text_is_a_formula_and_numbers_stay_numbers(tmp_path: Path, label: str) -> None:
    file = tmp_path / "results.csv"
    write_csv([Row(study="s", level=label, value=-0.5)], file)
    with file.open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["study"], row["level"], row["value"]) == ("s", f"'{label}", "-0.5")


def test_a_text_stays_on_its_line(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    write_csv([Row(study="s", level="a\rb", note="c\nd")], file)
    with file.open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["level"], row["note"]) == ("a b", "c\nd")
