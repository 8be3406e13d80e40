"""The titre trigger as a safety function: an order to give a dose, never twice for one result.

Every result of the trigger's marker is assessed, and the assessment says why there is an order or
none. The control arm never gets one. An order ends given, or cancelled by an investigator with a
reason; it never ends by itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.findings import Finding, titre_of
from seroclear.trial.conduct.queries import ask
from seroclear.trial.conduct.subjects import within_reach
from seroclear.trial.database import rows
from seroclear.trial.database.clinical import (
    allocation,
    assessment,
    dose,
    dose_order,
    withdrawal,
)
from seroclear.trial.database.clinical import (
    result as results,
)
from seroclear.trial.database.clinical import (
    subject as subjects,
)
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

OPEN = ("open", "escalated")
ENROLMENT = "enrolment"
FIRST_OWNER = "coordinator"
NEXT_OWNER = "investigator"


def order_at_enrolment(work: Work, allocated: dict[str, Any]) -> None:
    """The first dose, where the arm gets one whatever the titre."""
    trigger = work.protocol.trigger
    if trigger.at_enrolment and allocated["arm"] in trigger.arms:
        _raise_order(work, allocated, ENROLMENT, date.fromisoformat(allocated["randomised_on"]))


def assess(work: Work, row: dict[str, Any]) -> dict[str, Any]:
    """What a result, or its latest correction, means for a dose; {} for another marker."""
    trigger = work.protocol.trigger
    if row["test"] != trigger.marker:
        return {}
    finding: Finding = "unknown" if row["withdrawn"] else titre_of(row, trigger)
    decision, order = _decide(work, row, finding)
    values = {
        "subject": row["subject"],
        "result": row["id"],
        "result_version": row["version"],
        "finding": finding,
        "decision": decision,
        "dose_order": order,
    }
    before = rows.row(work.connection, assessment, row["id"])
    if before is None:
        work.add(assessment, id=row["id"], **values)
    elif any(before[name] != value for name, value in values.items()):
        work.reason = work.reason or "assessed again"
        work.revise(assessment, row["id"], **values)
    return {"finding": finding, "decision": decision, "order": order}


@action("order.list")
def list_orders(work: Work, site: str | None = None, all: bool = False) -> list[dict[str, Any]]:
    """The orders that wait at the sites that the role reaches, the most urgent first."""
    home = {one["id"]: one["site"] for one in work.rows(subjects)}
    today = str(work.today)
    found = [
        one | {"overdue": one["state"] in OPEN and one["due"] < today}
        for one in work.rows(dose_order)
        if within_reach(work, home[one["subject"]], site) and (all or one["state"] in OPEN)
    ]
    return sorted(found, key=lambda one: (one["due"], one["id"]))


@action("order.cancel")
def cancel_order(work: Work, order: str) -> str:
    """Ends an order without a dose: an investigator's decision, with a reason."""
    if work.row(dose_order, order)["state"] not in OPEN:
        raise SeroclearError("this order is not open.")
    row = work.revise(dose_order, order, state="cancelled")
    for waiting in work.rows(assessment, dose_order=order):  # results that it stood for as well
        sample = rows.row(work.connection, results, waiting["result"])
        if sample is not None and sample["id"] != row["cause"]:
            assess(work, sample)
    return order


@action("order.escalate")
def escalate_orders(work: Work, site: str) -> list[str]:
    """Hands the orders whose day of escalation has come to the investigator; run every day."""
    home = {one["id"] for one in work.rows(subjects, site=site)}
    work.reason = work.reason or "not given in time"
    raised = []
    for one in work.rows(dose_order, state="open"):
        if one["subject"] in home and one["escalate_on"] <= str(work.today):
            work.revise(dose_order, one["id"], state="escalated", owner=NEXT_OWNER)
            raised.append(str(one["id"]))
    return raised


def _decide(work: Work, row: dict[str, Any], finding: Finding) -> tuple[str, str | None]:
    """Why there is an order or none, and which."""
    trigger, subject = work.protocol.trigger, row["subject"]
    orders = work.rows(dose_order, subject=subject)
    own = next((one for one in orders if one["cause"] == row["id"]), None)
    if own is not None:
        if finding != "below" and own["state"] in OPEN:
            question = "Its result was corrected and calls for no dose: cancel it, or give it?"
            ask(work, own, "corrected", question, "dose_order")
        return "ordered for this result", str(own["id"])
    if finding != "below":
        return "no dose is called for" if finding == "not below" else "cannot be told", None
    allocated = work.rows(allocation, subject=subject)
    if not allocated:
        return "not randomised", None
    if allocated[0]["arm"] not in trigger.arms:
        return "this arm is not dosed", None
    if work.rows(withdrawal, subject=subject):
        return "withdrawn", None
    taken, start = (
        date.fromisoformat(day) for day in (row["taken_on"], allocated[0]["randomised_on"])
    )
    if taken < start or (taken == start and trigger.at_enrolment):
        return "the dose at enrolment stands for it", None
    if (taken - start).days > trigger.last_day:
        return "after the last day of dosing", None
    waiting = next((one for one in orders if one["state"] in OPEN), None)
    if waiting is not None:
        return "an order is open already", str(waiting["id"])
    given = work.rows(dose, subject=subject)
    if any(one["given_on"] >= row["taken_on"] for one in given):
        return "a dose was given since", None
    if _later_is_not_below(work, row):
        return "a later sample is not below", None
    if len(given) >= trigger.maximum_doses:
        ask(work, row, "cap", f"Below the threshold after {trigger.maximum_doses} doses, the cap.")
        return "the cap of doses is reached", None
    return "ordered", _raise_order(work, allocated[0], row["id"], taken)


def _raise_order(work: Work, allocated: dict[str, Any], cause: str, since: date) -> str:
    """Adds an order, due from the day of its sample on; a late result is due at once."""
    trigger, subject = work.protocol.trigger, allocated["subject"]
    if allocated["arm"] not in trigger.arms:
        raise SeroclearError("no dose is ever ordered in this arm.")  # never reached; never wrong
    given = [date.fromisoformat(one["given_on"]) for one in work.rows(dose, subject=subject)]
    not_before = since
    if given:
        not_before = max(since, max(given) + timedelta(days=trigger.minimum_interval_days))
    due = max(since + timedelta(days=trigger.due_within_days), not_before, work.today)
    grace = trigger.escalate_after_days - trigger.due_within_days
    row = work.add(
        dose_order,
        prefix="O",
        subject=subject,
        cause=cause,
        dose=trigger.dose,
        unit=trigger.dose_unit,
        raised_on=str(work.today),
        not_before=str(not_before),
        due=str(due),
        escalate_on=str(due + timedelta(days=grace)),
        owner=FIRST_OWNER,
        state="open",
    )
    return str(row["id"])


def _later_is_not_below(work: Work, row: dict[str, Any]) -> bool:
    """Whether the latest sample after this one, of the same marker, is not below."""
    later = [
        one
        for one in work.rows(results, subject=row["subject"], test=row["test"])
        if one["taken_on"] > row["taken_on"] and titre_of(one, work.protocol.trigger) != "unknown"
    ]
    if not later:
        return False
    last = max(later, key=lambda one: (one["taken_on"], one["id"]))
    return titre_of(last, work.protocol.trigger) == "not below"
