"""Plain reference: a study's flowchart and its cohort's rows, one patient after another.

Written from the docstrings of `Study` and `Cohort`, without Ibis, DuckDB or NumPy.
"""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise
from typing import Any

from reference.words import Person, decisive, numbers, said

from seroclear.course.catalogue import EVENT_LABELS, SHOWN_BY
from seroclear.study.course_nodes import EventDate, LastTest
from seroclear.study.parts import Variable, Visits
from seroclear.study.study import Study

DAYS_A_YEAR = 365.25


def criteria_met(study: Study, person: Person) -> int:
    """How many criteria a patient meets, in order, until the first that is not."""
    met = 0
    for one in study.population:
        answer = said(one.node, person)
        if one.node.kind == "date":
            answer = answer is not None
        if answer is None or answer is (one.action == "drop"):
            return met
        met += 1
    if isinstance(study.outcome, Variable) and said(study.outcome.node, person) is not None:
        met += 1
    return met


def member(study: Study, person: Person, limits: dict[str, float]) -> dict[str, Any]:
    """The cohort's row of a patient who meets every criterion, and the long rows.

    Args:
        study: the study.
        person: the patient.
        limits: of HBsAg and HBV DNA, below which a result is negative.
    """
    index = said(study.time_zero, person)
    row: dict[str, Any] = {
        "patient_id": person.history.patient["patient_id"],
        "index": index,
        "group": "" if study.groups is None else said(study.groups, person),
    }
    for one in (*study.covariates, *study.described, *study.subgroups):
        row[one.name] = _shown(one, said(one.node, person))
    end = None
    if isinstance(study.outcome, Variable):
        row["outcome"] = _shown(study.outcome, said(study.outcome.node, person))
        row["event"] = int(bool(study.outcome.levels) and row["outcome"] == study.outcome.levels[1])
        row |= {"time": 0.0, "contact": 0.0, "died": False, "cause": ""}
    else:
        times, end = _times(study, person, index)
        row |= times
        row["intervals"] = _intervals(study, person, index, row["time"], row["event"])
    row["visits"] = [
        each for one in study.visits for each in _visits(one, person, index, end, limits)
    ]
    return row


def _shown(variable: Variable, answer: Any) -> Any:
    if variable.node.kind == "number":
        return math.nan if answer is None else float(answer)
    if variable.node.kind == "flag":
        return {None: "", True: "yes", False: "no"}[answer]
    return answer or ""


def _times(study: Study, person: Person, index: date) -> tuple[dict[str, Any], date]:
    assert not isinstance(study.outcome, Variable)
    assert study.follow_up is not None
    named = study.outcome.event if isinstance(study.outcome, EventDate) else ""
    ends = [(node, said(node, person)) for node in study.follow_up.ends]
    known = [day for _, day in ends if day is not None]
    end = max(min(known, default=index), index)
    outcome = said(study.outcome, person)
    rivals = []
    for rival in study.competing:
        label = EVENT_LABELS[rival.event] if isinstance(rival, EventDate) else "death"
        if (day := said(rival, person)) is not None:
            rivals.append((day, label))
    rival_day = min((day for day, _ in rivals), default=None)
    happened = outcome is not None and outcome <= end
    if happened and rival_day is not None and rival_day < outcome:
        happened = False
    beaten = not happened and rival_day is not None and rival_day <= end
    stop = outcome if happened else max(rival_day, index) if beaten and rival_day else end
    # Nobody is seen beyond an end of follow-up other than the last test.
    others = [day for node, day in ends if not isinstance(node, LastTest) and day is not None]
    bound = max(min(others, default=date.max), stop)
    death = person.history.patient.get("death_date")
    gone = [*rivals, *([(death, "death")] if death else [])]
    first_gone = min(gone, key=lambda one: one[0], default=None)
    died = not happened and first_gone is not None and first_gone[0] <= bound
    observed_to = person.history.patient.get("observed_to")
    seen_to = min(max(observed_to or stop, stop), bound)
    if died and first_gone:
        seen_to = max(first_gone[0], stop)

    def years(day: date) -> float:
        return (day - index).days / DAYS_A_YEAR

    marker, shown = SHOWN_BY.get(named, (study.outcome_marker, ""))
    earliest = _earliest(person, named, outcome) if happened and named else None
    lower, retested = stop if earliest is None else max(earliest, index), True
    if marker:
        inside = [row for row in decisive(person, marker) if index <= row["date"] <= end]
        retested = any(row["date"] > index for row in inside)
        against = max((row["date"] for row in inside if row["status"] != shown), default=index)
        lower = max(earliest or index, index) if happened else max(min(against, stop), index)
    zero = study.time_zero
    begun = _earliest(person, zero.event, index) if isinstance(zero, EventDate) else None
    times = {
        "time": years(stop),
        "event": 1 if happened else 2 if beaten else 0,
        "lower": years(lower),
        "upper": years(outcome) if happened else math.inf,
        "index_lower": -math.inf if begun is None else years(begun),
        "retested": retested,
        "contact": years(seen_to),
        "died": died,
        "cause": first_gone[1] if died and first_gone else "",
    }
    return times, end


def _earliest(person: Person, event: str, day: date) -> date | None:
    """The last evidence against an event of a day."""
    same = [row for row in person.event if row["event"] == event and row["date"] == day]
    return min((row["earliest"] for row in same if row["earliest"]), default=None)


def _intervals(
    study: Study, person: Person, index: date, time: float, event: int
) -> list[tuple[Any, ...]]:
    """(start, stop, event, each change) of the pieces of follow-up."""
    begins = []
    for one in study.changes:
        day = said(one.day, person)
        begins.append(math.inf if day is None else (day - index).days / DAYS_A_YEAR)
    if not begins or time == 0:
        return []
    edges = sorted({0.0, time, *(begin for begin in begins if 0 < begin < time)})
    pieces = []
    for start, stop in pairwise(edges):
        flags = ["yes" if begin <= start else "no" for begin in begins]
        pieces.append((start, stop, event if stop == time else 0, *flags))
    return pieces


def _visits(
    asked: Visits, person: Person, index: date, end: date | None, limits: dict[str, float]
) -> list[tuple[Any, ...]]:
    """(measure, planned, time, lower, upper) of each planned visit with a result."""
    found = []
    for planned in range(0, asked.until + 1, asked.every):
        near = []
        for row in numbers(person, asked.marker):
            day = (row["date"] - index).days
            late = end is not None and row["date"] > end
            if abs(day - planned) > asked.within or late or (planned == 0 and day > 0):
                continue
            bounds = _bounds(row, limits.get(asked.marker))
            if bounds is not None:
                near.append((abs(day - planned), day, bounds))
        if near:
            _, day, (lower, upper) = min(near)
            if asked.log:
                lower = -math.inf if lower <= 0 else math.log10(lower)
                upper = -math.inf if upper <= 0 else math.log10(upper)
            times = (planned / DAYS_A_YEAR, day / DAYS_A_YEAR)
            found.append((asked.label, *times, lower, upper))
    return found


def _bounds(row: dict[str, Any], limit: float | None) -> tuple[float, float] | None:
    value = row["value"]
    match row["comparator"]:
        case "=":
            return value, value
        case "<":
            return -math.inf, value
        case ">" | "range":
            return value, math.inf
    if row["status"] in ("negative", "undetectable") and limit is not None:
        return -math.inf, limit
    return None
