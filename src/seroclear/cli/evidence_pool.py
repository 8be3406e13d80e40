"""`seroclear evidence pool`, `curve`, `agents`, `studies`, `ask`."""

from __future__ import annotations

from pathlib import Path

import click

from seroclear.cli.options import JSON, OVERWRITE, PATH, as_text, command_line

MEASURES = ("proportion", "rate", "or", "rr", "rd", "hr")


@click.command()
@click.argument("studies", type=PATH)
@click.option("--measure", type=click.Choice(MEASURES), required=True, help="What is pooled.")
@click.option("--out", type=PATH, help="Folder of the report [default: pooled-MEASURE beside it].")
@click.option(
    "--tau2",
    type=click.Choice(["REML", "PM", "DL"], case_sensitive=False),
    default="REML",
    show_default=True,
    help="Variance between studies, of the inverse-variance model.",
)
@click.option(
    "--floor", is_flag=True, help="Hartung–Knapp limits never narrower than the usual ones."
)
@click.option("--pool-unlike", is_flag=True, help="Pool what was defined or timed differently.")
@OVERWRITE
def pool(
    studies: Path,
    measure: str,
    out: Path | None,
    tau2: str,
    floor: bool,
    pool_unlike: bool,
    overwrite: bool,
) -> None:
    """Pools the studies of a CSV file and writes a report with plots.

    \b
    Columns, a line for each study or arm:
      study, endpoint, definition, time_weeks   what was counted, how, when
      events, n                                 proportion
      events, person_years                      rate
      events_1, n_1, events_2, n_2              or, rr, rd
      estimate, lower, upper                    hr; or, rr as published
      year, source, quote                       if known
    time_weeks is not asked of rate and hr. An empty cell is "not stated".
    """
    from seroclear.evidence.pool.analysis import pool as pooled
    from seroclear.evidence.pool.measures import measure_of
    from seroclear.evidence.pool.models import Options
    from seroclear.evidence.pool.studies import read_studies
    from seroclear.files import may_replace

    folder = out or studies.parent / f"pooled-{measure}"
    may_replace(folder, "report.html", overwrite)
    asked = measure_of(measure)
    found = pooled(read_studies(studies, asked), asked, Options(tau2.upper(), floor), pool_unlike)
    from seroclear.evidence.pool.report import sentences, write_pooling

    page = write_pooling(found, studies, folder, command_line(), overwrite)
    for sentence in sentences(found):
        click.echo(sentence)
    click.echo(f"the report: {page.resolve()}")
