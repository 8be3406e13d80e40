"""Reading the rows that count: the latest version of each, unless it was withdrawn."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, exists, func, select

Row = dict[str, Any]


@cache
def current(table: Table, *columns: str) -> Select[Any]:
    """The latest versions of a table, without those withdrawn, by id; `columns` have the values
    that are given under their names when it runs."""
    later = table.alias()
    newer = exists().where(later.c.id == table.c.id, later.c.version > table.c.version)
    chosen = select(table).where(~newer, table.c.withdrawn.is_(False))
    for name in columns:
        chosen = chosen.where(table.c[name] == bindparam(name))
    return chosen.order_by(table.c.id)


def rows(connection: Connection, table: Table, **where: Any) -> list[Row]:
    """Current rows as dictionaries, by id."""
    return [dict(row) for row in connection.execute(current(table, *where), where).mappings()]


def row(connection: Connection, table: Table, id: str) -> Row | None:
    """The current version of one row, None where there is none or it was withdrawn."""
    found = rows(connection, table, id=id)
    return found[0] if found else None


def latest_version(connection: Connection, table: Table, id: str) -> Row | None:
    """The latest version of one row, withdrawn or not."""
    found = connection.execute(
        select(table).where(table.c.id == id).order_by(table.c.version.desc()).limit(1)
    )
    first = found.mappings().first()
    return dict(first) if first else None


def next_id(
    connection: Connection, table: Table, prefix: str, digits: int = 6, **where: Any
) -> str:
    """An id that no row has: the prefix and the next number, among the rows of `where`.

    The ids there all have this prefix and so many digits, so that their order is that of the
    numbers.
    """
    chosen = select(func.max(table.c.id))
    for column, value in where.items():
        chosen = chosen.where(table.c[column] == value)
    last = connection.scalar(chosen)
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{digits}d}"
