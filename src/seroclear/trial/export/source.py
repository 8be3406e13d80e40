"""What every export is made from: the locked data and who recorded each version of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from seroclear.trial.conduct.adjudication import outcomes
from seroclear.trial.conduct.dataset import dataset_hash
from seroclear.trial.database.clinical import CLINICAL
from seroclear.trial.database.tables import (
    audit,
    lock_event,
    site,
    trial,
)
from seroclear.trial.protocol import Protocol
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

Row = dict[str, Any]
# Of the bookkeeping, not of the data.
BOOKKEEPING: Final = ("version", "withdrawn", "reason")


@dataclass(frozen=True)
class Stamp:
    """Who recorded one version of a row: from the audit trail."""

    at: str
    account: str
    role: str
    reason: str | None


@dataclass(frozen=True)
class Source:
    """A locked trial, read in one transaction.

    Attributes:
        protocol: in force at the lock.
        demonstration: whether it is no real trial.
        locked_at: UTC by the database's clock, as 2026-01-31T08:00:00.000Z.
        dataset_hash: SHA-256 of the locked dataset, as `trial lock` printed it.
        history: table to all versions of its rows, by id and version.
        stamps: (table, id, version) to who recorded it.
        outcomes: participant randomised to the adjudicated answer, None where it is not settled.
        accounts: those that recorded something, by id, with their roles; no person's name.
    """

    protocol: Protocol
    demonstration: bool
    locked_at: str
    dataset_hash: str
    history: dict[str, list[Row]]
    stamps: dict[tuple[str, str, int], Stamp]
    outcomes: dict[str, str | None]
    accounts: dict[str, tuple[str, ...]]

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Table to its rows that count: the latest version of each that was not withdrawn."""
        current: dict[str, list[Row]] = {}
        for name, versions in self.history.items():
            latest = {one["id"]: one for one in versions}
            current[name] = [one for one in latest.values() if not one["withdrawn"]]
        return current

    def of(self, table: str) -> dict[str, list[Row]]:
        """Rows of a table by participant."""
        found: dict[str, list[Row]] = {}
        for one in self.tables[table]:
            found.setdefault(one["subject"], []).append(one)
        return found

    @cached_property
    def allocations(self) -> dict[str, Row]:
        """Participant to the row of the allocation; nobody else has an arm."""
        return {one["subject"]: one for one in self.tables["allocation"]}

    @property
    def study(self) -> str:
        """The trial's number in its register, which is the study's id everywhere."""
        return self.protocol.identity.number

    @property
    def title(self) -> str:
        """The trial's title; that of a demonstration says so."""
        said = " (demonstration, not a real trial)" if self.demonstration else ""
        return f"{self.protocol.identity.title}{said}"

    def person(self, subject: str) -> str:
        """The unique id of a participant: the study and the pseudonymous code."""
        return f"{self.study}-{subject}"

    def day(self, subject: str, on: str | None) -> int | None:
        """Day of the study as CDISC counts it: the day of randomisation is 1, there is no day 0.

        None for somebody not randomised.
        """
        allocated = self.allocations.get(subject)
        if allocated is None or on is None:
            return None
        days = (date.fromisoformat(on) - date.fromisoformat(allocated["randomised_on"])).days
        return days + 1 if days >= 0 else days


@action("dataset.export")
def read_for_export(work: Work, formats: tuple[str, ...]) -> Source:
    """The locked trial to be written out; the trail tells who took it, and in which formats."""
    digest = dataset_hash(work.connection)
    work.tell("dataset", "locked", hash=digest, formats=" ".join(formats))
    locked = [one for one in work.rows(lock_event) if one["state"] == "locked"][-1]
    stamps = _stamps(work.connection)
    history = {table.name: _versions(work.connection, table) for table in (*CLINICAL, site)}
    recorded = [
        stamps[name, one["id"], one["version"]] for name in history for one in history[name]
    ]
    return Source(
        protocol=work.protocol,
        demonstration=work.rows(trial)[0]["demonstration"],
        locked_at=stamps["lock_event", locked["id"], locked["version"]].at,
        dataset_hash=digest,
        history=history,
        stamps=stamps,
        outcomes=outcomes(work),
        accounts={
            account: tuple(sorted({one.role for one in recorded if one.account == account}))
            for account in sorted({one.account for one in recorded})
        },
    )


def _versions(connection: Connection, table: Table) -> list[Row]:
    chosen = select(table).order_by(table.c.id, table.c.version)
    return sorted(
        (dict(row) for row in connection.execute(chosen).mappings()),
        key=lambda row: (row["id"], row["version"]),  # whatever the database's collation
    )


def _stamps(connection: Connection) -> dict[tuple[str, str, int], Stamp]:
    columns = (audit.c.entity, audit.c.entity_id, audit.c.version, audit.c.at, audit.c.account)
    chosen = (
        select(*columns, audit.c.role, audit.c.reason)
        .where(audit.c.version.is_not(None), audit.c.outcome == "done")
        .distinct()
    )
    return {
        (line.entity, line.entity_id, line.version): Stamp(
            line.at, line.account, line.role, line.reason
        )
        for line in connection.execute(chosen)
    }
