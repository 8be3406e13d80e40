"""`seroclear trial`."""

from __future__ import annotations

from pathlib import Path

import click

from seroclear.cli import (
    trial_conduct,
    trial_database,
    trial_doses,
    trial_events,
    trial_people,
    trial_users,
)
from seroclear.cli.options import OVERWRITE, PATH, command_line, write

PROTOCOL = click.option(
    "--protocol",
    default="nct07328711",
    show_default=True,
    help="A protocol that comes with seroclear, or a .toml file.",
)


@click.group()
def trial() -> None:
    """A randomised trial from design to export."""


@trial.command("protocol")
@click.argument("file", default="nct07328711")
@click.option("--html", type=PATH, help="Also write it as a page to this file.")
def trial_protocol(file: str, html: Path | None) -> None:
    """Shows the protocol FILE (a .toml file or a name) and what in it is assumed."""
    from seroclear.trial.protocol import read_protocol
    from seroclear.trial.protocol.show import as_sections, in_words

    found = read_protocol(file)
    click.echo(in_words(found))
    if html is not None:
        from seroclear.trial.documents import page

        number = found.identity.number
        title = f"{number}: {found.identity.title}"
        write(html, page(title, number, as_sections(found)).encode())


@trial.command("design")
@click.option("--out", type=PATH, help="Folder of the report [default: PROTOCOL-design].")
@PROTOCOL
@click.option(
    "--trials",
    default=10_000,
    show_default=True,
    type=click.IntRange(10),
    help="Simulated trials for each truth.",
)
@click.option("--seed", default=1, show_default=True, help="Of the simulation.")
@OVERWRITE
def trial_design(out: Path | None, protocol: str, trials: int, seed: int, overwrite: bool) -> None:
    """Size, power, interim looks, predictability and simulated trials of a protocol.

    The report: an HTML file, a Word file, a CSV of the numbers, figures as SVG and PNG.
    """
    from seroclear.progress import progress_bar
    from seroclear.trial.design.report import design_report, scenarios
    from seroclear.trial.protocol import read_protocol

    found = read_protocol(protocol)
    folder = out or Path(f"{Path(protocol).stem}-design")
    with progress_bar("design", len(scenarios(found)) + 1) as progress:
        design_report(
            found,
            folder,
            trials=trials,
            seed=seed,
            overwrite=overwrite,
            command=command_line(),
            step=progress.step,
        )
    click.echo(f"the report: {(folder / 'report.html').resolve()}")


for part in (trial_database, trial_users, trial_people, trial_conduct, trial_doses, trial_events):
    for command in part.COMMANDS:
        trial.add_command(command)
