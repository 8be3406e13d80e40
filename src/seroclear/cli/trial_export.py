"""`seroclear trial export`: a locked trial in the standards' files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli.options import PATH
from seroclear.cli.trial_session import signed_in

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session


@click.command("export")
@signed_in
@click.option("--out", type=PATH, required=True, metavar="DIR", help="A new or empty folder.")
@click.option("--format", "formats", multiple=True, metavar="NAME", help="Again for more; or all.")
def export(session: Session, out: Path, formats: tuple[str, ...]) -> None:
    """Writes a locked trial to DIR; the trail tells who took it.

    Formats: odm, dataset-json, define, xpt.
    """
    from seroclear.trial.export.write import export_trial

    for file in export_trial(session, out, formats):
        click.echo(str(file))


COMMANDS = (export,)
