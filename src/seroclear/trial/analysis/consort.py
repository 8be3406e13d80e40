"""The numbers of a CONSORT 2025 flow diagram, whose arithmetic is checked.

Hopewell et al., CONSORT 2025 statement (BMJ, JAMA, Lancet, Nat Med and PLoS Med, 2025), item 22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seroclear.errors import SeroclearError


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """What became of an arm's participants.

    Attributes:
        label: of the arm.
        allocated: randomised to it.
        received: of them, received what they were allocated to.
        not_received: reason -> of them, did not.
        lost: reason -> lost to follow-up for the primary outcome.
        discontinued: reason -> stopped the intervention (they may still be followed).
        analysed: in the analysis of the primary outcome.
        excluded: reason -> left out of that analysis.
        imputed: of the analysed, whose outcome was missing and counted or imputed.
    """

    label: str
    allocated: int
    received: int
    not_received: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    discontinued: Mapping[str, int] = field(default_factory=dict)
    analysed: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    imputed: int = 0


@dataclass(frozen=True, slots=True)
class ConsortFlow:
    """Participants from assessment to analysis.

    Attributes:
        assessed: for eligibility.
        not_eligible: reason -> how many; a person counts once, under the first reason.
        declined: reason -> eligible but not randomised.
        randomised: how many.
        arms: two or more.

    Raises:
        SeroclearError: the numbers contradict one another; the sentence says which.
    """

    assessed: int
    not_eligible: Mapping[str, int]
    declined: Mapping[str, int]
    randomised: int
    arms: tuple[ArmFlow, ...]

    def __post_init__(self) -> None:
        left = sum(self.not_eligible.values()) + sum(self.declined.values())
        _same(
            "assessed for eligibility", self.assessed, "left and randomised", left, self.randomised
        )
        parts = [arm.allocated for arm in self.arms]
        _same("randomised", self.randomised, "allocated to the arms", *parts)
        _counts("before randomisation", self.assessed, self.randomised)
        _counts("not eligible", *self.not_eligible.values())
        _counts("declined", *self.declined.values())
        for arm in self.arms:
            _check(arm)


def _check(arm: ArmFlow) -> None:
    for name in ("not_received", "lost", "discontinued", "excluded"):
        _counts(f"{arm.label}, {name}", *getattr(arm, name).values())
    _counts(arm.label, arm.allocated, arm.received, arm.analysed, arm.imputed)
    not_received = sum(arm.not_received.values())
    place = f"{arm.label}: allocated"
    _same(place, arm.allocated, "received and not received", arm.received, not_received)
    excluded = sum(arm.excluded.values())
    _same(place, arm.allocated, "analysed and excluded", arm.analysed, excluded)
    lost = sum(arm.lost.values())
    if lost > arm.allocated:
        raise SeroclearError(f"{arm.label}: {lost} lost of {arm.allocated} allocated.")
    if arm.imputed > arm.analysed:
        raise SeroclearError(f"{arm.label}: {arm.imputed} imputed of {arm.analysed} analysed.")
    if lost > excluded + arm.imputed:
        raise SeroclearError(
            f"{arm.label}: {lost} lost to follow-up, but {excluded} left out of the analysis and "
            f"{arm.imputed} counted without an outcome: name the others in excluded or imputed."
        )


def _same(whole: str, number: int, parts: str, *numbers: int) -> None:
    if number != sum(numbers):
        together = " + ".join(map(str, numbers))
        raise SeroclearError(
            f"CONSORT: {whole}: {number}, but {parts}: {together} = {sum(numbers)}."
        )


def _counts(place: str, *numbers: int) -> None:
    if any(number < 0 for number in numbers):
        raise SeroclearError(f"CONSORT: {place}: a count is below 0.")
