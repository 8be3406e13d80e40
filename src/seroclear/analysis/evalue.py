"""How strong an unmeasured confounder would have to be to explain an estimate away."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EValue:
    """The E-value of an estimate and of its limit nearer to 1 (1 when the limits hold 1)."""

    value: float
    limit: float


def e_value(ratio: float, lower: float, upper: float, common: bool = False) -> EValue:
    """E-value of a risk ratio (VanderWeele & Ding, Ann Intern Med 2017;167:268).

    Args:
        ratio, lower, upper: risk ratio with 95% limits, > 0; an odds ratio or a hazard ratio may
            stand for it where the outcome is rare (below 15% at the end of follow-up).
        common: the ratio is a hazard ratio of an outcome that is not rare: it is turned into a
            risk ratio first, (1 − 0.5^√HR) / (1 − 0.5^√(1/HR)).
    """
    if common:
        ratio, lower, upper = (_risk_ratio(value) for value in (ratio, lower, upper))
    if lower <= 1 <= upper:
        return EValue(_bound(ratio), 1.0)
    return EValue(_bound(ratio), _bound(lower if ratio > 1 else upper))


def _bound(ratio: float) -> float:
    above = ratio if ratio >= 1 else 1 / ratio
    return above + math.sqrt(above * (above - 1))


def _risk_ratio(hazard_ratio: float) -> float:
    survival, against = (math.pow(0.5, math.sqrt(h)) for h in (hazard_ratio, 1 / hazard_ratio))
    return (1 - survival) / (1 - against)
