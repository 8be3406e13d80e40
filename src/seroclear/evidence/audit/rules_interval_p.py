"""Intervals against p values."""

from __future__ import annotations

import math
from collections.abc import Iterator

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.normal_interval import NOT_WALD, about, level, usable
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rules_tests import GROSS
from seroclear.evidence.audit.tests import agrees, decides_otherwise, normal_p, quantile
from seroclear.evidence.claims.claim import Effect
from seroclear.evidence.text.measures import DIFFERENCES, RATIOS
from seroclear.evidence.text.token import Reported


def interval_p(paper: Paper) -> Iterator[Finding]:
    """The p value that an estimate and its interval imply against the printed one."""
    for effect in paper.all(Effect):
        if effect.p is None or effect.measure not in RATIOS | DIFFERENCES or not usable(effect):
            continue
        low, high = _implied(effect)
        printed = effect.p
        told = (
            f"the interval implies p = {low:.2g} to {high:.2g}, "
            f"printed p {printed.comparator or '='} {printed.text}"
        )
        if agrees(low, high, printed):
            yield about("interval-p", effect, Verdict.CONSISTENT, told, "")
            continue
        if NOT_WALD.search(paper.sentence(effect)):
            yield about(
                "interval-p", effect, Verdict.NOT_AUDITABLE, told, "The text names another test."
            )
            continue
        if agrees(low / 2, high / 2, printed):
            yield about(
                "interval-p",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right if p is one-sided, or of another test (score, likelihood ratio).",
            )
            continue
        value = float(printed.value)
        far = value < low / GROSS or value > high * GROSS
        if decides_otherwise(low, high, printed) and (
            far if not printed.comparator else _far(printed, low, high)
        ):
            yield about(
                "interval-p",
                effect,
                Verdict.INCONSISTENT,
                told,
                f"Interval and p decide differently at {1 - level(effect) / 100:.2f}, by far.",
            )
        else:
            yield about(
                "interval-p",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right if p is of another test (score, likelihood ratio, log-rank).",
            )


def _far(printed: Reported, low: float, high: float) -> bool:
    value = float(printed.value)
    return low >= value * 2 if printed.comparator in ("<", "≤") else high <= value / GROSS


def _implied(effect: Effect) -> tuple[float, float]:
    """Least and greatest two-sided p of a normal test of all numbers that print like these."""
    ps = []
    assert effect.lower is not None
    assert effect.upper is not None
    ratio = effect.measure in RATIOS
    z = quantile(level(effect))
    for estimate in (effect.estimate.lowest, effect.estimate.value, effect.estimate.highest):
        for lower in (effect.lower.lowest, effect.lower.value, effect.lower.highest):
            for upper in (effect.upper.lowest, effect.upper.value, effect.upper.highest):
                if ratio and (lower <= 0 or estimate <= 0):
                    continue
                if upper <= lower:
                    continue
                if ratio:
                    se = math.log(float(upper / lower)) / (2 * z)
                    ps += [
                        normal_p(math.log(float(estimate)) / se),
                        normal_p(math.log(float(lower) * float(upper)) / 2 / se),
                    ]
                else:
                    se = float(upper - lower) / (2 * z)
                    ps += [
                        normal_p(float(estimate) / se),
                        normal_p(float(lower + upper) / 2 / se),
                    ]
    return (min(ps), max(ps)) if ps else (0.0, 1.0)
