"""Incidence rates against events, persons and follow-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.claims.claim import Proportion, Rate

# Person-years are the number of persons times the MEAN follow-up; a median may differ so much.
MEDIAN_FOR_MEAN = 1.25
# Beyond this factor no usual skewness of follow-up explains the difference.
FAR_FROM_MEAN = 2.5
_NUMBER = r"(\d+(?:\.\d+)?)"
FOLLOW_UP = re.compile(
    r"\b(median|mean|average)\s+(?:duration\s+of\s+)?follow(?:ed)?[\s-]?up(?:\s+(?:time|period|duration|of|was|for|is))*"
    rf"\s*[,:=]?\s*{_NUMBER}(?:\s*±\s*[\d.]+)?\s*(?:\([^)]*\)\s*)?(months?|years?|weeks?)"
    rf"|\bfollow(?:ed)?[\s-]?up\s+(?:for|of|time\s+of|period\s+of|was)?\s*(?:a\s+)?(median|mean)\s+(?:of\s+)?{_NUMBER}\s*(months?|years?|weeks?)",
    re.IGNORECASE,
)
FOLLOWED_FROM = re.compile(
    rf"follow(?:ed)?[\s-]?up\s+(?:for|of|from|ranged\s+from)?\s*{_NUMBER}\s*(?:to|-|~)\s*{_NUMBER}\s*(months?|years?)",
    re.IGNORECASE,
)
YEARS = {"month": Fraction(1, 12), "year": Fraction(1), "week": Fraction(7 * 100, 36525)}


def rate(paper: Paper) -> Iterator[Finding]:
    """Events per person-years against events, persons and follow-up."""
    for claim in paper.all(Rate):
        if claim.events is not None and claim.person_years is not None:
            yield _exact_rate(claim, claim.events)
        else:
            found = _from_follow_up(paper, claim)
            if found:
                yield found


def _exact_rate(claim: Rate, events: int) -> Finding:
    years = claim.person_years
    assert years is not None
    value = Fraction(events) * claim.per / years.value
    low = Fraction(events) * claim.per / years.highest
    high = Fraction(events) * claim.per / years.lowest if years.lowest > 0 else value
    step = claim.value.step
    fits = low <= claim.value.value + step and high >= claim.value.value - step
    told = (
        f"{events} events in {years} person-years are {float(value):.3f} per {claim.per}, "
        f"printed {claim.value}"
    )
    ratio = float(claim.value.value / value) if value else 0.0
    near = 1 / 1.1 < ratio < 1.1
    verdict = Verdict.CONSISTENT if fits else Verdict.NOTE if near else Verdict.INCONSISTENT
    return Finding(
        "rate",
        verdict,
        claim.quote,
        claim.start,
        claim.end,
        told,
        ""
        if fits
        else "Small rounding of the person-years."
        if near
        else "The three numbers do not belong together.",
    )


def _from_follow_up(paper: Paper, claim: Rate) -> Finding | None:
    share = next(
        (
            one
            for one in paper.all(Proportion)
            if one.sentence == claim.sentence
            and one.count is not None
            and (one.endpoint == claim.endpoint or not one.endpoint or not claim.endpoint)
            and (one.denominator is not None or paper.total)
        ),
        None,
    )
    follow = FOLLOW_UP.search(paper.text)
    if share is None or share.count is None or follow is None:
        return None
    n = int(share.denominator.value) if share.denominator else paper.total or 0
    kind = (follow[1] or follow[4]).lower()
    length = Fraction(follow[2] or follow[5]) * YEARS[(follow[3] or follow[6]).lower().rstrip("s")]
    if not n or not length:
        return None
    computed = share.count.value * claim.per / (n * length)
    told = (
        f"{share.count} events among {n} persons followed for a {kind} of "
        f"{float(12 * length):g} months are about {float(computed):.2f} per {claim.per} "
        f"person-years, printed {claim.value}"
    )

    def found(verdict: Verdict, why: str) -> Finding:
        return Finding("rate", verdict, claim.quote, claim.start, claim.end, told, why)

    if not computed:
        return None
    ratio = float(claim.value.value / computed)
    spread = FOLLOWED_FROM.search(paper.text)
    if claim.value.lowest <= computed <= claim.value.highest:
        return found(Verdict.CONSISTENT, "")
    if 1 / MEDIAN_FOR_MEAN <= ratio <= MEDIAN_FOR_MEAN:
        needed = float(share.count.value * claim.per / claim.value.value / n * 12)
        why = f"Person-years need the mean follow-up: {needed:.1f} months give the printed rate."
        if kind == "median":
            why = f"It is right if the mean follow-up was {needed:.1f} months; a median is given."
        return found(Verdict.CONSISTENT_IF, why)
    if spread:
        unit = YEARS[spread[3].lower().rstrip("s")]
        shortest, longest = Fraction(spread[1]) * unit * n, Fraction(spread[2]) * unit * n
        events = share.count.value * claim.per
        if claim.value.highest * longest < events or claim.value.lowest * shortest > events:
            return found(
                Verdict.IMPOSSIBLE, "No mean within the stated range of follow-up gives this rate."
            )
    if 1 / FAR_FROM_MEAN <= ratio <= FAR_FROM_MEAN:
        return found(
            Verdict.CONSISTENT_IF,
            "It is right if follow-up was very unequal, or ended at the event.",
        )
    return found(
        Verdict.CONSISTENT_IF,
        "The difference is large: person-years of another period, or a cumulative share by years?",
    )
