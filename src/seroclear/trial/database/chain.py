"""The audit trail's chain: each line's hash covers its content and the hash of the line before.

Whoever changes, drops or reorders a line must change every later hash; whoever does that too, or
cuts off the end, is found by a head (`Head`) that was written down outside the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from seroclear.errors import SeroclearError
from seroclear.trial.database.canonical import canonical, sha256
from seroclear.trial.database.tables import audit

BEGINNING: Final = "0" * 64
_COVERED: Final = tuple(column.name for column in audit.columns if column.name != "hash")


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of the trail at some time: its number and hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def read_head(text: str) -> Head:
    """A head from what `str` gives.

    Raises:
        SeroclearError: it is none.
    """
    seq, _, digest = text.strip().partition(":")
    if not seq.isdigit() or len(digest) != 64:
        raise SeroclearError(f"{text.strip()!r} is no head of an audit trail; give number:hash.")
    return Head(int(seq), digest)


def head(connection: Connection) -> Head:
    """The last line; (0, zeros) before the first."""
    row = connection.execute(
        select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    return Head(row.seq, row.hash) if row else Head(0, BEGINNING)


def append(connection: Connection, lines: Iterable[Mapping[str, Any]]) -> Head:
    """Adds lines to the trail (columns of `audit` but seq, previous and hash); the new head."""
    last = head(connection)
    rows = []
    for line in lines:
        row = {name: line.get(name) for name in _COVERED}
        row |= {"seq": last.seq + 1, "previous": last.hash}
        row["hash"] = digest = hash_of(row)
        last = Head(last.seq + 1, digest)
        rows.append(row)
    if rows:
        connection.execute(insert(audit), rows)
    return last


def hash_of(line: Mapping[str, Any]) -> str:
    """SHA-256 of a line's canonical content, the hash of the line before included."""
    return sha256(canonical({name: line[name] for name in _COVERED}))
