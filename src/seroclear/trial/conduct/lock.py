"""The lock: nothing clinical is added after it, until two persons have opened it again."""

from __future__ import annotations

import json
from typing import Any

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.adjudication import outcomes
from seroclear.trial.conduct.dataset import dataset, dataset_hash
from seroclear.trial.conduct.orders import OPEN
from seroclear.trial.database import chain
from seroclear.trial.database.clinical import allocation, dose_order, query
from seroclear.trial.database.tables import lock_event, snapshot
from seroclear.trial.trust.gateway import action, lock_state
from seroclear.trial.trust.signatures import CASEBOOK, is_signed
from seroclear.trial.trust.work import Work


@action("trial.readiness")
def readiness(work: Work) -> list[str]:
    """What still stands against a lock, in words; nothing when the trial can be locked."""
    return _obstacles(work)


@action("trial.lock")
def lock_trial(work: Work) -> str:
    """Locks the trial; the hash of its data is returned, to be written down elsewhere.

    Raises:
        SeroclearError: it is locked, or something stands against it.
    """
    if lock_state(work.connection) != "unlocked":
        raise SeroclearError("the trial is locked already.")
    obstacles = _obstacles(work)
    if obstacles:
        raise SeroclearError(f"the trial cannot be locked: {'; '.join(obstacles)}.")
    digest = dataset_hash(work.connection)
    _add(work, "locked", work.reason or "complete", digest)
    return digest


@action("trial.unlock.ask")
def ask_unlock(work: Work) -> str:
    """Asks for the lock to be opened, with a reason; another person must approve."""
    if lock_state(work.connection) != "locked":
        raise SeroclearError("the trial is not locked, or its unlocking is asked for already.")
    if not work.reason:
        raise SeroclearError("why should the trial be unlocked? Give a reason.")
    return _add(work, "unlock asked", work.reason)


@action("trial.unlock.approve")
def approve_unlock(work: Work) -> str:
    """Opens the lock that another person asked to be opened."""
    if lock_state(work.connection) != "unlock asked":
        raise SeroclearError("nobody has asked for the trial to be unlocked.")
    asked = work.rows(lock_event)[-1]
    if asked["account"] == work.account:
        raise SeroclearError("whoever asked cannot approve: another person must.")
    return _add(work, "unlocked", work.reason or asked["why"])


@action("trial.snapshot")
def take_snapshot(work: Work, name: str) -> str:
    """Keeps the data as they are now, for an interim look; the hash of them."""
    if any(one["name"] == name for one in work.rows(snapshot)):
        raise SeroclearError(f"there is a snapshot {name!r} already, and it stays as it is.")
    content = dataset(work.connection)
    digest = dataset_hash(work.connection)
    work.add(
        snapshot,
        prefix="P",
        name=name,
        audit_head=str(chain.head(work.connection)),
        dataset_hash=digest,
        dataset=content,
    )
    return digest


@action("dataset.read")
def read_dataset(work: Work) -> dict[str, Any]:
    """The locked data; the trail tells who took them."""
    work.tell("dataset", "locked", hash=dataset_hash(work.connection))
    found: dict[str, Any] = json.loads(dataset(work.connection))
    return found


def _obstacles(work: Work) -> list[str]:
    connection = work.connection
    waiting = [one for one in work.rows(query) if one["state"] != "closed"]
    orders = [one for one in work.rows(dose_order) if one["state"] in OPEN]
    people = [one["subject"] for one in work.rows(allocation)]
    unsigned = [one for one in people if not is_signed(connection, CASEBOOK, one)]
    unsettled = [one for one in outcomes(work).values() if one is None]
    counted = (
        (len(waiting), "queries not closed"),
        (len(orders), "orders open"),
        (len(unsigned), "casebooks not signed, or changed since"),
        (len(unsettled), "outcomes not adjudicated"),
    )
    return [f"{what}: {count}" for count, what in counted if count]


def _add(work: Work, state: str, why: str, digest: str | None = None) -> str:
    row = work.add(
        lock_event,
        prefix="L",
        state=state,
        account=work.account,
        why=why,
        dataset_hash=digest,
    )
    return str(row["id"])
