"""Rows as CSV: the same rows give the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from seroclear.analysis.result import COLUMNS, Row

DIGITS = 10  # significant digits: more than any estimate carries, fewer than differ by machine

FORMULA = ("=", "+", "-", "@", "\t")  # a spreadsheet would run a text that begins so


def write_csv(rows: Iterable[Row], path: Path) -> None:
    """Write rows in order as UTF-8 with '\\n' line ends; None is an empty field.

    Args:
        rows: the rows, after disclosure control.
        path: the file to write.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([_text(getattr(row, column)) for column in COLUMNS])


def _text(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        text = f"{value:.{DIGITS}g}"
        return "0" if text == "-0" else text
    text = str(value).replace("\r", " ")  # csv of Python 3.11 and 3.12 leaves it unquoted
    return f"'{text}" if text.startswith(FORMULA) else text
