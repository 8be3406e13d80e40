"""Hospital files as DuckDB views: CSV (plain or gzip), Parquet, or the tables of a DuckDB file.

Every column is text here: what a cell means is decided later, once, by the readers of results and
dates. Every view has a column `file_row`, the record's number in its file (the header is not one).
"""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENCODINGS = ("utf-8", "gb18030")  # tried in this order; gb18030 includes GBK and GB2312
DELIMITERS = (",", "\t", ";", "|")
_CHUNK = 1 << 20


def quote(name: str) -> str:
    """An SQL identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string in quotes."""
    return "'" + text.replace("'", "''") + "'"


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _chunks(path: Path) -> Iterator[bytes]:
    with _open(path) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(path: Path) -> str:
    """The encoding of a text file: UTF-8 or GB18030, whichever reads all of it.

    Raises:
        SeroclearError: neither does; names the first line that fails.
    """
    for encoding in ENCODINGS:
        if _decodes(path, encoding):
            return encoding
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            for encoding in ENCODINGS:
                try:
                    line.decode(encoding)
                    break
                except UnicodeDecodeError:
                    continue
            else:
                raise SeroclearError(
                    f"{path} line {number} is neither UTF-8 nor GB18030: save the file in one of them."
                )
    raise SeroclearError(
        f"{path} mixes UTF-8 and GB18030 lines: save the whole file in one of them."
    )


def _as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself if it is UTF-8, else a UTF-8 copy in the scratch folder."""
    encoding = encoding_of(path)
    if encoding == "utf-8":
        return path
    copy = scratch / f"{path.name}.utf8.csv"
    decoder = codecs.getincrementaldecoder(encoding)()
    with copy.open("w", encoding="utf-8", newline="") as file:
        for chunk in _chunks(path):
            file.write(decoder.decode(chunk))
        file.write(decoder.decode(b"", final=True))
    return copy


def _header(path: Path) -> tuple[str, str]:
    """(header line, delimiter) of a UTF-8 CSV file."""
    with _open(path) as file:
        line = file.readline().decode("utf-8-sig").strip("\r\n")
    return line, max(DELIMITERS, key=line.count)


def _csv_view(con: DuckDBPyConnection, name: str, path: Path, scratch: Path) -> None:
    if path.stat().st_size == 0:
        raise SeroclearError(f"{path} is empty: not even a header line.")
    readable = _as_utf8(path, scratch)
    header, delimiter = _header(readable)
    if not header.strip():
        raise SeroclearError(f"{path} has no header line.")
    table = quote(name)
    # A line with too many or too few cells must be counted, not end the load.
    con.execute(
        f"CREATE TABLE {table} AS SELECT *, row_number() OVER () AS file_row FROM read_csv("
        f"{literal(str(readable))}, all_varchar=true, header=true, delim={literal(delimiter)}, "
        f"quote='\"', escape='\"', store_rejects=true, rejects_table={literal('bad_' + name)}, "
        f"rejects_scan={literal('scan_' + name)}, rejects_limit=0, null_padding=false)"
    )
    con.execute(
        f"CREATE OR REPLACE TABLE {quote('malformed_' + name)} AS "
        f"SELECT DISTINCT line FROM {quote('bad_' + name)}"
    )


def _parquet_view(con: DuckDBPyConnection, name: str, pattern: str) -> None:
    con.execute(
        f"CREATE VIEW {quote(name)} AS SELECT COLUMNS(* EXCLUDE (file_row_number))::VARCHAR, "
        f"file_row_number + 1 AS file_row FROM read_parquet({literal(pattern)}, file_row_number=true)"
    )


def attach_file(con: DuckDBPyConnection, name: str, path: Path, scratch: Path) -> None:
    """Makes the view `name` of one file or of a folder of Parquet parts.

    Raises:
        SeroclearError: the file cannot be read as what its ending says.
    """
    import duckdb

    try:
        if path.is_dir():
            _parquet_view(con, name, str(path / "*.parquet"))
        elif path.suffix == ".parquet":
            _parquet_view(con, name, str(path))
        else:
            _csv_view(con, name, path, scratch)
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise SeroclearError(f"{path} cannot be read: {first_line}") from None


def malformed_lines(con: DuckDBPyConnection, name: str) -> list[int]:
    """Line numbers of a CSV that have the wrong number of cells (none for other files)."""
    table = f"malformed_{name}"
    known = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone()
    if not known:
        return []
    return [row[0] for row in con.execute(f"SELECT line FROM {quote(table)} ORDER BY 1").fetchall()]


def columns_of(con: DuckDBPyConnection, name: str) -> list[str]:
    """Column names of a view, as the file spells them."""
    return [row[0] for row in con.execute(f"DESCRIBE {quote(name)}").fetchall()]


def require_columns(con: DuckDBPyConnection, name: str, wanted: Sequence[str], where: str) -> None:
    """Raises SeroclearError, naming the nearest column, when one that is needed is not there."""
    import difflib

    have = [column for column in columns_of(con, name) if column != "file_row"]
    for column in wanted:
        if column not in have:
            close = difflib.get_close_matches(column, have, n=1)
            hint = f"; did you mean {close[0]!r}" if close else ""
            raise SeroclearError(
                f"{where}: there is no column {column!r}{hint}. It has: {', '.join(have)}."
            )
