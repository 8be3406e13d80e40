"""Engines beside DuckDB, started for the tests and gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seroclear.engine import Engine
from seroclear.engines.duckdb import DuckDB

DUCKDB = "duckdb"
# Tests of one group run in one process, so that a server is started once.
POSTGRES = pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))
SPARK = pytest.param("spark", marks=pytest.mark.xdist_group("spark"))
ENGINES = (DUCKDB, POSTGRES, SPARK)
PROGRAMS = Path("/usr/lib/postgresql")  # where Debian installs them
SUPERUSER = "seroclear"
INITIALLY = ("-A", "trust", "--locale=C", "-E", "UTF8", "--no-sync")
RUNNING = (
    *("-c", "listen_addresses="),  # reached by its socket alone
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
)
# For few rows: compiling queries and planning them anew takes longer than running them.
FEW_ROWS = (
    "--conf 'spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m'"
    " --conf spark.sql.adaptive.enabled=false"
    " --conf spark.sql.codegen.wholeStage=false"
    " --conf spark.sql.codegen.factoryMode=NO_CODEGEN"
    " --conf spark.sql.maxPlanStringLength=0"
    " pyspark-shell"
)


@contextmanager
def started(name: str) -> Iterator[Engine]:
    """An engine by name; the test is skipped, and says so, where it is not installed."""
    if name == "postgres":
        with database() as address:
            from seroclear.engines.postgres import Postgres

            with Postgres(address) as engine:
                yield engine
    elif name == "spark":
        pytest.importorskip("pyspark", reason="NOT TESTED on Spark: pyspark is not installed")
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            pytest.skip("NOT TESTED on Spark: there is no Java")
        from seroclear.engines.spark import Spark

        with Spark("local[2]") as engine:
            yield engine
    else:
        with DuckDB(threads=2) as engine:
            yield engine


@contextmanager
def database() -> Iterator[str]:
    """The address of a new PostgreSQL database that sorts its texts as the English do, so that an
    order by bytes has to be asked for."""
    psycopg = pytest.importorskip(
        "psycopg", reason="NOT TESTED on PostgreSQL: psycopg is not installed"
    )
    found = sorted(PROGRAMS.glob("*/bin/initdb"))
    if not found:
        pytest.skip(f"NOT TESTED on PostgreSQL: no server in {PROGRAMS} (apt: postgresql)")
    programs = found[-1].parent
    # A server does not run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: it holds the socket
    try:
        if user:
            shutil.chown(folder, user)
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", SUPERUSER, *INITIALLY],
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *RUNNING],
            user=user,
            cwd=folder,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"postgresql://{SUPERUSER}@/{{}}?host={folder}"
            with _connected(psycopg, address.format("postgres"), server) as connection:
                connection.execute(
                    "CREATE DATABASE english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'"
                )
            yield address.format("english")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _connected(psycopg, address, server):  # type: ignore[no-untyped-def]
    """A connection as soon as the server answers."""
    for _ in range(300):
        assert server.poll() is None, "the PostgreSQL server stopped"
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the PostgreSQL server does not answer")
