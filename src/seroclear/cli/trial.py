"""`seroclear trial`."""

from __future__ import annotations

import click

from seroclear.cli import (
    trial_conduct,
    trial_database,
    trial_doses,
    trial_events,
    trial_people,
    trial_plan,
    trial_report,
    trial_users,
)


@click.group()
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
):
    for command in part.COMMANDS:
        trial.add_command(command)
