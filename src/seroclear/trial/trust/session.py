"""Somebody who has signed in: an account, acting in one role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from seroclear.errors import SeroclearError
from seroclear.trial.database import Database, rows
from seroclear.trial.database.canonical import is_text
from seroclear.trial.database.schema import check_schema
from seroclear.trial.database.tables import account as accounts
from seroclear.trial.database.tables import audit, role_grant, trial
from seroclear.trial.trust import passwords
from seroclear.trial.trust.work import Work

# Project's choice: within NIST SP 800-63B's limit of 100 failures.
FAILURES_BEFORE_LOCK_OUT: Final = 5
LOCK_OUT: Final = timedelta(minutes=15)
_ACTION: Final = "sign in"
_REFUSED: Final = "this account, password and role do not belong together."


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. Every action takes one; what it may do is asked at each.

    Attributes:
        reason: why, for the next action; see `because`.
        request: an id that makes a retry safe; see `as_request`.
        client_time: what the user's machine says the time is; only kept, never relied upon.
        key_file: of the randomisation's key, for the roles that need it.
    """

    database: Database
    account: str
    name: str
    role: str
    key_file: Path | None = None
    reason: str | None = None
    request: str | None = None
    client_time: str | None = None

    def because(self, reason: str) -> Session:
        """The same, giving this reason."""
        if not reason.strip() or not is_text(reason):
            raise SeroclearError("a reason is empty, or no text; say why.")
        return replace(self, reason=reason.strip())

    def as_request(self, request: str) -> Session:
        """The same, as this request: sent twice it is done once, and answered alike."""
        if not request.isascii() or not request.isprintable():
            raise SeroclearError("the id of a request is of letters, digits and signs.")
        return replace(self, request=request)


def open_trial(address: str | Path, clock: Callable[[], str] | None = None) -> Database:
    """A trial's database, its schema and triggers checked.

    Raises:
        SeroclearError: there is no trial, or another schema, or a trigger is missing; or a `clock`
            was given for a trial that is no demonstration.
    """
    database = Database(address, clock)
    if not database.is_there:
        raise SeroclearError(f"there is no trial at {_shown(address)}; make one with trial init.")
    with database.read() as connection:
        check_schema(connection)
        if clock is not None and not rows.rows(connection, trial)[0]["demonstration"]:
            raise SeroclearError("only a demonstration may be told the time; leave the clock out.")
    return database


def sign_in(
    database: Database,
    account: str,
    password: str,
    role: str | None = None,
    key_file: Path | None = None,
) -> Session:
    """Signs somebody in; the trail tells of it, and of every failure.

    Args:
        role: in which to act; needed only where the account has several.

    Raises:
        SeroclearError: account, password and role do not belong together (which of them is not
            told), or the account is locked out.
    """
    try:
        with database.write() as connection:
            work = _work(database, connection, account, role or "")
            check_password(work, account, password)
            held = sorted(
                {one["role"] for one in rows.rows(connection, role_grant, account=account)}
            )
            if role is None and len(held) > 1:
                raise SeroclearError(f"in which role? This account has {', '.join(held)}.")
            if not held or (role is not None and role not in held):
                raise SeroclearError(_REFUSED)
            work.role = role or held[0]
            work.tell("account", account)
            work.finish()
            name = str(work.row(accounts, account)["name"])
            return Session(database, account, name, work.role, key_file)
    except SeroclearError as refusal:
        tell_failure(database, account, role or "", _ACTION, refusal)
        raise


def check_password(work: Work, account: str, password: str) -> None:
    """Raises SeroclearError unless it is the password of an active account that is not locked out.

    The failure is for the caller to tell (`tell_failure`): this transaction is lost with it.
    """
    person = rows.row(work.connection, accounts, account)
    if person is None or not person["active"]:
        passwords.waste_time(password)
        raise SeroclearError(_REFUSED)
    if _is_locked_out(work.connection, account, work.at):
        raise SeroclearError(
            f"too many failures: this account is closed for {LOCK_OUT.seconds // 60} minutes."
        )
    if not passwords.is_password(password, person["password"]):
        raise WrongPassword(_REFUSED)


class WrongPassword(SeroclearError):
    """Counts towards the lock-out."""


def tell_failure(
    database: Database, account: str, role: str, action: str, refusal: SeroclearError
) -> None:
    """Tells a failed sign-in or signature in the trail; a name that is no account's is not told,
    since it may be a password typed into the wrong field."""
    with database.write() as connection:
        known = rows.row(connection, accounts, account) is not None
        who = account if known else "(unknown)"
        work = _work(database, connection, who, role, action)
        work.tell("account", who, failure=type(refusal).__name__)
        work.finish("refused")


def _work(
    database: Database, connection: Connection, account: str, role: str, action: str = _ACTION
) -> Work:
    return Work(
        connection=connection,
        account=account,
        role=role,
        sites=frozenset(),
        at=database.now(connection),
        action=action,
    )


def _is_locked_out(connection: Connection, account: str, now: str) -> bool:
    """Whether the last so many attempts failed, the latest of them not long ago."""
    lines = connection.execute(
        select(audit.c.at, audit.c.outcome, audit.c.new, audit.c.action)
        .where(audit.c.entity == "account", audit.c.entity_id == account)
        .where(
            (audit.c.field.is_(None) & (audit.c.action == _ACTION))
            | ((audit.c.field == "failure") & (audit.c.new == WrongPassword.__name__))
            | ((audit.c.field == "password") & (audit.c.outcome == "done"))
        )
        .order_by(audit.c.seq.desc())
        .limit(FAILURES_BEFORE_LOCK_OUT)
    ).all()
    if len(lines) < FAILURES_BEFORE_LOCK_OUT or any(line.outcome == "done" for line in lines):
        return False
    return datetime.fromisoformat(now) - datetime.fromisoformat(lines[0].at) < LOCK_OUT


def _shown(address: str | Path) -> str:
    """An address without what may be a password."""
    return "this address" if "://" in str(address) else str(address)
