"""How often somebody at a site, who sees what was given there, guesses the next allocation.

The guess is the arm that the site has had less often so far, a coin's where both were as frequent
(the convergence strategy: Blackwell & Hodges, Ann Math Stat 1957;28:449). Two arms, 1:1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools

Ints = NDArray[np.int_]


def blackwell_hodges(blocks: Sequence[int]) -> float:
    """Expected share of correct guesses in whole permuted blocks, sizes drawn with equal chance.

    Whoever does not know the sizes guesses as well: every block ends even, so that the arm behind
    is the same in the block as in all.
    """
    correct = sum(size / 2 + (2**size / comb(size, size // 2) - 1) / 2 for size in blocks)
    return float(correct / sum(blocks))


@dataclass(frozen=True, slots=True)
class Procedure:
    """A way to allocate. `blocks` empty and `coin` 1/2: simple randomisation.

    Attributes:
        blocks: sizes of permuted blocks, drawn at random.
        by_site, by_stratum: a list of its own for each site, for each stratum.
        coin: with minimisation, the chance of the arm that lessens the imbalance.
        balance_site: minimise the imbalance within the site as well as overall.
    """

    label: str
    blocks: tuple[int, ...] = ()
    by_site: bool = False
    by_stratum: bool = False
    coin: float = 0.5
    balance_site: bool = False


def correct_guesses(
    procedure: Procedure,
    participants: int,
    sites: int,
    strata: Sequence[float] = (1.0,),
    trials: int = 2000,
    seed: int = 1,
) -> float:
    """Share of correct guesses in simulated trials.

    Args:
        procedure: of allocation.
        participants: of each trial; they come to the sites at random.
        sites: how many, equally large.
        strata: how frequent each stratum of the participants is.
        trials: how many.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    site = random.integers(0, sites, (participants, trials))
    stratum = random.choice(len(strata), size=(participants, trials), p=list(strata))
    lists = _lists(procedure, site, stratum, sites)
    every = np.arange(trials)
    given = np.zeros((trials, sites), dtype=int)  # at each site, treated less control
    overall = np.zeros(trials, dtype=int)
    left = np.zeros((2, trials, int(lists.max()) + 1), dtype=int)  # in the open block, of each arm
    correct = 0.0
    for here, part in zip(site, lists, strict=True):
        seen = given[every, here]
        if procedure.blocks:
            treated = _from_block(procedure.blocks, left, every, part, random)
        else:
            behind = overall + (seen if procedure.balance_site else 0)
            chance = np.where(
                behind == 0, 0.5, np.where(behind < 0, procedure.coin, 1 - procedure.coin)
            )
            treated = random.random(trials) < chance
        guess = np.where(seen == 0, 0.5, (seen < 0) == treated)
        correct += float(guess.sum())
        step = np.where(treated, 1, -1)
        given[every, here] += step
        overall += step
    return correct / (participants * trials)


def _lists(procedure: Procedure, site: Ints, stratum: Ints, sites: int) -> Ints:
    """Which list each participant's allocation comes from."""
    lists = np.zeros_like(site)
    if procedure.by_site:
        lists = lists + site
    if procedure.by_stratum:
        lists = lists + stratum * (sites if procedure.by_site else 1)
    return lists


def _from_block(
    blocks: Sequence[int], left: Ints, every: Ints, part: Ints, random: np.random.Generator
) -> Bools:
    """The next allocation of each trial's list; a new block is opened where one is used up."""
    empty = left[:, every, part].sum(axis=0) == 0
    half = random.choice(np.array(blocks) // 2, size=every.size)
    left[:, every[empty], part[empty]] = half[empty]
    treated = random.random(every.size) * left[:, every, part].sum(axis=0) < left[0, every, part]
    left[np.where(treated, 0, 1), every, part] -= 1
    return np.asarray(treated, dtype=bool)
