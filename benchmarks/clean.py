"""A simulated hospital's clean tables as histories, and what its written records hold of them."""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from legible import VAGUE_CANCER, named_only, unusable_numbers
from reference.stores import History, Row

from seroclear.records.store import Store
from seroclear.records.vocabulary import read_csv
from seroclear.simulate import Hospital

Day = tuple[str, str, date]  # patient, test, day
PRINTED = 0.02  # a printed number differs from the clean one by its rounding, at most so much of it
PRINTED_STEP = {"anti_hbs": 0.051}  # or by this, in the unit of the test: the last digit's half
LEAST_STEP = 0.006
COMPETITIVE = ("Architect Anti-HBe", "Elecsys Anti-HBe", "Elecsys Anti-HBc II")


# Diagnoses that a name without its code does not tell.
UNTOLD_BY_NAME = {"hcc": VAGUE_CANCER, "chronic_hbv": "丁型病毒性肝炎"}
DETECTED = {"detected below limit": "positive", "not detected": "negative"}


def clean_histories(hospital: Hospital) -> dict[str, History]:
    """Every patient's rows as they truly were."""
    histories = {
        row["patient_id"]: History({**row, "source_row": f"patient:{number}"})
        for number, row in enumerate(hospital.patient.to_pylist())
    }
    for table in ("result", "exposure", "condition", "procedure"):
        for number, row in enumerate(getattr(hospital, table).to_pylist()):
            row["source_row"] = f"{table}:{number}"
            for one in _as_stored(table, row):
                getattr(histories[row["patient_id"]], table).append(one)
    return histories


def _as_stored(table: str, row: Row) -> list[Row]:
    """The rows of the store's table that one clean row stands for."""
    if table == "exposure":
        return [{**row, "end_inferred": True, "licensed_for": None}]
    if table == "condition":
        return [{**row, "condition": name} for name in CONDITIONS[row["code"]]]
    if table == "result":
        return [{**row, "status": _said(row)}]
    return [row]


def _said(row: Row) -> str | None:
    """What a result says in words: the laboratory's, or what its index or detection means."""
    if row["status"] is None and row["detection"] in DETECTED:
        return DETECTED[row["detection"]]
    if row["status"] is None and row["assay"] in COMPETITIVE and row["value"] is not None:
        return "positive" if row["value"] < 1 else "negative"
    status: str | None = row["status"]
    return status


def _conditions() -> dict[str, list[str]]:
    codes: dict[str, list[str]] = defaultdict(list)
    for row in read_csv("diagnosis_codes.csv"):
        if "ICD-10" in row["systems"].split():
            code = row["code"]
            codes[code[:3] + "." + code[3:] if len(code) > 3 else code] = row["conditions"].split()
    return codes


CONDITIONS = _conditions()


def held(
    histories: dict[str, History], hospital: Hospital, store: Store, records: Path
) -> dict[str, History]:
    """What the written records hold of each history: without illegible rows, numbers as printed,
    observed as long as the records show contact.

    A result that the store lacks or has wrong, though it was legible, stays as it truly was: the
    comparison must find it.
    """
    tests = {test: (test,) for test in set(hospital.result["test"].to_pylist())}
    unusable = unusable_numbers(records, tests)
    untold = {
        (patient, condition, day)
        for condition, name in UNTOLD_BY_NAME.items()
        for patient, day in named_only(records, name)
    }
    printed, contact = _printed(store), _contact(store)
    made = {}
    for patient, history in histories.items():
        made[patient] = History(
            {**history.patient, **contact[patient]},
            [
                row
                for result in history.result
                if (row := _as_printed(result, printed, unusable)) is not None
            ],
            history.exposure,
            [
                row
                for row in history.condition
                if (patient, row["condition"], row["date"]) not in untold
            ],
            history.procedure,
        )
    return made


def _rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    import duckdb

    with duckdb.connect() as con:
        store.attach(con)
        return con.execute(query).fetchall()


def _contact(store: Store) -> dict[str, Row]:
    rows = _rows(store, "SELECT patient_id, observed_from, observed_to FROM patient")
    return {one: {"observed_from": begin, "observed_to": end} for one, begin, end in rows}


def _printed(store: Store) -> dict[Day, list[tuple[float | None, float | None]]]:
    """Numbers in the store with their upper reference limits, by patient, test and day."""
    numbers = defaultdict(list)
    for patient, test, day, value, high in _rows(
        store, "SELECT patient_id, test, taken_at, value, reference_high FROM result"
    ):
        numbers[patient, test, day].append((value, high))
    return numbers


def _as_printed(
    row: Row, printed: dict[Day, list[tuple[float | None, float | None]]], unusable: set[Day]
) -> Row | None:
    """The row as the records show it; None when its number is unusable and all that it says."""
    value = row["value"]
    if value is None:
        return row
    day = (row["patient_id"], row["test"], row["taken_at"])
    step = max(PRINTED * abs(value), PRINTED_STEP.get(row["test"], LEAST_STEP))
    for other, high in printed.get(day, []):
        if other is not None and abs(other - value) <= step:
            return {**row, "value": other, "reference_high": high}
    if day not in unusable:
        return row
    words_remain = row["status"] is not None and day in printed
    return {**row, "value": None, "comparator": None} if words_remain else None
