"""One method on one data set, beside R."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ours


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our numbers beside R's.

    Attributes:
        method, data, r: what is computed, on which data, and by which function of R.
        stored: the file in `expected`.
        least: significant digits that every number must share with R's.
        numbers: our numbers under the names of R's.
    """

    method: str
    data: str
    r: str
    stored: str
    least: float
    numbers: Callable[[], ours.Numbers]
