"""The primary outcome by rule, as a draft that no adjudicator sees.

Sustained seroclearance: no positive result after the day of randomisation up to the end of the
window of the endpoint's visit, and a negative one within that window. Antibody that a dose brought
can bind the antigen and make its assay negative: the draft says how long after the last dose the
negative sample was taken, and whether it may be masked (`Endpoint.passive_days`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.findings import antigen_of
from seroclear.trial.database import rows
from seroclear.trial.database.canonical import canonical
from seroclear.trial.database.clinical import (
    allocation,
    dose,
    endpoint_draft,
    intercurrent_event,
    result,
)
from seroclear.trial.protocol import Protocol
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work


@dataclass(frozen=True, slots=True)
class Draft:
    """One participant's outcome by rule.

    Attributes:
        answer: 'success', 'failure' or 'unknown' (no result that tells in the window).
        why: in words.
        evidence: ids of the results that decide it.
        days_since_dose: from the last dose to the deciding negative sample; None without a dose.
        maybe_masked: whether passive antibody may hide the antigen in that sample; None where no
            negative sample decides.
    """

    answer: Literal["success", "failure", "unknown"]
    why: str
    evidence: tuple[str, ...]
    days_since_dose: int | None = None
    maybe_masked: bool | None = None


def draft_of(
    protocol: Protocol, randomised_on: date, results: list[dict[str, Any]], doses: list[date]
) -> Draft:
    """Reads the outcome from a participant's results of the marker and the days of doses."""
    rule = protocol.endpoint
    first, last = (randomised_on + timedelta(days=day) for day in protocol.endpoint_visit.window)
    timed = sorted(
        (date.fromisoformat(one["taken_on"]), str(one["id"]), antigen_of(one, rule))
        for one in results
    )
    seen = [one for one in timed if randomised_on < one[0] <= last]
    run: list[str] = []
    for _, id, sign in seen:
        if sign == "positive":
            run.append(id)
            if len(run) == rule.positives_for_relapse:
                return Draft("failure", "positive again", tuple(run))
        elif sign == "negative":
            run = []
    inside = [one for one in seen if one[0] >= first]
    negatives = [one for one in inside if one[2] == "negative"]
    if not negatives:
        why = "no result that can be read in the window" if inside else "no result in the window"
        return Draft("unknown", why, tuple(one[1] for one in inside))
    taken, id, _ = negatives[-1]
    before = [given for given in doses if given <= taken]
    days = (taken - max(before)).days if before else None
    masked = days is not None and days <= rule.passive_days
    why = "negative in the window and never positive before it"
    if run:
        return Draft(
            "unknown", "a positive result that was not confirmed", tuple(run), days, masked
        )
    return Draft("success", why, (id,), days, masked)


@action("endpoint.draft")
def draft_endpoint(work: Work, subject: str) -> dict[str, Any]:
    """Keeps the outcome by rule of one participant; made anew when the results have changed."""
    allocated = work.rows(allocation, subject=subject)
    if not allocated:
        raise SeroclearError("this participant is not randomised.")
    protocol = work.protocol
    draft = draft_of(
        protocol,
        date.fromisoformat(allocated[0]["randomised_on"]),
        results_of(work, subject, protocol.endpoint.marker),
        dose_days(work, subject),
    )
    values: dict[str, Any] = {
        "subject": subject,
        "answer": draft.answer,
        "why": draft.why,
        "evidence": canonical(draft.evidence),
        "days_since_dose": draft.days_since_dose,
        "maybe_masked": draft.maybe_masked,
        "protocol_hash": protocol.hash(),
    }
    before = rows.row(work.connection, endpoint_draft, subject)
    if before is None:
        work.add(endpoint_draft, id=subject, **values)
    elif any(before[name] != value for name, value in values.items()):
        work.reason = work.reason or "drafted again"
        work.revise(endpoint_draft, subject, **values)
    return {name: values[name] for name in ("answer", "why", "days_since_dose", "maybe_masked")}


def results_of(work: Work, subject: str, marker: str) -> list[dict[str, Any]]:
    """Results that hold a reading of a marker, those of a panel included."""
    return [
        one
        for one in work.rows(result, subject=subject)
        if one["test"] == marker or f'"test":"{marker}"' in one["readings"]
    ]


def dose_days(work: Work, subject: str) -> list[date]:
    """Days of every dose of the product: those of the trial, and those reported beside it."""
    given = [one["given_on"] for one in work.rows(dose, subject=subject)]
    product = work.protocol.endpoint.passive_product.lower()
    given += [
        one["on_day"]
        for one in work.rows(intercurrent_event, subject=subject)
        if one["kind"].startswith(f"{product}_")
    ]
    return [date.fromisoformat(one) for one in given]
