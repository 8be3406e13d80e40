"""The locked data as a report reads them: who was randomised, and what is recorded of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from seroclear.analysis.prepared import Bools
from seroclear.trial.conduct.adjudication import list_endpoints
from seroclear.trial.conduct.lock import read_dataset
from seroclear.trial.database import rows
from seroclear.trial.database.canonical import canonical, sha256
from seroclear.trial.database.tables import trial
from seroclear.trial.protocol import Protocol
from seroclear.trial.protocol.read import build
from seroclear.trial.trust.session import Session


@dataclass(frozen=True, slots=True)
class Randomised:
    """Somebody who was randomised; `stratum` is that of the allocation, in words, `corrected` what
    it should have been."""

    id: str
    site: str
    arm: str
    treated: bool
    stratum: str
    corrected: str
    on: date

    def day(self, iso: str) -> int:
        """Days from randomisation to a day (YYYY-MM-DD)."""
        return (date.fromisoformat(iso) - self.on).days


@dataclass(frozen=True)
class LockedTrial:
    """Everything that a report is made of.

    Attributes:
        tables: clinical rows that count, by table.
        adjudicated: subject -> 'sustained', 'not sustained', 'cannot be told' or None.
        dataset_hash: SHA-256 of the tables, as at the lock.
    """

    protocol: Protocol
    demonstration: bool
    tables: dict[str, list[dict[str, Any]]]
    adjudicated: dict[str, str | None]
    dataset_hash: str

    @cached_property
    def people(self) -> list[Randomised]:
        """In the order of their codes."""
        treated = self.protocol.treated.name
        deviations = self._by_subject["deviation"]
        return [
            Randomised(
                id=one["subject"],
                site=one["site"],
                arm=one["arm"],
                treated=one["arm"] == treated,
                stratum=one["stratum"] or "all",
                corrected=_corrected(one["stratum"] or "all", deviations.get(one["subject"], [])),
                on=date.fromisoformat(one["randomised_on"]),
            )
            for one in sorted(self.tables["allocation"], key=lambda one: str(one["subject"]))
        ]

    @cached_property
    def treated(self) -> Bools:
        """Who was allocated to the treated arm, shape (randomised,)."""
        return np.array([one.treated for one in self.people], dtype=bool)

    def of(self, table: str, person: Randomised) -> list[dict[str, Any]]:
        """The rows of a table about one person."""
        return self._by_subject[table].get(person.id, [])

    @cached_property
    def _by_subject(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for name, content in self.tables.items():
            mine = found.setdefault(name, {})
            for row in content:
                if "subject" in row:
                    mine.setdefault(row["subject"], []).append(row)
        return found

    def readings(self, person: Randomised, test: str) -> list[tuple[int, dict[str, Any]]]:
        """(day, reading) of a test, in order of time; a result that could not be read has none."""
        found = [
            (person.day(row["taken_on"]), reading)
            for row in self.of("result", person)
            for reading in json.loads(row["readings"])
            if reading["test"] == test
        ]
        return sorted(found, key=lambda one: one[0])

    def dose_days(self, person: Randomised) -> list[int]:
        """Days of every dose of the product: of the trial, and those reported beside it."""
        product = self.protocol.endpoint.passive_product.lower()
        days = [person.day(one["given_on"]) for one in self.of("dose", person)]
        days += [person.day(day) for day in self.events(person, f"{product}_")]
        return sorted(days)

    def events(self, person: Randomised, kind: str) -> list[str]:
        """Days (YYYY-MM-DD) of the intercurrent events whose kind begins so."""
        mine = self.of("intercurrent_event", person)
        return [one["on_day"] for one in mine if one["kind"].startswith(kind)]


def locked_trial(session: Session) -> LockedTrial:
    """Takes the data of a locked trial, as a statistician; the trail tells of it.

    Raises:
        SeroclearError: the trial is not locked, or the role may not.
    """
    tables = read_dataset(session)
    with session.database.read() as connection:
        content = rows.rows(connection, trial)[0]["protocol"]
    return LockedTrial(
        protocol=build(Protocol, json.loads(content), ""),
        demonstration=bool(tables["trial"]["demonstration"]),
        tables={name: found for name, found in tables.items() if name != "trial"},
        adjudicated=list_endpoints(session),
        dataset_hash=sha256(canonical(tables)),
    )


def _corrected(stratum: str, deviations: list[dict[str, Any]]) -> str:
    """A stratum with the levels that deviations say were right."""
    levels = dict(part.split(": ", 1) for part in stratum.split("; ") if ": " in part)
    wrong = {one["factor"]: one["corrected"] for one in deviations if one.get("factor")}
    return "; ".join(f"{name}: {level}" for name, level in (levels | wrong).items()) or stratum
