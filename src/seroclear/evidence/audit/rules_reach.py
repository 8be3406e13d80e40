"""Percentages of groups of known size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import floor

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import (
    LARGEST_GROUP,
    counts_for,
    denominators_for,
    in_runs,
    percent_of,
    shown,
)
from seroclear.evidence.claims.claim import GroupComparison, Proportion
from seroclear.evidence.text.token import Reported

WORD = re.compile(r"[^\W\d_]{3,}")
# Words of a group's name that tell it from no other.
NO_NAMES = frozenset(
    ("and", "arm", "classified", "for", "group", "patients", "the", "was", "were", "who", "with")
)


def reachable_percent(paper: Paper) -> Iterator[Finding]:
    """A percentage of a group of known size: does a whole number of persons give it?"""
    sizes: dict[str, int] = {size.group: size.n for size in paper.groups}
    for share in paper.all(Proportion):
        if share.percent is None or share.count is not None:
            continue
        if share.denominator is not None:
            yield _reach(share, share.percent, int(share.denominator.value), "these")
        elif share.group in sizes:
            yield _reach(share, share.percent, sizes[share.group], share.group)
    if len(paper.groups) == 2 and paper.groups[0].n != paper.groups[1].n:
        for pair in paper.all(GroupComparison):
            yield from _of_two(paper, pair)


def _of_two(paper: Paper, pair: GroupComparison) -> Iterator[Finding]:
    """Two percentages without counts in a text with two groups.

    The group that the sentence names first comes first. Where it names neither, the percentages may
    be in either order, or of other groups.
    """
    first, second = pair.first, pair.second
    if not isinstance(first, Proportion) or not isinstance(second, Proportion):
        return
    if first.percent is None or second.percent is None or first.count or second.count:
        return
    named = _named_first(paper, pair)
    orders = [
        [
            _reach(first, first.percent, sizes[0].n, sizes[0].group),
            _reach(second, second.percent, sizes[1].n, sizes[1].group),
        ]
        for sizes in (paper.groups, paper.groups[::-1])
    ]
    if named is not None:
        yield from orders[named]
        return
    for found in orders:
        if not any(one.verdict == Verdict.CONSISTENT_IF for one in found):
            yield from found
            return


def _named_first(paper: Paper, pair: GroupComparison) -> int | None:
    """Which of the two groups the sentence names first, by a word of its name alone."""
    sentence = WORD.findall(paper.sentence(pair).lower())
    names = [set(WORD.findall(size.group.lower())) for size in paper.groups]
    for word in sentence:
        if (word in names[0]) != (word in names[1]) and word not in NO_NAMES:
            return 0 if word in names[0] else 1
    return None


def _reach(share: Proportion, percent: Reported, n: int, group: str) -> Finding:
    counts = counts_for(percent, n) if n <= LARGEST_GROUP else range(1)
    if percent.step * n < 100 and counts:
        said = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        return Finding(
            "reachable-percent",
            Verdict.CONSISTENT,
            share.quote,
            share.start,
            share.end,
            f"{percent} of {n} ({group}) is {said} of {n}",
            "",
        )
    if counts or n > LARGEST_GROUP:
        return Finding(
            "reachable-percent",
            Verdict.NOT_AUDITABLE,
            share.quote,
            share.start,
            share.end,
            f"{percent} of {n} ({group})",
            "With so many persons and so few digits every percentage can be reached.",
        )
    below = floor(percent.value * n / 100)
    near = ", ".join(
        f"{k}/{n} = {shown(percent_of(k, n), percent.decimals + 1)}%"
        for k in (below, below + 1)
        if k <= n
    )
    smaller = denominators_for(percent, n)
    if not smaller:
        return Finding(
            "reachable-percent",
            Verdict.NOT_AUDITABLE,
            share.quote,
            share.start,
            share.end,
            near,
            f"No number of persons up to {n} ({group}) gives {percent}: it is a percentage of "
            "something else.",
        )
    return Finding(
        "reachable-percent",
        Verdict.CONSISTENT_IF,
        share.quote,
        share.start,
        share.end,
        f"{percent} cannot be reached from {n} ({group}): {near}",
        f"Fewer than {n} were counted, which the text does not say; possible are "
        f"{in_runs(smaller)}.",
    )
