"""Options that several commands have, and what the commands do with them."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.engines import DATABASE, NAMES, open_engine
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.engine import Engine

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
DEFINITION = click.option(
    "--definition",
    "preset",
    default="default",
    show_default=True,
    help="One of 'seroclear course definitions', or a .toml file.",
)


def on_an_engine(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that `opened_engine` reads."""
    for option in reversed(ENGINE):
        command = option(command)
    return command


def opened_engine(
    engine: str, database: str | None, spark_master: str | None, memory: str
) -> Engine:
    """The engine that these options name."""
    return open_engine(engine, memory_limit=memory, database=database, spark_master=spark_master)


def command_line() -> str:
    """The command as it was given, without the address of a database: it may hold a password."""
    words = ["seroclear", *sys.argv[1:]]
    for number, word in enumerate(words):
        if word.startswith("--database="):
            words[number] = f"--database=${DATABASE}"
        elif words[number - 1] == "--database":
            words[number] = f"${DATABASE}"
    return shlex.join(words)


def write(file: Path, data: bytes) -> None:
    """Writes a file that the user asked for by name."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise SeroclearError(f"{file} cannot be written: {error.strerror}.") from None


def as_text(value: object) -> str:
    """JSON in ASCII: the same on a terminal or pipe of any encoding."""
    return json.dumps(value, indent=2, default=str)
