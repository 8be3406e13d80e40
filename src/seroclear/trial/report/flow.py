"""The numbers of the CONSORT diagram, from what the sites recorded."""

from __future__ import annotations

import json
import textwrap
from collections import Counter

import numpy as np

from seroclear.trial.analysis.consort import ArmFlow, ConsortFlow
from seroclear.trial.conduct.subjects import is_eligible
from seroclear.trial.report.data import LockedTrial, Randomised
from seroclear.trial.report.numbers import ITT
from seroclear.trial.report.outcomes import members, outcomes

REASON = 60  # letters of a criterion that the diagram shows
_LEFT = {"consent": "Withdrew consent", "follow-up": "Not reached any more"}


def consort(trial: LockedTrial) -> ConsortFlow:
    """Participants from screening to the analysis of the primary outcome.

    Lost are those without an outcome; they are analysed as the protocol says (as failures, or
    left out).
    """
    allocated = {one.id for one in trial.people}
    consented = {one["subject"] for one in trial.tables["consent"]}
    answers = {one["subject"]: one["criteria"] for one in trial.tables["eligibility"]}
    not_eligible: Counter[str] = Counter()
    declined: Counter[str] = Counter()
    for row in trial.tables["subject"]:
        if row["id"] in allocated:
            continue
        if row["id"] not in consented:
            declined["No consent"] += 1
        elif row["id"] not in answers:
            declined["Not assessed"] += 1
        else:
            reason = _unmet(trial, json.loads(answers[row["id"]]))
            (not_eligible if reason else declined)[reason or "Not randomised"] += 1
    protocol = trial.protocol
    return ConsortFlow(
        assessed=len(trial.tables["subject"]),
        not_eligible=dict(sorted(not_eligible.items())),
        declined=dict(sorted(declined.items())),
        randomised=len(allocated),
        arms=(
            _arm(trial, protocol.treated.label, True),
            _arm(trial, protocol.control.label, False),
        ),
    )


def _unmet(trial: LockedTrial, answers: dict[str, str]) -> str:
    """The first criterion that is not met, '' where all are."""
    if is_eligible(trial.protocol, answers):
        return ""
    for one in trial.protocol.eligibility.criteria:
        wanted = "yes" if one.kind == "inclusion" else "no"
        if answers.get(one.name, "unknown") != wanted:
            negated = "Not" if one.kind == "inclusion" else "Excluded"
            return f"{negated}: {textwrap.shorten(one.text, REASON, placeholder=' …')}"
    return ""


def _arm(trial: LockedTrial, label: str, treated: bool) -> ArmFlow:
    success = outcomes(trial, trial.protocol.estimands[0], members(trial, ITT)).success
    people = [one for one in trial.people if one.treated == treated]
    missing = [
        person
        for person, value in zip(trial.people, success, strict=True)
        if person.treated == treated and np.isnan(value)
    ]
    not_received = {
        True: [one for one in people if not trial.of("dose", one)],
        False: [one for one in people if trial.dose_days(one)],
    }[treated]
    product = trial.protocol.trigger.product
    reason = f"No dose of {product}" if treated else f"{product} outside the trial"
    stopped = [
        one
        for one in people
        if any(row["kind"] == "treatment" for row in trial.of("withdrawal", one))
    ]
    lost = Counter(_why(trial, one) for one in missing)
    failure = trial.protocol.endpoint.missing == "failure"
    return ArmFlow(
        label=label,
        allocated=len(people),
        received=len(people) - len(not_received),
        not_received={reason: len(not_received)} if not_received else {},
        lost=dict(sorted(lost.items())),
        discontinued={"Wanted no more doses": len(stopped)} if stopped else {},
        analysed=len(people) - (0 if failure else len(missing)),
        excluded={} if failure or not missing else {"Outcome missing": len(missing)},
        imputed=len(missing) if failure else 0,
    )


def _why(trial: LockedTrial, person: Randomised) -> str:
    """Why the outcome is missing."""
    kinds = [row["kind"] for row in trial.of("withdrawal", person)]
    found = [words for kind, words in _LEFT.items() if kind in kinds]
    return found[0] if found else "No result that settles it"
