"""p values corrected for how many were looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats


def holm(p: Floats) -> Floats:
    """Adjusted so that the chance of any false claim stays below 5% (Holm, Scand J Stat 1979;6:65).

    Args:
        p: shape (tests,); nan (no test) stays nan and does not count as a test.
    """
    rising = _rising(p)
    size = rising.size
    return _put(p, rising, np.maximum.accumulate(p[rising] * (size - np.arange(size))))


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted so that below 5% of the claims are false, for independent or positively dependent
    tests (Benjamini & Hochberg, J R Stat Soc B 1995;57:289). nan as in `holm`."""
    rising = _rising(p)
    scaled = p[rising] * rising.size / np.arange(1, rising.size + 1)
    return _put(p, rising, np.minimum.accumulate(scaled[::-1])[::-1])


def _rising(p: Floats) -> NDArray[np.intp]:
    known = np.flatnonzero(np.isfinite(p))
    return known[np.argsort(p[known], kind="stable")]


def _put(p: Floats, places: NDArray[np.intp], values: Floats) -> Floats:
    adjusted = np.full(p.shape, np.nan)
    adjusted[places] = np.minimum(1.0, values)
    return adjusted
