"""A cohort's own number beside published ones: is it where a new cohort is expected?

The question is not whether it differs from the published mean, which any large cohort does, but
whether it lies where the next one would: in the predictive distribution (Higgins, Thompson &
Spiegelhalter, J R Stat Soc A 2009;172:137).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from seroclear.analysis.prepared import CONFIDENCE, Z
from seroclear.analysis.result import Row

# estimate -> (scale, what one is in its unit)
SCALES = {
    "survival": ("log", 1.0),
    "cumulative incidence": ("logit", 1.0),
    "risk": ("logit", 1.0),
    "proportion": ("logit", 1.0),
    "percent with outcome": ("logit", 100.0),
    "percent": ("logit", 100.0),
    "rate per 100 person-years": ("log", 1.0),
    "hazard ratio": ("log", 1.0),
    "odds ratio": ("log", 1.0),
    "risk ratio": ("log", 1.0),
}
HALF = 0.5  # added to events and non-events where one is 0


@dataclass(frozen=True, slots=True)
class Expected:
    """Where a cohort as large as this one is expected, and where it lies.

    Attributes:
        lower, upper: 95% of such cohorts lie between them; in the unit of the estimate.
        z: how many standard deviations the own value lies from the middle.
        p: two-sided, of lying so far out.
    """

    lower: float
    upper: float
    z: float
    p: float

    @property
    def inside(self) -> bool:
        """Whether the own value lies where 95% of such cohorts do."""
        return self.p >= 1 - CONFIDENCE


def expected(ours: Row, theirs: Row) -> Expected | None:
    """Our number beside one published one, as if both were samples of one population.

    One study does not tell how much hospitals differ, so the limits are the narrowest there can be.
    None where either has no limits and no counts to make them of, or is of no known scale.
    """
    if ours.estimate != theirs.estimate or ours.estimate not in SCALES:
        return None
    here, there = _placed(ours), _placed(theirs)
    if here is None or there is None:
        return None
    scale, one = SCALES[ours.estimate]
    found = _expected(there, 0.0, math.inf, here, scale, one)
    return replace(found, upper=min(found.upper, 1.0)) if ours.estimate == "survival" else found


def expected_of_pool(
    y: float, se: float, tau2: float, df: float, own: tuple[float, float], scale: str, one: float
) -> Expected:
    """Our number beside pooled studies: their prediction interval, widened by our own error.

    Args:
        y, se, tau2, df: of the pooled mean, on the scale.
        own: our estimate and its variance on the scale.
        scale, one: 'logit', 'log' or 'identity', and what 1 is in the unit shown.
    """
    return _expected((y, se**2), tau2, df, own, scale, one)


def _expected(
    there: tuple[float, float],
    tau2: float,
    df: float,
    here: tuple[float, float],
    scale: str,
    one: float,
) -> Expected:
    from scipy.stats import norm, t

    spread = math.sqrt(there[1] + tau2 + here[1])
    z = (here[0] - there[0]) / spread
    normal = math.isinf(df)
    reach = Z if normal else float(t.isf((1 - CONFIDENCE) / 2, df))
    p = float(2 * (norm.sf(abs(z)) if normal else t.sf(abs(z), df)))
    ends = (there[0] - reach * spread, there[0] + reach * spread)
    lower, upper = (one * _back(end, scale) for end in ends)
    return Expected(lower, upper, z, p)


def _placed(row: Row) -> tuple[float, float] | None:
    """Estimate and variance of a row on its scale, from its counts or else its limits."""
    scale, one = SCALES[row.estimate]
    if row.value is None:
        return None
    if scale == "logit" and row.events is not None and row.n:
        a, b = float(row.events), float(row.n - row.events)
        if a == 0 or b == 0:
            a, b = a + HALF, b + HALF
        return math.log(a / b), 1 / a + 1 / b
    if row.lower is None or row.upper is None:
        return None
    value, lower, upper = (each / one for each in (row.value, row.lower, row.upper))
    ceiling = 1.0 if scale == "logit" or row.estimate == "survival" else math.inf
    if not 0 < value < ceiling:
        return None
    # A limit at the end of the range was cut there: the other one still tells the error.
    if lower > 0 and upper < ceiling:
        se = (_on(upper, scale) - _on(lower, scale)) / (2 * Z)
    elif lower > 0:
        se = (_on(value, scale) - _on(lower, scale)) / Z
    elif upper < ceiling:
        se = (_on(upper, scale) - _on(value, scale)) / Z
    else:
        return None
    return (_on(value, scale), se**2) if se > 0 else None


def _on(value: float, scale: str) -> float:
    return math.log(value / (1 - value)) if scale == "logit" else math.log(value)


def _back(value: float, scale: str) -> float:
    if scale == "identity":
        return value
    return 1 / (1 + math.exp(-value)) if scale == "logit" else math.exp(value)
