"""`seroclear evidence`."""

from __future__ import annotations

import click

from seroclear.cli import evidence_pool


@click.group()
def evidence() -> None:
    """What papers and registries claim: read, checked, pooled."""


for command in (evidence_pool.pool, evidence_pool.curve, evidence_pool.agents, evidence_pool.ask):
    evidence.add_command(command)
