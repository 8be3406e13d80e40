"""Triggers by which the database itself refuses what no program should ask of it.

- No row of any table is changed or deleted (nor a table emptied), raw SQL included. SQLite's
  INSERT OR REPLACE deletes without telling its delete triggers: a row that is there already is
  refused before it.
- After the lock no row is added to what it closes (`clinical.LOCKED`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Table, UniqueConstraint, text

from seroclear.errors import SeroclearError
from seroclear.trial.database.clinical import LOCKED, TABLES

_NEVER: Final = "seroclear: a row is never changed or deleted"
_LOCKED: Final = "seroclear: the trial is locked"
_LAST_STATE: Final = "(SELECT state FROM lock_event ORDER BY id DESC, version DESC LIMIT 1)"
_FUNCTIONS: Final = {
    "seroclear_never": f"BEGIN RAISE EXCEPTION '{_NEVER}'; END",
    "seroclear_locked": (
        f"BEGIN IF {_LAST_STATE} IN ('locked', 'unlock asked') THEN "
        f"RAISE EXCEPTION '{_LOCKED}'; END IF; RETURN NEW; END"
    ),
}


def create_triggers(connection: Connection) -> None:
    """Creates those that are not there."""
    if connection.dialect.name == "sqlite":
        present = _present_sqlite(connection)
        for name, sql in _sqlite().items():
            if name not in present:
                connection.exec_driver_sql(sql)
        return
    for name, body in _FUNCTIONS.items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
    present_there = _present_postgres(connection)
    for name, (table, sql) in _postgres().items():
        if name not in present_there:
            connection.exec_driver_sql(sql)
            # Also for a replica's session: ALWAYS is not put off by session_replication_role.
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def check_triggers(connection: Connection) -> None:
    """Raises SeroclearError where a trigger is missing, off or not what it was."""
    if connection.dialect.name == "sqlite":
        expected, present = _sqlite(), _present_sqlite(connection)
        wrong = [name for name, sql in expected.items() if present.get(name) != sql]
    else:
        on = _present_postgres(connection)
        wrong = [name for name in _postgres() if name not in on]
        found = connection.execute(
            text("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'seroclear%'")
        )
        bodies = {row.proname: row.prosrc for row in found}
        wrong += [name for name, body in _FUNCTIONS.items() if bodies.get(name) != body]
    if wrong:
        raise SeroclearError(
            f"the database's trigger {sorted(wrong)[0]} is missing, off or altered: rows may have "
            "been changed. Run 'seroclear trial verify', and restore a backup where it fails."
        )


def _sqlite() -> dict[str, str]:
    """Name to SQL."""
    made = {}
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table.name}_no_{verb.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
            )
        name = f"{table.name}_no_replace"
        there = " OR ".join(f"({_same(columns)})" for columns in _keys(table))
        made[name] = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table.name} "
            f"WHEN EXISTS (SELECT 1 FROM {table.name} WHERE {there}) "
            f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
        )
    for table in LOCKED:
        name = f"{table.name}_locked"
        made[name] = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table.name} "
            f"WHEN {_LAST_STATE} IN ('locked', 'unlock asked') "
            f"BEGIN SELECT RAISE(ABORT, '{_LOCKED}'); END"
        )
    return made


def _postgres() -> dict[str, tuple[str, str]]:
    """Name to table and SQL."""
    made = {}
    for table in TABLES:
        name = f"{table.name}_never"
        sql = (
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION seroclear_never()"
        )
        made[name] = (table.name, sql)
    for table in LOCKED:
        name = f"{table.name}_locked"
        sql = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table.name} "
            "FOR EACH ROW EXECUTE FUNCTION seroclear_locked()"
        )
        made[name] = (table.name, sql)
    return made


def _keys(table: Table) -> list[tuple[str, ...]]:
    """The columns of the primary key and of each unique constraint."""
    unique = [
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return [tuple(column.name for column in table.primary_key.columns), *sorted(unique)]


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in columns)


def _present_sqlite(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: row.sql for row in rows}


def _present_postgres(connection: Connection) -> set[str]:
    """Those that fire always, on the table and by the function that they should."""
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname, p.proname, t.tgtype FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE t.tgenabled = 'A' AND t.tgqual IS NULL AND n.nspname = current_schema()"
        )
    )
    kinds = {"never": ("seroclear_never", 58), "locked": ("seroclear_locked", 7)}
    present = set()
    for name, table, function, kind in rows:
        ending = name.removeprefix(f"{table}_")
        if kinds.get(ending) == (function, kind):
            present.add(name)
    return present
