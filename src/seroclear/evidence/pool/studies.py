"""A user's CSV of studies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.evidence.pool.lines import Line, lines_of
from seroclear.evidence.pool.measures import Measure

MOST = 500  # studies; each is left out in turn
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
    lines, header = lines_of(path)
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
    for line in lines:
        study = _study(line, measure, has_counts, has_read)
        if any(study.name == other.name for other in found):
            raise SeroclearError(
                f"{path}, line {line.number}, column study: {study.name!r} is there already; name "
                "its arms apart."
            )
        found.append(study)
    if not found:
        raise SeroclearError(f"{path}: there is no study below the header.")
    if len(found) > MOST:
        raise SeroclearError(f"{path}: {len(found)} studies; no more than {MOST} are pooled.")
    return found


def _study(line: Line, measure: Measure, has_counts: bool, has_read: bool) -> Study:
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
        counts = {name: _count(line, name) for name in measure.counts}
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


def _count(line: Line, column: str) -> float:
    if column != "person_years":
        return line.count(column)
    years = line.value(column)
    if years <= 0:
        raise line.wrong(column, "person-years must be above 0")
    return years


def _check_counts(line: Line, counts: dict[str, float]) -> None:
    for n, events in (("n", "events"), ("n_1", "events_1"), ("n_2", "events_2")):
        if n not in counts:
            continue
        if counts[n] == 0:
            raise line.wrong(n, "a group of nobody cannot be pooled")
        if counts[events] > counts[n]:
            raise line.wrong(events, f"{counts[events]:g} events among {counts[n]:g} persons")


def _read(line: Line) -> tuple[float, float, float]:
    estimate, lower, upper = (line.value(name) for name in READ)
    if min(estimate, lower, upper) <= 0:
        raise line.wrong("lower" if lower <= 0 else "estimate", "a ratio is above 0")
    if not lower < upper:
        raise line.wrong("lower", "the lower limit is not below the upper")
    if not lower <= estimate <= upper:
        raise line.wrong("estimate", "the estimate lies outside its limits")
    return estimate, lower, upper
