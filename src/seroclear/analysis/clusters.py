"""Rows that belong to the same person, put in batches of persons with equally many rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats


def batches(person: NDArray[Any], order: Floats) -> list[NDArray[np.intp]]:
    """Row numbers of shape (persons, rows each), one array for each number of rows.

    Args:
        person: whose row it is, shape (n,).
        order: place of the row within the person (visit, time), shape (n,).
    """
    sorted_rows = np.lexsort((order, person))
    _, start, count = np.unique(person[sorted_rows], return_index=True, return_counts=True)
    return [
        sorted_rows[start[count == size][:, None] + np.arange(size)] for size in np.unique(count)
    ]
