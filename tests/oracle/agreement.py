"""How closely the analyses agree with R: `python tests/oracle/agreement.py`.

Writes the table of agreement, and that of the words a reader sees in thin data (`thin_data.py`),
into docs/statistics.md. R's numbers are those stored in `expected`.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))  # for the module `document`

import cohorts
import thin_data
from comparisons import COMPARISONS
from comparisons_regression import REGRESSION
from document import markdown, put

DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"
EVERY = [*COMPARISONS, *REGRESSION]
EXACT = 15  # digits a double holds for certain


def digits(ours: float | None, r: float | None) -> float:
    """Significant digits two numbers share; None is R's NA and agrees with None alone."""
    if ours is None or r is None or ours == r:
        return math.inf if ours == r else 0.0
    return -math.log10(abs(ours - r) / max(abs(ours), abs(r)))


@cache
def shared_digits() -> list[dict[str, float]]:
    """For each comparison the digits shared, by number."""
    found = []
    for comparison in EVERY:
        r = cohorts.expected(comparison.stored)
        ours = comparison.numbers()
        found.append({name: digits(value, r[name]) for name, value in ours.items()})
    return found


HEADER = ("method", "data", "R", "numbers", "digits")


def table() -> list[list[str]]:
    """One line a comparison; its digits are those of the number that agrees least."""
    return [
        [c.method, c.data, c.r, str(len(shared)), str(math.floor(min(EXACT, *shared.values())))]
        for c, shared in zip(EVERY, shared_digits(), strict=True)
    ]


if __name__ == "__main__":
    put(DOCUMENT, "agreement", markdown(HEADER, table()))
    put(DOCUMENT, "thin-data", markdown(thin_data.HEADER, thin_data.table()))
