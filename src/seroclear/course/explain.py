"""One patient's course in words: which rows made each event, and what ruled the others out.

Reads one patient from the Parquet files with plain DuckDB: no Ibis, so that it answers at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

from seroclear.course.catalogue import EVENT_LABELS, MARKER_LABELS, NUMBER_UNITS
from seroclear.course.course import Course
from seroclear.course.definition import Definition
from seroclear.errors import SeroclearError
from seroclear.records.tabular import literal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline.

    Attributes:
        date: the day.
        kind: event, treatment, phase, finding or not counted.
        text: what it says.
        why: the rule or reason behind it.
        evidence: source rows with what they say.
    """

    date: date
    kind: str
    text: str
    why: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A patient's course, in order of time."""

    patient_id: str
    definition: str
    infection: str
    lines: tuple[Line, ...]

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def explain(course: Course, patient_id: str) -> Explanation:
    """The course of one patient.

    Raises:
        SeroclearError: the store has no such patient.
    """
    con = duckdb.connect()
    course.store.attach(con)
    for table in ("finding", "regimen", "event", "state"):
        con.execute(
            f"CREATE VIEW course_{table} AS SELECT * FROM "
            f"read_parquet({literal(course.parquet(table))})"
        )
    if not con.execute("SELECT 1 FROM patient WHERE patient_id = ?", [patient_id]).fetchone():
        raise SeroclearError(f"{course.store.path} has no such patient.")
    findings = _rows(con, "course_finding", patient_id, "date, marker")
    raw = _raw(con, patient_id)
    lines = [
        *_events(con, patient_id, raw),
        *_regimens(con, patient_id),
        *_phases(con, patient_id),
        *(_finding(row, raw) for row in findings),
        *_not_counted(findings, course.definition),
    ]
    infection = con.execute(
        "SELECT state FROM course_state WHERE patient_id = ? AND marker = 'infection'", [patient_id]
    ).fetchone()
    order = {"treatment": 0, "phase": 1, "finding": 2, "not counted": 3, "event": 4}
    lines.sort(key=lambda line: (line.date, order[line.kind], line.text))
    return Explanation(
        patient_id, course.definition.name, infection[0] if infection else "unknown", tuple(lines)
    )


def _rows(
    con: duckdb.DuckDBPyConnection, table: str, patient_id: str, order: str
) -> list[dict[str, Any]]:
    found = con.execute(
        f"SELECT * FROM {table} WHERE patient_id = ? ORDER BY {order}", [patient_id]
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _raw(con: duckdb.DuckDBPyConnection, patient_id: str) -> dict[str, str]:
    """What each source row of the patient says, in the laboratory's own words."""
    said = {}
    for row in _rows(con, "result", patient_id, "taken_at, source_row"):
        unit = f" {row['raw_unit']}" if row["raw_unit"] else ""
        said[row["source_row"]] = (
            f"{row['source_row']}: {row['taken_at']} {row['raw_name']} '{row['raw_value']}{unit}' "
            f"(read by rule '{row['rule']}')"
        )
    for row in _rows(con, "condition", patient_id, "date, source_row"):
        said[row["source_row"]] = (
            f"{row['source_row']}: {row['date']} diagnosis {row['code'] or row['raw_name']}"
        )
    for row in _rows(con, "exposure", patient_id, "start, source_row"):
        said[row["source_row"]] = f"{row['source_row']}: {row['start']} {row['raw_name']}"
    for row in _rows(con, "procedure", patient_id, "date, source_row"):
        said[row["source_row"]] = (
            f"{row['source_row']}: {row['date']} procedure {row['code'] or row['raw_name']}"
        )
    return said


def _events(con: duckdb.DuckDBPyConnection, patient_id: str, raw: dict[str, str]) -> list[Line]:
    lines = []
    for row in _rows(con, "course_event", patient_id, "date, event"):
        window = f"happened after {row['earliest']}" if row["earliest"] else ""
        confirmed = f"confirmed on {row['confirmed_on']}" if row["confirmed_on"] else ""
        number = f" ({row['occurrence']})" if row["occurrence"] > 1 else ""
        why = "; ".join(part for part in (row["detail"], window, confirmed) if part)
        evidence = tuple(raw.get(source, source) for source in row["evidence"].split())
        lines.append(Line(row["date"], "event", EVENT_LABELS[row["event"]] + number, why, evidence))
    return lines


def _regimens(con: duckdb.DuckDBPyConnection, patient_id: str) -> list[Line]:
    lines = []
    for row in _rows(con, "course_regimen", patient_id, "start"):
        end = f"{row['end']}{' (inferred)' if row['end_inferred'] else ''}"
        text = f"treatment line {row['line']}: {row['agents']} until {end}"
        why = f"for {row['purpose']}; then: {row['why_ended']}"
        lines.append(Line(row["start"], "treatment", text, why))
    return lines


def _phases(con: duckdb.DuckDBPyConnection, patient_id: str) -> list[Line]:
    rows = _rows(con, "course_state", patient_id, "start")
    return [
        Line(row["start"], "phase", f"phase: {row['state']} until {row['end']}")
        for row in rows
        if row["marker"] == "phase"
    ]


def _finding(row: dict[str, Any], raw: dict[str, str]) -> Line:
    marker, value = row["marker"], row["value"]
    text = f"{MARKER_LABELS[marker]} {row['status']}"
    if marker in NUMBER_UNITS and value is not None:
        number = " ".join(part for part in (f"{value:.4g}", NUMBER_UNITS[marker]) if part)
        text = f"{MARKER_LABELS[marker]} {number}, {row['status']}"
    evidence = tuple(raw.get(source, source) for source in row["source_row"].split())
    return Line(row["date"], "finding", text, row["reason"] or "", evidence)


def _not_counted(findings: list[dict[str, Any]], rules: Definition) -> list[Line]:
    """HBsAg negatives and positives that made no event, and why."""
    tests = [
        row
        for row in findings
        if row["marker"] == "hbsag" and row["status"] in ("positive", "negative")
    ]
    lines: list[Line] = []
    positives, lost, position = 0, False, 0
    sure = False  # the loss was confirmed
    while position < len(tests):
        status = tests[position]["status"]
        run = [tests[position]]
        while position + len(run) < len(tests) and tests[position + len(run)]["status"] == status:
            run.append(tests[position + len(run)])
        position += len(run)
        gap_name = "loss.confirm_gap" if status == "negative" else "seroreversion.confirm_gap"
        span = (run[-1]["date"] - run[0]["date"]).days
        confirmed = len(run) > 1 and span >= rules[gap_name]
        unconfirmed = (
            f"{len(run)} {status} result(s) over {span} days; the definition asks for "
            f"{rules[gap_name]} days with none of the other kind between"
        )
        if status == "positive":
            positives += len(run)
            if lost and rules["seroreversion.confirm"] and not confirmed:
                lines.append(Line(run[0]["date"], "not counted", "no seroreversion", unconfirmed))
            else:
                lost = False
        elif positives < rules["loss.min_prior_positives"]:
            reason = (
                f"HBsAg was positive on {positives} day(s) before; the definition asks for "
                f"{rules['loss.min_prior_positives']}"
            )
            lines.append(Line(run[0]["date"], "not counted", "no HBsAg loss", reason))
        elif rules["loss.confirm"] and not confirmed:
            lines.append(Line(run[0]["date"], "not counted", "no HBsAg loss", unconfirmed))
        else:
            sure = confirmed or (lost and sure)
            lost = True
            if not sure:
                lines.append(
                    Line(run[0]["date"], "not counted", "no confirmed HBsAg loss", unconfirmed)
                )
    return lines


def in_words(explanation: Explanation) -> str:
    """The explanation as text for a terminal."""
    rules = f"(definition '{explanation.definition}')"
    lines = [f"Patient {explanation.patient_id}: {explanation.infection} {rules}"]
    for line in explanation.lines:
        mark = {"event": "=>", "not counted": " x"}.get(line.kind, "  ")
        why = f": {line.why}" if line.why else ""
        lines.append(f"{line.date} {mark} {line.text}{why}")
        if line.kind in ("event", "finding"):
            lines += [f"                because {source}" for source in line.evidence]
    return "\n".join(lines)
