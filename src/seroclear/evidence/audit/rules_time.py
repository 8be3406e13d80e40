"""Survival probabilities against each other and against crude counts; rates against counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.claims.claim import (
    GroupComparison,
    Proportion,
    SurvivalProbability,
)
from seroclear.evidence.claims.vocabulary import opposites

CONDITIONAL = re.compile(r"\bconditional\b|\blandmark\b", re.IGNORECASE)
OTHER_GROUP = re.compile(
    r"\b(?:in|with|without|among|for|groups?|patients|those|after|versus|vs|whereas|while)\b",
    re.IGNORECASE,
)
MOST_CURVES = 100  # a text with more is no paper
WITHIN = re.compile(r"\bwithin\b", re.IGNORECASE)
SAME_TIME = 0.5  # months


def survival_falls(paper: Paper) -> Iterator[Finding]:
    """Survival never rises with time, a cumulative incidence never falls."""
    lines: dict[tuple[int, str, str, bool], list[SurvivalProbability]] = {}
    for claim in paper.claims:
        sides: list[tuple[str, object]] = [("", claim)]
        if isinstance(claim, GroupComparison):
            sides = [("first", claim.first), ("second", claim.second)]
        for side, one in sides:
            if isinstance(one, SurvivalProbability) and one.time is not None:
                key = (claim.sentence, side, one.endpoint, one.event)
                lines.setdefault(key, []).append(one)
    for (_, side, _, event), claims in lines.items():
        if len(claims) < 2 or (side == "" and len({c.time for c in claims}) < len(claims)):
            continue
        claims = sorted(claims, key=lambda one: one.time or 0)
        for earlier, later in pairwise(claims):
            if earlier.value.unit != later.value.unit or earlier.time == later.time:
                continue
            rises = later.value.lowest > earlier.value.highest
            falls = later.value.highest < earlier.value.lowest
            wrong = falls if event else rises
            if wrong and (
                CONDITIONAL.search(paper.sentence(later))
                or (not side and OTHER_GROUP.search(_between(paper, earlier, later)))
            ):
                continue
            told = (
                f"{earlier.value} at {earlier.time:g} and {later.value} at {later.time:g} months"
                + (f" ({side} group)" if side else "")
            )
            what = "A cumulative incidence cannot fall." if event else "Survival cannot rise."
            yield Finding(
                "survival-falls",
                Verdict.IMPOSSIBLE if wrong else Verdict.CONSISTENT,
                later.quote,
                later.start,
                later.end,
                told,
                what if wrong else "",
            )


def _between(paper: Paper, one: SurvivalProbability, other: SurvivalProbability) -> str:
    first, last = sorted((one, other), key=lambda claim: claim.start)
    return paper.record.text[first.end : last.start]


def survival_crude(paper: Paper) -> Iterator[Finding]:
    """Kaplan-Meier: 1 - S(t) is at least the events by t among all persons."""
    yield from _whole_cohort(paper)
    yield from _compared(paper)


def _whole_cohort(paper: Paper) -> Iterator[Finding]:
    compared = _in_comparisons(paper)
    for curve in paper.all(SurvivalProbability)[:MOST_CURVES]:
        if id(curve) in compared or curve.time is None or not curve.endpoint:
            continue
        for share in paper.all(Proportion):
            if share.count is None or share.time is None or share.sentence < 0:
                continue
            if share.sentence == curve.sentence or not WITHIN.search(paper.sentence(share)):
                continue  # whether the time is that of the count is not certain
            n = share.denominator.value if share.denominator else paper.total
            same = share.endpoint == curve.endpoint and abs(share.time - curve.time) < SAME_TIME
            if not same or n is None or n != paper.total:
                continue
            crude = Fraction(share.count.value, int(n))
            yield _against(curve, crude, f"{share.count}/{n}", exact=True)


def _against(curve: SurvivalProbability, crude: Fraction, said: str, exact: bool) -> Finding:
    scale = 100 if curve.value.unit else 1
    high = curve.value.highest / scale
    incidence = high if curve.event else 1 - curve.value.lowest / scale
    shown = float(curve.value.value / scale)
    told = (
        f"crude {said} = {100 * float(crude):.1f}%, from the curve "
        f"{100 * (shown if curve.event else 1 - shown):.1f}% at {curve.time:g} months"
    )
    if incidence >= crude:
        return _crude(
            curve, Verdict.CONSISTENT, told, "Censoring only makes the curve's share larger."
        )
    if not exact:
        return _crude(
            curve, Verdict.NOT_AUDITABLE, told, "The crude share may hold events after this time."
        )
    return _crude(
        curve,
        Verdict.IMPOSSIBLE,
        told,
        "A Kaplan-Meier estimate cannot be below the share of persons with the event by then.",
    )


def _crude(curve: SurvivalProbability, verdict: Verdict, computation: str, why: str) -> Finding:
    return Finding("survival-crude", verdict, curve.quote, curve.start, curve.end, computation, why)


def _in_comparisons(paper: Paper) -> set[int]:
    return {id(side) for pair in paper.all(GroupComparison) for side in (pair.first, pair.second)}


def _compared(paper: Paper) -> Iterator[Finding]:
    """`4.9% vs 33.3%` with an event against `0.931 vs 0.641` without it, group by group."""
    pairs = paper.all(GroupComparison)
    curves = [p for p in pairs if isinstance(p.first, SurvivalProbability)]
    for shares in pairs:
        if not isinstance(shares.first, Proportion) or shares.endpoint not in opposites():
            continue
        kept = [p for p in curves if p.endpoint == opposites()[shares.endpoint]]
        if not kept:
            continue
        last = max(kept, key=lambda p: p.time or 0)
        for share, curve in ((shares.first, last.first), (shares.second, last.second)):
            if isinstance(share, Proportion) and isinstance(curve, SurvivalProbability):
                if share.percent is None or curve.event:
                    continue
                yield _against(curve, share.percent.lowest / 100, str(share.percent), exact=False)
