"""Estimates against the middle of their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.normal_interval import (
    NOT_WALD,
    about,
    rounding_slack,
    standard_error,
    usable,
)
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import digit_edits
from seroclear.evidence.claims.claim import Effect
from seroclear.evidence.text.measures import DIFFERENCES, RATIOS

# An estimate so many standard errors off the centre of its interval: below the first, silence
# (other than normal intervals, rounding upstream); above the second, no usual interval explains it.
OFF_CENTRE, FAR_OFF = 0.15, 0.5
# Exact intervals of sparse data are lopsided; with limits this many times apart nothing is said.
SPARSE = 25


def interval_centre(paper: Paper) -> Iterator[Finding]:
    """A ratio lies near the geometric middle of its limits, a difference near the middle."""
    for effect in paper.all(Effect):
        if effect.measure not in RATIOS | DIFFERENCES or not usable(effect):
            continue
        lower, upper, estimate = effect.lower, effect.upper, effect.estimate
        assert lower is not None
        assert upper is not None
        ratio = effect.measure in RATIOS
        middle = (
            math.sqrt(float(lower.value * upper.value))
            if ratio
            else float(lower.value + upper.value) / 2
        )
        se = standard_error(effect)
        value = float(estimate.value)
        off = abs(math.log(value / middle) if ratio else value - middle) / se
        slack = rounding_slack(effect, ratio) / se
        told = (
            f"middle of the limits {middle:.{max(estimate.decimals, 0)}f}, "
            f"{off:.2f} standard errors off"
        )
        if off - slack <= OFF_CENTRE:
            yield about("interval-centre", effect, Verdict.CONSISTENT, told, "")
        elif ratio and upper.value / lower.value > SPARSE:
            yield about(
                "interval-centre",
                effect,
                Verdict.NOT_AUDITABLE,
                told,
                "Sparse data: the interval is wide.",
            )
        elif ratio and abs(value - float(lower.value + upper.value) / 2) / value < 0.03:
            yield about(
                "interval-centre",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right if the interval was computed on the scale of the ratio itself.",
            )
        elif off - slack <= FAR_OFF or NOT_WALD.search(paper.sentence(effect)) or not ratio:
            yield about(
                "interval-centre",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right for exact, profile-likelihood or bootstrap limits.",
            )
        else:
            yield about(
                "interval-centre",
                effect,
                Verdict.INCONSISTENT,
                told,
                "No usual interval is so lopsided: one of the three numbers is wrong.",
                _centre_repair(effect),
            )


def _centre_repair(effect: Effect) -> str:
    assert effect.lower is not None
    assert effect.upper is not None
    numbers = {"estimate": effect.estimate, "lower": effect.lower, "upper": effect.upper}
    found = []
    for which, number in numbers.items():
        for text in digit_edits(number.text):
            value = {name: float(one.value) for name, one in numbers.items()}
            value[which] = float(Fraction(text))
            if min(value.values()) <= 0 or not value["lower"] < value["estimate"] < value["upper"]:
                continue
            middle = math.sqrt(value["lower"] * value["upper"])
            if abs(math.log(value["estimate"] / middle)) < 0.01:
                found.append(f"{text} instead of {number}")
    return found[0] if len(found) == 1 else ""
