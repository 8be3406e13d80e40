"""`seroclear trial protocol`, `design` and `screen`: before the first participant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seroclear.cli.options import (
    DEFINITION,
    OVERWRITE,
    PATH,
    command_line,
    on_an_engine,
    opened_engine,
    write,
)

PROTOCOL = click.option(
    "--protocol",
    default="nct07328711",
    show_default=True,
    help="A protocol that comes with seroclear, or a .toml file.",
)


@click.command("protocol")
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


@click.command("design")
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
    from seroclear.trial.design.masking import HALF_HIDDEN_AT
    from seroclear.trial.design.report import design_report
    from seroclear.trial.design.scenarios import scenarios
    from seroclear.trial.protocol import read_protocol

    found = read_protocol(protocol)
    folder = out or Path(f"{Path(protocol).stem}-design")
    with progress_bar("design", len(scenarios(found)) + len(HALF_HIDDEN_AT) + 1) as progress:
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


@click.command("screen")
@click.argument("store", type=PATH)
@PROTOCOL
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of screening [default: the last day on record].",
)
@click.option(
    "--worklist",
    type=PATH,
    help="Write who may be eligible, with evidence, to this .csv or .html file: it names patients "
    "and stays inside the hospital.",
)
@DEFINITION
@click.option(
    "--threshold",
    default=5,
    show_default=True,
    type=click.IntRange(0),
    help="Counts below it are suppressed with what reveals them; 0 for use inside the hospital.",
)
@on_an_engine
def trial_screen(
    store: Path,
    protocol: str,
    on: datetime | None,
    worklist: Path | None,
    preset: str,
    threshold: int,
    **where: Any,
) -> None:
    """Who in STORE may be eligible: each criterion met, not met or unknown.

    Nothing is met because nothing is on record. Whoever fails no criterion is for a person to
    confirm; the summary shows counts alone. Exit code 3: nobody in the store is a candidate.
    """
    from seroclear.course.course import course_of
    from seroclear.records.store import Store
    from seroclear.trial.protocol import read_protocol
    from seroclear.trial.screening.screen import screen
    from seroclear.trial.screening.summary import in_words, summary
    from seroclear.trial.screening.worklist import check_name, worklist_as

    if worklist is not None:
        check_name(worklist)
    opened, found = Store.open(store), read_protocol(protocol)
    with opened_engine(**where) as engine:
        day = on.date() if on else None
        screened = screen(found, protocol, course_of(opened, preset), engine, day)
    click.echo(in_words(summary(screened), threshold))
    if worklist is not None:
        data = worklist_as(screened, worklist.suffix)
        write(worklist, b"")
        worklist.chmod(0o600)  # before a patient's name is in it
        write(worklist, data)
        click.echo(f"The worklist, which names patients: {worklist.resolve()}")


COMMANDS = (trial_protocol, trial_design, trial_screen)
