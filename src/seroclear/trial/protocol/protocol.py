"""A trial's protocol as one immutable object: everything else about the trial is read from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TypeVar

from seroclear.trial.protocol.aims import AnalysisSet, Eligibility, Estimand, Size
from seroclear.trial.protocol.parts import (
    Allocation,
    Arm,
    Endpoint,
    Identity,
    RangeCheck,
    Schedule,
    Site,
    Trigger,
    Visit,
)

_Part = TypeVar("_Part", Arm, Visit, Estimand)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A randomised trial of two arms with a binary primary outcome, read by `read_protocol`.

    Attributes:
        identity: names and numbers.
        arms: two, one of them the control.
        allocation, schedule, trigger, size, endpoint, eligibility: see their classes.
        estimands: the primary one first.
        analysis_sets, sites, range_checks: in the order of the file.
        assumed: keys of whole lists that the registration does not state, such as 'sites'.
    """

    identity: Identity
    arms: tuple[Arm, ...]
    allocation: Allocation
    schedule: Schedule
    trigger: Trigger
    size: Size
    endpoint: Endpoint
    estimands: tuple[Estimand, ...]
    analysis_sets: tuple[AnalysisSet, ...]
    sites: tuple[Site, ...]
    range_checks: tuple[RangeCheck, ...]
    eligibility: Eligibility
    assumed: tuple[str, ...] = ()

    def hash(self) -> str:
        """SHA-256 of the protocol's content: canonical JSON (UTF-8, sorted keys, no spaces).

        The same for the same choices, however the file is laid out; the criteria's file counts.
        """
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The content that `hash` is of."""
        return json.dumps(
            asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ).encode()

    @property
    def control(self) -> Arm:
        """The arm that the other is compared with."""
        return next(arm for arm in self.arms if arm.control)

    @property
    def treated(self) -> Arm:
        """The arm that is compared with the control."""
        return next(arm for arm in self.arms if not arm.control)

    def arm(self, name: str) -> Arm:
        """An arm by name; KeyError where there is none."""
        return _named(self.arms, name)

    def visit(self, name: str) -> Visit:
        """A visit by name; KeyError where there is none."""
        return _named(self.schedule.visits, name)

    def estimand(self, name: str) -> Estimand:
        """An estimand by name; KeyError where there is none."""
        return _named(self.estimands, name)

    @property
    def endpoint_visit(self) -> Visit:
        """The visit at which the primary outcome is read."""
        return self.visit(self.endpoint.at_visit)

    def range_check(self, test: str) -> RangeCheck | None:
        """The limits of a test, None where none are set."""
        return next((check for check in self.range_checks if check.test == test), None)


def _named(parts: tuple[_Part, ...], name: str) -> _Part:
    for part in parts:
        if part.name == name:
            return part
    raise KeyError(name)
