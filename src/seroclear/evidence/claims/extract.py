"""From a record to its claims."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from seroclear.evidence.claims.claim import Claim, GroupSize, Unparsed
from seroclear.evidence.claims.comparisons import comparisons
from seroclear.evidence.claims.contrasts import contrasts
from seroclear.evidence.claims.effects import effects
from seroclear.evidence.claims.groups import groups
from seroclear.evidence.claims.over_time import over_time
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.proportions import proportions
from seroclear.evidence.claims.respective import correlations, shares
from seroclear.evidence.claims.spread import spread
from seroclear.evidence.claims.statistics import statistics
from seroclear.evidence.claims.tables import table_claims
from seroclear.evidence.claims.thresholds import thresholds
from seroclear.evidence.record import QUESTION_AND_ANSWER, REGISTRY, Record

# What recall is measured on: numbers that state a result.
RESULTS = frozenset(("percent", "p", "ci", "fraction", "statistic", "pm"))
DIGIT = re.compile(r"\d")
# A longer text is cut into parts of whole paragraphs, so that memory stays bounded.
LONGEST_PASSAGE = 60_000


@dataclass(frozen=True, slots=True)
class Extracted:
    """The claims of a record in their order, its sentences for the rules that need words, and every
    whole number in it that may count persons, for rules that look for an explanation."""

    record: Record
    claims: tuple[Claim, ...]
    sentences: tuple[str, ...]
    numbers: frozenset[int] = frozenset()


def extract(record: Record) -> Extracted:
    """All claims of a record, `Unparsed` ones with them.

    A registry entry states plans, and an answer to a question without data states nothing that
    was measured: of the first only its registration is audited, the second has no claims unless
    it prints results.
    """
    claims: list[Claim] = []
    sentences: list[str] = []
    numbers: set[int] = set()
    if record.kind != REGISTRY:
        for offset, part in _parts(record.text):
            if not DIGIT.search(part):
                continue  # nothing is claimed without a number
            found, texts, counts = _claims(part)
            numbers |= counts
            claims += [_moved(claim, offset, len(sentences)) for claim in found]
            sentences += texts
        claims += table_claims(record)
    if record.kind == QUESTION_AND_ANSWER and not any(
        not isinstance(claim, Unparsed | GroupSize) for claim in claims
    ):
        claims = []
    claims.sort(key=lambda claim: (claim.start, claim.end, claim.kind))
    return Extracted(record, tuple(claims), tuple(sentences), frozenset(numbers))


def _parts(text: str) -> list[tuple[int, str]]:
    parts = []
    start = 0
    while len(text) - start > LONGEST_PASSAGE:
        end = text.rfind("\n", start + 1, start + LONGEST_PASSAGE)
        end = end if end > start else start + LONGEST_PASSAGE
        parts.append((start, text[start:end]))
        start = end
    parts.append((start, text[start:]))
    return parts


def _claims(text: str) -> tuple[list[Claim], list[str], set[int]]:
    passage = Passage(text)
    found: list[Claim] = []
    found += thresholds(passage)
    found += effects(passage)
    found += proportions(passage)
    found += spread(passage)
    found += over_time(passage)
    found += comparisons(passage, found)
    found += statistics(passage)
    found += correlations(passage)
    group = groups(passage)
    found += group
    found += shares(passage, [one for one in group if isinstance(one, GroupSize)])
    found += contrasts(passage)
    found += _unparsed(passage)
    count = max((token.sentence for token in passage.tokens), default=-1) + 1
    counts = {
        int(token.number.value)
        for token in passage.tokens
        if token.number is not None and passage.is_count(token)
    }
    return found, [passage.sentence_text(number) for number in range(count)], counts


def _unparsed(passage: Passage) -> list[Claim]:
    left = [
        place
        for place, token in enumerate(passage.tokens)
        if token.kind in RESULTS and place not in passage.used
    ]
    return [passage.make(Unparsed, place, place, token=passage.at(place).kind) for place in left]


def _moved(claim: Claim, offset: int, sentences: int) -> Claim:
    """The claim with its place in the whole text instead of in its part."""
    if not offset and not sentences:
        return claim
    inner: dict[str, Any] = {
        field.name: _moved(value, offset, sentences)
        for field in fields(claim)
        if isinstance(value := getattr(claim, field.name), Claim)
    }
    return replace(
        claim,
        start=claim.start + offset,
        end=claim.end + offset,
        sentence=claim.sentence + sentences,
        **inner,
    )
