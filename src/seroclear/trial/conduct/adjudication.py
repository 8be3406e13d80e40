"""Adjudication: persons who do not know the arm read each outcome from a dossier made for it.

The dossier holds results by day since randomisation. It holds no arm, no dose and no anti-HBs
(which would tell the arm), no code of site or participant, no free text and no draft by rule.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.database.canonical import canonical
from seroclear.trial.database.clinical import adjudication, adjudication_case, allocation, result
from seroclear.trial.protocol.parts import Endpoint
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

ANSWERS: Final = ("sustained", "not sustained", "cannot be told")
SHOWN: Final = ("hbsag", "hbv_dna", "hbeag", "hbv_rna", "hbcrag", "alt")
_OF_A_READING: Final = ("test", "value", "value_high", "comparator", "unit", "status", "detection")


@action("case.prepare")
def prepare_case(work: Work, subject: str) -> str:
    """Makes the dossier of a participant, or the next version of it when results have changed:
    answers to a former version no longer count."""
    allocated = work.rows(allocation, subject=subject)
    if not allocated:
        raise SeroclearError("this participant is not randomised.")
    dossier = canonical(_dossier(work, subject, date.fromisoformat(allocated[0]["randomised_on"])))
    known = work.rows(adjudication_case, subject=subject)
    if not known:
        row = work.add(adjudication_case, prefix="C", subject=subject, dossier=dossier)
        return str(row["id"])
    if known[0]["dossier"] != dossier:
        work.reason = work.reason or "results have changed"
        work.revise(adjudication_case, known[0]["id"], dossier=dossier)
    return str(known[0]["id"])


@action("case.list")
def list_cases(work: Work) -> list[str]:
    """The cases that wait for this adjudicator."""
    waiting = []
    for case in work.rows(adjudication_case):
        given = _answers(work, case)
        if work.account in [one["account"] for one in given]:
            continue
        if _round(given, work.protocol.endpoint) is not None:
            waiting.append(str(case["id"]))
    return waiting


@action("case.read")
def read_case(work: Work, case: str) -> list[dict[str, Any]]:
    """The dossier of a case."""
    row = work.row(adjudication_case, case)
    work.tell("adjudication_case", case)
    found: list[dict[str, Any]] = json.loads(row["dossier"])
    return found


@action("case.adjudicate")
def adjudicate(work: Work, case: str, answer: str, grounds: str) -> str:
    """One adjudicator's answer, given without seeing that of another.

    Raises:
        SeroclearError: it was given before, or enough others have answered alike.
    """
    if answer not in ANSWERS:
        raise SeroclearError(f"an answer is one of {', '.join(ANSWERS)}.")
    if not grounds.strip():
        raise SeroclearError("on what grounds? Say it in a sentence.")
    row = work.row(adjudication_case, case)
    given = _answers(work, row)
    if work.account in [one["account"] for one in given]:
        raise SeroclearError("you have answered this case already.")
    turn = _round(given, work.protocol.endpoint)
    if turn is None:
        raise SeroclearError("this case needs no further answer.")
    made = work.add(
        adjudication,
        prefix="J",
        adjudication_case=case,
        case_version=row["version"],
        account=work.account,
        round=turn,
        answer=answer,
        grounds=grounds.strip(),
    )
    return str(made["id"])


@action("endpoint.list")
def list_endpoints(work: Work) -> dict[str, str | None]:
    """After the lock: the adjudicated outcome of each participant who was randomised."""
    work.tell("endpoint", "all")
    return outcomes(work)


def outcomes(work: Work) -> dict[str, str | None]:
    """The adjudicated outcome of everybody randomised, None where it is not settled."""
    cases = {one["subject"]: one for one in work.rows(adjudication_case)}
    settled: dict[str, str | None] = {}
    for one in work.rows(allocation):
        case = cases.get(one["subject"])
        given = _answers(work, case) if case else []
        settled[one["subject"]] = outcome_of(given, work.protocol.endpoint)
    return settled


def outcome_of(answers: list[dict[str, Any]], endpoint: Endpoint) -> str | None:
    """What all of the first round agree on, or else what the one who breaks the tie says."""
    first = [one["answer"] for one in answers if one["round"] == 1]
    if len(first) < endpoint.adjudicators:
        return None
    if len(set(first)) == 1:
        return str(first[0])
    if not endpoint.tie_breaker:
        return "cannot be told"
    return next((str(one["answer"]) for one in answers if one["round"] == 2), None)


def _round(answers: list[dict[str, Any]], endpoint: Endpoint) -> int | None:
    """The round that waits for an answer, None when the case is settled."""
    if outcome_of(answers, endpoint) is not None:
        return None
    return 1 if len(answers) < endpoint.adjudicators else 2


def _answers(work: Work, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to the present version of a case."""
    return work.rows(adjudication, adjudication_case=case["id"], case_version=case["version"])


def _dossier(work: Work, subject: str, randomised_on: date) -> list[dict[str, Any]]:
    entries = []
    for one in work.rows(result, subject=subject):
        day = (date.fromisoformat(one["taken_on"]) - randomised_on).days
        for reading in json.loads(one["readings"]):
            if reading["test"] in SHOWN:
                shown = {name: reading[name] for name in _OF_A_READING if name in reading}
                entries.append({"day": day, **shown})
    return sorted(entries, key=lambda one: (one["day"], one["test"], canonical(one)))
