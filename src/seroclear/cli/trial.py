"""`seroclear trial`."""

from __future__ import annotations

import click


@click.group()
def trial() -> None:
    """A randomised trial from design to export."""
