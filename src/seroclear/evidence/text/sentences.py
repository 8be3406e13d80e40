"""Where sentences begin."""

from __future__ import annotations

import re
from itertools import pairwise

# A full stop does not end a sentence after these.
_ABBREVIATIONS_WORDS = (
    "vs v no nos fig figs approx dr prof et al e.g i.e cf ca resp st dept univ inc ltd p n "
    "ref spp sp var min max avg est"
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS_WORDS.split())
# `.` or `?` and a blank, a closing bracket or, in carelessly set texts, at once a capital letter.
_END = re.compile(r"(?:[.?!]['\")\]]*(?:\s+|(?=[A-Z\[(]))|[。]|\n+)")
LONGEST = 2_500  # characters
_LAST_WORD = re.compile(r"([A-Za-z.]+)$")


def sentence_starts(text: str) -> list[int]:
    """Places where sentences begin, the first of them 0."""
    starts = [0]
    for match in _END.finditer(text):
        end = match.end()
        if match[0][0] == "." and not _ends(text, match.start(), end):
            continue
        if end < len(text):
            starts.append(end)
    return _bounded(starts, len(text))


def _bounded(starts: list[int], length: int) -> list[int]:
    """No sentence is longer than `LONGEST`: endless lists would be searched for ever."""
    found: list[int] = []
    for start, following in pairwise([*starts, length]):
        found += range(start, max(following, start + 1), LONGEST)
    return found


def _ends(text: str, point: int, after: int) -> bool:
    word = _LAST_WORD.search(text, max(0, point - 12), point)
    if word and word[1].lower().rstrip(".") in ABBREVIATIONS:
        return False
    following = text[after : after + 1]
    if following.islower():
        return False
    before = text[point - 1 : point]
    # `No .2`, `E. coli`, `J. Smith`: one capital letter before the point.
    return not (before.isupper() and not text[max(0, point - 2) : point - 1].isalnum())
