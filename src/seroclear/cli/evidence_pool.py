"""`seroclear evidence pool`, `curve`, `agents`, `ask`."""

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
@click.option("--own", help="Your own events/persons (or events/person-years), to stand beside.")
@OVERWRITE
def pool(
    studies: Path,
    measure: str,
    out: Path | None,
    tau2: str,
    floor: bool,
    pool_unlike: bool,
    own: str | None,
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
    if own:
        from seroclear.evidence.pool.own import with_own

        found = with_own(found, own)
    from seroclear.evidence.pool.report import sentences, write_pooling

    page = write_pooling(found, studies, folder, command_line(), overwrite)
    for sentence in sentences(found):
        click.echo(sentence)
    click.echo(f"the report: {page.resolve()}")


@click.command()
@click.argument("points", type=PATH)
@click.option("--at-risk", "risk", type=PATH, help="CSV: time, at_risk, if known group, events.")
@click.option(
    "--unit",
    type=click.Choice(["years", "months", "weeks", "days"]),
    required=True,
    help="Of the times in both files.",
)
@click.option("--out", type=PATH, help="Folder of the result [default: POINTS-persons beside it].")
@OVERWRITE
def curve(points: Path, risk: Path | None, unit: str, out: Path | None, overwrite: bool) -> None:
    """Persons behind a printed Kaplan–Meier curve that was digitised (Guyot 2012).

    POINTS is a CSV with the columns time, one of survival, survival_percent, incidence,
    incidence_percent, and group if there are several curves. Says how far what it finds can be
    trusted.
    """
    from seroclear.evidence.curve.points import read_printed
    from seroclear.evidence.curve.reconstruct import rebuild
    from seroclear.evidence.curve.rows import rows
    from seroclear.files import may_replace

    folder = out or points.with_name(f"{points.stem}-persons")
    may_replace(folder, "persons.csv", overwrite)
    found = [rebuild(printed) for printed in read_printed(points, risk, unit)]
    made = rows(found)
    from seroclear.evidence.curve.report import sentences, write_curve

    file = write_curve(found, made, unit, folder, overwrite)
    for sentence in sentences(made, unit):
        click.echo(sentence)
    click.echo(f"the persons: {file.resolve()}")


@click.command()
@click.option("--class", "kind", default="", help="Of one class, such as siRNA.")
@JSON
def agents(kind: str, as_json: bool) -> None:
    """Agents aiming at HBsAg loss: trial, arm, endpoint, loss with limits, source."""
    from dataclasses import asdict

    from seroclear.evidence.catalogue import agents as found
    from seroclear.evidence.catalogue.show import table

    rows = found(kind)
    if as_json:
        click.echo(as_text([{**asdict(row), "loss": row.loss} for row in rows]))
    else:
        click.echo(table(rows))


@click.command()
@click.argument("question")
@click.option("--store", type=PATH, help="Let the studies run on this store answer too.")
@click.option(
    "--most",
    default=10,
    show_default=True,
    type=click.IntRange(1),
    help="Rows of each kind.",
)
@JSON
def ask(question: str, store: Path | None, most: int, as_json: bool) -> None:
    """Rows of the catalogue that answer QUESTION, in English or Chinese, with their sources.

    Exit code 3: nothing in the catalogue fits.
    """
    from seroclear.evidence.ask import ask as asked

    answer = asked(question, store, most)
    if as_json:
        rows = [
            {"score": round(score, 4), "text": row.text, "source": row.citation, "own": row.own}
            for score, row in answer.rows
        ]
        click.echo(as_text({"rows": rows, "unmatched": answer.unmatched}))
    for number, (_, row) in enumerate(() if as_json else answer.rows, start=1):
        click.echo(f"{number}. {'(your own) ' if row.own else ''}{row.text}\n   {row.citation}")
    if answer.unmatched and not as_json:
        click.echo(f"No row holds: {', '.join(answer.unmatched)}.")
    if not answer.rows:
        if not as_json:
            click.echo("Nothing in the catalogue fits this question.")
        raise SystemExit(3)
