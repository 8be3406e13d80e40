"""Who was screened: candidates, their answers to every criterion, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from seroclear.trial.protocol import Protocol

Status = Literal["met", "not met", "unknown"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the records say of a criterion: a result or an event with its source row.

    Attributes:
        what: 'HBV DNA' or 'decompensation'.
        value: as a number with its sign, or as a status; '' for an event.
        unit: of the number, '' where there is none.
        day: of the sample or the event.
        source_row: rows of the hospital's own tables, separated by spaces.
    """

    what: str
    value: str
    unit: str
    day: date
    source_row: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One criterion of one candidate."""

    criterion: str
    status: Status
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A milder form of a criterion, and its status for one candidate."""

    criterion: str
    label: str
    status: Status


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the store and the answers to every criterion of the protocol, in its order."""

    patient_id: str
    answers: tuple[Answer, ...]
    relaxed: tuple[Relaxed, ...] = ()

    def status(self, criterion: str) -> Status:
        """Of one criterion."""
        return next(one.status for one in self.answers if one.criterion == criterion)

    @property
    def not_met(self) -> tuple[str, ...]:
        """Criteria that keep this person out."""
        return tuple(one.criterion for one in self.answers if one.status == "not met")

    @property
    def unknown(self) -> tuple[str, ...]:
        """Criteria that somebody has to confirm."""
        return tuple(one.criterion for one in self.answers if one.status == "unknown")


@dataclass(frozen=True, slots=True)
class Screened:
    """Everybody who was looked at.

    Attributes:
        protocol: whose criteria.
        today: the day of screening.
        definition: of the course.
        in_store: persons in the records.
        label: who the candidates are.
        candidates: in order of patient_id.
    """

    protocol: Protocol
    today: date
    definition: str
    in_store: int
    label: str
    candidates: tuple[Candidate, ...]
