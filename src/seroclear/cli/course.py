"""`seroclear course`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from seroclear.cli.options import (
    DEFINITION,
    JSON,
    PATH,
    as_text,
    on_an_engine,
    opened_engine,
    write,
)


@click.group()
def course() -> None:
    """The course of each patient's hepatitis B.

    \b
    One patient in words:    seroclear course show STORE PATIENT
    One patient's timeline:  seroclear course show STORE PATIENT --png patient.png
    Other definitions:       seroclear course definitions
    """


@course.command("build")
@click.argument("store", type=PATH)
@DEFINITION
@on_an_engine
def course_build(store: Path, preset: str, **where: Any) -> None:
    """Derives the courses of everyone in STORE and keeps them there, for studies and `course show`.

    A study needs no such courses: it derives by itself what it asks for of whom it asks.
    """
    from seroclear.course import build as building
    from seroclear.progress import progress_bar
    from seroclear.records.store import Store

    opened = Store.open(store)
    with opened_engine(**where) as engine, progress_bar("Courses", building.STEPS) as progress:
        built = building.build(opened, preset, engine=engine, progress=progress)
    click.echo(f"Courses under '{built.definition.name}': {built.path}")


@course.command("show")
@click.argument("store", type=PATH)
@click.argument("patient")
@DEFINITION
@JSON
@click.option("--svg", type=PATH, help="Draws the timeline to this file; it names no patient.")
@click.option("--png", type=PATH, help="The same as PNG.")
def course_show(
    store: Path, patient: str, preset: str, as_json: bool, svg: Path | None, png: Path | None
) -> None:
    """One PATIENT's course in words: what was true when, then day by day.

    An event (=>) comes with the rows that made it; what did not count (x) with the reason. The rows
    behind every finding are in --json.
    """
    from seroclear.course.course import course_of
    from seroclear.course.explain import explain
    from seroclear.course.explain_words import in_words
    from seroclear.records.store import Store

    opened = course_of(Store.open(store), preset)
    found = explain(opened, patient)
    if svg or png:
        from seroclear.course.timeline import timeline
        from seroclear.report.figures.timeline import draw

        for file, data in zip((svg, png), draw(timeline(opened, patient)), strict=True):
            if file:
                write(file, data)
    click.echo(as_text(found.to_dict()) if as_json else in_words(found))


@course.command("definitions")
def course_definitions() -> None:
    """The definitions that come with seroclear, for --definition.

    A definition of your own is a TOML file with `base = "default"` and the parameters that differ.
    """
    from seroclear.course.definition import definition, presets

    for name in presets():
        click.echo(f"{name:<24}{definition(name).summary}")
