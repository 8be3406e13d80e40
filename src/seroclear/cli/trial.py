"""`seroclear trial`."""

from __future__ import annotations

from typing import Any

import click

from seroclear.cli import (
    trial_conduct,
    trial_database,
    trial_doses,
    trial_events,
    trial_export,
    trial_people,
    trial_plan,
    trial_report,
    trial_serve,
    trial_users,
)
from seroclear.errors import SeroclearError

_LIBRARIES = ("sqlalchemy", "alembic", "psycopg", "fastapi", "starlette", "uvicorn")


class _WithLibraries(click.Group):
    """Says what to install when a library of a trial is missing."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if error.name not in _LIBRARIES:
                raise
            raise SeroclearError(
                f"this needs {error.name}: pip install 'seroclear[trial]'."
            ) from None


@click.group(cls=_WithLibraries)
def trial() -> None:
    """A randomised trial from design to export."""


for part in (
    trial_plan,
    trial_report,
    trial_database,
    trial_users,
    trial_people,
    trial_conduct,
    trial_doses,
    trial_events,
    trial_export,
    trial_serve,
):
    for command in part.COMMANDS:
        trial.add_command(command)
