"""Asks a store's courses for every criterion of a protocol, for every candidate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from seroclear.course.catalogue import EVENT_LABELS, MARKER_LABELS
from seroclear.course.course import Course
from seroclear.engine import Engine
from seroclear.errors import NoPatientsError, SeroclearError
from seroclear.study.checks import numeric_tests
from seroclear.study.evaluate import Evaluator
from seroclear.trial.protocol import Protocol
from seroclear.trial.screening.answers import ages  # the import registers the words' answers
from seroclear.trial.screening.candidates import (
    Answer,
    Candidate,
    Evidence,
    Relaxed,
    Screened,
    Status,
)
from seroclear.trial.screening.criteria import load_screening
from seroclear.trial.screening.words import Criterion, Shown

if TYPE_CHECKING:
    import ibis.expr.types as ir


def screen(
    protocol: Protocol, name: str, course: Course, engine: Engine, today: date | None = None
) -> Screened:
    """Screens a store.

    Args:
        protocol: with its eligibility.
        name: of the protocol, or path of its file.
        course: the courses of the store under a definition.
        engine: where to compute.
        today: the day of screening; nothing after it counts. None: the store's last day on record.

    Raises:
        NoPatientsError: nobody in the store is a candidate.
        SeroclearError: the store has nobody, or the criteria cannot be read.
    """
    evaluator = Evaluator(engine, course)
    counted = evaluator.patient.agg(
        persons=evaluator.patient.count(), last=evaluator.patient.observed_to.max()
    )
    row = engine.fetch(counted).to_pylist()[0]
    day = today or row["last"]
    if day is None:
        raise SeroclearError(f"{course.store.path} has nobody to screen; load records first.")
    screening = load_screening(protocol, name, day)
    chosen = evaluator.value(screening.candidates)
    evaluator.narrow(chosen.filter(chosen.value).select("patient_id"))
    asked = {criterion.name: criterion for criterion in screening.criteria}
    said = _statuses(evaluator, screening.criteria)
    milder = _relaxed(evaluator, protocol, screening.criteria)
    shown = {criterion.name: _evidence(evaluator, criterion) for criterion in screening.criteria}
    candidates = []
    for patient, flags in said.items():
        answers = []
        for text in protocol.eligibility.criteria:
            if text.name not in asked:
                answers.append(Answer(text.name, "unknown"))
                continue
            status = _status(asked[text.name], flags[text.name], text.known_from)
            evidence = shown[text.name].get(patient, ())
            answers.append(Answer(text.name, status, tuple(evidence)))
        candidates.append(Candidate(patient, tuple(answers), milder.get(patient, ())))
    if not candidates:
        raise NoPatientsError(
            f"no candidates: nobody in {course.store.path} is '{screening.candidates_label}' up to "
            f"{day}; load records that hold them, or screen on a later day."
        )
    return Screened(
        protocol,
        day,
        course.definition.name,
        int(row["persons"]),
        screening.candidates_label,
        tuple(candidates),
    )


def _status(criterion: Criterion, flag: bool | None, known_from: str) -> Status:
    """A criterion that needs a person too is never met by the records alone."""
    if flag is None:
        return "unknown"
    if flag == (criterion.kind == "exclusion"):
        return "not met"
    return "met" if known_from == "records" else "unknown"


def _statuses(
    evaluator: Evaluator, criteria: Sequence[Criterion]
) -> dict[str, dict[str, bool | None]]:
    """patient_id -> criterion -> what its node says, patients in order."""
    wide = evaluator.side_by_side(*(criterion.node for criterion in criteria))
    rows = evaluator.engine.fetch(wide.order_by("patient_id")).to_pylist()
    return {
        row["patient_id"]: {
            criterion.name: row[f"v{place}"] for place, criterion in enumerate(criteria)
        }
        for row in rows
    }


def _relaxed(
    evaluator: Evaluator, protocol: Protocol, criteria: Sequence[Criterion]
) -> dict[str, tuple[Relaxed, ...]]:
    """patient_id -> the milder forms of all criteria."""
    forms = [(one, label, node) for one in criteria for label, node in one.relaxed]
    if not forms:
        return {}
    known_from = {one.name: one.known_from for one in protocol.eligibility.criteria}
    wide = evaluator.side_by_side(*(node for _, _, node in forms))
    return {
        row["patient_id"]: tuple(
            Relaxed(one.name, label, _status(one, row[f"v{place}"], known_from[one.name]))
            for place, (one, label, _) in enumerate(forms)
        )
        for row in evaluator.engine.fetch(wide).to_pylist()
    }


def _evidence(evaluator: Evaluator, criterion: Criterion) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for shown in criterion.shown:
        for marker in shown.markers:
            for row in _rows(evaluator, _last_finding(evaluator, marker, shown)):
                found.setdefault(row["patient_id"], []).append(_of_result(marker, row))
        for event in shown.events:
            for row in _rows(evaluator, _last_event(evaluator, event, shown)):
                label = EVENT_LABELS[event] + (f" ({row['detail']})" if row["detail"] else "")
                evidence = Evidence(label, "", "", row["date"], row["evidence"] or "")
                found.setdefault(row["patient_id"], []).append(evidence)
        if shown.age:
            for row in _rows(evaluator, ages(evaluator, shown.day)):
                value = f"{'about ' if row['inferred'] else ''}{row['age']}"
                evidence = Evidence("age", value, "years", row["day"], row["source_row"] or "")
                found.setdefault(row["patient_id"], []).append(evidence)
    return found


def _rows(evaluator: Evaluator, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = evaluator.engine.fetch(table.order_by("patient_id")).to_pylist()
    return rows


def _last_finding(evaluator: Evaluator, marker: str, shown: Shown) -> ir.Table:
    found = evaluator.placed(evaluator.findings(marker), shown.day, shown.within, "before")
    return found.select("patient_id", "date", "value", "comparator", "status", "source_row")


def _last_event(evaluator: Evaluator, event: str, shown: Shown) -> ir.Table:
    events = evaluator.between(evaluator.events(event), None, shown.day)
    return evaluator.placed(events, shown.day, shown.within, "before").select(
        "patient_id", "date", "detail", "evidence"
    )


def _of_result(marker: str, row: dict[str, Any]) -> Evidence:
    unit = ""
    value = row["status"] or "unknown"
    if row["value"] is not None:
        sign = row["comparator"] if row["comparator"] in ("<", ">") else ""
        unit = units()[marker]
        value = f"{sign}{row['value']:.6g}"
    label = MARKER_LABELS.get(marker, marker)
    return Evidence(label, value, unit, row["date"], row["source_row"] or "")


def units() -> dict[str, str]:
    """Marker -> the unit of its numbers."""
    from seroclear.course.catalogue import NUMBER_UNITS
    from seroclear.records.vocabulary import read_csv

    return {row["test"]: row["unit"] for row in read_csv("tests.csv")} | {
        **NUMBER_UNITS,
        **numeric_tests(),
    }
