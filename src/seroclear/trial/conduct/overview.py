"""What a page or a list shows beside single rows: the trial, who waits for what, how it goes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from seroclear.trial.conduct.findings import titre_of
from seroclear.trial.conduct.subjects import is_eligible, within_reach
from seroclear.trial.database import rows
from seroclear.trial.database.clinical import (
    adverse_event,
    allocation,
    consent,
    deviation,
    eligibility,
    intercurrent_event,
    result,
    withdrawal,
)
from seroclear.trial.database.clinical import (
    subject as subjects,
)
from seroclear.trial.database.tables import account as accounts
from seroclear.trial.database.tables import role_grant, trial
from seroclear.trial.database.tables import site as sites
from seroclear.trial.trust.gateway import action, lock_state
from seroclear.trial.trust.signatures import CASEBOOK, is_signed
from seroclear.trial.trust.work import Work, local_day

_BOOKKEEPING = ("version", "withdrawn", "subject")


@action("trial.overview")
def read_overview(work: Work) -> dict[str, Any]:
    """What everybody in a trial may know of it: no block, no allocation, nobody's data."""
    protocol = work.protocol
    reached = [one for one in work.rows(sites) if within_reach(work, one["id"])]
    names_zh = {one.code: one.name_zh for one in protocol.sites}
    offset = reached[0]["utc_offset"] if reached else work.utc_offset
    factors = [one for one in protocol.allocation.strata if not one.marker and one.name != "site"]
    named = {one.name: one.label for aim in protocol.estimands for one in aim.intercurrent}
    return {
        "trial": protocol.identity.number,
        "title": {"en": protocol.identity.title, "zh": protocol.identity.title_zh},
        "version": protocol.identity.version,
        "demonstration": bool(work.rows(trial)[0]["demonstration"]),
        "state": lock_state(work.connection),
        "today": str(local_day(work.at, offset)),
        "participants": protocol.size.participants,
        "sites": [
            {
                "id": one["id"],
                "name": {"en": one["name"], "zh": names_zh.get(one["id"]) or one["name"]},
                "state": one["state"],
                "approval": one["approval"],
                "approved_on": one["approved_on"],
            }
            for one in reached
        ],
        "arms": {one.name: _label(one) for one in protocol.arms},
        "visits": {one.name: _label(one) for one in protocol.schedule.visits},
        "tests": sorted({test for one in protocol.schedule.visits for test in one.tests}),
        "criteria": [
            {"name": one.name, "kind": one.kind, "text": {"en": one.text, "zh": one.text_zh}}
            for one in protocol.eligibility.criteria
        ],
        "factors": [
            {"name": one.name, "label": _label(one), "levels": list(one.levels)} for one in factors
        ],
        "intercurrent": named,
        "threshold": {
            "marker": protocol.trigger.marker,
            "below": protocol.trigger.below,
            "unit": protocol.trigger.unit,
        },
    }


@action("subject.waiting")
def list_waiting(work: Work) -> list[dict[str, Any]]:
    """Those not yet randomised whom the role reaches, with what each waits for.

    `consent` and `eligibility` are 'missing', 'to sign' or 'signed'; of an eligibility that is not
    met or unknown in a criterion, 'not eligible'.
    """
    allocated = {one["subject"] for one in work.rows(allocation)}
    left = {one["subject"] for one in work.rows(withdrawal)}
    return [
        {name: one[name] for name in ("id", "site", "screened_on")} | _steps(work, one["id"])
        for one in work.rows(subjects)
        if within_reach(work, one["site"]) and one["id"] not in allocated | left
    ]


@action("subject.read")
def read_subject(work: Work, subject: str) -> dict[str, Any]:
    """A participant up to randomisation, and a withdrawal; never the arm."""
    row = work.row(subjects, subject)
    allocated = work.rows(allocation, subject=subject)
    assessed = rows.row(work.connection, eligibility, subject)
    given = rows.row(work.connection, consent, subject)
    return {
        **{name: row[name] for name in ("id", "site", "screened_on")},
        "randomised_on": allocated[0]["randomised_on"] if allocated else None,
        "steps": _steps(work, subject),
        "casebook_signed": is_signed(work.connection, CASEBOOK, subject),
        "consent": _shown(given) if given else None,
        "eligibility": None
        if assessed is None
        else {
            "assessed_on": assessed["assessed_on"],
            "criteria": json.loads(assessed["criteria"]),
            "strata": json.loads(assessed["strata"]),
        },
        "withdrawals": [_shown(one) for one in work.rows(withdrawal, subject=subject)],
    }


@action("event.list")
def list_events(work: Work, subject: str) -> dict[str, list[dict[str, Any]]]:
    """A participant's adverse events, deviations and intercurrent events. They can tell the arm:
    for those alone who may read it."""
    work.row(subjects, subject)
    tables = (adverse_event, deviation, intercurrent_event)
    return {
        table.name: [_shown(one) for one in work.rows(table, subject=subject)] for table in tables
    }


@action("monitoring.read")
def read_monitoring(work: Work) -> dict[str, list[dict[str, Any]]]:
    """Days of randomisation, and the titres of the trigger's marker by day since then; no arm."""
    trigger = work.protocol.trigger
    start = {
        one["subject"]: date.fromisoformat(one["randomised_on"])
        for one in work.rows(allocation)
        if within_reach(work, one["site"])
    }
    site_of = {one["id"]: one["site"] for one in work.rows(subjects)}
    titres = []
    for one in work.rows(result, test=trigger.marker):
        if one["subject"] not in start:
            continue
        for reading in json.loads(one["readings"]):
            if reading["test"] == trigger.marker and reading.get("value") is not None:
                titres.append(
                    {
                        "subject": one["subject"],
                        "day": (date.fromisoformat(one["taken_on"]) - start[one["subject"]]).days,
                        "value": reading["value"],
                        "finding": titre_of(one, trigger),
                    }
                )
    return {
        "randomised": [
            {"subject": code, "site": site_of[code], "on": str(on)} for code, on in start.items()
        ],
        "titres": sorted(titres, key=lambda one: (one["subject"], one["day"])),
    }


@action("account.list")
def list_accounts(work: Work) -> list[dict[str, Any]]:
    """The accounts with their roles; nothing of a password."""
    grants = work.rows(role_grant)
    return [
        {name: one[name] for name in ("id", "name", "active", "temporary")}
        | {
            "roles": [
                {"role": grant["role"], "site": grant["site"]}
                for grant in grants
                if grant["account"] == one["id"]
            ]
        }
        for one in work.rows(accounts)
    ]


def _steps(work: Work, subject: str) -> dict[str, str]:
    steps = {}
    for record, table in (("consent", consent), ("eligibility", eligibility)):
        there = rows.row(work.connection, table, subject) is not None
        signed = there and is_signed(work.connection, record, subject)
        steps[record] = "signed" if signed else "to sign" if there else "missing"
    assessed = rows.row(work.connection, eligibility, subject)
    if assessed and not is_eligible(work.protocol, json.loads(assessed["criteria"])):
        steps["eligibility"] = "not eligible"
    return steps


def _label(part: Any) -> dict[str, str]:
    return {"en": part.label, "zh": part.label_zh}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _BOOKKEEPING}
