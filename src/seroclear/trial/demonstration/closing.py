"""Queries are answered, outcomes adjudicated, casebooks signed; then the trial is locked."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.adjudication import (
    adjudicate,
    list_cases,
    prepare_case,
    read_case,
)
from seroclear.trial.conduct.endpoint import draft_endpoint
from seroclear.trial.conduct.lock import lock_trial, readiness
from seroclear.trial.conduct.queries import answer_query, close_query, list_queries
from seroclear.trial.conduct.results import correct_result, list_results
from seroclear.trial.demonstration.staff import PASSWORD, Staff
from seroclear.trial.protocol import Protocol
from seroclear.trial.randomisation.commit import reveal_seed
from seroclear.trial.trust.signatures import CASEBOOK, sign_several

MISREADS: Final = 0.02  # dossiers that an adjudicator reads otherwise than the rule; assumed
_ANSWERS: Final = {
    "window": "Right: the participant could not come sooner.",
    "cap": "Noted: no further dose.",
}


def answer_queries(
    staff: Staff, site: str, people: list[str], meant: dict[tuple[str, str, str], str]
) -> int:
    """The coordinator of a site corrects what was wrong and answers; the monitor closes."""
    coordinator, monitor = staff.as_("coordinator", site), staff.as_("monitor")
    waiting = [one for one in list_queries(coordinator, "open") if one["subject"] in people]
    for one in waiting:
        answer = _ANSWERS.get(one["kind"], "Right as it stands.")
        if one["entity"] == "result" and _corrected(staff, site, one, meant):
            answer = "Corrected from the laboratory's original."
        answer_query(coordinator, one["id"], answer)
        close_query(monitor, one["id"])
    return len(waiting)


def _corrected(
    staff: Staff, site: str, query: dict[str, Any], meant: dict[tuple[str, str, str], str]
) -> bool:
    coordinator = staff.as_("coordinator", site)
    own = list_results(coordinator, query["subject"])
    row = next((one for one in own if one["id"] == query["entity_id"]), None)
    if row is None:
        return False
    text = meant.pop((row["subject"], row["test"], row["taken_on"]), None)
    if text is not None:
        correct_result(coordinator.because("misprinted"), row["id"], text=text)
    return text is not None


def settle(
    protocol: Protocol, staff: Staff, people: list[str], random: np.random.Generator
) -> None:
    """Drafts by rule, dossiers, and two blinded readings of each, a third where they differ."""
    manager = staff.as_("data_manager")
    for subject in people:
        draft_endpoint(manager, subject)
        prepare_case(manager, subject)
    for number in range(1, protocol.endpoint.adjudicators + 2):
        who = staff.as_(f"adjudicator_{number}")
        for case in list_cases(who):
            answer = _read(protocol, read_case(who, case))
            if number <= protocol.endpoint.adjudicators and random.random() < MISREADS:
                answer = "cannot be told"
            adjudicate(who, case, answer, "read from the dossier")


def _read(protocol: Protocol, dossier: list[dict[str, Any]]) -> str:
    """What a careful reader says of a dossier."""
    first, last = protocol.endpoint_visit.window
    rule = protocol.endpoint
    read = [one for one in dossier if one["test"] == rule.marker and 0 < one["day"] <= last]
    if any(one.get("comparator") == "=" and one["value"] >= rule.positive_from for one in read):
        return "not sustained"
    return "sustained" if any(one["day"] >= first for one in read) else "cannot be told"


def sign_and_lock(protocol: Protocol, staff: Staff, people: list[str]) -> str:
    """Every casebook is signed, the trial locked and its key revealed; the hash of the data.

    Raises:
        SeroclearError: something stands against the lock.
    """
    for site in protocol.sites:
        own = [one for one in people if one.startswith(f"{site.code}-")]
        if own:
            investigator = staff.as_("investigator", site.code)
            sign_several(investigator, site.code, own, [CASEBOOK], PASSWORD)
    manager = staff.as_("data_manager")
    obstacles = readiness(manager)
    if obstacles:
        raise SeroclearError(f"the demonstration cannot be locked: {'; '.join(obstacles)}.")
    digest = lock_trial(manager)
    reveal_seed(staff.as_("custodian"))
    return digest
