"""`seroclear trial export` and `redcap`: a locked trial in the standards' files, and REDCap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli.options import PATH
from seroclear.cli.trial_session import signed_in
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session


@click.command("export")
@signed_in
@click.option("--out", type=PATH, required=True, metavar="DIR", help="A new or empty folder.")
@click.option("--format", "formats", multiple=True, metavar="NAME", help="Again for more; or all.")
def export(session: Session, out: Path, formats: tuple[str, ...]) -> None:
    """Writes a locked trial to DIR; the trail tells who took it.

    Formats: odm, dataset-json, define, xpt, fhir.
    """
    from seroclear.trial.export.write import export_trial

    for file in export_trial(session, out, formats):
        click.echo(str(file))


@click.group()
def redcap() -> None:
    """A REDCap project for the trial, and its exports taken in."""


@redcap.command("project")
@click.option("--protocol", default="nct07328711", show_default=True, help="By name or .toml file.")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="A new or empty folder.")
def redcap_project(protocol: str, out: Path) -> None:
    """Writes the data dictionary, the events and their forms for an empty REDCap project."""
    from seroclear.trial.exchange.redcap_project import project_files
    from seroclear.trial.export.write import require_empty, write
    from seroclear.trial.protocol import read_protocol

    require_empty(out)
    for file in write(project_files(read_protocol(protocol)), out):
        click.echo(str(file))


@redcap.command("import")
@signed_in
@click.argument("site")
@click.argument("file", type=PATH)
@click.option("--rows", type=int, required=True, help="How many rows the sender says there are.")
@click.option("--sha256", required=True, help="Of the file, as the sender says.")
def redcap_import(session: Session, site: str, file: Path, rows: int, sha256: str) -> None:
    """Takes in FILE, a REDCap export of SITE (CSV, raw values): all of it, or nothing."""
    from seroclear.trial.exchange.redcap_import import import_redcap

    try:
        content = file.read_bytes()
    except OSError as error:
        raise SeroclearError(f"{file} cannot be read: {error.strerror}.") from None
    entered = import_redcap(session, site, content, rows, sha256)
    click.echo(", ".join(f"{name} {count}" for name, count in entered.items()))


COMMANDS = (export, redcap)
