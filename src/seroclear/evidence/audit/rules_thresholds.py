"""Definitions of groups that exclude each other must not overlap."""

from __future__ import annotations

from collections.abc import Iterator

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.claims.claim import ThresholdDefinition
from seroclear.evidence.claims.thresholds import Limit

BELOW, ABOVE = ("<", "≤"), (">", "≥")


def threshold_overlap(paper: Paper) -> Iterator[Finding]:
    """Two limits of one quantity in the same direction, one of which also defines the other group.

    Two limits in one direction say no more than the stricter one; as `<20 and <2000` beside a
    group `<20` it is certain that a sign was lost.
    """
    by_sentence: dict[int, list[ThresholdDefinition]] = {}
    for claim in paper.all(ThresholdDefinition):
        by_sentence.setdefault(claim.sentence, []).append(claim)
    for claims in by_sentence.values():
        for one in claims:
            for other in claims:
                if one is not other:
                    found = _overlap(one, other)
                    if found:
                        yield found


def _overlap(one: ThresholdDefinition, other: ThresholdDefinition) -> Finding | None:
    if len(one.limits) != 2 or len(other.limits) != 1:
        return None
    first, second = one.limits
    single = other.limits[0]
    if not (_same_quantity(first, second) and _same_quantity(first, single)):
        return None
    told = f"{one.group}: {_said(first)} and {_said(second)}; {other.group}: {_said(single)}"
    if _direction(first) != _direction(second):
        low, high = sorted((first, second), key=lambda limit: _direction(limit) == BELOW)
        apart = (
            single[2].value <= low[2].value
            if _direction(single) == BELOW
            else single[2].value >= high[2].value
        )
        if not apart:
            return None
        return _found(one, Verdict.CONSISTENT, told, "")
    if _direction(single) != _direction(first):
        return None
    shared = [limit for limit in (first, second) if limit[2].value == single[2].value]
    if len(shared) != 1:
        return None
    limit = shared[0]
    turned = {"<": "≥", "≤": ">", ">": "≤", "≥": "<"}[limit[1]]
    return _found(
        one,
        Verdict.INCONSISTENT,
        told,
        f"As printed the two groups overlap, and {one.group} has two limits in one direction: "
        "a sign was lost.",
        f"{limit[0]} {turned} {limit[2]} instead of {_said(limit)}",
    )


def _same_quantity(a: Limit, b: Limit) -> bool:
    words_a, words_b = a[0].lower().split(), b[0].lower().split()
    return a[3] == b[3] and words_a[-1:] == words_b[-1:]


def _direction(limit: Limit) -> tuple[str, str]:
    return BELOW if limit[1] in BELOW else ABOVE


def _said(limit: Limit) -> str:
    return f"{limit[0]} {limit[1]} {limit[2].text}"


def _found(
    claim: ThresholdDefinition, verdict: Verdict, computation: str, why: str, repair: str = ""
) -> Finding:
    return Finding(
        "threshold-overlap",
        verdict,
        claim.quote,
        claim.start,
        claim.end,
        computation,
        why,
        repair,
    )
