"""The engines by name. An engine's libraries are imported when it is opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.engine import Engine

NAMES = ("duckdb", "spark", "postgres")
DATABASE = "SEROCLEAR_DATABASE"  # environment variable: the PostgreSQL database


def open_engine(
    name: str = "duckdb",
    *,
    memory_limit: str = "3GB",
    database: str | None = None,
    spark_master: str | None = None,
) -> Engine:
    """Opens an engine.

    Args:
        name: one of NAMES.
        memory_limit: of DuckDB, or of a Spark that is started here.
        database: address of the PostgreSQL database; otherwise SEROCLEAR_DATABASE.
        spark_master: such as 'local[2]'; otherwise every core here, or the session of spark-submit.

    Raises:
        SeroclearError: the engine is not known or not installed, an argument is meant for another
            engine, or the database cannot be reached.
    """
    for given, option, meant_for in (
        (database, "--database", "postgres"),
        (spark_master, "--spark-master", "spark"),
    ):
        if given is not None and name != meant_for:
            raise SeroclearError(f"{option} is for --engine {meant_for}; the engine is {name}.")
    if name == "duckdb":
        from seroclear.engines.duckdb import DuckDB

        return DuckDB(memory_limit)
    if name == "spark":
        from seroclear.engines.spark import Spark

        return Spark(spark_master, memory_limit)
    if name == "postgres":
        from seroclear.engines.postgres import Postgres

        database = database or os.environ.get(DATABASE)
        if not database:
            raise SeroclearError(
                "--engine postgres needs a database: give --database or set the environment "
                f"variable {DATABASE}, for example postgresql://user@host/database."
            )
        return Postgres(database)
    raise SeroclearError(f"there is no engine {name!r}; known: {', '.join(NAMES)}.")
