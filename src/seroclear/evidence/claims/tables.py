"""`114 (60.3)` in a column headed `LLV group (n = 189)`."""

from __future__ import annotations

import re

from seroclear.evidence.claims.claim import Claim, Proportion
from seroclear.evidence.record import Record, Table
from seroclear.evidence.text.lexer import reported
from seroclear.evidence.text.normalise import normalise

SIZE = re.compile(r"\b[nN]\s*=\s*(\d{1,3}(?:,\d{3})+|\d{1,6})\b")
CELL = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d{1,6})\s*\(\s*(\d{1,3}(?:\.\d{1,3})?)\s*%?\s*\)\s*")
PERCENT = re.compile(
    r"\bn\s*\(\s*%\s*\)|\bno\.?\s*\(\s*%\s*\)|\(%\)|,\s*%|\bn\s*,\s*%", re.IGNORECASE
)


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
    everywhere = bool(PERCENT.search(table.caption))
    heading = ""
    for line in table.lines:
        label = normalise(line[0]).text if line else ""
        if not any(cell.strip() for cell in line[1:]):
            heading = label
            continue
        for number, cell in enumerate(line[1:], start=1):
            size = sizes[number] if number < len(sizes) else None
            said = everywhere or PERCENT.search(f"{heading} | {label} | {columns[number]}")
            match = CELL.fullmatch(normalise(cell).text)
            if size is None or not match or not said:
                continue
            count, percent = reported(match[1]), reported(match[2], unit="%")
            if count is None or percent is None or count.value > size.value:
                continue
            found.append(
                Proportion(
                    start=0,
                    end=0,
                    quote=f"{table.label}, {label}, {columns[number]}: {cell.strip()}",
                    sentence=-1,
                    group=columns[number],
                    count=count,
                    denominator=size,
                    percent=percent,
                    table=True,
                )
            )
    return found
