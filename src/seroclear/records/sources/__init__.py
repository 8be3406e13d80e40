"""Readers of hospital files. Each makes the same raw views, in which every cell is still text.

A reader is a function `attach(con, path, scratch) -> Source`. Its views (all columns VARCHAR):

- raw_patient: patient_id, sex, birth_date, birth_inferred ('true' when only the year is known),
  death_date, mother_id, observed_from, observed_to, source_row
- raw_result: patient_id, taken_at, codes, name, value, fallback, unit, reference, assay, source_row
- raw_exposure: patient_id, start, end, days_supply, codes, name, dose, dose_unit, route, source_row
- raw_condition, raw_procedure: patient_id, date, codes, name, setting, source_row
- raw_visit: patient_id, start, end, kind, source_row
- raw_mutation: patient_id, taken_at, gene, mutation, source_row

`codes` holds candidates as 'SYSTEM:code', separated by spaces, best first; `fallback` is another
text of the same result, read when `value` cannot be. A reader may give the view row_result instead
of raw_result, see `Cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RAW = {
    "patient": (
        "patient_id",
        "sex",
        "birth_date",
        "birth_inferred",
        "death_date",
        "mother_id",
        "observed_from",
        "observed_to",
        "source_row",
    ),
    "result": (
        "patient_id",
        "taken_at",
        "codes",
        "name",
        "value",
        "fallback",
        "unit",
        "reference",
        "assay",
        "source_row",
    ),
    "exposure": (
        "patient_id",
        "start",
        "end",
        "days_supply",
        "codes",
        "name",
        "dose",
        "dose_unit",
        "route",
        "source_row",
    ),
    "condition": ("patient_id", "date", "codes", "name", "setting", "source_row"),
    "procedure": ("patient_id", "date", "codes", "name", "setting", "source_row"),
    "visit": ("patient_id", "start", "end", "kind", "source_row"),
    "mutation": ("patient_id", "taken_at", "gene", "mutation", "source_row"),
}


@dataclass(frozen=True, slots=True)
class Cells:
    """How the texts of a result follow from the cells of its row, which few rows have alone.

    The view row_result has these cells and, as the file types them, person (of whose text the
    patient's id is trimmed), taken (the text of a date) and source_id.

    Attributes:
        columns: the cells that codes, name, value, fallback, unit, reference and assay depend on.
        names: those of them that codes and name depend on.
        texts: a query for cell_id and those seven texts from a relation written as {cells}, which
            has cell_id and the columns.
        source_row: SQL for the name of a source row, of source_id.
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    texts: str
    source_row: str

    def texts_of(self, relation: str) -> str:
        """The query for the texts of a table or of a query in brackets."""
        return self.texts.replace("{cells}", relation)


_TEXTS = ("codes", "name", "value", "fallback", "unit", "reference", "assay")
_RAW_CELLS = Cells(
    columns=_TEXTS,
    names=("codes", "name"),
    texts=f"SELECT cell_id, {', '.join(_TEXTS)} FROM {{cells}}",
    source_row="source_id",
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader found.

    Attributes:
        kind: 'OMOP CDM', 'hospital CSV', 'MIMIC-IV' or 'FHIR R4'.
        files: the files read, for the manifest's hashes.
        date_formats: strptime formats that the hospital declared, or None.
        default_units: test -> unit that the hospital declared for results without one.
        copies_per_iu: HBV DNA factor that the hospital declared for its own assay, or None.
        malformed: (store table, file name, line number) of lines with the wrong number of cells.
        absent: tables the source does not have, in words for the report.
        refused: name of a table (table, reason, detail, rows, source_row) of rows that the reader
            itself refused, which are not in the raw views; '' when there is none.
        cells: where a reader has row_result instead of raw_result.
    """

    kind: str
    files: tuple[Path, ...]
    date_formats: tuple[str, ...] | None = None
    default_units: dict[str, str] = field(default_factory=dict)
    copies_per_iu: float | None = None
    malformed: tuple[tuple[str, str, int], ...] = ()
    absent: tuple[str, ...] = ()
    refused: str = ""
    cells: Cells = _RAW_CELLS


def make_raw_view(con: DuckDBPyConnection, table: str, selects: Sequence[str]) -> None:
    """Makes raw_<table> of SELECTs that give its columns by name; empty when there are none."""
    columns = RAW[table]
    if not selects:
        nothing = ", ".join(f'NULL::VARCHAR AS "{column}"' for column in columns)
        selects = [f"SELECT {nothing} WHERE false"]
    cells = ", ".join(f'{_cell(column)} AS "{column}"' for column in columns)
    body = " UNION ALL ".join(f"SELECT {cells} FROM ({select})" for select in selects)
    con.execute(f"CREATE VIEW raw_{table} AS {body}")
    if table == "result":
        con.execute(
            "CREATE VIEW row_result AS SELECT patient_id AS person, taken_at AS taken, "
            "source_row AS source_id, * FROM raw_result"
        )


def _cell(column: str) -> str:
    # A space around an id is never part of it; a leading zero may be.
    if column in ("patient_id", "mother_id"):
        return f"trim({column}::VARCHAR)"
    return f'"{column}"::VARCHAR'


def attach(con: DuckDBPyConnection, path: Path, scratch: Path) -> Source:
    """Recognises what kind of hospital records lie at `path` and makes their raw views.

    Raises:
        SeroclearError: nothing is there, or nothing that is known.
    """
    from seroclear.records.sources import fhir, hospital_csv, mimic, omop

    if not path.exists():
        raise SeroclearError(f"{path}: no such file or folder; give the folder of the records.")
    try:
        if hospital_csv.recognises(path):
            return hospital_csv.attach(con, path, scratch)
        if mimic.recognises(path):
            return mimic.attach(con, path, scratch)
        if omop.recognises(path):
            return omop.attach(con, path, scratch)
        if fhir.recognises(path):
            return fhir.attach(con, path, scratch)
    except PermissionError as error:
        raise SeroclearError(f"{error.filename} may not be read: ask for access to it.") from None
    raise SeroclearError(
        f"{path} holds no records that seroclear knows: give a folder with hospital.toml (plain "
        "CSV), a folder with hosp/labevents.csv.gz (MIMIC-IV), a folder or DuckDB file with the "
        "OMOP tables person and measurement, or a folder of FHIR R4 files (*.ndjson or Bundles)."
    )
