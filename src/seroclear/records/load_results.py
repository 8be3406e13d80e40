"""Laboratory results, by far the largest table: read in three passes that need little memory.

1. `names`: which names there are, and which tests they are.
2. `read_texts`: the distinct cells that a reading depends on; each is read once, in Python.
3. `place_rows`: patient, day and the number of its cells, for each row; one folder a test.

After these `results_of` makes one test's part of the store at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seroclear.records import load_texts
from seroclear.records.load_tables import date_problem
from seroclear.records.sources import Source
from seroclear.records.tables import REJECTED
from seroclear.records.tabular import literal, quote
from seroclear.records.vocabulary import Vocabulary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Columns of a reading that hold one of few words.
_WORDS = (
    *("test", "comparator", "unit", "status", "detection", "assay", "raw_unit", "raw_name"),
    "rule",
)
REJECTED_ROWS = "rejected"  # the place of rows without a patient or a possible day; no test's name


def names(con: DuckDBPyConnection, source: Source, vocabulary: Vocabulary) -> int:
    """Table names_result(name_id, test, defined_unit); rows of unknown names go to `rejected`.

    Returns:
        How many rows there are.
    """
    keys = _columns(source.cells.names)
    con.execute(
        f"CREATE TABLE name_cells AS SELECT hash({keys}) AS cell_id, {keys}, count(*) AS row_count "
        "FROM row_result GROUP BY ALL"
    )
    _assert_one_number_each(con, "name_cells")
    others = [name for name in source.cells.columns if name not in source.cells.names]
    empty = "".join(f", NULL AS {quote(name)}" for name in others)
    texts = source.cells.texts_of(f"(SELECT *{empty} FROM name_cells)")
    con.execute(
        "CREATE TABLE name_texts AS SELECT cell_id, coalesce(codes, '') AS codes, "
        f"coalesce(name, '') AS name, row_count FROM ({texts}) "
        "JOIN (SELECT cell_id, row_count FROM name_cells) USING (cell_id)"
    )
    load_texts.know_names(
        con,
        "result",
        vocabulary,
        "SELECT codes, name, sum(row_count) FROM name_texts GROUP BY 1, 2 ORDER BY 1, 2",
        f"SELECT codes, name, min({source.cells.source_row}) AS first FROM "
        f"(SELECT source_id, hash({keys}) AS cell_id FROM row_result) "
        "JOIN (FROM name_texts SEMI JOIN unknown USING (codes, name)) USING (cell_id) "
        "GROUP BY 1, 2",
    )
    con.execute(
        "CREATE TABLE names_result AS SELECT cell_id AS name_id, meaning[1] AS test, defined_unit "
        "FROM name_texts JOIN known_names USING (codes, name)"
    )
    return load_texts.number(con, "SELECT sum(row_count) FROM name_cells")


def read_texts(con: DuckDBPyConnection, source: Source) -> None:
    """Table cell_readings: what each distinct combination of cells says, or why it is no result."""
    cells = _columns(source.cells.columns)
    con.execute(
        f"CREATE TABLE cells AS SELECT hash({cells}) AS cell_id, test, defined_unit, {cells} "
        f"FROM (SELECT {cells} FROM row_result SEMI JOIN names_result "
        f"ON {_name_id(source)} = name_id GROUP BY ALL) "
        f"JOIN names_result ON {_name_id(source)} = name_id"
    )
    _assert_one_number_each(con, "cells")
    text = ", ".join(load_texts.TEXT)
    con.execute(
        f"CREATE TABLE cell_texts AS SELECT cell_id, name, hash({text}) AS text_id, {text} FROM ("
        "SELECT cell_id, test, defined_unit, t.* EXCLUDE (cell_id, codes) FROM cells "
        f"JOIN ({source.cells.texts_of('cells')}) t USING (cell_id))"
    )
    con.execute("DROP TABLE cells")
    load_texts.map_results(con, source)
    con.execute(
        "CREATE VIEW cell_readings AS SELECT cell_id, c.assay, c.unit AS raw_unit, "
        "c.name AS raw_name, r.* EXCLUDE (text_id) "
        "FROM cell_texts c JOIN readings r USING (text_id)"
    )


def place_rows(con: DuckDBPyConnection, source: Source, folder: Path) -> None:
    """Files of (patient_id, day, source_id, cell_id, problem), in one folder a test."""
    cells = _columns(source.cells.columns)
    # A partition's rows wait in memory until there are this many.
    con.execute("SET partitioned_write_flush_threshold = 131072")
    # Texts are joined by the cells that they are made of: a number is quicker than its digits.
    load_texts.map_dates(
        con,
        source,
        "SELECT taken::VARCHAR AS text FROM (SELECT DISTINCT taken FROM row_result)",
    )
    con.execute(
        "CREATE TABLE days AS SELECT taken, text, day, problem FROM (SELECT taken, taken::VARCHAR "
        "AS text FROM (SELECT DISTINCT taken FROM row_result)) LEFT JOIN dates USING (text)"
    )
    con.execute(
        "CREATE TABLE people AS SELECT person, p.* FROM (SELECT person, trim(person::VARCHAR) "
        "AS id FROM (SELECT DISTINCT person FROM row_result)) "
        "LEFT JOIN patient p ON p.patient_id = id"
    )
    con.execute(
        f"""COPY (SELECT * REPLACE (
            CASE WHEN problem IS NULL THEN place ELSE {literal(REJECTED_ROWS)} END AS place) FROM (
        SELECT p.patient_id, d.day, r.source_id, hash({cells}) AS cell_id,
        {date_problem("d.text")} AS problem, n.test AS place
        FROM row_result r JOIN names_result n ON {_name_id(source)} = n.name_id
        LEFT JOIN people p USING (person) LEFT JOIN days d USING (taken)))
        TO {literal(str(folder))} (FORMAT parquet, PARTITION_BY (place), OVERWRITE_OR_IGNORE)"""
    )


def bytes_of(rows: Path, test: str) -> int:
    """How large the files are that `place_rows` wrote of one test."""
    return sum(file.stat().st_size for file in (rows / f"place={test}").glob("*.parquet"))


def attach_rows(con: DuckDBPyConnection, source: Source, rows: Path) -> None:
    """Views of what `place_rows` wrote: placed_result and, without a text's problem, used_result.

    `place` is the test that a row's name belongs to.
    """
    placed = (
        "SELECT NULL::VARCHAR AS patient_id, NULL::DATE AS day, NULL::VARCHAR AS source_id, "
        "NULL::VARCHAR AS source_row, "
        "NULL::UBIGINT AS cell_id, NULL::VARCHAR AS problem, NULL::VARCHAR AS place WHERE false"
    )
    if any(rows.rglob("*.parquet")):
        files = literal(str(rows / "*" / "*.parquet"))
        placed = (
            f"SELECT *, {source.cells.source_row} AS source_row "
            f"FROM read_parquet({files}, hive_partitioning=true)"
        )
    con.execute(f"CREATE VIEW main.placed_result AS {placed}")
    con.execute(
        "CREATE VIEW main.used_result AS SELECT * FROM placed_result SEMI JOIN "
        "(SELECT cell_id FROM cell_readings WHERE reason IS NULL) USING (cell_id) "
        f"WHERE place <> {literal(REJECTED_ROWS)}"
    )


def reject_unused(con: DuckDBPyConnection) -> None:
    """Into `rejected`: rows without a patient or a possible day, then those nobody can read."""
    con.execute(
        "INSERT INTO rejected SELECT 'result', problem, '', 1, source_row FROM placed_result "
        f"WHERE place = {literal(REJECTED_ROWS)}"
    )
    con.execute(
        "INSERT INTO rejected SELECT 'result', reason, source_test || ': ' || detail, 1, "
        "source_row FROM placed_result JOIN cell_readings USING (cell_id) "
        f"WHERE reason IS NOT NULL AND place <> {literal(REJECTED_ROWS)}"
    )


def tests_found(con: DuckDBPyConnection) -> dict[str, list[str]]:
    """Tests that may have a result -> the tests under whose names it came."""
    rows = con.execute(
        "SELECT test, source_test FROM cell_readings WHERE reason IS NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for test, source_test in rows:
        found.setdefault(test, []).append(source_test)
    return found


def name_words(con: DuckDBPyConnection) -> None:
    """Type word: every word of the readings, so that sorted rows hold numbers in their place."""
    words = " UNION ".join(f"SELECT {column} AS word FROM cell_readings" for column in _WORDS)
    con.execute(f"CREATE TYPE word AS ENUM (SELECT word FROM ({words}) WHERE word IS NOT NULL)")


def results_of(source: Source, test: str, source_tests: list[str]) -> str:
    """A query for table result, one test only, sorted by patient and date."""
    # A text may be read as a sister test (an index given as HBsAg), so rows are chosen by the test
    # they came under: far fewer than all.
    places = ", ".join(literal(name) for name in source_tests)
    short = ", ".join(f"{column}::word AS {column}" for column in _WORDS)
    long = ", ".join(f"{column}::VARCHAR AS {column}" for column in _WORDS)
    return f"""SELECT * EXCLUDE (source_id, cell_id) REPLACE ({long}),
        {source.cells.source_row} AS source_row FROM (
        SELECT c.patient_id, c.day AS taken_at, r.test, r.value, r.value_high, r.comparator,
        r.unit, r.status, r.detection, r.lower_limit, r.upper_limit, r.reference_low,
        r.reference_high, r.assay, r.raw_value, r.raw_unit, r.raw_name, r.rule, c.source_id, cell_id
        FROM (SELECT * FROM placed_result WHERE place IN ({places})) c
        JOIN (SELECT * REPLACE ({short}) FROM cell_readings WHERE test = {literal(test)}) r
        USING (cell_id) ORDER BY c.patient_id, taken_at, c.source_id, cell_id)"""


def _columns(columns: tuple[str, ...]) -> str:
    return ", ".join(quote(name) for name in columns)


def _name_id(source: Source) -> str:
    return f"hash({_columns(source.cells.names)})"


def _assert_one_number_each(con: DuckDBPyConnection, table: str) -> None:
    if load_texts.number(con, f"SELECT count(*) - count(DISTINCT cell_id) FROM {table}"):
        raise AssertionError("two different results have one number")


def rejected_table(con: DuckDBPyConnection) -> None:
    """An empty table `rejected` for one stage."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in REJECTED.items())
    con.execute(f"CREATE TABLE rejected ({columns})")
