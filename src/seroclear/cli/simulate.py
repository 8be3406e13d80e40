"""`seroclear demo` and `seroclear simulate`."""

from __future__ import annotations

from pathlib import Path

import click

from seroclear.cli.options import MEMORY, OVERWRITE, PATH, PATIENTS, SEED


@click.command()
@PATIENTS
@SEED
@click.option("--out", default="demo", show_default=True, type=PATH, help="Folder of the demo.")
@click.option(
    "--form", type=click.Choice(["csv", "omop", "fhir"]), default="csv", show_default=True
)
@MEMORY
def demo(patients: int, seed: int, out: Path, form: str, memory: str) -> None:
    """Simulates a hospital, loads it, derives the courses and runs the durability study."""
    from seroclear.demo import run_demo

    report = run_demo(out, patients=patients, seed=seed, form=form, memory_limit=memory)
    click.echo(f"\nThe report: {report.resolve()}")


@click.group()
def simulate() -> None:
    """A hospital whose truth is known."""


@simulate.command("hospital")
@click.argument("out", type=PATH)
@PATIENTS
@SEED
@click.option(
    "--form", type=click.Choice(["csv", "omop", "fhir"]), default="omop", show_default=True
)
@click.option(
    "--all-phenomena",
    is_flag=True,
    help="What is rare often enough that every study of the library has somebody to study.",
)
@OVERWRITE
def simulate_hospital(
    out: Path, patients: int, seed: int, form: str, all_phenomena: bool, overwrite: bool
) -> None:
    """Writes a simulated hospital to OUT, as OMOP 5.4, FHIR R4 or messy hospital CSV.

    The truth (when each person really lost HBsAg) is in OUT/truth and is never read by a study.
    """
    from seroclear.demo import write_hospital

    write_hospital(
        out,
        patients=patients,
        seed=seed,
        form=form,
        all_phenomena=all_phenomena,
        overwrite=overwrite,
    )
    click.echo(f"{patients:,} people in {out}; load them with: seroclear records load {out} STORE")
