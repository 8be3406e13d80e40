"""A user's CSV of studies."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.evidence.pool.measures import Measure

LARGEST = 5_000_000  # bytes: a table of studies is never as large
TEXTS = ("study", "endpoint", "definition", "time_weeks", "year", "source", "quote")
READ = ("estimate", "lower", "upper")
NOT_STATED = ""


@dataclass(frozen=True, slots=True)
class Study:
    """One line of the file.

    Attributes:
        name: the study, as shown; unique in the file.
        line: where it stands in the file, 1 for the header.
        endpoint, definition, time_weeks: what was counted, how it was defined and when; '' is not
            stated.
        year: of publication, the order of the cumulative analysis; None is not stated.
        source, quote: where the numbers stand and the words they were read from.
        counts: the measure's count columns; {} where an estimate was read instead.
        read: estimate, lower, upper as published; None where it is computed from counts.
    """

    name: str
    line: int
    endpoint: str
    definition: str
    time_weeks: str
    year: int | None
    source: str
    quote: str
    counts: dict[str, float]
    read: tuple[float, float, float] | None


def read_studies(path: Path, measure: Measure) -> list[Study]:
    """The studies of a CSV file in UTF-8, in the order of the file.

    Columns: study, endpoint, definition; time_weeks where the measure belongs to a time point;
    the counts of the measure, or estimate, lower and upper (95% limits) where it may be read;
    and if wanted year, source, quote. Other columns are ignored.

    Raises:
        SeroclearError: the file cannot be read, or a cell is wrong: names its line and column.
    """
    lines, header = _lines(path)
    missing = [name for name in ("study", "endpoint", "definition") if name not in header]
    missing += ["time_weeks"] if measure.at_a_time and "time_weeks" not in header else []
    if missing:
        raise SeroclearError(f"{path}: there is no column {missing[0]!r}; it may be empty.")
    has_counts = bool(measure.counts) and all(name in header for name in measure.counts)
    has_read = measure.read and all(name in header for name in READ)
    if not (has_counts or has_read):
        needed = [", ".join(measure.counts)] if measure.counts else []
        needed += [", ".join(READ)] if measure.read else []
        raise SeroclearError(
            f"{path}: a {measure.estimate} needs the columns {' or '.join(needed)}."
        )
    found: list[Study] = []
    for number, cells in lines:
        study = _study(_Line(path, number, cells), measure, has_counts, has_read)
        if any(study.name == other.name for other in found):
            raise SeroclearError(
                f"{path}, line {number}, column study: {study.name!r} is there already; name its "
                "arms apart."
            )
        found.append(study)
    if not found:
        raise SeroclearError(f"{path}: there is no study below the header.")
    return found


def _lines(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
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
            lines.append((reader.line_num, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise SeroclearError(f"{path}, line {reader.line_num}: {error}.") from None
    return lines, header


@dataclass(frozen=True, slots=True)
class _Line:
    path: Path
    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return " ".join(self.cells.get(column, "").split())

    def wrong(self, column: str, why: str) -> SeroclearError:
        return SeroclearError(f"{self.path}, line {self.number}, column {column}: {why}.")

    def value(self, column: str) -> float:
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong(column, f"{text!r} is no number" if text else "there is no number")
        return value

    def count(self, column: str) -> float:
        value = self.value(column)
        if column == "person_years":
            if value <= 0:
                raise self.wrong(column, "person-years must be above 0")
        elif value < 0 or value != int(value):
            raise self.wrong(column, f"{self.text(column)!r} is no count of persons or events")
        return value


def _study(line: _Line, measure: Measure, has_counts: bool, has_read: bool) -> Study:
    texts = {name: line.text(name) for name in TEXTS}
    if not texts["study"]:
        raise line.wrong("study", "the study has no name")
    if texts["year"] and not texts["year"].isdigit():
        raise line.wrong("year", f"{texts['year']!r} is no year")
    if texts["time_weeks"]:
        line.value("time_weeks")
    counts: dict[str, float] = {}
    read = None
    if has_counts and (not has_read or any(line.text(name) for name in measure.counts)):
        counts = {name: line.count(name) for name in measure.counts}
        _check_counts(line, counts)
    else:
        read = _read(line)
    return Study(
        name=texts["study"],
        line=line.number,
        endpoint=texts["endpoint"],
        definition=texts["definition"],
        time_weeks=f"{float(texts['time_weeks']):g}" if texts["time_weeks"] else NOT_STATED,
        year=int(texts["year"]) if texts["year"] else None,
        source=texts["source"],
        quote=texts["quote"],
        counts=counts,
        read=read,
    )


def _check_counts(line: _Line, counts: dict[str, float]) -> None:
    for n, events in (("n", "events"), ("n_1", "events_1"), ("n_2", "events_2")):
        if n not in counts:
            continue
        if counts[n] == 0:
            raise line.wrong(n, "a group of nobody cannot be pooled")
        if counts[events] > counts[n]:
            raise line.wrong(events, f"{counts[events]:g} events among {counts[n]:g} persons")


def _read(line: _Line) -> tuple[float, float, float]:
    estimate, lower, upper = (line.value(name) for name in READ)
    if min(estimate, lower, upper) <= 0:
        raise line.wrong("lower" if lower <= 0 else "estimate", "a ratio is above 0")
    if not lower < upper:
        raise line.wrong("lower", "the lower limit is not below the upper")
    if not lower <= estimate <= upper:
        raise line.wrong("estimate", "the estimate lies outside its limits")
    return estimate, lower, upper
