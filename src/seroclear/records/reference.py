"""The laboratory's own reference range, as printed beside a result."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from seroclear.records.units import fold
from seroclear.records.words import NUMBER, read_number

_BOTH: Final = re.compile(rf"({NUMBER})\s*(?:-+|~+|to|至)\s*({NUMBER})")
_ONE: Final = re.compile(rf"(<=?|>=?|小于|低于|大于|高于)\s*({NUMBER})")


@lru_cache(maxsize=4096)
def read_reference(text: str) -> tuple[float | None, float | None]:
    """Lower and upper limit of normal in the printed unit, None where there is none.

    Reads '0-40', '9～50', '0--40', '≤40', '>1'. Words ('阴性') and everything else give no limits.
    """
    folded = fold(text).strip("()[] ")
    if match := _BOTH.fullmatch(folded):
        low, high = read_number(match[1]), read_number(match[2])
        return (low, high) if low < high else (None, None)
    if match := _ONE.fullmatch(folded):
        limit = read_number(match[2])
        return (None, limit) if match[1][0] in "<小低" else (limit, None)
    return None, None
