"""What a percentage and an a/b can be: a share of persons, or something else."""

from __future__ import annotations

import re

from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.vocabulary import words
from seroclear.evidence.text.token import Token

# Words behind a percentage that make it a change or a statistic, no share of persons.
_CHANGES_WORDS = (
    "reduction increase decrease decline improvement higher lower change loss gain greater "
    "less relative confidence power saline solution ethanol oxygen"
)
CHANGES = frozenset(_CHANGES_WORDS.split())


def is_share(passage: Passage, place: int) -> bool:
    """Whether the percentage there is one share, not a range, a limit or a change."""
    token = passage.at(place)
    if token.kind != "percent" or token.number is None or token.number.value < 0:
        return False
    before, after = passage.at(place - 1), passage.at(place + 1)
    if before.kind == "comma" and before.end == token.start and passage.at(place - 2).number:
        return False  # `3,2%`: a decimal comma, or two numbers
    if _is_change(passage, place):
        return False
    if before.kind in ("compare", "pm", "dash", "slash") or after.kind in ("pm", "slash"):
        return False
    if after.kind == "dash" and passage.at(place + 2).number is not None:
        return False
    if before.kind == "word" and before.text.lower() == "to" and passage.at(place - 2).number:
        return False
    return passage.word(place + 1) not in CHANGES


CHANGED = re.compile(
    r"(?:reduc|increas|fell|fall|declin|decreas|rose|rise|improv|lower|drop|grew|chang)\w*",
    re.IGNORECASE,
)


def _is_change(passage: Passage, place: int) -> bool:
    """`fell by 35%`."""
    before = passage.words_before(place, 5)
    return before[:1] == ["by"] and any(CHANGED.match(word) for word in before)


def is_approximate(passage: Passage, place: int) -> bool:
    words_before = passage.words_before(place, 2)
    return passage.at(place - 1).text == "~" or any(
        word in words("approximate") for word in words_before
    )


def counts_persons(passage: Passage, place: int) -> bool:
    """Whether an a/b can be persons: not a dose, a grade, a pressure, a ratio."""
    token = passage.at(place)
    if token.number is None or token.second is None or token.second.value == 0:
        return False
    if _is_period(token) or _is_acuity(passage, token):
        return False
    if any(word in words("not_counts") for word in passage.words_before(place, 2)):
        return False
    return passage.word(place + 1) not in words("not_counts")


def _is_period(token: Token) -> bool:
    """`2015/16`, `1998/99`, and numbers with a leading zero (`04/07`)."""
    top, bottom = token.text.split("/")
    if (top.strip()[0] == "0" and top.strip() != "0") or bottom.strip()[0] == "0":
        return True
    year, end = int(top.replace(",", "")), bottom.strip()
    return 1900 <= year <= 2100 and (len(end) == 2 or int(end.replace(",", "")) == year + 1)


ACUITY = re.compile(r"\bacuity|\bvision\b|\bSnellen|\bBCVA", re.IGNORECASE)


def _is_acuity(passage: Passage, token: Token) -> bool:
    """`20/40` and `6/12` where the sentence is about seeing."""
    assert token.number is not None
    return token.number.value in (20, 6) and passage.has(ACUITY, token)
