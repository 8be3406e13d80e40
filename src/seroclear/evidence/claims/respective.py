"""Bare percentages and coefficients, given to groups by order or by the sentence's subject."""

from __future__ import annotations

import re

from seroclear.evidence.claims.claim import Claim, Correlation, GroupSize, Proportion
from seroclear.evidence.claims.groups import key_words
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.shares import is_share

NAMES = re.compile(
    r"(?:in|with|of|by|for|receiving|among)\s+(?:the\s+)?((?:[\w+/-]+\s+){0,3}?[\w+/-]+)\s+(?:and|or)\s+(?:the\s+)?"
    r"((?:[\w+/-]+\s+){0,3}?[\w+/-]+?)(?:\s+(?:groups?|arms?|patients))?\s*,\s*respectively",
)


def correlations(passage: Passage) -> list[Claim]:
    """`(r = 0.559, 0.344, 0.435, respectively)`: the numbers behind the first one."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind != "statistic" or token.name != "r" or place not in passage.used:
            continue
        after = place + 1
        while passage.at(after).kind == "comma" and passage.at(after + 1).kind == "number":
            number = passage.at(after + 1).number
            if number is None or not -1 <= number.value <= 1:
                break
            found.append(passage.make(Correlation, after + 1, after + 1, value=number))
            after += 2
    return found


def shares(passage: Passage, sizes: list[GroupSize]) -> list[Claim]:
    """The percentages that are left, with the group where the text says it."""
    named = [size for size in sizes if key_words(size.group)]
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind != "percent" or place in passage.used or not is_share(passage, place):
            continue
        pair = _pair(passage, place)
        if pair:
            for at, name in zip((place, place + 2), pair, strict=True):
                found.append(_share(passage, at, _size(name, named)))
            continue
        found.append(_share(passage, place, _subject(passage, place, named)))
    return found


def _share(passage: Passage, place: int, size: GroupSize | None) -> Proportion:
    return passage.make(
        Proportion,
        place,
        place,
        percent=passage.at(place).number,
        group=size.group if size else "",
        endpoint=passage.endpoint_near(place),
        time=passage.time_near(place),
    )


def _pair(passage: Passage, place: int) -> tuple[str, str] | None:
    """The two groups of `87.3% and 78.8% ... with ETV or TDF, respectively`."""
    if passage.word(place + 1) != "and" or not is_share(passage, place + 2):
        return None
    if passage.at(place - 1).kind == "comma" and passage.at(place - 2).kind == "percent":
        return None
    _, end = passage.sentence(passage.at(place))
    match = NAMES.search(passage.text_of(place + 3, end))
    return (match[1], match[2]) if match else None


def _size(name: str, sizes: list[GroupSize]) -> GroupSize | None:
    """The one group of this name."""
    wanted = key_words(name)
    fitting = [size for size in sizes if wanted & key_words(size.group)]
    return fitting[0] if len({size.n for size in fitting}) == 1 else None


def _subject(passage: Passage, place: int, sizes: list[GroupSize]) -> GroupSize | None:
    """The group named as the subject of the clause: `LLV group had ... (60.3%, P = 0.001)`."""
    first, _ = passage.sentence(passage.at(place))
    text = passage.text_of(max(first, place - 40), place)
    clause = re.split(r";|\(\d\)|:", text)[-1]
    subjects = re.findall(
        r"((?:[\w+/-]+\s+){0,2}[\w+/-]+)\s+group\s+(?:was|were|had|showed)", clause
    )
    if len(subjects) != 1 or re.search(r"\bvs\b|versus|respectively", clause):
        return None
    return _size(subjects[0], sizes)
