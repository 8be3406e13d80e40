"""Options of the commands that act in a trial, and the session that they give."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seroclear.cli.options import PATH
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session

TRIAL = click.argument("trial", metavar="TRIAL")
SUBJECT = click.argument("subject")
ON = click.option("--on", required=True, metavar="YYYY-MM-DD")
SITE = click.option("--site", help="The code of a site.")
_PASSWORD = "SEROCLEAR_PASSWORD"
_OPTIONS = (
    click.option("--as", "account", envvar="SEROCLEAR_ACCOUNT", required=True, help="Who acts."),
    click.option("--role", envvar="SEROCLEAR_ROLE", help="Where the account has several."),
    click.option("--reason", help="Why; a correction needs one."),
    click.option("--request", help="An id that makes sending it twice safe."),
)
KEY = click.option(
    "--key",
    "key_file",
    type=PATH,
    envvar="SEROCLEAR_TRIAL_KEY",
    required=True,
    help="File of the randomisation's key, outside the database.",
)


def signed_in(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the argument TRIAL (a file, or postgresql://...) and who acts in it, as the
    first argument `session`."""

    @functools.wraps(command)
    def run(
        trial: str,
        account: str,
        role: str | None,
        reason: str | None,
        request: str | None,
        **others: Any,
    ) -> None:
        session = _session(trial, account, role, others.get("key_file"))
        if reason:
            session = session.because(reason)
        if request:
            session = session.as_request(request)
        try:
            command(session, **others)
        finally:
            session.database.close()

    decorated: Callable[..., None] = run
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return TRIAL(decorated)


def _session(trial: str, account: str, role: str | None, key_file: Path | None) -> Session:
    from seroclear.trial.trust.session import open_trial, sign_in

    return sign_in(open_trial(trial), account, password(), role, key_file)


def password(prompt: str = "Password") -> str:
    """The password from the environment, or asked for; never an option, which others can read."""
    given = os.environ.get(_PASSWORD)
    if given:
        return given
    if not sys.stdin.isatty():
        raise SeroclearError(f"no password: set {_PASSWORD}, or run this at a terminal.")
    return str(click.prompt(prompt, hide_input=True, err=True))


def new_password(whose: str) -> str:
    """A new password, from SEROCLEAR_NEW_PASSWORD or asked for twice."""
    given = os.environ.get("SEROCLEAR_NEW_PASSWORD")
    if given:
        return given
    if not sys.stdin.isatty():
        raise SeroclearError("no new password: set SEROCLEAR_NEW_PASSWORD, or use a terminal.")
    return str(
        click.prompt(
            f"New password of {whose}", hide_input=True, confirmation_prompt=True, err=True
        )
    )


def table(rows: list[dict[str, Any]], *columns: str) -> None:
    """Prints rows under their columns, one line each."""
    texts = [["" if row[name] is None else str(row[name]) for name in columns] for row in rows]
    widths = [
        max([len(name), *(len(text[at]) for text in texts)]) for at, name in enumerate(columns)
    ]
    for text in ([*columns], *texts):
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(text, widths, strict=True)).rstrip()
        )
    if not rows:
        click.echo("(none)")
