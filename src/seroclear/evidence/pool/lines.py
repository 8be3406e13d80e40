"""Lines of a user's CSV, whose mistakes are told with their place."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from seroclear.errors import SeroclearError

LARGEST = 5_000_000  # bytes: a table typed from papers is never as large


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file; its mistakes are told with line and column."""

    path: Path
    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """A cell without needless blanks, '' where there is none."""
        return " ".join(self.cells.get(column, "").split())

    def wrong(self, column: str, why: str) -> SeroclearError:
        """The error that names the cell."""
        return SeroclearError(f"{self.path}, line {self.number}, column {column}: {why}.")

    def value(self, column: str) -> float:
        """A cell that must be a finite number."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong(column, f"{text!r} is no number" if text else "there is no number")
        return value

    def count(self, column: str) -> float:
        """A cell that must be a whole number, 0 or more."""
        value = self.value(column)
        if value < 0 or value != int(value):
            raise self.wrong(column, f"{self.text(column)!r} is no count of persons or events")
        return value


def lines_of(path: Path) -> tuple[list[Line], list[str]]:
    """The lines of a CSV file in UTF-8 and the names of its columns, in small letters.

    Raises:
        SeroclearError: it cannot be read, or is no table.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise SeroclearError(f"{path} is larger than {LARGEST:,} bytes; is it the right file?")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SeroclearError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SeroclearError(f"{path} is not UTF-8; save it as 'CSV UTF-8'.") from None
    try:
        reader = csv.reader(text.splitlines(), strict=True)
        header = [name.strip().lower() for name in next(reader, [])]
        twice = [name for name in header if name and header.count(name) > 1]
        if twice:
            raise SeroclearError(f"{path}: there are two columns {twice[0]!r}.")
        lines = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                raise SeroclearError(
                    f"{path}, line {reader.line_num}: more cells than columns; put text that "
                    "holds commas in quotes."
                )
            lines.append(Line(path, reader.line_num, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise SeroclearError(f"{path}, line {reader.line_num}: {error}.") from None
    return lines, header
