"""A simulated hospital's clean tables as histories, and what its written records hold of them."""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import pyarrow as pa
from legible import unusable_numbers
from reference.stores import History, Row

from seroclear.records.store import Store
from seroclear.records.vocabulary import read_csv
from seroclear.simulate import Hospital
from seroclear.simulate.wording import wording

Day = tuple[str, str, date]  # patient, test, day
PRINTED = 0.02  # a printed number differs from the clean one by its rounding, at most so much of it
# or by half of its last digit, in the unit of the test (phosphate: of 0.1 mg/dL)
PRINTED_STEP = {"anti_hbs": 0.051, "phosphate": 0.0163}
LEAST_STEP = 0.006
COMPETITIVE = ("Architect Anti-HBe", "Elecsys Anti-HBe", "Elecsys Anti-HBc II")


# What a diagnosis without its code tells, where the name says less or more than the code does.
# A live birth and a week of gestation stand in the mother's records and in the child's alike.
TOLD_BY_NAME = {
    "原发性肝癌": [],
    "丁型病毒性肝炎": ["hdv"],
    "丁型肝炎": ["hdv"],
    "乙肝肝硬化代偿期": ["chronic_hbv", "cirrhosis"],
    "单胎活产": [],
    "单胎活产婴儿": [],
}
WEEK_OF_GESTATION = re.compile("(妊娠|孕)[0-9]+周")
CALLED = {
    name: [] if WEEK_OF_GESTATION.fullmatch(name) else [row["condition"]]
    for row in wording("diagnoses.csv").to_pylist()
    for name in (row["name_zh"], row["name_zh_other"])
} | TOLD_BY_NAME
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
        return [{**row, "end_inferred": False, "licensed_for": None}]
    if table == "condition":
        told = _told_by_code(row["edition"], row["code"]) or [row["condition"]]
        return [{**row, "condition": name} for name in told]
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


def _conditions() -> dict[tuple[str, str], list[str]]:
    return {
        (edition, row["code"]): row["conditions"].split()
        for row in read_csv("diagnosis_codes.csv")
        for edition in row["systems"].split()
    }


CONDITIONS = _conditions()


def _told_by_code(edition: str, code: str) -> list[str]:
    """What a code or the nearest one above it says; nothing, where that edition has none."""
    plain = code.replace(".", "")
    above = (CONDITIONS.get((edition, plain[:length]), []) for length in range(len(plain), 2, -1))
    return next(filter(None, above), [])


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
    uncoded = {
        f"condition:{number}": line["诊断名称"]
        for number, line in enumerate(_lines(records / "diagnoses.csv", hospital.condition))
        if not line["诊断编码"]
    }
    endless = {
        f"exposure:{number}"
        for number, line in enumerate(_lines(records / "drugs.csv", hospital.exposure))
        if not line["结束日期"]
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
            [{**row, "end_inferred": row["source_row"] in endless} for row in history.exposure],
            _as_named(history.condition, uncoded),
            history.procedure,
        )
    return made


def _lines(file: Path, table: pa.Table) -> list[dict[str, str]]:
    """The lines of a file that has one for each row of a clean table, in its order."""
    encoding = "gb18030" if file.name == "drugs.csv" else "utf-8"
    lines = list(csv.DictReader(file.read_text(encoding).splitlines()))
    if [line["病人号"] for line in lines] != table["patient_id"].to_pylist():
        raise AssertionError(f"{file.name} has other lines than the hospital's table")
    return lines


def _as_named(conditions: list[Row], uncoded: dict[str, str]) -> list[Row]:
    """Diagnoses as written: of those in `uncoded` (source row -> name) only what the name tells."""
    kept = [row for row in conditions if row["source_row"] not in uncoded]
    lines = {row["source_row"]: row for row in conditions if row["source_row"] in uncoded}
    for source_row, row in lines.items():
        kept += [{**row, "condition": one} for one in CALLED[uncoded[source_row]]]
    return kept


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
