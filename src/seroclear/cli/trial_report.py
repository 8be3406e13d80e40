"""`seroclear trial report` and `trial demo`: what a trial found, and a whole one to see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli.options import OVERWRITE, PATH, command_line
from seroclear.cli.trial_session import signed_in

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session


@click.command("report")
@signed_in
@click.option("--out", type=PATH, default="trial-report", show_default=True, help="Folder.")
@click.option("--seed", default=1, show_default=True, help="Of the multiple imputation.")
@OVERWRITE
def trial_report(session: Session, out: Path, seed: int, overwrite: bool) -> None:
    """Analyses a locked trial, as its statistician: HTML, Word, CSV and figures."""
    from seroclear.trial.report.report import trial_report as written

    written(session, out, seed=seed, overwrite=overwrite, command=command_line())
    click.echo(f"the report: {(out / 'report.html').resolve()}")


@click.command("demo")
@click.argument("folder", default="trial-demo", type=PATH)
@click.option("--participants", type=click.IntRange(12), help="[default: the protocol's]")
@click.option("--seed", default=1, show_default=True, help="Of everything, the arms included.")
@OVERWRITE
def trial_demo(folder: Path, participants: int | None, seed: int, overwrite: bool) -> None:
    """Runs a whole simulated trial through the functions that staff use, into FOLDER.

    Design, screening of a simulated hospital, enrolment at three sites, doses, adjudication, lock,
    proof and report; index.html there leads to all of it. Under two minutes.
    """
    from seroclear.trial.demonstration.demo import run_trial_demo

    index = run_trial_demo(folder, participants=participants, seed=seed, overwrite=overwrite)
    click.echo(f"the demonstration: {index.resolve()}")


COMMANDS = (trial_report, trial_demo)
