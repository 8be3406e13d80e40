"""`Sixteen respondents did not receive booster, and 36 respondents received boosters`."""

from __future__ import annotations

from seroclear.evidence.claims.claim import Claim, Partition
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.vocabulary import words

NOT = frozenset(("not", "without", "no", "never"))
_HELPERS_WORDS = "did do does had has have was were who the a any of and with on"
HELPERS = frozenset(_HELPERS_WORDS.split())


def contrasts(passage: Passage) -> list[Claim]:
    """Two counts of persons, one with and one without the same thing: together, all of them."""
    found: list[Claim] = []
    for number in range(max((t.sentence for t in passage.tokens), default=-1) + 1):
        first, end = passage.sentence_places(number)
        counts = [
            place
            for place in range(first, end)
            if passage.is_count(passage.at(place)) and passage.counted_noun(place, 2) >= 0
        ]
        if len(counts) != 2 or any(
            passage.at(place).kind in ("percent", "fraction") for place in range(first, end)
        ):
            continue
        a, b = counts
        nouns = {passage.word(passage.counted_noun(place, 2)) for place in counts}
        left = [passage.word(place) for place in range(a + 1, b)]
        right = [passage.word(place) for place in range(b + 1, end)]
        left_negated, right_negated = bool(NOT & set(left)), bool(NOT & set(right))
        if (
            len(nouns) != 1
            or left_negated == right_negated
            or "of"
            in (
                passage.word(a - 1),
                passage.word(b - 1),
            )
        ):
            continue
        if len(_content(left) & _content(right)) < 2:
            continue
        parts = []
        for place in counts:
            value = passage.at(place).number
            assert value is not None
            parts.append(int(value.value))
        found.append(
            passage.make(
                Partition,
                a,
                end - 1,
                total=None,
                parts=tuple(parts),
                names=("without", "with") if left_negated else ("with", "without"),
                cue="not",
            )
        )
    return found


def _content(many: list[str]) -> set[str]:
    """Words in the form that tense and number do not change."""
    plain = {word for word in many if word and word not in HELPERS | NOT | words("persons")}
    return {word.removesuffix("ed").removesuffix("e").removesuffix("s") for word in plain}
