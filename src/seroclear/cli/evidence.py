"""`seroclear evidence`."""

from __future__ import annotations

import click


@click.group()
def evidence() -> None:
    """What papers and registries claim: read, checked, pooled."""
