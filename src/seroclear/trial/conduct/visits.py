"""Visits and their windows, counted from the day of randomisation."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.queries import ask
from seroclear.trial.conduct.subjects import not_future, within_reach
from seroclear.trial.database.clinical import allocation
from seroclear.trial.database.clinical import subject as subjects
from seroclear.trial.database.clinical import visit as visits
from seroclear.trial.protocol import Protocol
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

VISITS_BESIDE: Final = ("screening", "unscheduled")


@action("visit.record")
def record_visit(work: Work, subject: str, name: str, held_on: str) -> dict[str, str]:
    """Records that a visit was held; one outside its window raises a query.

    Args:
        name: of the protocol's schedule, or 'screening' or 'unscheduled'.
    """
    held = not_future(work, held_on, "the visit")
    planned = [one.name for one in work.protocol.schedule.visits]
    if name not in (*planned, *VISITS_BESIDE):
        raise SeroclearError(f"the protocol has no visit {name!r}.")
    if name in planned and work.rows(visits, subject=subject, name=name):
        raise SeroclearError(f"the visit {name!r} is recorded already; correct it instead.")
    allocated = work.rows(allocation, subject=subject)
    if name in planned and not allocated:
        raise SeroclearError("visits of the schedule come after randomisation.")
    window = "unscheduled"
    if name in planned:
        window = window_of(work.protocol, name, allocated[0]["randomised_on"], held)
    row = work.add(visits, prefix="V", subject=subject, name=name, held_on=held, window=window)
    if window in ("early", "late"):
        ask(work, row, "window", f"This visit is {window}: is the day right?", "visit")
    return {"id": row["id"], "window": window}


@action("visit.list")
def list_visits(work: Work, site: str | None = None) -> list[dict[str, Any]]:
    """For everybody randomised whom the role reaches: each planned visit, its window, its day."""
    held = {(one["subject"], one["name"]): one for one in work.rows(visits)}
    listed = []
    for person in work.rows(subjects):
        allocated = work.rows(allocation, subject=person["id"])
        if not allocated or not within_reach(work, person["site"], site):
            continue
        start = date.fromisoformat(allocated[0]["randomised_on"]).toordinal()
        for planned in work.protocol.schedule.visits:
            first, last = (str(date.fromordinal(start + days)) for days in planned.window)
            done = held.get((person["id"], planned.name))
            listed.append(
                {
                    "subject": person["id"],
                    "visit": planned.name,
                    "first_day": first,
                    "last_day": last,
                    "held_on": done["held_on"] if done else None,
                    "window": done["window"] if done else _due(str(work.today), first, last),
                }
            )
    return listed


def window_of(protocol: Protocol, name: str, randomised_on: str, held_on: str) -> str:
    """Where a day lies: 'within' the visit's window, 'early' or 'late'."""
    first, last = protocol.visit(name).window
    after = (date.fromisoformat(held_on) - date.fromisoformat(randomised_on)).days
    return "early" if after < first else "late" if after > last else "within"


def _due(today: str, first: str, last: str) -> str:
    return "to come" if today < first else "missed" if today > last else "due"
