"""`seroclear trial report` and `seroclear trial demo`: what a trial found, and a whole one to see."""

from __future__ import annotations

from pathlib import Path

import click

from seroclear.cli.options import OVERWRITE, PATH


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


COMMANDS = (trial_demo,)
