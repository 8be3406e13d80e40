"""`78.6% vs 37.3%, χ2 = 7.983, P = 0.005`: two groups, what was found in them, and the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from seroclear.evidence.claims.beside import p_near
from seroclear.evidence.claims.claim import (
    Claim,
    GroupComparison,
    MeanSD,
    Proportion,
    SurvivalProbability,
    TestStatistic,
)
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.statistics import statistic_at
from seroclear.evidence.claims.vocabulary import words
from seroclear.evidence.text.token import Reported

# Tokens between the second value and its test.
NEAR = 6
BETWEEN = frozenset(("respectively", "and", "with", "for", "in", "difference", "of", "the"))


def comparisons(passage: Passage, claims: list[Claim]) -> list[Claim]:
    """Puts claims with `vs` between them together, with the test behind them.

    Args:
        claims: proportions, means and survival probabilities found so far, in any order. Those
            that become part of a comparison are taken out of it.
    """
    ending = {claim.end: claim for claim in claims if isinstance(claim, _SIDES)}
    starting = {claim.start: claim for claim in claims if isinstance(claim, _SIDES)}
    found: list[Claim] = []
    taken: set[int] = set()
    for place, token in enumerate(passage.tokens):
        if token.kind != "vs":
            continue
        # Three or more in a row are no comparison of two.
        left = _side(passage, place - 1, ending, -1)
        right = _side(passage, place + 1, starting, +1)
        if left is None or right is None or type(left[0]) is not type(right[0]):
            continue
        if passage.at(left[1] - 1).kind == "vs" or passage.at(right[1] + 1).kind == "vs":
            continue
        first, last = left[0], right[0]
        statistic, p, end = _test(passage, right[1])
        taken |= {id(first), id(last)}
        start = min(first.start, last.start)
        stop = max(last.end, end)
        found.append(
            GroupComparison(
                start=start,
                end=stop,
                quote=passage.normalised.raw[start:stop],
                sentence=token.sentence,
                first=first,
                second=last,
                statistic=statistic,
                p=p,
                endpoint=passage.endpoint_near(place),
                time=first.time,
            )
        )
        passage.used.add(place)
    claims[:] = [claim for claim in claims if id(claim) not in taken]
    return found


_SIDES = (Proportion, MeanSD, SurvivalProbability)
Side = tuple[Claim, int]


def _side(passage: Passage, place: int, known: Mapping[int, Claim], direction: int) -> Side | None:
    """The claim beside `vs` and the place of its outermost token."""
    token = passage.at(place)
    if token.kind == "comma":  # `78.6%, vs 37.3%`
        place += direction
        token = passage.at(place)
    if not token.text:
        return None  # before the first or behind the last token
    edge = passage.normalised.span(token.start, token.end)[1 if direction < 0 else 0]
    claim = known.get(edge)
    if claim is not None:
        outer = place
        while 0 <= outer + direction < len(passage.tokens):
            start, end = passage.normalised.span(
                passage.at(outer + direction).start, passage.at(outer + direction).end
            )
            if start < claim.start or end > claim.end:
                break
            outer += direction
        return claim, outer
    if token.kind == "percent" and token.number is not None and place not in passage.used:
        behind = passage.at(place + direction)
        if behind.kind in ("dash", "compare", "pm"):
            return None
        claim = passage.make(
            Proportion,
            place,
            place,
            percent=token.number,
            endpoint=passage.endpoint_near(place),
            time=passage.time_near(place),
        )
        return claim, place
    return None


def _test(passage: Passage, place: int) -> tuple[TestStatistic | None, Reported | None, int]:
    """Statistic and p behind the second value, and where they end in the text."""
    statistic: TestStatistic | None = None
    end = 0
    for after in range(place + 1, place + 1 + NEAR):
        token = passage.at(after)
        if token.kind == "statistic" and after not in passage.used:
            claim = statistic_at(passage, after)
            if isinstance(claim, TestStatistic):
                return claim, claim.p, claim.end
            return None, None, 0
        if token.kind == "p" and token.number is not None and after not in passage.used:
            found = p_near(passage, after - 1)
            if found is None:
                return None, None, 0
            passage.used.add(after)
            end = passage.normalised.span(token.start, token.end)[1]
            behind = passage.at(after + 2)
            if behind.kind == "statistic" and passage.at(after + 1).kind in ("comma", "semicolon"):
                claim = statistic_at(passage, after + 2)
                if isinstance(claim, TestStatistic):
                    statistic = replace(claim, p=token.number)
                    end = claim.end
            return statistic, token.number, end
        if token.kind in ("vs", "measure", "ci", "percent", "number", "fraction"):
            return None, None, 0
        if token.kind == "word" and token.text.lower() not in BETWEEN | words("persons"):
            return None, None, 0
    return None, None, 0
