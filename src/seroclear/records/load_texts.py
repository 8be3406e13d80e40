"""The distinct names, dates and result texts of raw records, each read once in Python.

`know`, `map_dates` and `map_results` make the tables that `load_tables` and `load_results` join:
known_<table> (raw rows whose name is known, with its meaning), dates, texts and readings.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from seroclear.records.dates import BadDate, read_date
from seroclear.records.results import Reading, Rejected, read_result
from seroclear.records.sources import Source
from seroclear.records.vocabulary import Vocabulary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KIND_OF = {"result": "test", "exposure": "drug", "condition": "diagnosis", "procedure": "procedure"}
DATES = {
    "patient": ("birth_date", "death_date", "observed_from", "observed_to"),
    "exposure": ("start", "end"),
    "condition": ("date",),
    "procedure": ("date",),
    "visit": ("start", "end"),
    "mutation": ("taken_at",),
}
# What a result's reading depends on: rows that agree in all of these are read once.
TEXT = ("test", "value", "fallback", "unit", "defined_unit", "assay", "reference")
BATCH = 50_000  # texts read between two inserts


def number(con: DuckDBPyConnection, query: str) -> int:
    """The one whole number that a query gives, 0 for none."""
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def know(con: DuckDBPyConnection, table: str, source: Source, vocabulary: Vocabulary) -> int:
    """Makes known_<table>: the raw rows whose name is known; the others go to `rejected`.

    Makes also table dates of their days. The raw view becomes a table of the stage, as it is read
    several times and its joins are dear.

    Returns:
        How many raw rows there are.
    """
    rows = number(con, f"CREATE TABLE raw_{table} AS SELECT * FROM main.raw_{table}")
    days = (f'SELECT "{column}" AS text FROM raw_{table}' for column in DATES[table])
    map_dates(con, source, " UNION ALL ".join(days))
    if table in KIND_OF:
        names = (
            "SELECT coalesce(codes, '') AS codes, coalesce(name, '') AS name, source_row "
            f"FROM raw_{table}"
        )
        know_names(
            con,
            table,
            vocabulary,
            f"SELECT codes, name, count(*) FROM ({names}) GROUP BY 1, 2 ORDER BY 1, 2",
            f"SELECT codes, name, min(source_row) AS first FROM ({names}) "
            "SEMI JOIN unknown USING (codes, name) GROUP BY 1, 2",
        )
        con.execute(
            f"CREATE VIEW known_{table} AS SELECT r.*, n.* EXCLUDE (codes, name) "
            f"FROM raw_{table} r JOIN known_names n "
            "ON coalesce(r.codes, '') = n.codes AND coalesce(r.name, '') = n.name"
        )
    else:
        con.execute(f"CREATE VIEW known_{table} AS SELECT * FROM raw_{table}")
    return rows


def know_names(
    con: DuckDBPyConnection, table: str, vocabulary: Vocabulary, counted: str, first_rows: str
) -> None:
    """Table known_names: what each name and its codes mean; unknown ones go to `rejected`.

    Args:
        counted: a query for codes, name and the number of their rows.
        first_rows: a query for codes, name and the first row of those in table `unknown`.
    """
    known, unknown = [], []
    for codes, name, count in con.execute(counted).fetchall():
        match = vocabulary.match(KIND_OF[table], codes, name)
        if match is None:
            shown = " ".join(dict.fromkeys(codes.split()))
            label = f"{name} ({shown})" if name and shown else name or shown or "(no name)"
            unknown.append((codes, name, label, count))
            continue
        meaning = match.meaning
        known.append(
            (
                *(codes, name, list(meaning.names), meaning.unit or None),
                *(meaning.licensed_for or None, match.system or None, match.code or None),
            )
        )
    _insert(con, "known_names", _NAMES, known)
    if unknown:
        _insert(con, "labels", _LABELS, unknown)
        con.execute("CREATE VIEW unknown AS SELECT codes, name FROM labels")
        con.execute(
            f"INSERT INTO rejected SELECT '{table}', 'not in vocabulary', label, row_count, first "
            f"FROM labels JOIN ({first_rows}) USING (codes, name)"
        )


_LABELS = pa.schema(
    [(name, pa.string()) for name in ("codes", "name", "label")] + [("row_count", pa.int64())]
)
_NAMES = pa.schema(
    [("codes", pa.string()), ("name", pa.string()), ("meaning", pa.list_(pa.string()))]
    + [(name, pa.string()) for name in ("defined_unit", "licensed_for", "code_system", "code")]
)


def map_dates(con: DuckDBPyConnection, source: Source, days: str) -> None:
    """Table dates(text, day, problem) of every distinct date text that a query gives."""
    distinct = f"SELECT DISTINCT text FROM ({days}) ORDER BY 1"
    texts = [row[0] for row in con.execute(distinct).fetchall()]
    rows = []
    for text in filter(None, texts):
        day = read_date(text, source.date_formats)
        bad = isinstance(day, BadDate)
        rows.append((text, None if bad else day, day.reason if isinstance(day, BadDate) else None))
    schema = pa.schema([("text", pa.string()), ("day", pa.date32()), ("problem", pa.string())])
    _insert(con, "dates", schema, rows)


def map_results(con: DuckDBPyConnection, source: Source) -> None:
    """Table readings: what each distinct text of cell_texts says, or why it cannot be used."""
    con.execute(f"CREATE TABLE texts AS SELECT DISTINCT text_id, {', '.join(TEXT)} FROM cell_texts")
    if number(con, "SELECT count(*) - count(DISTINCT text_id) FROM texts"):
        raise AssertionError("two different result texts have one number")
    _insert(con, "readings", _READINGS, [])
    # A second connection, which knows nothing of this one's search path.
    texts = con.cursor().execute(f"SELECT text_id, {', '.join(TEXT)} FROM stage.texts")
    while batch := texts.fetchmany(BATCH):
        rows: list[tuple[Any, ...]] = []
        for text_id, test, value, fallback, *printed in batch:
            read = _read(source, test, (value, fallback), *printed)
            if isinstance(read, Rejected):
                rows.append((text_id, test, read.reason, read.detail, *_NO_READING))
                continue
            written = fallback if value is None else value
            for one in read:
                rows.append((text_id, test, None, None, written, *_fields(one)))
        _insert(con, "readings", _READINGS, rows)


def _read(
    source: Source,
    test: str,
    texts: tuple[str | None, str | None],
    unit: str | None,
    defined_unit: str | None,
    assay: str | None,
    reference: str | None,
) -> tuple[Reading, ...] | Rejected:
    """The first of two texts that can be read; the reason of the first when none can."""
    rejected = Rejected("no result", "")
    for text in texts:
        if text is None:
            continue
        read = read_result(
            test,
            text,
            unit,
            assay=assay,
            reference=reference,
            default_unit=defined_unit or source.default_units.get(test),
            copies_per_iu=source.copies_per_iu,
        )
        if not isinstance(read, Rejected) or read.reason == "contradictory":
            return read  # a second text cannot settle what the first one disputes
        rejected = read if rejected.reason == "no result" else rejected
    return rejected


_fields = attrgetter(*Reading.__slots__)
_NO_READING = (None,) * (1 + len(Reading.__slots__))
_NUMBERS = ("value", "value_high", "lower_limit", "upper_limit", "reference_low", "reference_high")
_READINGS = pa.schema(
    [("text_id", pa.uint64())]
    + [(name, pa.string()) for name in ("source_test", "reason", "detail", "raw_value")]
    + [(n, pa.float64() if n in _NUMBERS else pa.string()) for n in Reading.__slots__]
)


def _insert(
    con: DuckDBPyConnection, table: str, schema: pa.Schema, rows: list[tuple[Any, ...]]
) -> None:
    """Adds rows to a table, which is made when it is not there."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    con.register("incoming", pa.table(arrays, schema=schema))
    con.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM incoming WHERE false")
    con.execute(f"INSERT INTO {table} SELECT * FROM incoming")
    con.unregister("incoming")
