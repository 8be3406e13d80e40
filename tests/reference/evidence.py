"""Patients who have nothing but the evidence of one event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reference.stores import History, Row, Rows, by_engine, stored

TABLES = ("result", "exposure", "condition", "procedure")
# columns of an event
NAME, DATE, CONFIRMED_ON, EVIDENCE = 1, 3, 6, 8
PURPOSE_ROW = 10  # of a regimen
Event = tuple[Any, ...]


def not_rederived(events: list[Event], patients: dict[str, History], regimens: Rows) -> list[Event]:
    """Events that their evidence alone, derived again, does not give.

    A supply of NA or interferon in the evidence stands for the treatment it belongs to, so the
    patient's other supplies come along, and the row that shows what the treatment is for.

    Args:
        events: rows of the table event.
        patients: everybody's rows, by patient_id.
        regimens: rows of the table regimen, by patient_id.
    """
    purpose = {patient: lines[0][PURPOSE_ROW] for patient, lines in regimens.items()}
    relatives = _all_relatives(patients)
    alone = [
        one
        for number, event in enumerate(events)
        for one in _with_evidence_alone(event, patients, relatives, purpose, f"{number:06d}")
    ]
    with stored(alone) as store:
        again = by_engine(store, "default")["event"]
    return [
        event
        for number, event in enumerate(events)
        if not any(_same(event, other) for other in again.get(f"{number:06d}", []))
    ]


def rows_of_family(patient: str, patients: dict[str, History]) -> set[str]:
    """Source rows of a patient, the mother and the children."""
    family = [patient, *relatives_of(patient, patients)]
    return {row for one in family for row in _rows(patients[one])}


def relatives_of(patient: str, patients: dict[str, History]) -> list[str]:
    """The mother and the children of a patient, where they are among the patients."""
    mother = patients[patient].patient.get("mother_id")
    children = [one for one, h in patients.items() if h.patient.get("mother_id") == patient]
    return [*([mother] if mother in patients else []), *children]


def _all_relatives(patients: dict[str, History]) -> dict[str, list[str]]:
    """Mother and children of each patient who has them."""
    relatives: dict[str, list[str]] = {}
    for one, history in patients.items():
        mother = history.patient.get("mother_id")
        if mother in patients:
            relatives.setdefault(one, []).append(mother)
            relatives.setdefault(mother, []).append(one)
    return relatives


def _with_evidence_alone(
    event: Event,
    patients: dict[str, History],
    relatives: Mapping[str, list[str]],
    purpose: dict[str, str | None],
    patient_id: str,
) -> list[History]:
    """The patient, and those relatives whose rows are named."""
    own, named = event[0], set(event[EVIDENCE].split())
    family = [own, *relatives.get(own, ())]
    known_as = {one: patient_id if one == own else f"{patient_id}-{one}" for one in family}
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


def _same(event: Event, other: Event) -> bool:
    return all(event[column] == other[column] for column in (NAME, DATE, CONFIRMED_ON))
