"""Test statistics against their p values, and against the counts they were computed from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.tests import (
    agrees,
    chi2_p,
    decides_otherwise,
    f_p,
    normal_p,
    t_p,
)
from seroclear.evidence.claims.claim import GroupComparison, TestStatistic
from seroclear.evidence.text.token import Reported

# A printed p so many times the computed one is no other test of the same data.
GROSS = 3.0
MOST_DF = 60  # heterogeneity and model fit have many
MANY_DF = 30
MOST_DF_OF_TWO = 4  # of two printed shares, others of the same table left out
# Words that say that the test was not the plain one of the printed counts.
OTHER_TEST = re.compile(
    r"\b(?:log-?rank|adjust\w*|stratif\w*|Cochran|Mantel|McNemar|paired|Kaplan|Cox|propensity|"
    r"trend|interaction|multivaria\w*|logistic|regression|matched|GEE|mixed|bootstrap|Bonferroni|"
    r"cumulative|non-?inferiority|equivalence|repeated|baseline|before and after|pre-?post)\b",
    re.IGNORECASE,
)


def test_p(paper: Paper) -> Iterator[Finding]:
    """Statistic and p value."""
    of_two = {id(pair.statistic) for pair in paper.all(GroupComparison)}
    for test in paper.statistics:
        if test.p is None or test.value.comparator:
            continue
        candidates = _candidates(test, MOST_DF_OF_TWO if id(test) in of_two else MOST_DF)
        if candidates:
            yield _judge(test, test.p, candidates)


def _candidates(test: TestStatistic, most_df: int) -> list[tuple[str, bool, float, float]]:
    """(condition, stated in the text, least p, greatest p) of every reading of the statistic."""
    low, high = abs(float(test.value.lowest)), abs(float(test.value.highest))
    low, high = min(low, high), max(low, high)
    if test.value.value == 0:
        low = 0.0
    name, df = test.name, test.df
    if name in ("H", "Q") and not df:
        return []
    if name in ("chi2", "wald", "H", "Q"):
        if df:
            return _stated(chi2_p, low, high, df[:1])
        most = 1 if name == "wald" else most_df
        return [
            (f"with {k} degrees of freedom", k == 1, chi2_p(high, k), chi2_p(low, k))
            for k in range(1, most + 1)
        ]
    if name == "z":
        return [("", True, normal_p(high), normal_p(low))]
    if name == "t" and df:
        return _stated(t_p, low, high, df[:1])
    if name == "F" and len(df) == 2:
        return _stated(f_p, low, high, df)
    if name == "t" and not df:
        # Any number of persons: with 30 degrees of freedom or more p hardly depends on them.
        return [
            ("", True, normal_p(high), t_p(low, MANY_DF)),
            ("with fewer than 30 degrees of freedom", False, normal_p(high), t_p(low, 2)),
        ]
    return []


def _stated(
    p_of: Callable[..., float], low: float, high: float, df: tuple[Reported, ...]
) -> list[tuple[str, bool, float, float]]:
    """With stated degrees of freedom: whole ones exactly, fractional ones as rounded."""
    ends = [
        (float(k.value),) if k.decimals <= 0 else (float(k.lowest), float(k.highest)) for k in df
    ]
    if min(min(pair) for pair in ends) <= 0:
        return []
    values = [p_of(value, *freedom) for value in (low, high) for freedom in product(*ends)]
    return [("", True, min(values), max(values))]


def _judge(
    test: TestStatistic, printed: Reported, candidates: list[tuple[str, bool, float, float]]
) -> Finding:
    label = {"chi2": "χ²", "wald": "Wald χ²"}.get(test.name, test.name)
    said = f"({', '.join(k.text for k in test.df)})" if test.df else ""
    condition, stated, low, high = candidates[0]
    computed = (
        f"{label}{said} = {test.value} gives p = {_interval(low, high)}, "
        f"printed {printed_p(printed)}"
    )

    def found(verdict: Verdict, explanation: str = "") -> Finding:
        return Finding("test-p", verdict, test.quote, test.start, test.end, computed, explanation)

    for condition, stated, low, high in candidates:
        if agrees(low, high, printed):
            if not condition or stated:
                return found(Verdict.CONSISTENT)
            return found(Verdict.CONSISTENT_IF, f"It is right {condition}.")
        if condition == "" or stated:
            if test.name in ("z", "t") and agrees(low / 2, high / 2, printed):
                return found(Verdict.CONSISTENT_IF, "It is right if the test was one-sided.")
            if test.name in ("chi2", "wald") and agrees(low / 2, high / 2, printed):
                return found(Verdict.CONSISTENT_IF, "It is half the p value: a one-sided test.")
    return found(*_unexplained(printed, candidates, bool(test.df)))


def _unexplained(
    printed: Reported, candidates: list[tuple[str, bool, float, float]], df_stated: bool
) -> tuple[Verdict, str]:
    lows, highs = [c[2] for c in candidates], [c[3] for c in candidates]
    low, high = min(lows), max(highs)
    value = float(printed.value)
    changes = all(decides_otherwise(c[2], c[3], printed) for c in candidates)
    far = (
        min(times_off(value, c[2], c[3]) for c in candidates) >= GROSS
        if not printed.comparator
        else changes and beyond(printed, low, high)
    )
    tried = "one-sided testing, truncation" + ("" if df_stated else " and other degrees of freedom")
    if far:
        decision = " The two decide differently at 0.05." if changes else ""
        return Verdict.INCONSISTENT, f"Not explained by {tried}.{decision}"
    return (
        Verdict.CONSISTENT_IF,
        "It is right if p comes from another test than the printed statistic (exact, corrected).",
    )


def times_off(value: float, low: float, high: float) -> float:
    """How many times p misses the computed interval."""
    if value <= 0:
        return float("inf") if low > 0.001 else 1.0
    if value < low:
        return low / value
    return value / max(high, 1e-300) if value > high else 1.0


def beyond(printed: Reported, low: float, high: float) -> bool:
    value = float(printed.value)
    if printed.comparator in ("<", "≤"):
        return low >= value * GROSS
    return high <= value / GROSS


def _interval(low: float, high: float) -> str:
    a, b = short(low), short(high)
    return a if a == b else f"{a} to {b}"


def short(p: float) -> str:
    return f"{p:.1e}" if p < 0.001 else f"{p:.4f}"


def printed_p(printed: Reported) -> str:
    return f"p {printed.comparator or '='} {printed.text}"
