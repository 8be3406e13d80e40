"""MIMIC-IV's own layout (`hosp/*.csv.gz`).

Its serology stands only in `comments`; `___` is a redaction: unknown, never negative.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seroclear.errors import SeroclearError
from seroclear.records.sources import Source, make_raw_view
from seroclear.records.tabular import attach_file, malformed_lines, require_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDED = {
    "patients": ("subject_id", "gender", "anchor_age", "anchor_year", "dod"),
    "labevents": ("labevent_id", "subject_id", "itemid", "charttime", "value", "comments"),
    "d_labitems": ("itemid", "label", "fluid"),
}
OPTIONAL = {
    "admissions": ("subject_id", "hadm_id", "admittime", "dischtime"),
    "microbiologyevents": ("microevent_id", "subject_id", "test_name", "comments"),
    "prescriptions": ("subject_id", "starttime", "stoptime", "drug"),
    "diagnoses_icd": ("subject_id", "hadm_id", "icd_code", "icd_version"),
    "procedures_icd": ("subject_id", "chartdate", "icd_code", "icd_version"),
}
# MIMIC table -> the store table its rows go to
STORE_TABLE = {
    "patients": "patient",
    "labevents": "result",
    "microbiologyevents": "result",
    "prescriptions": "exposure",
    "diagnoses_icd": "condition",
    "procedures_icd": "procedure",
    "admissions": "visit",
}
GROUPED_AGE = 91  # MIMIC-IV gives 91 for everybody over 89: the birth year is then unknown


def _file(folder: Path, table: str) -> Path | None:
    for ending in (".csv.gz", ".csv"):
        path = folder / "hosp" / f"{table}{ending}"
        if path.is_file():
            return path
    return None


def recognises(path: Path) -> bool:
    """True for a folder with hosp/labevents."""
    return path.is_dir() and _file(path, "labevents") is not None


def attach(con: DuckDBPyConnection, path: Path, scratch: Path) -> Source:
    """Makes the raw views of a MIMIC-IV folder.

    Raises:
        SeroclearError: patients or d_labitems is missing, or a column is.
    """
    found: dict[str, Path] = {}
    for table, columns in {**NEEDED, **OPTIONAL}.items():
        file = _file(path, table)
        if file is None:
            if table in NEEDED:
                raise SeroclearError(f"{path}/hosp/{table}.csv.gz is missing.")
            continue
        attach_file(con, table, file, scratch)
        require_columns(con, table, columns, str(file))
        found[table] = file
    _patients(con)
    _results(con, found)
    _rest(con, found)
    return Source(
        kind="MIMIC-IV",
        files=tuple(found.values()),
        malformed=tuple(
            (STORE_TABLE.get(table, table), file.name, line)
            for table, file in found.items()
            for line in malformed_lines(con, table)
        ),
        absent=tuple(table for table in OPTIONAL if table not in found),
    )


def _patients(con: DuckDBPyConnection) -> None:
    known = f"TRY_CAST(anchor_age AS INTEGER) < {GROUPED_AGE}"
    year = "TRY_CAST(anchor_year AS INTEGER) - TRY_CAST(anchor_age AS INTEGER)"
    make_raw_view(
        con,
        "patient",
        [
            f"""SELECT subject_id AS patient_id, gender AS sex,
            CASE WHEN {known} THEN ({year}) || '-07-01' END AS birth_date,
            CASE WHEN {known} THEN 'true' END AS birth_inferred, dod AS death_date,
            NULL AS mother_id, NULL AS observed_from, NULL AS observed_to,
            'patients:' || file_row AS source_row FROM patients"""
        ],
    )


def _results(con: DuckDBPyConnection, found: dict[str, Path]) -> None:
    selects = [
        """SELECT l.subject_id AS patient_id, l.charttime AS taken_at,
        'MIMIC:' || l.itemid AS codes, d.label || ' [' || d.fluid || ']' AS name,
        coalesce(nullif(nullif(trim(l.value), ''), '___'), nullif(trim(l.comments), ''), l.value)
            AS value, NULL AS fallback,
        nullif(nullif(trim(l.valueuom), ''), 'N/A') AS unit,
        CASE WHEN l.ref_range_upper <> '' THEN l.ref_range_lower || '-' || l.ref_range_upper END
            AS reference, NULL AS assay, 'labevents:' || l.labevent_id AS source_row
        FROM labevents l LEFT JOIN d_labitems d USING (itemid)"""
    ]
    if "microbiologyevents" in found:
        selects.append(
            """SELECT subject_id AS patient_id, coalesce(nullif(charttime, ''), chartdate)
            AS taken_at, '' AS codes, test_name AS name,
            coalesce(nullif(trim(comments), ''), nullif(trim(org_name), '')) AS value,
            NULL AS fallback, NULL AS unit, NULL AS reference, NULL AS assay,
            'microbiologyevents:' || microevent_id AS source_row FROM microbiologyevents"""
        )
    make_raw_view(con, "result", selects)


def _rest(con: DuckDBPyConnection, found: dict[str, Path]) -> None:
    drugs, diagnoses, procedures, visits = [], [], [], []
    if "prescriptions" in found:
        drugs.append(
            """SELECT subject_id AS patient_id, starttime AS start, stoptime AS "end",
            NULL AS days_supply, '' AS codes, drug AS name, dose_val_rx AS dose,
            dose_unit_rx AS dose_unit, route, 'prescriptions:' || file_row AS source_row
            FROM prescriptions"""
        )
    if "diagnoses_icd" in found and "admissions" in found:
        diagnoses.append(
            """SELECT d.subject_id AS patient_id, a.dischtime AS date,
            'ICD-' || d.icd_version || '-CM:' || d.icd_code AS codes, NULL AS name,
            'inpatient' AS setting, 'diagnoses_icd:' || d.file_row AS source_row
            FROM diagnoses_icd d LEFT JOIN admissions a USING (hadm_id)"""
        )
    if "procedures_icd" in found:
        procedures.append(
            """SELECT subject_id AS patient_id, chartdate AS date,
            'ICD-' || icd_version || '-PCS:' || icd_code AS codes, NULL AS name,
            'inpatient' AS setting, 'procedures_icd:' || file_row AS source_row
            FROM procedures_icd"""
        )
    if "admissions" in found:
        visits.append(
            """SELECT subject_id AS patient_id, admittime AS start, dischtime AS "end",
            'inpatient' AS kind, 'admissions:' || hadm_id AS source_row FROM admissions"""
        )
    make_raw_view(con, "exposure", drugs)
    make_raw_view(con, "condition", diagnoses)
    make_raw_view(con, "procedure", procedures)
    make_raw_view(con, "visit", visits)
    make_raw_view(con, "mutation", [])
