"""Groups defined by limits: `LLV (HBV DNA ≥ 20 IU/ml and < 2 000 IU/ml)`."""

from __future__ import annotations

import re

from seroclear.evidence.claims.claim import Claim, ThresholdDefinition
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.text.token import Reported

DEFINED = re.compile(
    r"\b(?:divided|defined|classified|grouped|categori[sz]ed|stratified|split|groups?)\b",
    re.IGNORECASE,
)
Limit = tuple[str, str, Reported, str]


def thresholds(passage: Passage) -> list[Claim]:
    """Brackets behind a group's name that hold limits of one quantity."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind != "open" or not passage.has(DEFINED, token):
            continue
        close = passage.close_of(place)
        limits = _limits(passage, place + 1, close)
        name = _name(passage, place)
        if limits and name:
            found.append(
                passage.make(ThresholdDefinition, place, close, group=name, limits=tuple(limits))
            )
    return found


def _limits(passage: Passage, place: int, close: int) -> list[Limit]:
    limits: list[Limit] = []
    quantity = ""
    words: list[str] = []
    while place < close:
        token = passage.at(place)
        following = passage.at(place + 1)
        if token.kind == "compare" and following.kind == "number" and following.number:
            if words:
                quantity = " ".join(words[-3:])
            unit = passage.text_of(place + 2, min(place + 3, close))
            comparator = {"<=": "≤", ">=": "≥"}.get(token.text, token.text)
            if not quantity:
                return []
            limits.append((quantity, comparator, following.number, unit.lower()))
            words = []
            place += 3 if passage.at(place + 2).kind == "word" else 2
            continue
        if token.kind == "comma":
            words = []
        elif token.kind == "word" and token.text.lower() not in ("and", "or", "but", "to"):
            words.append(token.text)
        elif token.kind in ("p", "statistic", "vs", "percent", "ci"):
            return []
        place += 1
    return limits


def _name(passage: Passage, place: int) -> str:
    first = place
    while first > 0 and place - first < 4 and passage.at(first - 1).kind == "word":
        if passage.word(first - 1) in ("and", "into", "the", "as", "or", "in", "of", "with"):
            break
        first -= 1
    return passage.text_of(first, place)
