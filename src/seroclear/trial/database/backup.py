"""Backup and restore: every row as text, whatever the database; a restored trial verifies.

The file is gzip of JSON lines: a head that says what there is, then the rows, the table before
them. The key of the randomisation is not in it: whoever keeps the key keeps its copy apart.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select

from seroclear.errors import SeroclearError
from seroclear.trial.database import Database, chain
from seroclear.trial.database.canonical import canonical
from seroclear.trial.database.chain import Head
from seroclear.trial.database.clinical import TABLES
from seroclear.trial.database.schema import HEAD, upgrade
from seroclear.trial.database.tables import lock_event
from seroclear.trial.database.verify import Verified, verify

FORMAT: Final = "seroclear trial backup 1"
# The lock last: once it is there, the triggers let no clinical row in.
_ORDER: Final = (*(table for table in TABLES if table is not lock_event), lock_event)
_BATCH: Final = 1000


def write_backup(connection: Connection, file: Path) -> Head:
    """Writes every row to a new file, for its owner alone; the head that it holds.

    Raises:
        SeroclearError: the file exists or cannot be written.
    """
    head = chain.head(connection)
    counts = {table.name: len(_rows(connection, table)) for table in _ORDER}
    described = {"format": FORMAT, "schema": HEAD, "head": str(head), "rows": counts}
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "wb") as opened,
            gzip.GzipFile("", "wb", fileobj=opened, mtime=0) as packed,
        ):
            packed.write(f"{canonical(described)}\n".encode())
            for table in _ORDER:
                for row in _rows(connection, table):
                    packed.write(f"{canonical([table.name, row])}\n".encode())
    except FileExistsError:
        raise SeroclearError(f"{file} exists already; name a new file.") from None
    except OSError as error:
        raise SeroclearError(f"{file} cannot be written: {error.strerror}.") from None
    return head


def restore(database: Database, file: Path) -> Verified:
    """Makes a trial from a backup in an empty place, whole and verified, or not at all.

    Raises:
        SeroclearError: the file is no backup or is damaged, something is there already, or what
            was restored does not verify.
    """
    if database.is_there:
        raise SeroclearError("there is a trial at this address already; restore to an empty one.")
    lines = _lines(file)
    described = next(lines, None)
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise SeroclearError(f"{file} is no backup of a trial.")
    if described["schema"] != HEAD:
        raise SeroclearError(
            f"{file} has schema {described['schema']} and this program {HEAD}: restore it with the "
            "version that wrote it, then upgrade."
        )
    with database.write() as connection:
        upgrade(connection)
        _insert(connection, lines, described["rows"], file)
        found = verify(connection, [chain.read_head(described["head"])])
        if not found.good:
            raise SeroclearError(f"{file} does not verify ({found.problem}): nothing was restored.")
        line = {"at": database.now(connection), "utc_offset": "+00:00", "outcome": "done"}
        who = {"account": "(operator)", "role": "(operator)", "action": "trial.restore"}
        chain.append(connection, [line | who | {"field": "head", "new": described["head"]}])
    return found


def _insert(
    connection: Connection, lines: Iterator[Any], counts: dict[str, int], file: Path
) -> None:
    tables = {table.name: table for table in _ORDER}
    waiting: list[dict[str, Any]] = []
    current = ""
    read = dict.fromkeys(counts, 0)
    for name, row in lines:
        if waiting and (name != current or len(waiting) == _BATCH):
            connection.execute(insert(tables[current]), waiting)
            waiting = []
        current = name
        read[name] += 1
        waiting.append(row)
    if waiting:
        connection.execute(insert(tables[current]), waiting)
    if read != counts:
        raise SeroclearError(f"{file} is cut off or damaged: nothing was restored.")


def _lines(file: Path) -> Iterator[Any]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as opened:
            for line in opened:
                yield json.loads(line)
    except OSError as error:
        why = error.strerror or "it is damaged"
        raise SeroclearError(f"{file} cannot be read: {why}.") from None
    except (EOFError, ValueError):
        raise SeroclearError(f"{file} is cut off or damaged: nothing was restored.") from None


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    chosen = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(chosen).mappings()]
