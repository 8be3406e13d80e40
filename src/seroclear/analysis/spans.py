"""Sums over spans of places that no larger sum is taken from: exact however far values lie apart.

A span is cut into blocks whose lengths are powers of two and that begin at multiples of them, so
each costs as many steps as the number of places has binary digits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats

Ints = NDArray[np.intp]


def over_places(first: Ints, after: Ints, values: Floats, size: int) -> Floats:
    """At each of `size` places the sum of `values`, shape (rows,) or (rows, k), of the rows whose
    span from `first` to before `after` holds it."""
    by_length: list[Floats] = []
    for length, (rows, block) in enumerate(_blocks(first, after, size)):
        blocks = _width(size) >> (length // 2)
        made = summed(block, values[rows], blocks)
        if length % 2:
            by_length[-1] += made
        else:
            by_length.append(made)
    total = by_length[-1]
    for made in reversed(by_length[:-1]):
        total = np.repeat(total, 2, axis=0) + made
    return np.asarray(total[:size])


def over_spans(first: Ints, after: Ints, values: Floats) -> Floats:
    """For each row the sum of `values`, shape (places,) or (places, k), over its span."""
    size = values.shape[0]
    sums = np.zeros((_width(size), *values.shape[1:]))
    sums[:size] = values
    total = np.zeros((first.size, *values.shape[1:]))
    for length, (rows, block) in enumerate(_blocks(first, after, size)):
        total[rows] += sums[block]
        if length % 2:
            sums = sums[0::2] + sums[1::2] if sums.shape[0] > 1 else sums
    return total


def _width(size: int) -> int:
    return 1 << max(size - 1, 0).bit_length()


def _blocks(first: Ints, after: Ints, size: int) -> Iterator[tuple[Bools, Ints]]:
    """For lengths 1, 2, 4 ... twice: the rows whose span begins, or ends, with a block of the
    length, and which block."""
    begin, end = first.copy(), after.copy()
    for _ in range(_width(size).bit_length()):
        rows = (begin < end) & (begin % 2 == 1)
        yield rows, begin[rows]
        begin[rows] += 1
        rows = (begin < end) & (end % 2 == 1)
        end[rows] -= 1
        yield rows, end[rows]
        begin //= 2
        end //= 2


def summed(place: Ints, values: Floats, size: int) -> Floats:
    """The sum of `values`, shape (rows,) or (rows, k), at each place 0 ... size - 1."""
    if values.ndim == 1:
        return np.asarray(np.bincount(place, weights=values, minlength=size), dtype=float)
    columns = [summed(place, column, size) for column in values.T]
    return np.column_stack(columns) if columns else np.zeros((size, 0))
