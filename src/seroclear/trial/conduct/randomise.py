"""Allocation of one participant: asked for, drawn, recorded and ordered for in one transaction."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from seroclear import __version__
from seroclear.errors import SeroclearError
from seroclear.trial.conduct.findings import level_of
from seroclear.trial.conduct.orders import order_at_enrolment
from seroclear.trial.conduct.sites import require_active
from seroclear.trial.conduct.subjects import is_eligible
from seroclear.trial.database import rows
from seroclear.trial.database.canonical import canonical
from seroclear.trial.database.clinical import (
    allocation,
    deviation,
    eligibility,
    result,
    withdrawal,
)
from seroclear.trial.database.clinical import (
    subject as subjects,
)
from seroclear.trial.database.tables import seed_reveal
from seroclear.trial.protocol.parts import Stratum
from seroclear.trial.randomisation.commit import committed, proven_key
from seroclear.trial.randomisation.configuration import read_configuration
from seroclear.trial.randomisation.draw import Before, draw
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.signatures import is_signed
from seroclear.trial.trust.work import Work


@action("subject.randomise")
def randomise(work: Work, subject: str) -> dict[str, Any]:
    """Allocates a participant to an arm; asked again, the first allocation is the answer.

    Raises:
        SeroclearError: the site is not active, consent or eligibility is not signed, a criterion or
            a stratum is unknown, the participant has withdrawn, the key is missing or not the one
            committed to. No arm is drawn then.
    """
    known = work.rows(allocation, subject=subject)
    if known:
        work.tell("allocation", known[0]["id"])
        return _shown(known[0])
    row = work.row(subjects, subject)
    require_active(work, row["site"])
    _require_ready(work, subject)
    if work.rows(seed_reveal):
        raise SeroclearError("the key is revealed: nothing would conceal another allocation.")
    scheme = committed(work)
    configuration = read_configuration(scheme["configuration"])
    levels = {one.name: _level(work, one, row) for one in work.protocol.allocation.strata}
    before = [
        Before(one["arm"], json.loads(one["strata"]))
        for one in sorted(work.rows(allocation), key=lambda one: int(one["number"]))
    ]
    stratum = configuration.stratum(levels)
    drawn = draw(proven_key(work), configuration, levels, before)
    allocated = work.add(
        allocation,
        prefix="A",
        subject=subject,
        site=row["site"],
        arm=drawn.arm,
        randomised_on=str(work.today),
        strata=canonical(levels),
        stratum=stratum,
        sequence=1 + sum(configuration.stratum(dict(one.levels)) == stratum for one in before),
        number=len(before) + 1,
        method=configuration.method,
        imbalance=canonical(drawn.imbalance),
        probability=canonical(drawn.probability),
        scheme=scheme["id"],
        commitment=scheme["commitment"],
        algorithm=scheme["algorithm"],
        software=__version__,
    )
    order_at_enrolment(work, allocated)
    return _shown(allocated)


@action("allocation.read")
def read_allocation(work: Work, subject: str) -> dict[str, Any]:
    """The arm of one participant who was allocated; the trail tells who asked."""
    known = work.rows(allocation, subject=subject)
    if not known:
        raise SeroclearError("this participant is not randomised.")
    work.tell("allocation", known[0]["id"])
    return _shown(known[0])


@action("allocation.list")
def list_allocations(work: Work) -> list[dict[str, Any]]:
    """All allocations, after the lock, with what explains each."""
    work.tell("allocation", "all")
    return work.rows(allocation)


@action("stratum.correct")
def correct_stratum(work: Work, subject: str, factor: str, corrected: str) -> str:
    """Records that a stratum was wrong: the allocation stays, and a deviation tells."""
    known = work.rows(allocation, subject=subject)
    if not known:
        raise SeroclearError("this participant is not randomised: correct the eligibility instead.")
    if not work.reason:
        raise SeroclearError("why was the stratum wrong? Give a reason.")
    levels = json.loads(known[0]["strata"])
    configuration = read_configuration(committed(work)["configuration"])
    configuration.stratum(levels | {factor: corrected})  # refuses a level that there is not
    if factor not in levels or levels[factor] == corrected:
        raise SeroclearError(f"{factor!r} is no factor, or was {corrected!r} at allocation.")
    row = work.add(
        deviation,
        prefix="D",
        subject=subject,
        kind="stratum",
        on_day=str(work.today),
        description="stratified by a level that was wrong",
        factor=factor,
        as_randomised=levels[factor],
        corrected=corrected,
    )
    return str(row["id"])


def _require_ready(work: Work, subject: str) -> None:
    for record in ("consent", "eligibility"):
        if not is_signed(work.connection, record, subject):
            raise SeroclearError(
                f"the {record} is not signed, or was changed since: nobody is allocated before."
            )
    answers = json.loads(work.row(eligibility, subject)["criteria"])
    if not is_eligible(work.protocol, answers):
        raise SeroclearError("a criterion is not met or unknown: nobody is allocated so.")
    if work.rows(withdrawal, subject=subject):
        raise SeroclearError("this participant has withdrawn.")


def _level(work: Work, factor: Stratum, row: dict[str, Any]) -> str:
    """A factor's level: the site, what a person answered, or what the last result says."""
    if factor.name == "site":
        return str(row["site"])
    if not factor.marker:
        answered = rows.row(work.connection, eligibility, row["id"])
        level = json.loads(answered["strata"]).get(factor.name, "") if answered else ""
        if level not in factor.levels:
            raise SeroclearError(f"the level of {factor.name!r} is unknown: record it first.")
        return str(level)
    oldest = work.today - timedelta(days=factor.within_days)
    samples = [
        one
        for one in work.rows(result, subject=row["id"], test=factor.marker)
        if oldest <= date.fromisoformat(one["taken_on"]) <= work.today
    ]
    found = level_of(max(samples, key=_latest), factor) if samples else None
    if found is None:
        raise SeroclearError(
            f"the level of {factor.name!r} is unknown: enter a result of the last "
            f"{factor.within_days} days that can be read."
        )
    return found


def _latest(row: dict[str, Any]) -> tuple[str, str]:
    return row["taken_on"], row["id"]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = ("id", "subject", "site", "arm", "randomised_on", "number")
    return {name: row[name] for name in shown}
