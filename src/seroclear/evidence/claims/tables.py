"""`114 (60.3)` in a column headed `LLV group (n = 189)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from seroclear.evidence.claims.claim import Claim, Proportion
from seroclear.evidence.record import Record, Table
from seroclear.evidence.text.lexer import reported
from seroclear.evidence.text.normalise import normalise
from seroclear.evidence.text.token import Reported

SIZE = re.compile(r"\b[nN]\s*=\s*(\d{1,3}(?:,\d{3})+|\d{1,6})\b")
CELL = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d{1,6})\s*\(\s*(\d{1,3}(?:\.\d{1,3})?)\s*%?\s*\)\s*")
PERCENT = re.compile(r"\b(?:n|no\.?)\s*,?\s*\(?\s*%|\(\s*%\s*\)", re.IGNORECASE)
COUNT = re.compile(r"\b(?:n|no\.?)\s*,?\s*\(?\s*%", re.IGNORECASE)
# `Haematocrit, %` may have `32 (4)` in its cells, a mean with its SD; `Male, %` has counts; a share
# of all events is none of the persons.
MAYBE_PERCENT = re.compile(
    r",\s*%|\b(?:events|episodes|attacks|visits|samples|lesions|cycles)\s*,?\s*\(\s*%",
    re.IGNORECASE,
)
SPREAD = re.compile(
    r"\b(?:means?|medians?|SDs?|s\.d\.|SEM?|IQR|range|quartiles?|CI|deviations?)\b|±"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A count with a percentage in the column with that number."""

    column: int
    printed: str
    count: Reported
    percent: Reported
    size: Reported

    def is_of(self, whole: Fraction) -> bool:
        """Whether the percentage is the count's of this whole, by any way of rounding."""
        if whole <= 0:
            return False
        return abs(100 * self.count.value / whole - self.percent.value) <= self.percent.step


def table_claims(record: Record) -> list[Claim]:
    """Counts with percentages, where the table says that they are so and how many its column has.

    They have no place in the text: start and end are 0, the quote says row and column.
    """
    found: list[Claim] = []
    for table in record.tables:
        found += _claims(table)
    return found


def _claims(table: Table) -> list[Claim]:
    found: list[Claim] = []
    columns = [normalise(column).text for column in table.columns]
    sizes = [reported(match[1]) if (match := SIZE.search(column)) else None for column in columns]
    heading = ""
    for line in table.lines:
        label = normalise(line[0]).text if line else ""
        if not any(cell.strip() for cell in line[1:]):
            heading = label
            continue
        cells = _cells(line, sizes)
        if _of_another_whole(cells, sizes):
            continue
        for cell in cells:
            column = columns[cell.column]
            certain = _says_percent(f"{heading} | {label} | {column}", table.caption, cell.printed)
            if certain is None or not (certain or cell.is_of(cell.size.value)):
                continue
            found.append(
                Proportion(
                    start=0,
                    end=0,
                    quote=f"{table.label}, {label}, {column}: {cell.printed}",
                    sentence=-1,
                    group=column,
                    count=cell.count,
                    denominator=cell.size,
                    percent=cell.percent,
                    table=True,
                )
            )
    return found


def _cells(line: tuple[str, ...], sizes: list[Reported | None]) -> list[Cell]:
    """The cells of a line that may be a count with a percentage."""
    found = []
    for column, printed in enumerate(line[1:], start=1):
        size = sizes[column] if column < len(sizes) else None
        match = CELL.fullmatch(normalise(printed).text)
        if size is None or not match:
            continue
        count, percent = reported(match[1]), reported(match[2], unit="%")
        if count is not None and percent is not None and count.value <= size.value:
            found.append(Cell(column, printed.strip(), count, percent, size))
    return found


def _says_percent(beside: str, caption: str, printed: str) -> bool | None:
    """Whether a cell is surely (True), perhaps (False) or not said to be (None) a percentage.

    Args:
        beside: what stands over and beside the cell.
        caption: of the table; one that names means as well does not say which cells are which.
    """
    if SPREAD.search(beside):
        return None
    if MAYBE_PERCENT.search(beside) and not COUNT.search(beside):
        return False
    if PERCENT.search(beside):
        return True
    if "%" in printed:
        return True
    return not SPREAD.search(caption) if PERCENT.search(caption) else None


def _of_another_whole(cells: list[Cell], sizes: list[Reported | None]) -> bool:
    """Whether the percentages are of the line (those of a line are 100% together) or of all columns
    together, not of the cell's own column."""
    if len(cells) < 2 or all(cell.is_of(cell.size.value) for cell in cells):
        return False
    wholes = (
        sum((cell.count.value for cell in cells), Fraction(0)),
        sum((size.value for size in sizes if size is not None), Fraction(0)),
    )
    return any(all(cell.is_of(whole) for cell in cells) for whole in wholes)
