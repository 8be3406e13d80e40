"""One answer from several imputed data sets: Rubin's rules.

Rubin 1987; degrees of freedom by Barnard & Rubin, Biometrika 1999;86:948.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled estimate; None, and a note, where there is none.

    Attributes:
        value, se, lower, upper, p: on the scale of the estimates, 95% limits by Student's t.
        df: degrees of freedom.
        missing_information: share of the information that the missing values took.
    """

    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    p: float | None
    df: float | None
    missing_information: float | None
    note: str = ""


def pool(
    estimate: Sequence[float], variance: Sequence[float], complete_df: float = math.inf
) -> Pooled:
    """Rubin's rules.

    Args:
        estimate, variance: from each imputed data set, on a scale where they are about normal
            (log odds ratio, log hazard ratio).
        complete_df: degrees of freedom had nothing been missing (persons less coefficients); inf
            for large samples.
    """
    from scipy.stats import t

    values, inside = np.array(estimate, dtype=float), np.array(variance, dtype=float)
    m = values.size
    if m < 2 or not (np.isfinite(values) & np.isfinite(inside)).all():
        note = "an imputed data set has no estimate" if m >= 2 else "fewer than two imputations"
        return Pooled(None, None, None, None, None, None, None, note)
    value, within, between = float(values.mean()), float(inside.mean()), float(values.var(ddof=1))
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    df = _degrees(m, share, complete_df)
    increase = share / (1 - share) if share < 1 else math.inf
    small = 0.0 if math.isinf(df) else 2 / (df + 3)
    missing = (increase + small) / (1 + increase)
    se = math.sqrt(total)
    reach = float(t.isf((1 - CONFIDENCE) / 2, df)) * se
    p = float(2 * t.sf(abs(value) / se, df))
    return Pooled(value, se, value - reach, value + reach, p, df, missing)


def _degrees(m: int, share: float, complete: float) -> float:
    if share == 0:
        return complete if math.isinf(complete) else (complete + 1) / (complete + 3) * complete
    large = (m - 1) / share**2
    if math.isinf(complete):
        return large
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return large * observed / (large + observed)
