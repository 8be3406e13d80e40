"""Which columns of a regression vary by themselves."""

from __future__ import annotations

import numpy as np

from seroclear.analysis.prepared import Floats
from seroclear.analysis.risk_sets import Ints

CONSTANT = "does not vary among those at risk together"
DETERMINED = "determined by the columns before it"
SHORT = 1e-12  # of a column's largest value: what centring leaves of a constant
# Share of a column's length left after the columns before it; below it, the column is their sum.
LEAST = 3e-5


def independent(x: Floats) -> tuple[Ints, tuple[str, ...]]:
    """The columns that neither stay constant nor follow from those before them, and for each column
    '' or why it is left out. `x` has shape (rows, columns); an intercept is understood."""
    kept: list[int] = []
    notes = []
    centred = x - x.mean(axis=0)
    for j, column in enumerate(centred.T):
        length = float(np.linalg.norm(column))
        if length <= SHORT * float(np.abs(x[:, j]).max(initial=0.0)) * max(1, len(x)) ** 0.5:
            notes.append(CONSTANT)
            continue
        rest = column
        if kept:
            before = centred[:, kept]
            rest = column - before @ np.linalg.lstsq(before, column, rcond=None)[0]
        free = np.linalg.norm(rest) > LEAST * length
        notes.append("" if free else DETERMINED)
        if free:
            kept.append(j)
    return np.array(kept, dtype=np.intp), tuple(notes)
