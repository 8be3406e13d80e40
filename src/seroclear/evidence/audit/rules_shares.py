"""Percentages against the counts and groups they are printed with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import (
    LARGEST_GROUP,
    digit_edits,
    in_runs,
    percent_of,
    rounding,
    shown,
)
from seroclear.evidence.claims.claim import Proportion
from seroclear.evidence.claims.vocabulary import words
from seroclear.evidence.text.token import Reported

SMALL = 15  # the denominator of many scores is at most this
# "nearly 90%" may be so many percentage points off.
APPROXIMATE = 5
WEIGHTED = re.compile(
    r"\bweighted\b|\b(?:age|sex)-?standardi[sz]ed\b|\bimput|\bNHANES\b|\bextrapolat|"
    r"\bpropensity|\badjusted (?:prevalence|proportion|rate)",
    re.IGNORECASE,
)
CURVE = re.compile(r"\bcumulative\b|\bKaplan|\bactuarial|\bestimated\b|\bpooled\b", re.IGNORECASE)


def percent_of_count(paper: Paper) -> Iterator[Finding]:
    """a/b printed with a percentage."""
    for share in paper.all(Proportion):
        if share.count is None or share.denominator is None or share.percent is None:
            continue
        a, b = int(share.count.value), int(share.denominator.value)
        exact = percent_of(a, b)
        verdict, explanation, repair = _judge(paper, share, share.percent, a, b)
        yield Finding(
            "percent-of-count",
            verdict,
            share.quote,
            share.start,
            share.end,
            f"{a}/{b} = {shown(exact, share.percent.decimals + 2)}%, printed {share.percent}",
            explanation,
            repair,
        )


def _judge(
    paper: Paper, share: Proportion, percent: Reported, a: int, b: int
) -> tuple[Verdict, str, str]:
    exact = percent_of(a, b)
    how = rounding(exact, percent)
    if how == "rounded":
        return Verdict.CONSISTENT, "", ""
    if how:
        return Verdict.NOTE, f"The percentage is {how}.", ""
    if share.table:
        return _in_table(percent, a, b)
    if rounding(100 - exact, percent):
        return Verdict.CONSISTENT_IF, "It is the percentage of the others, 100% minus this.", ""
    if rounding(percent_of(a, a + b), percent):
        return (
            Verdict.CONSISTENT_IF,
            f"{a}/{b} is a ratio of two groups, not a share: {a} of {a + b}.",
            "",
        )
    if share.approximate and abs(exact - percent.value) <= APPROXIMATE:
        return Verdict.CONSISTENT_IF, "The text says that the percentage is approximate.", ""
    if a > b:
        if rounding(percent_of(b, a), percent):
            return (
                Verdict.INCONSISTENT,
                "Count and denominator are exchanged.",
                f"{b}/{a} instead of {a}/{b}",
            )
        if paper.stated[b] > 1 and _others_alike(paper, share):
            return Verdict.INCONSISTENT, "The count is larger than its denominator.", ""
        return Verdict.NOT_AUDITABLE, "A count larger than its denominator may be a ratio.", ""
    if WEIGHTED.search(paper.text):
        return Verdict.NOT_AUDITABLE, "Percentages that may be weighted, adjusted or imputed.", ""
    if CURVE.search(paper.sentence(share)):
        return Verdict.NOT_AUDITABLE, "A percentage from a survival curve or a pooled one.", ""
    others = [
        n
        for n in paper.numbers | paper.stated.keys()
        if n > a and n != b and rounding(percent_of(a, n), percent) == "rounded"
    ]
    if others and percent.decimals > 0:
        return (
            Verdict.CONSISTENT_IF,
            f"It is the percentage of {in_runs(sorted(others))}, which the text states too.",
            "",
        )
    if not _surely_counts(paper, share, b):
        return (
            Verdict.NOT_AUDITABLE,
            "Whether this is a share of persons is not certain: it may be a score or a mixture.",
            "",
        )
    repairs = _repairs(percent, a, b)
    explanation = (
        "Neither rounding, truncation, the complement, a ratio nor another stated number "
        "explains it."
    )
    if len(repairs) == 1:
        return Verdict.INCONSISTENT, explanation, repairs[0]
    if len(repairs) > 1:
        explanation += f" {len(repairs)} changes of one digit would mend it."
    return Verdict.INCONSISTENT, explanation, ""


def _surely_counts(paper: Paper, share: Proportion, b: int) -> bool:
    """Whether a/b that does not give the percentage must be a count of persons all the same.

    `a of b persons` is. Of a/b the denominator must be stated elsewhere too, or another share of
    the text must be printed in the same way and be right; scores (3/15), acuities and mixtures
    (50/60) have a small denominator and a percentage without decimals.
    """
    if " of " in share.quote:
        return True
    percent = share.percent
    assert percent is not None
    alike = _others_alike(paper, share)
    stated = paper.stated[b] > 1 or b in paper.sizes
    if percent.decimals > 0:
        return b > SMALL or alike or stated
    return b > SMALL and (alike or stated)


def _others_alike(paper: Paper, share: Proportion) -> bool:
    """Whether another share of the text is printed with as many decimals, and right."""
    return any(
        other.percent.decimals == share.percent.decimals
        and rounding(
            percent_of(int(other.count.value), int(other.denominator.value)), other.percent
        )
        for other in paper.all(Proportion)
        if other is not share
        and share.percent
        and other.percent
        and other.count
        and other.denominator
    )


def _in_table(percent: Reported, a: int, b: int) -> tuple[Verdict, str, str]:
    """In a table persons may be missing from a row: a smaller denominator explains it."""
    smaller = [
        n
        for n in range(max(a, 1), min(b, LARGEST_GROUP))
        if rounding(percent_of(a, n), percent) == "rounded"
    ]
    if smaller:
        return (
            Verdict.CONSISTENT_IF,
            f"Values are missing in this row: it is the percentage of {in_runs(smaller)}.",
            "",
        )
    return Verdict.INCONSISTENT, "No number of persons up to the column's allows it.", ""


def _repairs(percent: Reported, a: int, b: int) -> list[str]:
    """Changes of one digit in count, denominator or percentage that mend it."""
    found = [
        f"{one}/{b} instead of {a}/{b}"
        for one in sorted(digit_edits(str(a)))
        if int(one) <= b and rounding(percent_of(int(one), b), percent) == "rounded"
    ]
    found += [
        f"{a}/{one} instead of {a}/{b}"
        for one in sorted(digit_edits(str(b)))
        if int(one) >= max(a, 1) and rounding(percent_of(a, int(one)), percent) == "rounded"
    ]
    for one in sorted(digit_edits(percent.text)):
        other = Reported(one, Fraction(one), percent.decimals, "", "%")
        if rounding(percent_of(a, b), other) == "rounded":
            found.append(f"{other} instead of {percent}")
    return found


def count_percent(paper: Paper) -> Iterator[Finding]:
    """`36 patients (44.4%)`: is there a number of persons of whom 36 are 44.4%?"""
    for share in paper.all(Proportion):
        if share.count is None or share.percent is None or share.denominator is not None:
            continue
        a, percent = int(share.count.value), share.percent
        whole = [
            n for n in paper.stated if n >= a and n > 0 and rounding(percent_of(a, n), percent)
        ]
        if whole and percent.value > 0:
            best = max(whole, key=lambda n: (n == paper.total, paper.stated[n]))
            yield _found(
                share,
                Verdict.CONSISTENT,
                f"{a}/{best} = {shown(percent_of(a, best), percent.decimals + 2)}%",
                f"{best} is stated in the text.",
            )
        elif (
            _says_persons(share)
            and not WEIGHTED.search(paper.text)
            and a > 0
            and percent.value > 0
            and not share.approximate
        ):
            lowest = 100 * a / (percent.value + percent.step)
            highest = (
                100 * a / (percent.value - percent.step) if percent.value > percent.step else None
            )
            # Truncation and rounding up never move a percentage by a whole unit of its last digit.
            if highest is not None and ceil(highest) - 1 < floor(lowest) + 1:
                yield _found(
                    share,
                    Verdict.INCONSISTENT,
                    f"{a} are {percent} of {shown(lowest, 2)} to {shown(highest, 2)} persons",
                    "No whole number of persons has this percentage.",
                )
            else:
                yield _found(
                    share,
                    Verdict.NOT_AUDITABLE,
                    f"{a} persons and {percent}",
                    "The number of which it is the percentage is not stated as such.",
                )


def _says_persons(share: Proportion) -> bool:
    """Whether the noun for persons stands directly between count and bracket."""
    match = re.match(r"\S+\s+(\w+)\s*\(", share.quote)
    return bool(match and match[1].lower() in words("persons"))


def _found(share: Proportion, verdict: Verdict, computation: str, explanation: str) -> Finding:
    return Finding(
        "count-percent", verdict, share.quote, share.start, share.end, computation, explanation
    )
