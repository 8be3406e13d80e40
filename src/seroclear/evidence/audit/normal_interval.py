"""An estimate with its limits as a normal interval, and findings about it."""

from __future__ import annotations

import math
import re

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.tests import quantile
from seroclear.evidence.claims.claim import AccuracyEstimate, Effect
from seroclear.evidence.text.measures import RATIOS
from seroclear.evidence.text.token import Reported

# Words that say that interval and p value need not come from one normal test.
NOT_WALD = re.compile(
    r"\b(?:interaction|trend|heterogeneity|one-?sided|one-?tailed|non-?inferior\w*|equivalen\w*|"
    r"bootstrap\w*|Bayes\w*|credible|posterior)\b",
    re.IGNORECASE,
)


def estimate_of(effect: Effect | AccuracyEstimate) -> Reported:
    return effect.estimate if isinstance(effect, Effect) else effect.value


def about(
    rule: str,
    effect: Effect | AccuracyEstimate,
    verdict: Verdict,
    computation: str,
    explanation: str,
    repair: str = "",
) -> Finding:
    return Finding(
        rule, verdict, effect.quote, effect.start, effect.end, computation, explanation, repair
    )


def usable(effect: Effect) -> bool:
    """Whether estimate and limits are usable for arithmetic on the scale of the measure."""
    lower, upper, estimate = effect.lower, effect.upper, effect.estimate
    if lower is None or upper is None or not lower.value <= estimate.value <= upper.value:
        return False
    if lower.value >= upper.value or lower.unit != upper.unit:
        return False
    return effect.measure not in RATIOS or lower.value > 0


def standard_error(effect: Effect) -> float:
    """The standard error that the interval implies, of the logarithm for a ratio."""
    assert effect.lower is not None
    assert effect.upper is not None
    width = (
        math.log(float(effect.upper.value) / float(effect.lower.value))
        if effect.measure in RATIOS
        else float(effect.upper.value - effect.lower.value)
    )
    return width / (2 * quantile(level(effect)))


def level(effect: Effect) -> float:
    level = float(effect.level.value) if effect.level else 95.0
    return level if 50 < level < 100 else 95.0


def rounding_slack(effect: Effect, ratio: bool) -> float:
    """How far rounding of the three numbers can move the middle from the estimate."""
    assert effect.lower is not None
    assert effect.upper is not None
    if not ratio:
        return float(effect.estimate.step / 2 + effect.lower.step / 4 + effect.upper.step / 4)
    total = 0.0
    for number, weight in ((effect.estimate, 1.0), (effect.lower, 0.5), (effect.upper, 0.5)):
        value, half = float(number.value), float(number.step) / 2
        total += weight * abs(math.log(value / max(value - half, value / 10)))
    return total
