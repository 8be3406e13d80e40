"""Estimates against their intervals, Wald statistics and p values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import digit_edits
from seroclear.evidence.audit.rules_tests import GROSS
from seroclear.evidence.audit.tests import agrees, decides_otherwise, normal_p, quantile
from seroclear.evidence.claims.claim import AccuracyEstimate, Effect
from seroclear.evidence.text.measures import DIFFERENCES, RATIOS
from seroclear.evidence.text.token import Reported

# An estimate so many standard errors off the centre of its interval: below the first, silence
# (other than normal intervals, rounding upstream); above the second, no usual interval explains it.
OFF_CENTRE, FAR_OFF = 0.15, 0.5
# Exact intervals of sparse data are lopsided; with limits this many times apart nothing is said.
SPARSE = 25
NOT_WALD = re.compile(
    r"\b(?:interaction|trend|heterogeneity|one-?sided|one-?tailed|non-?inferiority|bootstrap\w*|"
    r"Bayes\w*|credible|posterior)\b",
    re.IGNORECASE,
)


def interval_order(paper: Paper) -> Iterator[Finding]:
    """The lower limit is below the upper one, and the estimate between them."""
    for effect in _with_limits(paper):
        lower, upper, estimate = effect.lower, effect.upper, _estimate(effect)
        assert lower is not None and upper is not None
        told = f"{estimate} with {lower} to {upper}"
        if lower.value > upper.value:
            yield _reversed(effect, told)
            continue
        if estimate.highest >= lower.lowest and estimate.lowest <= upper.highest:
            yield _found("interval-order", effect, Verdict.CONSISTENT, told, "")
            continue
        yield _outside(effect, told)


def _with_limits(paper: Paper) -> list[Effect | AccuracyEstimate]:
    found: list[Effect | AccuracyEstimate] = []
    for claim in paper.flat:
        if isinstance(claim, Effect | AccuracyEstimate) and claim.lower and claim.upper:
            found.append(claim)
    return found


def _estimate(effect: Effect | AccuracyEstimate) -> Reported:
    return effect.estimate if isinstance(effect, Effect) else effect.value


def _found(
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


def _reversed(effect: Effect | AccuracyEstimate, told: str) -> Finding:
    lower, upper, estimate = effect.lower, effect.upper, _estimate(effect)
    assert lower is not None and upper is not None
    if upper.value <= estimate.value <= lower.value:
        if lower.value <= 0 or effect.measure not in RATIOS:
            return _found(
                "interval-order", effect, Verdict.NOTE, told, "The limits are in reverse order."
            )
        return _found(
            "interval-order",
            effect,
            Verdict.INCONSISTENT,
            told,
            "The limits are in reverse order.",
            f"{upper} to {lower}",
        )
    sign = -upper.value if upper.value > 0 else None
    if lower.value > 0 and sign is None:
        return _found(
            "interval-order", effect, Verdict.CONSISTENT_IF, told, "It is right if a sign was lost."
        )
    repairs = _limit_repairs(estimate, lower, upper)
    return _found(
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
    lower, upper, estimate = effect.lower, effect.upper, _estimate(effect)
    assert lower is not None and upper is not None
    low, high, value = lower.value, upper.value, estimate.value

    def found(verdict: Verdict, explanation: str, repair: str = "") -> Finding:
        return _found("interval-order", effect, verdict, told, explanation, repair)

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


def _ordered(effect: Effect) -> bool:
    """Whether estimate and limits are usable for arithmetic on the scale of the measure."""
    lower, upper, estimate = effect.lower, effect.upper, effect.estimate
    if lower is None or upper is None or not lower.value <= estimate.value <= upper.value:
        return False
    if lower.value >= upper.value or lower.unit != upper.unit:
        return False
    return effect.measure not in RATIOS or lower.value > 0


def _se(effect: Effect) -> float:
    """The standard error that the interval implies, of the logarithm for a ratio."""
    assert effect.lower is not None and effect.upper is not None
    width = (
        math.log(float(effect.upper.value) / float(effect.lower.value))
        if effect.measure in RATIOS
        else float(effect.upper.value - effect.lower.value)
    )
    return width / (2 * quantile(_level(effect)))


def _level(effect: Effect) -> float:
    level = float(effect.level.value) if effect.level else 95.0
    return level if 50 < level < 100 else 95.0


def interval_centre(paper: Paper) -> Iterator[Finding]:
    """A ratio lies near the geometric middle of its limits, a difference near the middle."""
    for effect in paper.all(Effect):
        if effect.measure not in RATIOS | DIFFERENCES or not _ordered(effect):
            continue
        lower, upper, estimate = effect.lower, effect.upper, effect.estimate
        assert lower is not None and upper is not None
        ratio = effect.measure in RATIOS
        middle = (
            math.sqrt(float(lower.value * upper.value))
            if ratio
            else float(lower.value + upper.value) / 2
        )
        se = _se(effect)
        value = float(estimate.value)
        off = abs(math.log(value / middle) if ratio else value - middle) / se
        slack = _slack(effect, ratio) / se
        told = f"middle of the limits {middle:.{max(estimate.decimals, 0)}f}, {off:.2f} standard errors off"
        if off - slack <= OFF_CENTRE:
            yield _found("interval-centre", effect, Verdict.CONSISTENT, told, "")
        elif ratio and upper.value / lower.value > SPARSE:
            yield _found(
                "interval-centre",
                effect,
                Verdict.NOT_AUDITABLE,
                told,
                "Sparse data: the interval is wide.",
            )
        elif ratio and abs(value - float(lower.value + upper.value) / 2) / value < 0.03:
            yield _found(
                "interval-centre",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right if the interval was computed on the scale of the ratio itself.",
            )
        elif off - slack <= FAR_OFF or NOT_WALD.search(paper.sentence(effect)) or not ratio:
            yield _found(
                "interval-centre",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right for exact, profile-likelihood or bootstrap limits.",
            )
        else:
            yield _found(
                "interval-centre",
                effect,
                Verdict.INCONSISTENT,
                told,
                "No usual interval is so lopsided: one of the three numbers is wrong.",
                _centre_repair(effect),
            )


def _slack(effect: Effect, ratio: bool) -> float:
    """How far rounding of the three numbers can move the middle from the estimate."""
    assert effect.lower is not None and effect.upper is not None
    if not ratio:
        return float(effect.estimate.step / 2 + effect.lower.step / 4 + effect.upper.step / 4)
    total = 0.0
    for number, weight in ((effect.estimate, 1.0), (effect.lower, 0.5), (effect.upper, 0.5)):
        value, half = float(number.value), float(number.step) / 2
        total += weight * abs(math.log(value / max(value - half, value / 10)))
    return total


def _centre_repair(effect: Effect) -> str:
    assert effect.lower is not None and effect.upper is not None
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


def interval_p(paper: Paper) -> Iterator[Finding]:
    """The p value that an estimate and its interval imply against the printed one."""
    for effect in paper.all(Effect):
        if effect.p is None or effect.measure not in RATIOS | DIFFERENCES or not _ordered(effect):
            continue
        low, high = _implied(effect)
        printed = effect.p
        told = f"the interval implies p = {low:.2g} to {high:.2g}, printed p {printed.comparator or '='} {printed.text}"
        if agrees(low, high, printed):
            yield _found("interval-p", effect, Verdict.CONSISTENT, told, "")
            continue
        if NOT_WALD.search(paper.sentence(effect)):
            yield _found(
                "interval-p", effect, Verdict.NOT_AUDITABLE, told, "The text names another test."
            )
            continue
        if agrees(low / 2, high / 2, printed):
            yield _found(
                "interval-p", effect, Verdict.CONSISTENT_IF, told, "It is right if p is one-sided."
            )
            continue
        value = float(printed.value)
        far = value < low / GROSS or value > high * GROSS
        if decides_otherwise(low, high, printed) and (
            far if not printed.comparator else _far(printed, low, high)
        ):
            yield _found(
                "interval-p",
                effect,
                Verdict.INCONSISTENT,
                told,
                f"Interval and p value decide differently at {1 - _level(effect) / 100:.2f}, and by far.",
            )
        else:
            yield _found(
                "interval-p",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right if p comes from another test (score, likelihood ratio, exact, log-rank).",
            )


def _far(printed: Reported, low: float, high: float) -> bool:
    value = float(printed.value)
    return low >= value * 2 if printed.comparator in ("<", "≤") else high <= value / GROSS


def _implied(effect: Effect) -> tuple[float, float]:
    """Least and greatest two-sided p of a normal test, over what the printed digits can stand for."""
    ps = []
    assert effect.lower is not None and effect.upper is not None
    ratio = effect.measure in RATIOS
    z = quantile(_level(effect))
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


def wald(paper: Paper) -> Iterator[Finding]:
    """The Wald statistic of a ratio: (ln estimate / standard error)²."""
    candidates = [
        effect
        for effect in paper.all(Effect)
        if effect.statistic is not None
        and effect.statistic.name in ("chi2", "wald")
        and effect.measure in RATIOS
        and _ordered(effect)
    ]
    reproduced = [effect for effect in candidates if _wald_fits(effect)]
    for effect in candidates:
        assert effect.statistic and effect.lower and effect.upper
        printed = effect.statistic.value
        middle = math.sqrt(float(effect.lower.value * effect.upper.value))
        se = _se(effect)
        value = (math.log(float(effect.estimate.value)) / se) ** 2
        told = (
            f"{effect.measure} and interval give a Wald χ² of {value:.3f}, the middle of the limits "
            f"({middle:.{max(effect.estimate.decimals, 0)}f}) one of {(math.log(middle) / se) ** 2:.3f}; "
            f"printed {printed}"
        )
        if effect in reproduced:
            yield _found("wald", effect, Verdict.CONSISTENT, told, "")
        elif effect.statistic.name == "wald" or reproduced:
            sure = (
                f"{len(reproduced)} other estimates of the text reproduce exactly."
                if reproduced
                else "The text calls it Wald."
            )
            repairs = _wald_repairs(effect)
            mends = "No change of one digit mends it." if not repairs else ""
            if len(repairs) > 1:
                mends = f"{len(repairs)} changes of one digit would mend it."
            yield _found(
                "wald",
                effect,
                Verdict.INCONSISTENT,
                told,
                f"The three do not belong together; {sure} {mends}".strip(),
                repairs[0] if len(repairs) == 1 else "",
            )
        else:
            yield _found(
                "wald",
                effect,
                Verdict.CONSISTENT_IF,
                told,
                "It is right for a score or likelihood ratio statistic.",
            )


def _wald_fits(effect: Effect) -> bool:
    assert effect.statistic and effect.lower and effect.upper
    return _fits(
        effect.estimate, effect.lower, effect.upper, effect.statistic.value, _level(effect)
    )


def _fits(
    estimate: Reported, lower: Reported, upper: Reported, printed: Reported, level: float
) -> bool:
    """Whether some numbers that print like these belong together."""
    z = quantile(level)
    if lower.lowest <= 0 or estimate.lowest <= 0:
        return True
    values = []
    for e in (estimate.lowest, estimate.highest):
        for a in (lower.lowest, lower.highest):
            for b in (upper.lowest, upper.highest):
                se = math.log(float(b / a)) / (2 * z)
                values.append((math.log(float(e)) / se) ** 2)
    low, high = min(values), max(values)
    # The middle must be near the estimate too: both come from one coefficient.
    centre = 0.5 * math.log(float(lower.value * upper.value))
    off = abs(centre - math.log(float(estimate.value)))
    slack = sum(
        weight * math.log(float(n.highest / n.lowest))
        for n, weight in ((estimate, 1), (lower, 0.5), (upper, 0.5))
    )
    return low <= float(printed.highest) and high >= float(printed.lowest) and off <= slack


def _wald_repairs(effect: Effect) -> list[str]:
    assert effect.statistic and effect.lower and effect.upper
    numbers = [effect.estimate, effect.lower, effect.upper, effect.statistic.value]
    found = []
    for place, number in enumerate(numbers):
        for text in sorted(digit_edits(number.text)):
            changed = list(numbers)
            changed[place] = Reported(text, Fraction(text), number.decimals)
            estimate, lower, upper, printed = changed
            if not 0 < lower.value < estimate.value < upper.value:
                continue
            if _fits(estimate, lower, upper, printed, _level(effect)):
                found.append(f"{text} instead of {number}")
    return found
