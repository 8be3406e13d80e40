"""Adverse events, withdrawals, and the intercurrent events that the estimands name."""

from __future__ import annotations

from typing import Final

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.orders import OPEN
from seroclear.trial.conduct.queries import ask
from seroclear.trial.conduct.subjects import not_future
from seroclear.trial.database.clinical import (
    adverse_event as adverse_events,
)
from seroclear.trial.database.clinical import (
    dose_order,
    intercurrent_event,
    withdrawal,
)
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

SEVERITIES: Final = ("mild", "moderate", "severe")
RELATED: Final = ("not related", "possibly", "probably", "definitely", "unknown")
OUTCOMES: Final = ("recovered", "recovering", "not recovered", "sequelae", "fatal", "unknown")
FROM: Final = ("treatment", "follow-up", "consent")


@action("adverse_event.record")
def record_adverse_event(
    work: Work,
    subject: str,
    term: str,
    started_on: str,
    *,
    severity: str,
    serious: bool,
    related: str,
    outcome: str,
    ended_on: str | None = None,
) -> str:
    """Records an adverse event in the reporter's words."""
    values = _event(term, severity, related, outcome)
    started = not_future(work, started_on, "the event")
    if ended_on is not None and not_future(work, ended_on, "the event's end") < started:
        raise SeroclearError("the event ended before it started.")
    row = work.add(
        adverse_events,
        prefix="E",
        subject=subject,
        started_on=started,
        ended_on=ended_on,
        serious=serious,
        **values,
    )
    return str(row["id"])


@action("adverse_event.correct")
def correct_adverse_event(work: Work, /, adverse_event: str, **changes: str | bool | None) -> str:
    """Corrects an adverse event, or tells how it went on, with a reason."""
    before = work.row(adverse_events, adverse_event)
    for name in changes:
        if name not in before or name in ("id", "version", "withdrawn", "reason", "subject"):
            raise SeroclearError(f"an adverse event has no {name!r} to correct.")
    after = before | changes
    _event(*(str(after[name]) for name in ("term", "severity", "related", "outcome")))
    work.revise(adverse_events, adverse_event, **changes)
    return adverse_event


@action("withdrawal.record")
def record_withdrawal(work: Work, subject: str, kind: str, on_day: str, why: str) -> str:
    """Somebody leaves the treatment, the follow-up or the trial ('consent'). No dose is ordered
    any more, what was recorded stays, and an order that is open is asked about."""
    if kind not in FROM:
        raise SeroclearError(f"withdrawn from what? One of {', '.join(FROM)}.")
    on = not_future(work, on_day, "the withdrawal")
    row = work.add(withdrawal, prefix="W", subject=subject, kind=kind, on_day=on, why=why)
    for order in work.rows(dose_order, subject=subject):
        if order["state"] in OPEN:
            ask(work, order, "withdrawn", "Withdrawn: cancel this order?", "dose_order")
    return str(row["id"])


@action("intercurrent_event.record")
def record_intercurrent_event(work: Work, subject: str, kind: str, on_day: str) -> str:
    """Records an intercurrent event that an estimand of the protocol names."""
    named = {one.name for estimand in work.protocol.estimands for one in estimand.intercurrent}
    if kind not in named:
        raise SeroclearError(f"no estimand names {kind!r}; known: {', '.join(sorted(named))}.")
    on = not_future(work, on_day, "the event")
    row = work.add(intercurrent_event, prefix="I", subject=subject, kind=kind, on_day=on)
    return str(row["id"])


def _event(term: str, severity: str, related: str, outcome: str) -> dict[str, str]:
    if not term.strip():
        raise SeroclearError("what happened? Name the adverse event.")
    for value, known in ((severity, SEVERITIES), (related, RELATED), (outcome, OUTCOMES)):
        if value not in known:
            raise SeroclearError(f"{value!r} is none of {', '.join(known)}.")
    return {"term": term.strip(), "severity": severity, "related": related, "outcome": outcome}
