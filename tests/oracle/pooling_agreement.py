"""How closely pooling agrees with metafor: `python tests/oracle/pooling_agreement.py`.

Writes the table of agreement into docs/evidence-pooling.md.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))  # for the module `document`

import cohorts
from agreement import EXACT, HEADER, digits
from comparisons_pooling import POOLING
from document import markdown, put

DOCUMENT = Path(__file__).parents[2] / "docs" / "evidence-pooling.md"


@cache
def shared_digits() -> list[dict[str, float]]:
    """For each comparison the digits shared, by number."""
    r = cohorts.expected("pooling")
    return [
        {name: digits(value, r[name]) for name, value in comparison.numbers().items()}
        for comparison in POOLING
    ]


def table() -> list[list[str]]:
    """One line a comparison; its digits are those of the number that agrees least."""
    return [
        [c.method, c.data, c.r, str(len(shared)), str(math.floor(min(EXACT, *shared.values())))]
        for c, shared in zip(POOLING, shared_digits(), strict=True)
    ]


if __name__ == "__main__":
    put(DOCUMENT, "agreement", markdown(HEADER, table()))
