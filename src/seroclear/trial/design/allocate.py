"""Allocation in simulated trials: permuted blocks within strata, many trials at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools
from seroclear.trial.protocol import Protocol


def allocated(protocol: Protocol, stratum: NDArray[np.int_], random: np.random.Generator) -> Bools:
    """Who is treated: permuted blocks of random size within each stratum of each trial.

    Args:
        protocol: its ratio and blocks. Minimisation is simulated as blocks too: what is asked here
            depends on the balance of the arms and not on what can be guessed.
        stratum: shape (trials, participants), participants in order of their enrolment.
        random: where chance comes from.
    """
    ratio = protocol.treated.ratio, protocol.control.ratio
    blocks = protocol.allocation.blocks or (2 * sum(ratio),)
    treated = np.zeros(stratum.shape, dtype=bool)
    for level in range(int(stratum.max(initial=0)) + 1):
        inside = stratum == level
        lists = _lists(blocks, ratio, stratum.shape, random)
        place = np.cumsum(inside, axis=1) - 1
        treated |= inside & np.take_along_axis(lists, np.maximum(place, 0), axis=1)
    return treated


def _lists(
    blocks: tuple[int, ...],
    ratio: tuple[int, int],
    shape: tuple[int, int],
    random: np.random.Generator,
) -> Bools:
    """A list of allocations for each trial, as long as it has participants."""
    trials, length = shape
    sizes = random.choice(np.array(blocks), size=(trials, -(-length // min(blocks))))
    ends = np.cumsum(sizes, axis=1)
    most = int(ends.max())
    block = np.zeros((trials, most + 1), dtype=int)
    rows = np.arange(trials)[:, None]
    block[rows, np.minimum(ends, most)] = 1
    block = np.cumsum(block, axis=1)[:, :most]
    # A block's first places are the treated's; then each block is shuffled by itself.
    start = np.concatenate([np.zeros((trials, 1), dtype=int), ends], axis=1)
    inside = np.arange(most) - np.take_along_axis(start, np.minimum(block, start.shape[1] - 1), 1)
    size = np.take_along_axis(sizes, np.minimum(block, sizes.shape[1] - 1), axis=1)
    first = inside < size * ratio[0] // sum(ratio)
    order = np.argsort(block + random.random(block.shape), axis=1)
    return np.asarray(np.take_along_axis(first, order, axis=1)[:, :length])
