"""What a store holds and what was left out: the arithmetic of its rows and its unknown names."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

import duckdb

from seroclear.records.store import Store
from seroclear.records.tabular import literal

WIDTH = 100  # columns of a terminal


@dataclass(frozen=True, slots=True)
class Check:
    """The state of a store.

    Attributes:
        tables: for each table: read, used, rejected.
        tests: for each test: results, patients, quantified, without status or number.
        rejected: (table, reason, rows), most rows first.
        unmapped: (table, name, rows) that the vocabulary does not know, most rows first.
    """

    source: str
    tables: dict[str, dict[str, int]]
    tests: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    unmapped: list[dict[str, Any]]
    unread_fields: dict[str, int]
    absent: list[str]

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def check(store: Store, memory_limit: str = "3GB") -> Check:
    """Counts what is in a store.

    Args:
        store: the records.
        memory_limit: for queries, see Store.session.

    Raises:
        SeroclearError: a table of the store is missing or damaged.
    """
    with store.session(memory_limit) as con:
        return _check(con, store)


def _check(con: duckdb.DuckDBPyConnection, store: Store) -> Check:
    manifest = store.manifest
    return Check(
        source=str(manifest["source"]),
        tables={
            table: {kind: int(manifest[kind][table]) for kind in ("read", "used", "rejected")}
            for table in manifest["read"]
        },
        tests=[row for test in store.tests() for row in _test(con, store, test)],
        rejected=_rows(
            con,
            """SELECT "table", reason, sum(rows)::BIGINT AS rows FROM rejected GROUP BY 1, 2
            ORDER BY 3 DESC, 1, 2""",
        ),
        unmapped=_rows(
            con,
            """SELECT "table", detail AS name, rows FROM rejected
            WHERE reason = 'not in vocabulary' ORDER BY rows DESC, 1, 2""",
        ),
        unread_fields=dict(manifest["unread_fields"]),
        absent=list(manifest["absent"]),
    )


def _test(con: duckdb.DuckDBPyConnection, store: Store, test: str) -> list[dict[str, Any]]:
    """One test at a time: the distinct patients of all tests at once take much memory."""
    return _rows(
        con,
        f"""SELECT test, count(*) AS results, count(DISTINCT patient_id) AS patients,
        count(value) AS numbers, count(status) AS words, string_agg(
        DISTINCT coalesce(raw_unit, 'none'), ', ' ORDER BY coalesce(raw_unit, 'none')) AS units
        FROM read_parquet({literal(str(store.result_file(test)))}) GROUP BY 1""",
    )


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = con.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def in_words(found: Check, most: int = 20) -> str:
    """The check as text for a terminal of WIDTH columns, with the `most` frequent lines a list."""
    lines = [
        f"Records: {found.source}",
        "",
        f"{'table':<12}{'read':>12}{'used':>12}{'rejected':>12}",
    ]
    for table, count in found.tables.items():
        cells = "".join(f"{count[kind]:>12,}" for kind in ("read", "used", "rejected"))
        lines.append(f"{table:<12}{cells}")
    lines += ["", f"{'test':<18}{'results':>10}{'patients':>10}{'numbers':>10}{'words':>10}  units"]
    for test in found.tests:
        cells = "".join(f"{test[key]:>10,}" for key in ("results", "patients", "numbers", "words"))
        lines.append(f"{test['test']:<18}{cells}  {test['units']}")
    lines += _list(
        "Rejected",
        [f"{r['table']}: {r['reason']}" for r in found.rejected],
        [r["rows"] for r in found.rejected],
        most,
    )
    lines += _list(
        "Names the vocabulary does not know (map them with --map)",
        [f"{r['table']}: {r['name']}" for r in found.unmapped],
        [r["rows"] for r in found.unmapped],
        most,
    )
    lines += [
        f"Patients whose {field}: {rows:,} (left unknown)"
        for field, rows in found.unread_fields.items()
    ]
    if found.absent:
        lines.append(f"Not in these records: {', '.join(found.absent)}")
    return "\n".join(_cut(line) for line in lines)


def _cut(line: str) -> str:
    """A line no wider than WIDTH; a Chinese character takes two columns."""
    columns = [2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line]
    if sum(columns) <= WIDTH:
        return line
    kept = sum(1 for end in accumulate(columns) if end < WIDTH)
    return line[:kept] + "…"


def _list(title: str, names: list[str], counts: list[int], most: int) -> list[str]:
    if not names:
        return []
    shown = [f"{count:>12,}  {name}" for name, count in zip(names[:most], counts, strict=False)]
    more = (
        [f"{'':>14}... and {len(names) - most:,} more; --json lists all"]
        if len(names) > most
        else []
    )
    return ["", f"{title}:", *shown, *more]
