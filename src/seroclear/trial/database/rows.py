"""Reading the rows that count: the latest version of each, unless it was withdrawn."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, Table, exists, func, select

Row = dict[str, Any]


def current(table: Table, **where: Any) -> Select[Any]:
    """The latest versions of a table, without those withdrawn, by id."""
    later = table.alias()
    newer = exists().where(later.c.id == table.c.id, later.c.version > table.c.version)
    chosen = select(table).where(~newer, table.c.withdrawn.is_(False))
    for column, value in where.items():
        chosen = chosen.where(table.c[column] == value)
    return chosen.order_by(table.c.id)


def rows(connection: Connection, table: Table, **where: Any) -> list[Row]:
    """Current rows as dictionaries, by id."""
    return [dict(row) for row in connection.execute(current(table, **where)).mappings()]


def row(connection: Connection, table: Table, id: str) -> Row | None:
    """The current version of one row, None where there is none or it was withdrawn."""
    found = connection.execute(current(table, id=id)).mappings().first()
    return dict(found) if found else None


def latest_version(connection: Connection, table: Table, id: str) -> Row | None:
    """The latest version of one row, withdrawn or not."""
    found = connection.execute(
        select(table).where(table.c.id == id).order_by(table.c.version.desc()).limit(1)
    )
    first = found.mappings().first()
    return dict(first) if first else None


def next_id(connection: Connection, table: Table, prefix: str, digits: int = 6) -> str:
    """An id that no row has: the prefix and the next number."""
    alike = table.c.id.startswith(prefix, autoescape=True)
    last = connection.scalar(select(func.max(table.c.id)).where(alike))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{digits}d}"
