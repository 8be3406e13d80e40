"""The trial's data as one text, so that the same data have the same hash wherever they lie."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from seroclear.trial.database import rows
from seroclear.trial.database.canonical import canonical, sha256
from seroclear.trial.database.clinical import CLINICAL
from seroclear.trial.database.tables import site, trial

# Of the bookkeeping, not of the data.
_LEFT_OUT = ("version", "withdrawn", "reason")


def dataset(connection: Connection) -> str:
    """Canonical JSON of every clinical row that counts, in the order of tables and ids."""
    protocol = rows.rows(connection, trial)[0]
    content: dict[str, Any] = {
        "trial": {name: protocol[name] for name in ("id", "protocol_hash", "demonstration")},
        "site": [_data(one) for one in rows.rows(connection, site)],
    }
    for table in CLINICAL:
        content[table.name] = [_data(one) for one in rows.rows(connection, table)]
    return canonical(content)


def dataset_hash(connection: Connection) -> str:
    """SHA-256 of the dataset."""
    return sha256(dataset(connection))


def _data(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _LEFT_OUT}
