"""The arm of the next participant: permuted blocks of random size, or minimisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seroclear.trial.randomisation.configuration import Configuration
from seroclear.trial.randomisation.stream import Stream


@dataclass(frozen=True, slots=True)
class Before:
    """Somebody allocated before: what minimisation counts."""

    arm: str
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An allocation and what explains it.

    Attributes:
        imbalance: for blocks the number allocated to each arm in the stratum so far; for
            minimisation, for each arm, the imbalance that it would make.
        probability: of each arm. For blocks the shares of the ratio: the conditional ones would
            tell where in its block the allocation stands.
    """

    arm: str
    imbalance: dict[str, float]
    probability: dict[str, float]


def draw(
    key: bytes, configuration: Configuration, levels: Mapping[str, str], before: Sequence[Before]
) -> Drawn:
    """The arm of the participant who comes after all of `before`, in the order of allocation."""
    if configuration.method == "minimisation":
        return _minimised(key, configuration, levels, before)
    stratum = configuration.stratum(dict(levels))
    here = [one.arm for one in before if configuration.stratum(dict(one.levels)) == stratum]
    together = sum(share for _, share in configuration.arms)
    return Drawn(
        arm=_in_blocks(key, configuration, stratum, len(here)),
        imbalance={arm: here.count(arm) for arm, _ in configuration.arms},
        probability={arm: share / together for arm, share in configuration.arms},
    )


def _in_blocks(key: bytes, configuration: Configuration, stratum: str, place: int) -> str:
    """The arm at a place (from 0) of a stratum."""
    together = sum(share for _, share in configuration.arms)
    number = 0
    while True:
        stream = Stream(key, configuration.trial, "block", stratum, number)
        size = configuration.blocks[stream.below(len(configuration.blocks))]
        if place < size:
            rounds = size // together
            arms = [arm for arm, share in configuration.arms for _ in range(share * rounds)]
            return stream.shuffled(arms)[place]
        place -= size
        number += 1


def _minimised(
    key: bytes, configuration: Configuration, levels: Mapping[str, str], before: Sequence[Before]
) -> Drawn:
    """Pocock and Simon 1975: the arm that makes the least imbalance, with a biased coin.

    The imbalance of an arm is the sum over the factors of the range of the arms' counts at the
    participant's level, had the participant been allocated to it. Without factors it is the range
    of the arms' totals.
    """
    arms = [arm for arm, _ in configuration.arms]
    imbalance = {arm: float(_imbalance(arm, arms, configuration, levels, before)) for arm in arms}
    least = min(imbalance.values())
    best = [arm for arm in arms if imbalance[arm] == least]
    if len(best) == len(arms):
        probability = {arm: 1 / len(arms) for arm in arms}
    else:
        others = len(arms) - len(best)
        probability = {
            arm: configuration.probability / len(best)
            if arm in best
            else (1 - configuration.probability) / others
            for arm in arms
        }
    coin = Stream(key, configuration.trial, "minimisation", len(before)).unit()
    reached = 0.0
    for arm in arms:
        reached += probability[arm]
        if coin < reached:
            return Drawn(arm, imbalance, probability)
    return Drawn(arms[-1], imbalance, probability)  # the shares summed to a little under 1


def _imbalance(
    arm: str,
    arms: Sequence[str],
    configuration: Configuration,
    levels: Mapping[str, str],
    before: Sequence[Before],
) -> int:
    total = 0
    for name in [name for name, _ in configuration.factors] or [""]:
        alike = [one.arm for one in before if not name or one.levels[name] == levels[name]]
        counts = [alike.count(other) + (other == arm) for other in arms]
        total += max(counts) - min(counts)
    return total
