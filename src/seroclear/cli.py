"""The command line: parse, call, print. Everything heavy is imported when its command runs."""

from __future__ import annotations

import errno
import io
import json
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seroclear import __version__
from seroclear.engines import DATABASE, NAMES, open_engine
from seroclear.errors import NoPatientsError, SeroclearError

if TYPE_CHECKING:
    from seroclear.engine import Engine

NO_PATIENTS = 3  # exit code of a study whose cohort is empty
MEMORY = click.option(
    "--memory", default="3GB", show_default=True, help="Memory for queries; the rest goes to disk."
)
OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace what is there.")
PATIENTS = click.option(
    "--patients",
    default=70_000,
    show_default=True,
    type=click.IntRange(100),
    help="How many people.",
)
SEED = click.option("--seed", default=1, show_default=True, help="Another seed, another hospital.")
JSON = click.option("--json", "as_json", is_flag=True, help="For a script.")
PATH = click.Path(path_type=Path)
ENGINE = (
    click.option(
        "--engine",
        type=click.Choice(NAMES),
        default=NAMES[0],
        show_default=True,
        help="Where queries run.",
    ),
    click.option(
        "--database",
        metavar="ADDRESS",
        help=f"For postgres: postgresql://user@host/database [default: ${DATABASE}].",
    ),
    click.option(
        "--spark-master",
        metavar="MASTER",
        help="For spark: such as local[2] [default: a running session, otherwise local[*]].",
    ),
    MEMORY,
)


def on_an_engine(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that `_engine` reads."""
    for option in reversed(ENGINE):
        command = option(command)
    return command


def _engine(engine: str, database: str | None, spark_master: str | None, memory: str) -> Engine:
    return open_engine(engine, memory_limit=memory, database=database, spark_master=spark_master)


class _Commands(click.Group):
    """Turns the user's errors into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NoPatientsError as error:
            click.echo(f"seroclear: {error}", err=True)
            ctx.exit(NO_PATIENTS)
        except SeroclearError as error:
            click.echo(f"seroclear: {error}", err=True)
            ctx.exit(1)
        except RuntimeError as error:
            # DuckDB reports Ctrl-C or a signal during a query as 'Query interrupted'.
            if isinstance(error.__cause__, (KeyboardInterrupt, SystemExit)):
                raise error.__cause__ from None
            raise
        except Exception as error:
            sentence = _of_the_machine(error)
            if sentence is None:
                raise
            click.echo(f"seroclear: {sentence}", err=True)
            ctx.exit(1)


def _of_the_machine(error: Exception) -> str | None:
    """One sentence for what the machine, not the program, did wrong: a full disk, little memory."""
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return f"{error.filename or 'a file'} cannot be read or written: {error.strerror}."
    if isinstance(error, UnicodeEncodeError):
        return "a path has characters that this locale cannot tell: set PYTHONUTF8=1 and run again."
    psycopg = sys.modules.get("psycopg")
    if psycopg and isinstance(
        error, psycopg.OperationalError | psycopg.errors.InsufficientPrivilege
    ):
        return (
            "PostgreSQL broke off: the connection was lost, its disk or memory is full, or the "
            f"login may make no temporary tables (SQLSTATE {error.sqlstate})."
        )
    duckdb = sys.modules.get("duckdb")
    if duckdb is None:
        return None
    if isinstance(error, duckdb.OutOfMemoryException):
        return "more memory or disk is needed than was given: raise --memory or free disk space."
    if isinstance(error, duckdb.IOException):  # only its first line: the next may quote a row
        return f"a file cannot be read or written: {str(error).splitlines()[0]}"
    return None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="seroclear")
def main() -> None:
    """Hospital records in, defensible answers about curing chronic hepatitis B out.

    \b
    Try it:            seroclear demo
    Your own records:  seroclear records load RECORDS STORE
                       seroclear records check STORE
                       seroclear study run durability STORE
    One patient:       seroclear course show STORE PATIENT
    """
    for stream in (sys.stdout, sys.stderr):  # a name in Chinese is no reason to stop
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if threading.current_thread() is threading.main_thread():
        # Ended by a scheduler we still clear away what is half-written.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _command() -> str:
    """The command as it was given, without the address of a database: it may hold a password."""
    words = ["seroclear", *sys.argv[1:]]
    for number, word in enumerate(words):
        if word.startswith("--database="):
            words[number] = f"--database=${DATABASE}"
        elif words[number - 1] == "--database":
            words[number] = f"${DATABASE}"
    return shlex.join(words)


# --- demo and simulate ---------------------------------------------------------------------------


@main.command()
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


@main.group()
def simulate() -> None:
    """A hospital whose truth is known."""


@simulate.command("hospital")
@click.argument("out", type=PATH)
@PATIENTS
@SEED
@click.option(
    "--form", type=click.Choice(["csv", "omop", "fhir"]), default="omop", show_default=True
)
@OVERWRITE
def simulate_hospital(out: Path, patients: int, seed: int, form: str, overwrite: bool) -> None:
    """Writes a simulated hospital to OUT, as OMOP 5.4, FHIR R4 or messy hospital CSV.

    The truth (when each person really lost HBsAg) is in OUT/truth and is never read by a study.
    """
    from seroclear.demo import write_hospital

    write_hospital(out, patients=patients, seed=seed, form=form, overwrite=overwrite)
    click.echo(f"{patients:,} people in {out}; load them with: seroclear records load {out} STORE")


# --- records -------------------------------------------------------------------------------------


@main.group()
def records() -> None:
    """Hospital records in, a store out."""


@records.command("load")
@click.argument("source", type=PATH, metavar="RECORDS")
@click.argument("store", type=PATH)
@click.option(
    "--map", "extra_map", type=PATH, help="CSV (kind,name,meaning,unit) for unknown names."
)
@OVERWRITE
@MEMORY
def records_load(
    source: Path, store: Path, extra_map: Path | None, overwrite: bool, memory: str
) -> None:
    """Reads RECORDS and writes the folder STORE.

    \b
    RECORDS is recognised by what it holds:
      OMOP CDM 5.3/5.4   a folder of Parquet or CSV files, or a DuckDB file
      hospital CSV       a folder with hospital.toml, which names files and columns
      MIMIC-IV           a folder with hosp/*.csv.gz
      FHIR R4            a folder with *.ndjson, *.ndjson.gz or Bundles (*.json), or one such file
    """
    from seroclear.progress import progress_bar
    from seroclear.records import load as loading
    from seroclear.records.check import check, in_words

    with progress_bar("Loading", loading.STEPS) as progress:
        loaded = loading.load(
            source,
            store,
            extra_map=extra_map,
            overwrite=overwrite,
            memory_limit=memory,
            progress=progress,
        )
    click.echo(in_words(check(loaded.store)))


@records.command("check")
@click.argument("store", type=PATH)
@JSON
@click.option("--html", type=PATH, help="Writes a page on the records' quality to this file.")
def records_check(store: Path, as_json: bool, html: Path | None) -> None:
    """What STORE holds, what was rejected and why, which names nobody has mapped, and which
    studies these records have the inputs of.

    The page of --html and the rows 'quality' of --json tell more: units, detection limits,
    implausible numbers, duplicates, testing against ALT, codes against serology. Numbers about
    few persons are hidden in them.
    """
    from seroclear.records.check import WIDTH, check, in_words
    from seroclear.records.quality import quality
    from seroclear.records.quality_page import page
    from seroclear.records.store import Store
    from seroclear.records.study_inputs import verdicts_in_words

    opened = Store.open(store)
    found = check(opened)
    rows = quality(opened)
    if html:
        _write(html, page(rows, found.source).encode("utf-8"))
    if as_json:
        click.echo(_json({**found.to_dict(), "quality": [row.to_dict() for row in rows]}))
    else:
        click.echo(f"{in_words(found)}\n\n{verdicts_in_words(rows, WIDTH)}")


# --- course --------------------------------------------------------------------------------------

DEFINITION = click.option(
    "--definition",
    "preset",
    default="default",
    show_default=True,
    help="One of 'seroclear course definitions', or a .toml file.",
)


@main.group()
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
    """Derives the courses of everyone in STORE (a study does this by itself when needed)."""
    from seroclear.course import build as building
    from seroclear.progress import progress_bar
    from seroclear.records.store import Store

    opened = Store.open(store)
    with _engine(**where) as engine, progress_bar("Courses", building.STEPS) as progress:
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
    from seroclear.course.explain import explain
    from seroclear.course.explain_words import in_words
    from seroclear.course.open import open_course
    from seroclear.records.store import Store

    opened = open_course(Store.open(store), preset)
    found = explain(opened, patient)
    if svg or png:
        from seroclear.course.timeline import timeline
        from seroclear.report.figures.timeline import draw

        for file, data in zip((svg, png), draw(timeline(opened, patient)), strict=True):
            if file:
                _write(file, data)
    click.echo(_json(found.to_dict()) if as_json else in_words(found))


@course.command("definitions")
def course_definitions() -> None:
    """The definitions that come with seroclear, for --definition.

    A definition of your own is a TOML file with `base = "default"` and the parameters that differ.
    """
    from seroclear.course.definition import definition, presets

    for name in presets():
        click.echo(f"{name:<24}{definition(name).summary}")


# --- study ---------------------------------------------------------------------------------------


@main.group()
def study() -> None:
    """Studies: list them, read one, run one."""


@study.command("list")
def study_list() -> None:
    """The studies that come with seroclear."""
    from seroclear.studies import load_study, names

    for name in names():
        click.echo(f"{name:<14}{load_study(name)[1].question}")


@study.command("show")
@click.argument("name")
def study_show(name: str) -> None:
    """A study's question, criteria and analyses; NAME may be your own .py file."""
    from seroclear.studies import load_study
    from seroclear.study.show import in_words

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

    The report: an HTML file, a Word file, a CSV of every number, figures as SVG and PNG.
    Exit code 3: nobody in the store fits the study.
    """
    from seroclear.progress import progress_bar
    from seroclear.records.store import Store
    from seroclear.run import run, steps
    from seroclear.studies import load_study

    title, found = load_study(name)
    opened = Store.open(store)
    with _engine(**where) as engine, progress_bar(title, steps(found, preset)) as progress:
        outcome = run(
            found,
            title,
            opened,
            out or store / "reports" / title,
            engine=engine,
            preset=preset,
            threshold=threshold,
            overwrite=overwrite,
            command=_command(),
            progress=progress,
        )
    click.echo(f"{len(outcome.cohort):,} patients; the report: {outcome.report.resolve()}")


def _write(file: Path, data: bytes) -> None:
    """Writes a file that the user asked for by name."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise SeroclearError(f"{file} cannot be written: {error.strerror}.") from None


def _json(value: object) -> str:
    # ASCII: the same on a terminal or pipe of any encoding.
    return json.dumps(value, indent=2, default=str)


if __name__ == "__main__":
    main()
