"""`seroclear study`."""

from __future__ import annotations

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
)


@click.group()
def study() -> None:
    """Studies: list them, read one, run one."""


@study.command("list")
@click.argument("store", type=PATH, required=False)
def study_list(store: Path | None) -> None:
    """The studies that come with seroclear; with STORE, which can run on it and why not."""
    from seroclear.studies import laboratory_names, load_laboratory, load_study, names

    verdicts = _verdicts(store) if store else {}
    width = max(map(len, (*names(), *laboratory_names()))) + 2
    for name in names():
        click.echo(f"{name:<{width}}{load_study(name)[1].question}")
        if name in verdicts:
            click.echo(f"{'':<{width}}{verdicts[name]}")
    for name in laboratory_names():
        click.echo(f"{name:<{width}}{load_laboratory(name)[1].question}")
        click.echo(
            f"{'':<{width}}reads a laboratory's own CSV: seroclear study run {name} FILE.csv"
        )


def _verdicts(store: Path) -> dict[str, str]:
    """Study -> whether the store holds its inputs."""
    from seroclear.records.store import Store
    from seroclear.records.study_inputs import studies

    with Store.open(store).session() as con:
        return {row.level: row.note for row in studies(con) if row.rule == "studies"}


@study.command("show")
@click.argument("name")
def study_show(name: str) -> None:
    """A study's question, criteria and analyses; NAME may be your own .py file."""
    from seroclear.studies import laboratory_names, load_laboratory, load_study
    from seroclear.study.show import in_words, laboratory_in_words

    if name.replace("_", "-") in laboratory_names():
        click.echo(laboratory_in_words(*load_laboratory(name)))
    else:
        click.echo(in_words(*load_study(name)))


@study.command("run")
@click.argument("name")
@click.argument("store", type=PATH)
@click.option("--out", type=PATH, help="Folder of the report [default: STORE/reports/NAME].")
@DEFINITION
@click.option(
    "--threshold",
    default=5,
    show_default=True,
    type=click.IntRange(0),
    help="Counts below it are suppressed with what reveals them; 0 for use inside the hospital.",
)
@OVERWRITE
@on_an_engine
def study_run(
    name: str,
    store: Path,
    out: Path | None,
    preset: str,
    threshold: int,
    overwrite: bool,
    **where: Any,
) -> None:
    """Runs the study NAME (or your own .py file) on STORE and writes its report.

    A study of a laboratory's own file takes that CSV in place of STORE.

    The report: an HTML file, a Word file, a CSV of every number, figures as SVG and PNG.
    Exit code 3: nobody in the store fits the study.
    """
    from seroclear.progress import progress_bar
    from seroclear.records.store import Store
    from seroclear.run import run, steps
    from seroclear.studies import laboratory_names, load_study

    if name.replace("_", "-") in laboratory_names():
        _run_laboratory(name, store, out, threshold, overwrite)
        return
    title, found = load_study(name)
    opened = Store.open(store)
    with opened_engine(**where) as engine, progress_bar(title, steps(found, preset)) as progress:
        outcome = run(
            found,
            title,
            opened,
            out or store / "reports" / title,
            engine=engine,
            preset=preset,
            threshold=threshold,
            overwrite=overwrite,
            command=command_line(),
            progress=progress,
        )
    click.echo(f"{len(outcome.cohort):,} patients; the report: {outcome.report.resolve()}")


def _run_laboratory(
    name: str, file: Path, out: Path | None, threshold: int, overwrite: bool
) -> None:
    from seroclear.run_laboratory import run_laboratory
    from seroclear.studies import load_laboratory

    title, found = load_laboratory(name)
    folder = out or file.parent / "reports" / title
    report = run_laboratory(
        found,
        title,
        file,
        folder,
        threshold=threshold,
        overwrite=overwrite,
        command=command_line(),
    )
    click.echo(f"the report: {report.resolve()}")
