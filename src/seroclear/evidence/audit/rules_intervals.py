"""Lower limit, estimate and upper limit in their order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.normal_interval import about, estimate_of
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import digit_edits
from seroclear.evidence.claims.claim import AccuracyEstimate, Effect
from seroclear.evidence.text.measures import RATIOS
from seroclear.evidence.text.token import Reported


def interval_order(paper: Paper) -> Iterator[Finding]:
    """The lower limit is below the upper one, and the estimate between them."""
    for effect in with_limits(paper):
        lower, upper, estimate = effect.lower, effect.upper, estimate_of(effect)
        assert lower is not None
        assert upper is not None
        told = f"{estimate} with {lower} to {upper}"
        if lower.value > upper.value:
            yield _reversed(effect, told)
            continue
        if estimate.highest > lower.lowest and estimate.lowest < upper.highest:
            yield about("interval-order", effect, Verdict.CONSISTENT, told, "")
            continue
        yield _outside(effect, told)


def with_limits(paper: Paper) -> list[Effect | AccuracyEstimate]:
    found: list[Effect | AccuracyEstimate] = []
    for claim in paper.flat:
        if isinstance(claim, Effect | AccuracyEstimate) and claim.lower and claim.upper:
            found.append(claim)
    return found


def _reversed(effect: Effect | AccuracyEstimate, told: str) -> Finding:
    lower, upper, estimate = effect.lower, effect.upper, estimate_of(effect)
    assert lower is not None
    assert upper is not None
    if upper.value <= estimate.value <= lower.value:
        if lower.value <= 0 or effect.measure not in RATIOS:
            return about(
                "interval-order", effect, Verdict.NOTE, told, "The limits are in reverse order."
            )
        return about(
            "interval-order",
            effect,
            Verdict.INCONSISTENT,
            told,
            "The limits are in reverse order.",
            f"{upper} to {lower}",
        )
    sign = -upper.value if upper.value > 0 else None
    if lower.value > 0 and sign is None:
        return about(
            "interval-order", effect, Verdict.CONSISTENT_IF, told, "It is right if a sign was lost."
        )
    repairs = _limit_repairs(estimate, lower, upper)
    return about(
        "interval-order",
        effect,
        Verdict.IMPOSSIBLE,
        told,
        "The lower limit is above the upper one.",
        repairs[0] if len(repairs) == 1 else "",
    )


def _limit_repairs(estimate: Reported, lower: Reported, upper: Reported) -> list[str]:
    """Changes of one digit in one limit that bring the estimate near the middle."""
    found = []
    for which, other in ((lower, upper), (upper, lower)):
        for text in sorted(digit_edits(which.text)):
            limits = sorted((Fraction(text), other.value))
            if limits[0] <= 0 or not limits[0] < estimate.value < limits[1]:
                continue
            middle = math.sqrt(float(limits[0] * limits[1]))
            if abs(middle / float(estimate.value) - 1) < 0.02 and which.value != Fraction(text):
                found.append(f"{text} instead of {which}")
    return found


def _outside(effect: Effect | AccuracyEstimate, told: str) -> Finding:
    lower, upper, estimate = effect.lower, effect.upper, estimate_of(effect)
    assert lower is not None
    assert upper is not None
    low, high, value = lower.value, upper.value, estimate.value

    def found(verdict: Verdict, explanation: str, repair: str = "") -> Finding:
        return about("interval-order", effect, verdict, told, explanation, repair)

    ratio = effect.measure in RATIOS
    for factor in (Fraction(100), Fraction(1, 100)):
        if low <= value * factor <= high:
            return found(
                Verdict.CONSISTENT_IF, "Estimate and limits are in different units (percent)."
            )
    if value < 0 < low and low <= -value <= high:
        return found(Verdict.CONSISTENT_IF, "It is right if the limits lost their signs.")
    if value > 0 and (low <= -value <= high or -high <= value <= -low):
        return found(Verdict.CONSISTENT_IF, "It is right if a sign was lost.")
    if ratio and value > 0 and low <= 1 / value <= high:
        return found(Verdict.CONSISTENT_IF, "The limits are those of the inverse ratio.")
    if ratio and value > 0 and float(low) <= math.log(float(value)) <= float(high):
        return found(Verdict.CONSISTENT_IF, "The limits are those of the logarithm.")
    if not effect.measure:
        return found(
            Verdict.NOT_AUDITABLE, "Which estimate the interval belongs to is not certain."
        )
    repairs = [
        f"{text} instead of {estimate}"
        for text in sorted(digit_edits(estimate.text))
        if ratio
        and low > 0
        and Fraction(text) > 0
        and abs(float(Fraction(text)) / math.sqrt(float(low * high)) - 1) < 0.01
    ]
    repairs += _limit_repairs(estimate, lower, upper) if ratio and low > 0 else []
    return found(
        Verdict.IMPOSSIBLE,
        "The estimate lies outside its interval.",
        repairs[0] if len(repairs) == 1 else "",
    )
