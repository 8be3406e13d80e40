"""OMOP CDM 5.3 and 5.4: a folder of Parquet or CSV files, or a DuckDB file.

Operators and standard concepts are checked against the text the laboratory wrote: where
`value_source_value` can be read it is what counts, because mappings lose comparators and swap them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seroclear.errors import SeroclearError
from seroclear.records.sources import Source
from seroclear.records.sources.omop_views import Reader
from seroclear.records.tabular import (
    attach_file,
    columns_of,
    literal,
    malformed_lines,
    quote,
    require_columns,
    typed_view,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDED = {
    "person": ("person_id", "gender_concept_id", "year_of_birth"),
    "measurement": ("measurement_id", "person_id", "measurement_concept_id", "measurement_date"),
}
EXTRA = "hbv_mutation"
OPTIONAL = {
    "death": ("person_id", "death_date"),
    "observation_period": (
        "person_id",
        "observation_period_start_date",
        "observation_period_end_date",
    ),
    "fact_relationship": (
        *("domain_concept_id_1", "fact_id_1", "domain_concept_id_2", "fact_id_2"),
        "relationship_concept_id",
    ),
    "visit_occurrence": (
        *("visit_occurrence_id", "person_id", "visit_concept_id"),
        *("visit_start_date", "visit_end_date"),
    ),
    "drug_exposure": (
        *("drug_exposure_id", "person_id", "drug_concept_id"),
        "drug_exposure_start_date",
    ),
    "condition_occurrence": (
        *("condition_occurrence_id", "person_id", "condition_concept_id"),
        "condition_start_date",
    ),
    "procedure_occurrence": (
        *("procedure_occurrence_id", "person_id", "procedure_concept_id"),
        "procedure_date",
    ),
    # What a resistance laboratory reports: OMOP has no place for it, so it lies beside its tables.
    EXTRA: ("person_id", "mutation_date", "gene", "mutation"),
    "concept": ("concept_id", "concept_name", "vocabulary_id", "concept_code"),
    "concept_ancestor": (
        *("ancestor_concept_id", "descendant_concept_id"),
        "min_levels_of_separation",
    ),
}
# OMOP table -> the store table its rows go to
STORE_TABLE = {
    "person": "patient",
    "measurement": "result",
    "drug_exposure": "exposure",
    "condition_occurrence": "condition",
    "procedure_occurrence": "procedure",
    "visit_occurrence": "visit",
    EXTRA: "mutation",
}
ENDINGS = (".parquet", ".csv", ".csv.gz")


def _file(folder: Path, table: str) -> Path | None:
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        if name in {table + ending for ending in ENDINGS}:
            return path
        if path.is_dir() and name == table and any(path.glob("*.parquet")):
            return path
    return None


def recognises(path: Path) -> bool:
    """True for a folder with a person or measurement file, or for a DuckDB file."""
    if path.is_file():
        return path.suffix in (".duckdb", ".db")
    return _file(path, "measurement") is not None or _file(path, "person") is not None


def attach(con: DuckDBPyConnection, path: Path, scratch: Path) -> Source:
    """Makes the raw views of an OMOP CDM.

    Raises:
        SeroclearError: person or measurement is missing, or a column is.
    """
    found = _from_database(con, path) if path.is_file() else _from_folder(con, path, scratch)
    for table in NEEDED:
        if table not in found:
            raise SeroclearError(f"{path}: the OMOP table {table} is missing.")
    foreign = [
        table
        for table, columns in OPTIONAL.items()
        if table in found and not set(columns) & set(columns_of(con, table))
    ]
    for table in foreign:  # a table of that name that is not OMOP's: said in the manifest
        del found[table]
    for table, columns in {**NEEDED, **OPTIONAL}.items():
        if table in found:
            require_columns(con, table, columns, f"{found[table]} (OMOP {table})")
    reader = Reader(con, set(found))
    reader.concepts()
    reader.patients()
    cells = reader.results()
    reader.exposures()
    reader.conditions()
    reader.visits()
    reader.mutations()
    files = sorted({part for file in found.values() for part in _parts(file)})
    return Source(
        kind="OMOP CDM",
        files=tuple(files),
        malformed=tuple(
            (STORE_TABLE.get(table, table), file.name, line)
            for table, file in found.items()
            for line in malformed_lines(con, table)
        ),
        absent=tuple(
            f"{table} (its columns are not OMOP's)" if table in foreign else table
            for table in OPTIONAL
            if table not in found and table != EXTRA
        ),
        cells=cells,
    )


def _parts(file: Path) -> list[Path]:
    return list(file.glob("*.parquet")) if file.is_dir() else [file]


def _from_folder(con: DuckDBPyConnection, folder: Path, scratch: Path) -> dict[str, Path]:
    found = {}
    for table in (*NEEDED, *OPTIONAL):
        file = _file(folder, table)
        if file is not None:
            vocabulary = table in ("concept", "concept_ancestor")
            attach_file(con, f"file_{table}", file, scratch, unquoted_tabs=vocabulary)
            _lower_case_view(con, table, f"file_{table}")
            if table == "measurement":
                _lower_case_view(con, "typed_measurement", typed_view(con, f"file_{table}", file))
            con.execute(
                f"CREATE TABLE {quote('malformed_' + table)} AS SELECT unnest("
                f"{malformed_lines(con, f'file_{table}')}::BIGINT[]) AS line"
            )
            found[table] = file
    return found


def _lower_case_view(con: DuckDBPyConnection, table: str, view: str) -> None:
    cells = ", ".join(f"{quote(name)} AS {quote(name.lower())}" for name in columns_of(con, view))
    con.execute(f"CREATE VIEW {quote(table)} AS SELECT {cells} FROM {quote(view)}")


def _from_database(con: DuckDBPyConnection, file: Path) -> dict[str, Path]:
    import duckdb

    try:
        con.execute(f"ATTACH {literal(str(file))} AS cdm (READ_ONLY)")
    except duckdb.Error as error:
        raise SeroclearError(f"{file} is not a DuckDB file: {str(error).splitlines()[0]}") from None
    found = {}
    tables = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'cdm' "
        "UNION SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'cdm'"
    ).fetchall()
    for schema, name in sorted(tables):
        table = name.lower()
        if table in (*NEEDED, *OPTIONAL) and table not in found:
            con.execute(
                f"CREATE VIEW {quote('file_' + table)} AS SELECT COLUMNS(*)::VARCHAR, "
                f"row_number() OVER () AS file_row FROM cdm.{quote(schema)}.{quote(name)}"
            )
            _lower_case_view(con, table, f"file_{table}")
            if table == "measurement":
                con.execute(
                    f"CREATE VIEW typed_file AS SELECT * FROM cdm.{quote(schema)}.{quote(name)}"
                )
                _lower_case_view(con, "typed_measurement", "typed_file")
            found[table] = file
    return found
