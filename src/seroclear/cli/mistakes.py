"""The user's mistakes and the machine's failures: one sentence and an exit code each."""

from __future__ import annotations

import errno
import sys
from typing import Any

import click

from seroclear.errors import NoPatientsError, SeroclearError

NO_PATIENTS = 3  # exit code of a study whose cohort is empty


class Commands(click.Group):
    """Turns the user's errors into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NoPatientsError as error:
            click.echo(f"seroclear: {error}", err=True)
            ctx.exit(NO_PATIENTS)
        except SeroclearError as error:
            click.echo(f"seroclear: {error}", err=True)
            ctx.exit(1)
        except RuntimeError as error:
            # DuckDB reports Ctrl-C or a signal during a query as 'Query interrupted'.
            if isinstance(error.__cause__, (KeyboardInterrupt, SystemExit)):
                raise error.__cause__ from None
            raise
        except Exception as error:
            sentence = _of_the_machine(error)
            if sentence is None:
                raise
            click.echo(f"seroclear: {sentence}", err=True)
            ctx.exit(1)


def _of_the_machine(error: Exception) -> str | None:
    """One sentence for what the machine, not the program, did wrong: a full disk, little memory."""
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return f"{error.filename or 'a file'} cannot be read or written: {error.strerror}."
    if isinstance(error, UnicodeEncodeError):
        return "a path has characters that this locale cannot tell: set PYTHONUTF8=1 and run again."
    psycopg = sys.modules.get("psycopg")
    if psycopg and isinstance(
        error, psycopg.OperationalError | psycopg.errors.InsufficientPrivilege
    ):
        return (
            "PostgreSQL broke off: the connection was lost, its disk or memory is full, or the "
            f"login may make no temporary tables (SQLSTATE {error.sqlstate})."
        )
    duckdb = sys.modules.get("duckdb")
    if duckdb is None:
        return None
    if isinstance(error, duckdb.OutOfMemoryException):
        return "more memory or disk is needed than was given: raise --memory or free disk space."
    if isinstance(error, duckdb.IOException):  # only its first line: the next may quote a row
        return f"a file cannot be read or written: {str(error).splitlines()[0]}"
    return None
