"""`seroclear trial event` and `trail`: what happened besides, and who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seroclear.cli.options import JSON, as_text
from seroclear.cli.trial_session import ON, SUBJECT, signed_in, table

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session

_SHOWN = ("seq", "at", "account", "role", "action", "outcome", "entity_id", "field", "old", "new")


@click.group()
def event() -> None:
    """Adverse events, intercurrent events and deviations."""


@event.command("adverse")
@signed_in
@SUBJECT
@click.argument("term")
@ON
@click.option("--ended", metavar="YYYY-MM-DD")
@click.option("--severity", required=True, help="mild, moderate or severe.")
@click.option("--serious/--not-serious", required=True)
@click.option("--related", required=True, help="not related, possibly, probably, definitely ...")
@click.option("--outcome", required=True, help="recovered, recovering, not recovered, fatal ...")
def event_adverse(
    session: Session,
    subject: str,
    term: str,
    on: str,
    ended: str | None,
    severity: str,
    serious: bool,
    related: str,
    outcome: str,
) -> None:
    """Records the adverse event TERM of SUBJECT."""
    from seroclear.trial.conduct.events import record_adverse_event

    click.echo(
        record_adverse_event(
            session,
            subject,
            term,
            on,
            severity=severity,
            serious=serious,
            related=related,
            outcome=outcome,
            ended_on=ended,
        )
    )


@event.command("intercurrent")
@signed_in
@SUBJECT
@click.argument("kind")
@ON
def event_intercurrent(session: Session, subject: str, kind: str, on: str) -> None:
    """Records an intercurrent event that an estimand names, such as antiviral_restart."""
    from seroclear.trial.conduct.events import record_intercurrent_event

    click.echo(record_intercurrent_event(session, subject, kind, on))


@event.command("deviation")
@signed_in
@SUBJECT
@click.argument("kind")
@click.argument("description")
@ON
def event_deviation(session: Session, subject: str, kind: str, description: str, on: str) -> None:
    """Records a deviation from the protocol."""
    from seroclear.trial.conduct.deviations import record_deviation

    click.echo(record_deviation(session, subject, kind, on, description))


@click.command("trail")
@signed_in
@SUBJECT
@click.option("--field", help="Of one field alone.")
@JSON
def trail(session: Session, subject: str, field: str | None, as_json: bool) -> None:
    """The audit trail of SUBJECT: who, when, why, what it was and what it became."""
    from seroclear.trial.trust.trail import trail_of_subject

    rows = trail_of_subject(session, subject, field)
    if as_json:
        click.echo(as_text(rows))
    else:
        table(rows, *_SHOWN)


COMMANDS = (event, trail)
