"""A trial's database: an SQLite file, or PostgreSQL where several sites write at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from seroclear.errors import SeroclearError

WAIT_SECONDS: Final = 60  # for another who is writing, before we give up and say so
SYNCHRONOUS = "FULL"  # SQLite: what is recorded outlives a loss of power
_WRITES: Final = "seroclear_writes"
# One writer at a time in a whole trial: PostgreSQL's advisory lock of this number, held to the end
# of the transaction. The audit's chain needs an order, and so does an allocation.
_LOCK: Final = 7328711
_SCHEMES: Final = ("postgresql://", "postgres://")
_CLOCK: Final = {
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    "postgresql": (
        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    ),
}


class Database:
    """Where a trial is kept.

    Args:
        address: the path of an SQLite file, or postgresql://user@host/database.
        clock: says the time instead of the database, as 2026-01-31T08:00:00.000Z; only a trial that
            was made as a demonstration can be opened with one. It does not wait for the disk then.
    """

    def __init__(self, address: str | Path, clock: Callable[[], str] | None = None) -> None:
        self.address = str(address)
        self.clock = clock
        self.engine = _engine(self.address, SYNCHRONOUS if clock is None else "OFF")

    def __repr__(self) -> str:
        return f"Database({self.engine.dialect.name})"

    @property
    def is_there(self) -> bool:
        """Whether there is a trial at the address."""
        if self.engine.dialect.name == "sqlite" and not Path(self.address).is_file():
            return False
        with self.read() as connection:
            return self.engine.dialect.has_table(connection, "audit")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, and no other writer beside it: all of it is kept, or nothing."""
        try:
            with (
                self.engine.connect().execution_options(**{_WRITES: True}) as connection,
                connection.begin(),
            ):
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection
        except OperationalError as error:
            raise SeroclearError(_sentence(error)) from None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees the trial as it was at its beginning."""
        options = (
            {"isolation_level": "REPEATABLE READ"}
            if self.engine.dialect.name == "postgresql"
            else {}
        )
        try:
            with (
                self.engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                yield connection
        except DatabaseError as error:
            if type(error) not in (DatabaseError, OperationalError):  # a mistake of ours
                raise
            raise SeroclearError(_sentence(error)) from None

    def now(self, connection: Connection) -> str:
        """UTC by the database's clock, such as 2026-01-31T08:00:00.000Z."""
        if self.clock is not None:
            return self.clock()
        return str(connection.scalar(text(_CLOCK[connection.dialect.name])))

    def close(self) -> None:
        """Lets go of the connections."""
        self.engine.dispose()


def _engine(address: str, synchronous: str) -> Engine:
    if address.startswith(_SCHEMES):
        _, rest = address.split("://", 1)
        return create_engine(f"postgresql+psycopg://{rest}", hide_parameters=True)
    if "://" in address:
        raise SeroclearError(
            "a trial is kept in an SQLite file or at postgresql://user@host/database; give one."
        )
    engine = create_engine(
        f"sqlite:///{address}", hide_parameters=True, connect_args={"timeout": WAIT_SECONDS}
    )

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, not sqlite3
        connection.execute(f"PRAGMA synchronous = {synchronous}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _sentence(error: DatabaseError) -> str:
    """What went wrong, without the row that it went wrong with."""
    said = str(error.orig).lower()
    if "readonly" in said or "read-only" in said:
        why = "it can only be read: nothing was recorded; mend its permissions and do it again"
    elif "locked" in said or "lock timeout" in said:
        why = f"another has been writing for {WAIT_SECONDS} s: nothing was recorded; do it again"
    elif "unable to open" in said or "connect" in said:
        why = "it cannot be reached: nothing was recorded; follow the procedure for an emergency"
    elif "not a database" in said or "malformed" in said:
        why = "it is damaged, or no database: restore a backup"
    elif "full" in said:
        why = "its disk is full: nothing was recorded; free space and do it again"
    else:
        why = "it broke off: nothing was recorded; do it again"
    return f"the trial's database: {why}."
