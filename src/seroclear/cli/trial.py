"""`seroclear trial`."""

from __future__ import annotations

import click

from seroclear.cli import trial_plan


@click.group()
def trial() -> None:
    """A randomised trial from design to export."""


for part in (trial_plan,):
    for command in part.COMMANDS:
        trial.add_command(command)
