"""The examples as one hospital's CSV files, read and derived by the real engine."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from spec.examples import Answer, Example, read_table

from seroclear.course.build import derive
from seroclear.course.definition import definition
from seroclear.engines.duckdb import DuckDB
from seroclear.records.load import load
from seroclear.records.store import Store

SETTINGS = """
name = "The patients of the manual"
[patients]
file = "patients.csv"
patient_id = "patient"
sex = "sex"
birth_date = "born"
death_date = "died"
mother_id = "mother"
[results]
file = "results.csv"
patient_id = "patient"
taken_at = "date"
name = "test"
value = "result"
unit = "unit"
[drugs]
file = "drugs.csv"
patient_id = "patient"
start = "start"
end = "end"
days_supply = "days"
name = "drug"
[diagnoses]
file = "diagnoses.csv"
patient_id = "patient"
date = "date"
code = "code"
code_system = "=ICD-10-CM"
setting = "setting"
"""
FILES = {
    "results": ("patient", "date", "test", "result", "unit"),
    "drugs": ("patient", "start", "end", "days", "drug"),
    "diagnoses": ("patient", "date", "code", "setting"),
    "patients": ("patient", "sex", "born", "died", "mother"),
}


def load_examples(folder: Path, examples: list[Example]) -> Store:
    """One store with the patients of all examples, under `known_as`."""
    records = folder / "records"
    records.mkdir()
    (records / "hospital.toml").write_text(SETTINGS, encoding="utf-8")
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in FILES}
    for example in examples:
        of_example = example.records()
        told = {row["patient"]: row for row in of_example["patients"]}
        of_example["patients"] = [
            {"patient": patient, **_linked(example, told.get(patient, {}))}
            for patient in example.patient_ids()
        ]
        for name, table in of_example.items():
            rows[name] += [{**row, "patient": known_as(example, row["patient"])} for row in table]
    for name, columns in FILES.items():
        with (records / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows[name])
    return load(records, folder / "store").store


def _linked(example: Example, told: dict[str, str]) -> dict[str, str]:
    """What is told of a patient, with the mother's id among all examples."""
    mother = told.get("mother")
    return {**told, "mother": known_as(example, mother)} if mother else dict(told)


def known_as(example: Example, patient: str) -> str:
    """A patient's id among all examples."""
    return f"{example.title} / {patient}"


def derive_tables(store: Store, preset: str) -> dict[str, list[dict[str, Any]]]:
    """The four tables of the courses."""
    engine = DuckDB(threads=2)
    try:
        tables = derive(engine, store, definition(preset))
        return {name: table.to_pyarrow().to_pylist() for name, table in tables.items()}
    finally:
        engine.close()


def expected(answer: Answer) -> list[tuple[str, ...]]:
    """Rows of the answer, without patients who have none."""
    rows = [tuple(row.values()) for row in read_table(answer.text)]
    return sorted(row for row in rows if row[1] != "none")


def actual(
    example: Example, answer: Answer, tables: dict[str, list[dict[str, Any]]]
) -> list[tuple[str, ...]]:
    """The course's rows of the example's patients, in the answer's columns and as text."""
    columns = list(read_table(answer.text)[0])[1:]
    names = {known_as(example, patient): patient for patient in example.patient_ids()}
    kind = "event" if answer.table == "event" else "marker"
    return sorted(
        (names[row["patient_id"]], *("" if row[c] is None else str(row[c]) for c in columns))
        for row in tables[answer.table]
        if row["patient_id"] in names and (not answer.only or row[kind] in answer.only)
    )
