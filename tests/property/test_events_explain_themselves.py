"""Every event explains itself: its evidence alone, derived again, gives the event.

A supply of NA or interferon in the evidence stands for the treatment it belongs to, so the
patient's other supplies come along, and the row that shows what the treatment is for.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from reference.histories import MOST_ROWS, TOPICS, decode
from reference.stores import History, Row, Rows, by_engine, stored

from seroclear.course.catalogue import EVENTS

CODES = 80  # histories a topic
TABLES = ("result", "exposure", "condition", "procedure")
# columns of an event
NAME, DATE, CONFIRMED_ON, EVIDENCE = 1, 3, 6, 8
PURPOSE_ROW = 10  # of a regimen
Event = tuple[Any, ...]


@pytest.fixture(scope="module")
def patients() -> dict[str, History]:
    dice = random.Random(7)
    codes = [dice.randbytes(1 + 2 * MOST_ROWS) for _ in range(CODES)]
    made = [
        decode(f"p{number:03d}-{topic}", code, topic)
        for number, code in enumerate(codes)
        for topic in range(len(TOPICS))
    ]
    return {one.patient["patient_id"]: one for one in made}


@pytest.fixture(scope="module")
def courses(patients: dict[str, History]) -> dict[str, Rows]:
    with stored(patients.values()) as store:
        return by_engine(store, "default")


@pytest.fixture(scope="module")
def events(courses: dict[str, Rows]) -> list[Event]:
    return [event for of_one in courses["event"].values() for event in of_one]


def with_evidence_alone(
    event: Event, patients: dict[str, History], purpose: dict[str, str | None], patient_id: str
) -> list[History]:
    """A patient who has nothing but the event's evidence, with those of the mother and of children
    who are named in it or whose mother's rows are."""
    own, named = event[0], set(event[EVIDENCE].split())
    family = [own]
    for one, history in patients.items():
        mother = history.patient.get("mother_id")
        if one != own and (mother == own or patients[own].patient.get("mother_id") == one):
            family.append(one)
    known_as = {one: f"{patient_id}{'' if one == own else f'-{one}'}" for one in family}
    alone = []
    for one in family:
        if one == own or _rows(patients[one]) & named:
            only = _only(patients[one], named, purpose.get(one), known_as[one])
            only.patient["mother_id"] = known_as.get(only.patient.get("mother_id") or "")
            alone.append(only)
    return alone


def _only(history: History, named: set[str], purpose_row: str | None, patient_id: str) -> History:
    on_treatment = any(_is_treatment(row) for row in history.exposure if row["source_row"] in named)
    kept_rows = named | {purpose_row} if on_treatment else named

    def kept(rows: Iterable[Row]) -> list[Row]:
        return [
            {**row, "patient_id": patient_id}
            for row in rows
            if row["source_row"] in kept_rows or (on_treatment and _is_treatment(row))
        ]

    return History(
        {**history.patient, "patient_id": patient_id},
        *(kept(getattr(history, table)) for table in TABLES),
    )


def _is_treatment(row: Row) -> bool:
    return row.get("drug_class") in ("NA", "IFN")


def _rows(history: History) -> set[str]:
    rows = [history.patient, *(row for table in TABLES for row in getattr(history, table))]
    return {row["source_row"] for row in rows}


def test_every_evidence_row_exists(patients: dict[str, History], events: list[Event]) -> None:
    assert {event[NAME] for event in events} == set(EVENTS)
    family: dict[str, set[str]] = defaultdict(set)
    for history in patients.values():
        own, mother = history.patient["patient_id"], history.patient.get("mother_id")
        family[own] |= _rows(history)
        if mother in patients:
            family[own] |= _rows(patients[mother])
            family[mother] |= _rows(history)
    for event in events:
        named = event[EVIDENCE].split()
        assert named
        assert set(named) <= family[event[0]], event


def test_evidence_alone_gives_the_event(
    patients: dict[str, History], courses: dict[str, Rows], events: list[Event]
) -> None:
    purpose = {patient: lines[0][PURPOSE_ROW] for patient, lines in courses["regimen"].items()}
    alone = [
        one
        for number, event in enumerate(events)
        for one in with_evidence_alone(event, patients, purpose, f"{number:06d}")
    ]
    with stored(alone) as store:
        again = by_engine(store, "default")["event"]
    lost = [
        event
        for number, event in enumerate(events)
        if not any(_same(event, other) for other in again.get(f"{number:06d}", []))
    ]
    assert not lost, (Counter(event[NAME] for event in lost), lost[0])


def _same(event: Event, other: Event) -> bool:
    return all(event[column] == other[column] for column in (NAME, DATE, CONFIRMED_ON))
