"""Creates and upgrades the tables of a trial by migrations, and checks them at opening."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from seroclear.errors import SeroclearError
from seroclear.trial.database.triggers import check_triggers, create_triggers

HEAD: Final = "0001"  # the last migration
_BY_ALEMBIC: Final = "alembic_version"


def upgrade(connection: Connection) -> None:
    """Brings an empty or an older database to the schema of this program, with its triggers."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "seroclear.trial.database:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    create_triggers(connection)


def schema_of(connection: Connection) -> str | None:
    """Name of the last migration that was run, None for a database that holds no trial."""
    if not inspect(connection).has_table(_BY_ALEMBIC):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {_BY_ALEMBIC}"))
    return None if found is None else str(found)


def check_schema(connection: Connection) -> None:
    """Raises SeroclearError where the schema is not this program's or a trigger is not in place."""
    found = schema_of(connection)
    if found is None:
        raise SeroclearError("there is no trial in this database; make one: seroclear trial init.")
    if found != HEAD:
        raise SeroclearError(
            f"the database has schema {found} and this program {HEAD}: run 'seroclear trial "
            "upgrade', or use the program that made it."
        )
    check_triggers(connection)
