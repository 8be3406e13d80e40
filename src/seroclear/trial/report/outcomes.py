"""Outcomes by the strategies of the estimands, and who belongs to which analysis set.

The adjudicated outcome counts; what the registration leaves open is in the protocol, as assumed.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from seroclear.analysis.prepared import Bools
from seroclear.errors import SeroclearError
from seroclear.trial.analysis.primary import Outcomes
from seroclear.trial.analysis.relapse import window
from seroclear.trial.conduct.findings import antigen_of
from seroclear.trial.protocol.aims import Estimand
from seroclear.trial.report.data import LockedTrial, Randomised

# No row of a deviation says that it is important; those of these kinds are taken to be.
IMPORTANT: Final = ("consent", "eligibility", "treatment")
WASHOUT: Final = "washout"
_ANSWER: Final = {"sustained": 1.0, "not sustained": 0.0}


def outcomes(trial: LockedTrial, estimand: Estimand, members: Bools) -> Outcomes:
    """The outcome of everybody in a set, by an estimand's strategies.

    Args:
        members: who is in the set, shape (randomised,).
    """
    value = _washout if estimand.name == WASHOUT else _primary
    success = np.array([value(trial, estimand, one) for one in trial.people], dtype=float)
    strata = np.array([one.stratum for one in trial.people], dtype=object)
    return Outcomes(success[members], trial.treated[members], strata[members])


def members(trial: LockedTrial, analysis_set: str) -> Bools:
    """Who is in an analysis set, shape (randomised,).

    Raises:
        SeroclearError: no rule for such a set is known here.
    """
    if analysis_set == "itt":
        return np.ones(len(trial.people), dtype=bool)
    if analysis_set == "per_protocol":
        return np.array([_per_protocol(trial, one) for one in trial.people], dtype=bool)
    raise SeroclearError(f"the report knows no rule for the analysis set {analysis_set!r}.")


def relapse_windows(trial: LockedTrial) -> tuple[list[float], list[float]]:
    """(last negative, first positive] day of each participant's antigen, by the rule's numbers."""
    found = [_window(trial, one) for one in trial.people]
    return [one[0] for one in found], [one[1] for one in found]


def maybe_masked(trial: LockedTrial, person: Randomised) -> bool:
    """Whether passive antibody may hide the antigen in the sample that decides the outcome."""
    return any(one["maybe_masked"] for one in trial.of("endpoint_draft", person))


def _primary(trial: LockedTrial, estimand: Estimand, person: Randomised) -> float:
    last = trial.protocol.endpoint_visit.window[1]
    if _composite(trial, estimand, person, last):
        return 0.0
    return _ANSWER.get(trial.adjudicated[person.id] or "", math.nan)


def _washout(trial: LockedTrial, estimand: Estimand, person: Randomised) -> float:
    """Also negative past the wash-out: at the last visit, without the product in the days before
    it in which antibody may be passive."""
    visit = trial.protocol.schedule.visits[-1]
    if _composite(trial, estimand, person, visit.window[1]):
        return 0.0
    at_endpoint = _ANSWER.get(trial.adjudicated[person.id] or "", math.nan)
    end = trial.protocol.endpoint_visit.window[1]
    later = [(day, sign) for day, sign in _signs(trial, person) if end < day <= visit.window[1]]
    if at_endpoint == 0 or any(sign == "positive" for _, sign in later):
        return 0.0
    days = [day for day, sign in later if day >= visit.window[0] and sign == "negative"]
    if not days or math.isnan(at_endpoint):
        return math.nan
    wash = trial.protocol.endpoint.passive_days
    doses = trial.dose_days(person)
    return math.nan if any(max(days) - wash <= one <= max(days) for one in doses) else 1.0


def _composite(trial: LockedTrial, estimand: Estimand, person: Randomised, last: int) -> bool:
    """Whether an intercurrent event that counts as a failure came by the last day."""
    kinds = [one.name for one in estimand.intercurrent if one.strategy == "composite"]
    return any(
        person.day(one["on_day"]) <= last
        for one in trial.of("intercurrent_event", person)
        if one["kind"] in kinds
    )


def _per_protocol(trial: LockedTrial, person: Randomised) -> bool:
    last = trial.protocol.endpoint_visit.window[1]
    if trial.adjudicated[person.id] not in _ANSWER:
        return False
    if any(one["kind"] in IMPORTANT for one in trial.of("deviation", person)):
        return False
    if not person.treated:
        return not [day for day in trial.dose_days(person) if day <= last]
    if any(one["kind"] == "treatment" for one in trial.of("withdrawal", person)):
        return False
    due = [one for one in trial.of("dose_order", person) if person.day(one["due"]) <= last]
    return bool(due) and all(one["state"] == "given" for one in due)


def _signs(trial: LockedTrial, person: Randomised) -> list[tuple[int, str]]:
    rule = trial.protocol.endpoint
    found = [
        (person.day(row["taken_on"]), antigen_of(row, rule))
        for row in trial.of("result", person)
        if row["test"] == rule.marker
    ]
    return sorted(one for one in found if one[1] != "unknown")


def _window(trial: LockedTrial, person: Randomised) -> tuple[float, float]:
    seen = [(day, sign == "positive") for day, sign in _signs(trial, person) if day > 0]
    return window([day for day, _ in seen], [positive for _, positive in seen])
