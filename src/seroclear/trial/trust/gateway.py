"""The one way in: every action's permission is checked, its rows and its trail are one transaction.

A function under `@action(name)` takes a `Work`; called, it takes a `Session` in its place.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Table, select

from seroclear.errors import SeroclearError
from seroclear.trial.database import clinical, rows
from seroclear.trial.database.canonical import canonical, sha256
from seroclear.trial.database.tables import account, audit, lock_event, role_grant, site
from seroclear.trial.trust.permissions import Rule, permissions
from seroclear.trial.trust.session import Session, WrongPassword
from seroclear.trial.trust.work import Work

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Perform = Callable[[Work], Any]

ACTIONS: Final[dict[str, Callable[..., Any]]] = {}
# Parameters that name a row of a participant: the action happens at that participant's site.
_OF_A_SUBJECT: Final[dict[str, Table]] = {
    "subject": clinical.subject,
    "visit_id": clinical.visit,
    "result": clinical.result,
    "query": clinical.query,
    "order": clinical.dose_order,
    "adverse_event": clinical.adverse_event,
}
_OWN_PASSWORD: Final = "account.password"


class NotPermitted(SeroclearError):
    """The role may not do this, or not here, or not yet."""


class TemporaryPassword(NotPermitted):
    """Nothing may be done with it but choose another."""


def action(
    name: str,
) -> Callable[[Callable[Concatenate[Work, _P], _R]], Callable[Concatenate[Session, _P], _R]]:
    """Makes a function an action that goes through the gateway under this name."""

    def decorate(
        function: Callable[Concatenate[Work, _P], _R],
    ) -> Callable[Concatenate[Session, _P], _R]:
        @functools.wraps(function)
        def perform(session: Session, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            return _perform(session, name, function, args, kwargs)  # type: ignore[no-any-return]

        ACTIONS[name] = perform
        return cast(Callable[Concatenate[Session, _P], _R], perform)

    return decorate


def _perform(
    session: Session,
    name: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> Any:
    rule = permissions().rule(name)
    transaction = session.database.read if rule.kind == "read" else session.database.write
    try:
        with transaction() as connection:
            work = _work(connection, session, name, rule)
            given = inspect.signature(function).bind(work, *args, **kwargs).arguments
            _place(work, rule, given)
            if rule.kind == "read":
                return function(work, *args, **kwargs)
            digest = _digest(name, session, given)
            known = _answered(connection, session.request, digest)
            if known is not None:
                return json.loads(known)
            answer = function(work, *args, **kwargs)
            if session.request and rule.kind == "write":
                work.tell("request", session.request, arguments=digest, answer=canonical(answer))
            work.finish()
            return answer
    except SeroclearError as refusal:
        _tell_refusal(session, name, refusal)
        raise


def _work(connection: Connection, session: Session, name: str, rule: Rule) -> Work:
    """Permission by account, role and lock: asked anew at every action."""
    person = rows.row(connection, account, session.account)
    if person is None or not person["active"]:
        raise NotPermitted("this account is closed.")
    if person["temporary"] and name != _OWN_PASSWORD:
        raise TemporaryPassword("this password is temporary: choose one of your own first.")
    grants = rows.rows(connection, role_grant, account=session.account, role=session.role)
    if not grants:
        raise NotPermitted(f"this account no longer has the role {session.role}.")
    locked = lock_state(connection) != "unlocked"
    if not rule.permits(session.role, locked=locked):
        later = "" if session.role not in rule.after_lock else " before the trial is locked"
        raise NotPermitted(f"the role {session.role} may not do {name!r}{later}.")
    everywhere = any(one["site"] is None for one in grants)
    return Work(
        connection=connection,
        account=session.account,
        role=session.role,
        sites=None if everywhere else frozenset(one["site"] for one in grants),
        at=session.database.now(connection),
        action=name,
        reason=session.reason,
        request=session.request,
        client_time=session.client_time,
        key_file=session.key_file,
        locked=locked,
    )


def _place(work: Work, rule: Rule, given: Mapping[str, Any]) -> None:
    """Sets the site of the action and refuses one that the role does not reach."""
    code = given.get("site")
    for parameter, table in _OF_A_SUBJECT.items():
        if given.get(parameter) is not None:
            row = work.row(table, given[parameter])
            subject = (
                row if table is clinical.subject else work.row(clinical.subject, row["subject"])
            )
            if code is not None and code != subject["site"]:
                raise NotPermitted("these rows belong to different sites.")
            code = subject["site"]
    if code is not None:
        if rule.scope == "site" and work.sites is not None and code not in work.sites:
            # As for a row that is not there: whether it exists elsewhere is not told.
            raise NotPermitted("there is nothing of this name at the sites of this role.")
        found = rows.row(work.connection, site, code)
        work.site = code
        work.utc_offset = found["utc_offset"] if found else work.utc_offset
    elif rule.scope == "site" and rule.kind != "read":
        raise SeroclearError(f"{rule.action!r} needs a subject or a site.")


def lock_state(connection: Connection) -> str:
    """'locked', 'unlock asked' or 'unlocked' (also before the first lock)."""
    events = rows.rows(connection, lock_event)
    return str(events[-1]["state"]) if events else "unlocked"


def _digest(name: str, session: Session, given: Mapping[str, Any]) -> str:
    """Of what was asked, so that one request id cannot stand for two things. No passwords."""
    asked = {
        key: str(value)
        for key, value in given.items()
        if not isinstance(value, Work) and "password" not in key
    }
    return sha256(canonical([name, session.account, session.reason, asked]))


def _answered(connection: Connection, request: str | None, digest: str) -> str | None:
    """The answer that was given to this request before."""
    if request is None:
        return None
    lines = connection.execute(
        select(audit.c.field, audit.c.new).where(
            audit.c.entity == "request", audit.c.entity_id == request, audit.c.outcome == "done"
        )
    )
    known = {line.field: line.new for line in lines}
    if known and known["arguments"] != digest:
        raise SeroclearError("this request id was used for something else; take a new one.")
    return known.get("answer")


def _tell_refusal(session: Session, name: str, refusal: SeroclearError) -> None:
    """What was refused is told in a transaction of its own: that of the action is gone."""
    try:
        with session.database.write() as connection:
            work = Work(
                connection=connection,
                account=session.account,
                role=session.role,
                sites=None,
                at=session.database.now(connection),
                action=name,
                reason=session.reason,
                request=session.request,
                client_time=session.client_time,
            )
            if isinstance(refusal, WrongPassword):
                work.tell("account", session.account, failure=type(refusal).__name__)
            else:
                work.tell("refusal", type(refusal).__name__, why=str(refusal))
            work.finish("refused")
    except SeroclearError:
        pass  # the database cannot be written: the refusal itself is what the user is told
