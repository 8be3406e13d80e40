"""Means with SDs, medians with ranges."""

from __future__ import annotations

import re

from seroclear.evidence.claims.claim import Claim, MeanSD, MedianIQR
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.text.lexer import reported
from seroclear.evidence.text.token import Reported, Token

CENTRE = re.compile(r"\b(median|mean|average)\b", re.IGNORECASE)
IQR = frozenset(("iqr", "interquartile", "quartile", "quartiles", "q1"))
# Words between the centre and its range: a unit.
UNITS = 3


def spread(passage: Passage) -> list[Claim]:
    """`3.43±0.73`, `median 26 (20, 40) months`, `32.5 months (range 6.4-87.6)`."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind == "pm":
            claim = _mean(passage, place)
            if claim:
                found.append(claim)
    for place, token in enumerate(passage.tokens):
        if token.kind == "open" and place not in passage.used:
            median = _median(passage, place)
            if median:
                found.append(median)
    return found


def _mean(passage: Passage, place: int) -> Claim | None:
    mean, sd = passage.at(place - 1), passage.at(place + 1)
    first, last = place - 1, place + 1
    if mean.kind == "percent" and sd.kind == "percent":
        pass
    elif mean.kind != "number" or sd.kind not in ("number", "percent"):
        return None
    if mean.number is None or sd.number is None or mean.mark or sd.mark:
        return None
    if passage.at(first - 1).kind == "open" and passage.at(last + 1).kind == "close":
        first, last = first - 1, last + 1
    return passage.make(
        MeanSD,
        first,
        last,
        mean=mean.number,
        sd=sd.number,
        endpoint=passage.endpoint_near(place),
        time=passage.time_near(place),
    )


def _median(passage: Passage, opening: int) -> Claim | None:
    """The range in this bracket with the centre before it."""
    before = opening - 1
    while passage.at(before).kind == "word" and opening - before <= UNITS:
        before -= 1
    centre = passage.at(before)
    if centre.kind not in ("number", "percent") or centre.number is None or before in passage.used:
        return None
    if passage.at(before - 1).kind in ("pm", "dash", "compare"):
        return None
    close = passage.close_of(opening)
    limits = _range(passage, opening + 1, close)
    if limits is None:
        return None
    lower, upper, label = limits
    first = passage.sentence(centre)[0]
    named = list(CENTRE.finditer(passage.text, passage.at(first).start, passage.at(opening).start))
    name = named[-1][1].lower() if named else ""
    if named and re.search(r"\d", passage.text[named[-1].end() : centre.start]):
        name = ""  # another number stands between the word and this one
    if name == "average":
        name = "mean"
    if not name and not label:
        # `26 (20, 40) months`: Chinese journals write M (P25, P75) without saying median.
        if passage.at(opening + 2).kind != "comma":
            return None
        name = ""
    return passage.make(
        MedianIQR,
        before,
        close,
        centre=name,
        value=centre.number,
        lower=lower,
        upper=upper,
        spread=label,
        endpoint=passage.endpoint_near(opening),
    )


def _range(passage: Passage, place: int, close: int) -> tuple[Reported, Reported, str] | None:
    label = ""
    while place < close and passage.at(place).kind in (
        "word",
        "comma",
        "colon",
        "open",
        "close",
        "equals",
    ):
        word = passage.word(place)
        if word in IQR:
            label = "IQR"
        elif word == "range" and not label:
            label = "range"
        elif word in ("sd", "se", "sem", "ci", "p"):
            return None
        place += 1
    lower = passage.at(place)
    if lower.kind not in ("number", "percent") or lower.number is None:
        return None
    if place == close - 1 and (glued := _glued(lower)):
        return (*glued, label)
    joint, upper = passage.at(place + 1), passage.at(place + 2)
    if not (joint.kind in ("dash", "comma") or passage.word(place + 1) == "to"):
        return None
    if upper.kind not in ("number", "percent") or upper.number is None:
        return None
    behind = place + 3
    while behind < close and passage.at(behind).kind == "word":
        behind += 1  # a unit
    return (lower.number, upper.number, label) if behind == close else None


def _glued(token: Token) -> tuple[Reported, Reported] | None:
    """`(98,150)` is a range without a blank, not ninety-eight thousand."""
    match = re.fullmatch(r"(\d{1,3}),(\d{3})", token.text)
    if not match or int(match[1]) > int(match[2]):
        return None
    lower, upper = reported(match[1]), reported(match[2])
    return (lower, upper) if lower and upper else None
