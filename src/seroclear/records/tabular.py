"""Hospital files as DuckDB views: CSV (plain or gzip), Parquet, or the tables of a DuckDB file.

Every column is text here: what a cell means is decided later, once, by the readers of results and
dates. Every view has a column `file_row`, the record's number in its file (the header is not one).
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
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
    try:
        with _open(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SeroclearError(
            f"{path} is a damaged or incomplete gzip file: copy it again from its source."
        ) from None
    except OSError as error:
        raise SeroclearError(f"{path} cannot be read: {error.strerror}.") from None


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
        SeroclearError: neither does, or some lines are the one and some the other; names a line.
    """
    if _decodes(path, "utf-8"):
        return "utf-8"
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            if _is_chinese_utf8(line):
                # Read as GB18030 it would turn into other characters without an error.
                raise SeroclearError(
                    f"{path} mixes UTF-8 (line {number}) and another encoding: save the whole file "
                    "as UTF-8."
                )
            try:
                line.decode("gb18030")
            except UnicodeDecodeError:
                raise SeroclearError(
                    f"{path} line {number} is neither UTF-8 nor GB18030: save the file as UTF-8."
                ) from None
    return "gb18030"


def _is_chinese_utf8(line: bytes) -> bool:
    """True for a line that is UTF-8 with Chinese in it, which GB18030 text practically never is."""
    if line.isascii():
        return False
    try:
        return any("\u4e00" <= character <= "\u9fff" for character in line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _one_line_end(path: Path) -> bool:
    """True when every line ends alike, in LF or in CR LF: DuckDB refuses a mixture."""
    lf = cr = both = 0
    last = b""
    for chunk in _chunks(path):
        lf, cr = lf + chunk.count(b"\n"), cr + chunk.count(b"\r")
        both += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
        last = chunk[-1:]
    return cr == both and both in (0, lf)


def _as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself if it is UTF-8 with one kind of line end, else such a copy of it."""
    encoding = encoding_of(path)
    if encoding == "utf-8" and _one_line_end(path):
        return path
    copy = scratch / f"{path.name}.utf8.csv"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    with copy.open("w", encoding="utf-8", newline="") as file:
        for chunk in _chunks(path):
            file.write(decoder.decode(chunk))
        file.write(decoder.decode(b"", final=True))
    return copy


def _header(path: Path, shown: Path) -> tuple[list[str], str]:
    """(column names, delimiter) of a UTF-8 CSV file; errors name the file `shown`."""
    with _open(path) as file:
        line = file.readline().decode("utf-8-sig").strip("\r\n")
    if not line.strip():
        raise SeroclearError(f"{shown} has no header line: its first line must name the columns.")
    delimiter = max(DELIMITERS, key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
    for number, name in enumerate(names):
        if name.lower() in (earlier.lower() for earlier in names[:number]):
            raise SeroclearError(
                f"{shown} has two columns {name!r}: rename one in the header line."
            )
    return [name or f"column {number}" for number, name in enumerate(names, start=1)], delimiter


def _csv_table(
    con: DuckDBPyConnection, name: str, path: Path, scratch: Path, unquoted_tabs: bool
) -> None:
    if path.stat().st_size == 0:
        raise SeroclearError(f"{path} is empty: not even a header line; export it again.")
    readable = _as_utf8(path, scratch)
    header, delimiter = _header(readable, path)
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
    quotes = (
        "quote='', escape=''" if unquoted_tabs and delimiter == "\t" else "quote='\"', escape='\"'"
    )
    # Nothing is left to detection, which can take a line of data for a header or skip lines. A
    # line with too many or too few cells must be counted, not end the load.
    con.execute(
        f"CREATE TABLE {quote(name)} AS SELECT *, row_number() OVER () AS file_row FROM read_csv("
        f"{literal(str(readable))}, auto_detect=false, columns={{{columns}}}, header=true, "
        f"delim={literal(delimiter)}, {quotes}, store_rejects=true, "
        f"rejects_table={literal('bad_' + name)}, rejects_scan={literal('scan_' + name)}, "
        "rejects_limit=0, null_padding=false)"
    )
    con.execute(
        f"CREATE TABLE {quote('malformed_' + name)} AS "
        f"SELECT DISTINCT line FROM {quote('bad_' + name)}"
    )


def _parquet_view(con: DuckDBPyConnection, name: str, pattern: str) -> None:
    con.execute(
        f"CREATE VIEW {quote(name)} AS SELECT COLUMNS(* EXCLUDE (file_row_number))::VARCHAR, "
        f"file_row_number + 1 AS file_row "
        f"FROM read_parquet({literal(pattern)}, file_row_number=true)"
    )


def attach_file(
    con: DuckDBPyConnection, name: str, path: Path, scratch: Path, *, unquoted_tabs: bool = False
) -> None:
    """Makes the view `name` of one file or of a folder of Parquet parts.

    Args:
        unquoted_tabs: in a tab-separated file, quotation marks are plain characters, as in the
            OMOP vocabularies that Athena exports.

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
            _csv_table(con, name, path, scratch, unquoted_tabs)
    except duckdb.Error as error:
        raise SeroclearError(
            f"{path} cannot be read: {str(error).splitlines()[0]}; export it again."
        ) from None


def typed_view(con: DuckDBPyConnection, name: str, path: Path) -> str:
    """The name of a view of a file that `attach_file` has attached, its cells not made text."""
    if not (path.is_dir() or path.suffix == ".parquet"):
        return name
    pattern = str(path / "*.parquet") if path.is_dir() else str(path)
    con.execute(
        f"CREATE VIEW {quote('typed_' + name)} AS SELECT * FROM read_parquet({literal(pattern)})"
    )
    return f"typed_{name}"


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
