"""Ratios with intervals against their Wald statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.normal_interval import about, level, standard_error, usable
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import digit_edits
from seroclear.evidence.audit.tests import quantile
from seroclear.evidence.claims.claim import Effect
from seroclear.evidence.text.measures import RATIOS
from seroclear.evidence.text.token import Reported

# Profile-likelihood limits beside a Wald statistic differ by less than this share of it.
OTHER_LIMITS = 0.25
# A statistic known so closely from its estimate cannot be reproduced by chance.
CLOSE = 0.02


def wald(paper: Paper) -> Iterator[Finding]:
    """The Wald statistic of a ratio: (ln estimate / standard error)²."""
    candidates = [
        effect
        for effect in paper.all(Effect)
        if effect.statistic is not None
        and effect.statistic.name in ("chi2", "wald")
        and effect.measure in RATIOS
        and usable(effect)
    ]
    reproduced = [effect for effect in candidates if _fits(*_numbers(effect), level(effect))]
    closely = [effect for effect in reproduced if _is_close(effect)]
    for effect in candidates:
        estimate, lower, upper, printed = _numbers(effect)
        middle = math.sqrt(float(lower.value * upper.value))
        se = standard_error(effect)
        value = (math.log(float(estimate.value)) / se) ** 2
        told = (
            f"{effect.measure} and interval give a Wald χ² of {value:.3f}, the middle of the "
            f"limits ({middle:.{max(estimate.decimals, 0)}f}) one of "
            f"{(math.log(middle) / se) ** 2:.3f}; printed {printed}"
        )
        if effect in reproduced:
            yield about("wald", effect, Verdict.CONSISTENT, told, "")
            continue
        called = effect.statistic is not None and effect.statistic.name == "wald"
        far = abs(float(printed.value) - value) > OTHER_LIMITS * max(value, float(printed.value))
        if closely or (far and (called or reproduced)):
            yield _wrong(effect, told, len(closely) or len(reproduced))
        else:
            yield about(
                "wald",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right for profile-likelihood limits, or a score or likelihood ratio test.",
            )


def _wrong(effect: Effect, told: str, others: int) -> Finding:
    sure = "The text calls it Wald."
    if others:
        sure = f"{others} other estimate{'s' * (others > 1)} of the text reproduce exactly."
    repairs = _repairs(effect)
    mends = "No change of one digit mends it." if not repairs else ""
    if len(repairs) > 1:
        mends = f"{len(repairs)} changes of one digit would mend it."
    return about(
        "wald",
        effect,
        Verdict.INCONSISTENT,
        told,
        f"The three do not belong together. {sure} {mends}".strip(),
        repairs[0] if len(repairs) == 1 else "",
    )


def _numbers(effect: Effect) -> tuple[Reported, Reported, Reported, Reported]:
    """Estimate, limits and statistic."""
    if effect.lower is None or effect.upper is None or effect.statistic is None:
        raise ValueError("an effect without limits or statistic")
    return effect.estimate, effect.lower, effect.upper, effect.statistic.value


def _possible(
    estimate: Reported, lower: Reported, upper: Reported, level_: float
) -> tuple[float, float]:
    """Least and greatest statistic of all numbers that print like these."""
    z = quantile(level_)
    values = []
    for e in (estimate.lowest, estimate.highest):
        for a in (lower.lowest, lower.highest):
            for b in (upper.lowest, upper.highest):
                se = math.log(float(b / a)) / (2 * z)
                values.append((math.log(float(e)) / se) ** 2)
    return min(values), max(values)


def _is_close(effect: Effect) -> bool:
    estimate, lower, upper, printed = _numbers(effect)
    if lower.lowest <= 0:
        return False
    low, high = _possible(estimate, lower, upper, level(effect))
    return high - low < CLOSE * float(printed.value)


def _fits(
    estimate: Reported, lower: Reported, upper: Reported, printed: Reported, level_: float
) -> bool:
    """Whether some numbers that print like these belong together."""
    if lower.lowest <= 0 or estimate.lowest <= 0:
        return True
    low, high = _possible(estimate, lower, upper, level_)
    # The middle must be near the estimate too: both come from one coefficient.
    centre = 0.5 * math.log(float(lower.value * upper.value))
    off = abs(centre - math.log(float(estimate.value)))
    slack = sum(
        weight * math.log(float(n.highest / n.lowest))
        for n, weight in ((estimate, 1.0), (lower, 0.5), (upper, 0.5))
    )
    return low <= float(printed.highest) and high >= float(printed.lowest) and off <= slack


def _about(numbers: list[Reported], level_: float) -> float:
    """The statistic of the printed numbers, quickly."""
    estimate, lower, upper = (float(number.value) for number in numbers[:3])
    return (2 * quantile(level_) * math.log(estimate) / math.log(upper / lower)) ** 2


def _repairs(effect: Effect) -> list[str]:
    numbers = list(_numbers(effect))
    found = []
    for place, number in enumerate(numbers):
        for text in sorted(digit_edits(number.text)):
            changed = list(numbers)
            changed[place] = Reported(text, Fraction(text), number.decimals)
            estimate, lower, upper, printed = changed
            if not 0 < lower.value < estimate.value < upper.value:
                continue
            if abs(_about(changed, level(effect)) / float(printed.value) - 1) > 0.1:
                continue
            if _fits(estimate, lower, upper, printed, level(effect)):
                found.append(f"{text} instead of {number}")
    return found
