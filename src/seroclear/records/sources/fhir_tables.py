"""DuckDB tables of FHIR rows while they are read, and the raw views made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from seroclear.records.sources import RAW, make_raw_view
from seroclear.records.sources.fhir_rows import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH: Final = 20_000  # rows of one table between two inserts
# Beside the columns of the raw view: the running number of the resource, its 'Type/id', when it
# was last updated, why it is refused, and the 'Type/id' of what is joined to it.
OWN: Final = ("seq", "resource", "updated", "reason", "detail", "link")
COLUMNS: Final = {
    **RAW,
    "medication": ("codes", "name", "source_row"),
    "mother": ("patient_id", "source_row"),
    "kin": ("patient_id", "source_row"),
}
REFUSED: Final = ("table", "reason", "detail", "rows", "source_row")


class FhirTables:
    """Takes rows one by one and writes them in batches; a context manager, so that none is left."""

    refused = "fhir_refused"

    def __init__(self, con: DuckDBPyConnection) -> None:
        self.con = con
        self.rows = dict.fromkeys(COLUMNS, 0)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        self._refused: list[tuple[str, str, str, int, str]] = []
        self._seq = 0
        for table, columns in COLUMNS.items():
            cells = ", ".join(f'"{name}" VARCHAR' for name in (*columns, *OWN[1:]))
            con.execute(f"CREATE TABLE fhir_{table} (seq BIGINT, {cells})")

    def __enter__(self) -> FhirTables:
        return self

    def __exit__(self, *_: object) -> None:
        for table in COLUMNS:
            self._write(table)

    def add(self, rows: list[Row], resource: str | None, where: str, updated: str | None) -> None:
        """The rows of one resource, which is named by its 'Type/id' or by where it stands."""
        self._seq += 1
        for row in rows:
            waiting = self._waiting[row.table]
            row.cells["source_row"] = (resource or where) + row.suffix
            reason, detail = row.refused or (None, None)
            own = (self._seq, resource, updated, reason, detail, row.link)
            waiting.append((*own, *map(row.cells.get, COLUMNS[row.table])))
            self.rows[row.table] += 1
            if len(waiting) >= BATCH:
                self._write(row.table)

    def refuse(self, table: str, reason: str, detail: str, where: str, rows: int = 1) -> None:
        """Something that is no row of a raw view."""
        self._refused.append((table, reason, detail, rows, where))

    def _write(self, table: str) -> None:
        waiting = self._waiting[table]
        if not waiting:
            return
        names = (*OWN, *COLUMNS[table])
        types = [pa.int64(), *(pa.string() for _ in names[1:])]
        columns = zip(*waiting, strict=True)
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        self.con.register("incoming", pa.table(arrays, names=list(names)))
        self.con.execute(f"INSERT INTO fhir_{table} BY NAME SELECT * FROM incoming")
        self.con.unregister("incoming")
        waiting.clear()

    def make_views(self) -> None:
        """The raw views of all rows that may be used, and the table `refused` of the others."""
        self._superseded()
        for table in RAW:
            joins, replaced = _JOINS.get(table, ("", ""))
            select = f"""SELECT t.* {replaced} FROM fhir_{table} t {joins}
                WHERE t.reason IS NULL AND t.seq NOT IN (SELECT seq FROM fhir_superseded)"""
            make_raw_view(self.con, table, [select])
        self.con.execute(
            f"""CREATE TABLE {self.refused}
            ("table" VARCHAR, reason VARCHAR, detail VARCHAR, rows BIGINT, source_row VARCHAR)"""
        )
        if self._refused:
            self.con.executemany(
                f"INSERT INTO {self.refused} VALUES (?, ?, ?, ?, ?)", self._refused
            )
        for table in RAW:
            self.con.execute(
                f"""INSERT INTO {self.refused} SELECT '{table}',
                CASE WHEN s.seq IS NULL THEN t.reason ELSE 'another version of one resource' END,
                CASE WHEN s.seq IS NULL THEN t.detail ELSE '' END, 1, t.source_row
                FROM fhir_{table} t LEFT JOIN fhir_superseded s USING (seq)
                WHERE t.reason IS NOT NULL OR s.seq IS NOT NULL"""
            )

    def _superseded(self) -> None:
        """All copies of a resource but the latest; of copies without a time, all but the first."""
        union = " UNION ALL ".join(
            f"SELECT resource, seq, updated FROM fhir_{table} WHERE resource IS NOT NULL"
            for table in COLUMNS
        )
        self.con.execute(
            f"""CREATE TABLE fhir_superseded AS SELECT seq FROM (
            SELECT DISTINCT resource, seq, updated FROM ({union}) WHERE resource IN (
                SELECT resource FROM ({union}) GROUP BY 1 HAVING min(seq) < max(seq)))
            QUALIFY row_number() OVER (PARTITION BY resource
                ORDER BY TRY_CAST(updated AS TIMESTAMPTZ) DESC NULLS LAST, seq) > 1"""
        )


_CURRENT = "seq NOT IN (SELECT seq FROM fhir_superseded)"
_SETTING = (
    f"""LEFT JOIN (SELECT resource AS id, min(kind) AS kind FROM fhir_visit
    WHERE reason IS NULL AND resource IS NOT NULL AND {_CURRENT} GROUP BY 1) v ON v.id = t.link""",
    "REPLACE (v.kind AS setting)",
)
_JOINS: Final = {
    # A child with two mothers has none that is known.
    "patient": (
        f"""LEFT JOIN (SELECT trim(child.patient_id) AS id,
        CASE WHEN count(DISTINCT kin.patient_id) = 1 THEN min(kin.patient_id) END AS mother_id
        FROM (SELECT * FROM fhir_mother WHERE {_CURRENT}) child
        JOIN (SELECT * FROM fhir_kin WHERE {_CURRENT}) kin ON kin.link = child.resource GROUP BY 1)
        m ON m.id = trim(t.patient_id)""",
        "REPLACE (m.mother_id AS mother_id)",
    ),
    "condition": _SETTING,
    "procedure": _SETTING,
    "exposure": (
        f"""LEFT JOIN (SELECT resource AS id, min(codes) AS codes, min(name) AS name
        FROM fhir_medication WHERE resource IS NOT NULL AND {_CURRENT} GROUP BY 1) m
        ON m.id = t.link""",
        """REPLACE (coalesce(nullif(t.codes, ''), m.codes) AS codes,
            coalesce(m.name, t.name) AS name)""",
    ),
}
"""Table -> joins of what a row refers to, and the columns that they give."""
