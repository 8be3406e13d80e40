"""One patient's course: which rows made each event, and what ruled the others out.

Read with plain DuckDB: no Ibis, so that it answers at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from seroclear.course.catalogue import EVENT_LABELS, MARKER_LABELS, NUMBER_UNITS, STATES
from seroclear.course.course import TABLES, Course
from seroclear.course.not_counted import Row, not_counted, why_no_phase
from seroclear.course.one import patient_rows

if TYPE_CHECKING:
    import duckdb

_KINDS = ("treatment", "finding", "event", "not counted")  # in this order on one day


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline.

    Attributes:
        date: the day.
        kind: treatment, finding, event or not counted.
        text: what it says.
        why: the rule or reason behind it.
        said: of a finding, the result as the laboratory wrote it.
        evidence: source rows with what they say.
    """

    date: date
    kind: str
    text: str
    why: str = ""
    said: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was true of one marker from one day to another, both included.

    Attributes:
        marker: one of the catalogue's STATES.
        state: such as 'lost'.
        start: first day.
        end: last day.
        why: why nothing more can be said.
    """

    marker: str
    state: str
    start: date
    end: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A patient's course: stretches marker by marker, lines in order of time."""

    patient_id: str
    definition: str
    infection: str
    stretches: tuple[Stretch, ...]
    lines: tuple[Line, ...]

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def explain(course: Course, patient_id: str) -> Explanation:
    """The course of one patient.

    Raises:
        SeroclearError: the store has no such patient.
    """
    with patient_rows(course, patient_id) as con:
        raw = _raw(con)
        patient = {table: _rows(con, f"course_{table}") for table in TABLES}
    infection, stretches = "unknown", []
    for row in patient["state"]:
        if row["marker"] == "infection":
            infection = row["state"]
        else:
            why = why_no_phase(row, patient, course.definition) if row["marker"] == "phase" else ""
            stretches.append(Stretch(row["marker"], row["state"], row["start"], row["end"], why))
    stretches.sort(key=lambda stretch: (list(STATES).index(stretch.marker), stretch.start))
    patient["event"].sort(key=lambda row: (row["evidence"], row["event"]))  # told together
    patient["finding"].sort(key=lambda row: list(MARKER_LABELS).index(row["marker"]))
    lines = [
        *(_event(row, raw) for row in patient["event"]),
        *(_treatment(row) for row in patient["regimen"]),
        *(_finding(row, raw) for row in patient["finding"]),
        *(
            Line(day, "not counted", text, why)
            for day, text, why in not_counted(patient, course.definition)
        ),
    ]
    lines.sort(key=lambda line: (line.date, _KINDS.index(line.kind)))
    return Explanation(
        patient_id, course.definition.name, infection, tuple(stretches), tuple(lines)
    )


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    found = con.execute(f"FROM {table} ORDER BY ALL")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _raw(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Each source row of the patient: the result as it was written, and the row in words."""
    said = {}
    for row in _rows(con, "result"):
        result = row["raw_value"] + (f" {row['raw_unit']}" if row["raw_unit"] else "")
        words = f"{row['taken_at']} {row['raw_name']} '{result}' (read by rule '{row['rule']}')"
        said[row["source_row"]] = (result, words)
    for row in _rows(con, "condition"):
        said[row["source_row"]] = ("", f"{row['date']} diagnosis {row['code'] or row['raw_name']}")
    for row in _rows(con, "exposure"):
        said[row["source_row"]] = ("", f"{row['start']} {row['raw_name']}")
    for row in _rows(con, "procedure"):
        said[row["source_row"]] = ("", f"{row['date']} procedure {row['code'] or row['raw_name']}")
    return said


def _evidence(sources: str, raw: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    known = ((source, raw.get(source)) for source in sources.split())
    return tuple(f"{source}: {row[1]}" if row else source for source, row in known)


def _event(row: Row, raw: dict[str, tuple[str, str]]) -> Line:
    window = f"happened after {row['earliest']}" if row["earliest"] else ""
    confirmed = f"confirmed on {row['confirmed_on']}" if row["confirmed_on"] else ""
    number = f" ({row['occurrence']})" if row["occurrence"] > 1 else ""
    why = "; ".join(part for part in (row["detail"], window, confirmed) if part)
    text = EVENT_LABELS[row["event"]] + number
    return Line(row["date"], "event", text, why, evidence=_evidence(row["evidence"], raw))


def _treatment(row: Row) -> Line:
    end = f"{row['end']}{' (inferred)' if row['end_inferred'] else ''}"
    text = f"treatment line {row['line']}: {row['agents']} until {end}"
    return Line(row["start"], "treatment", text, f"for {row['purpose']}; then: {row['why_ended']}")


def _finding(row: Row, raw: dict[str, tuple[str, str]]) -> Line:
    marker, value = row["marker"], row["value"]
    text, said = f"{MARKER_LABELS[marker]} {row['status']}", ""
    if marker in NUMBER_UNITS:
        if value is not None:
            number = " ".join(part for part in (f"{value:.4g}", NUMBER_UNITS[marker]) if part)
            text = f"{MARKER_LABELS[marker]} {number}, {row['status']}"
    elif row["source_row"] in raw:
        said = raw[row["source_row"]][0]
    evidence = _evidence(row["source_row"], raw)
    return Line(row["date"], "finding", text, row["reason"] or "", said, evidence)
