"""Intervals and p values that stand beside an estimate."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.text.token import Reported

JOINTS = frozenset(("comma", "semicolon", "colon", "equals", "open", "close"))
# Tokens between an estimate and its interval, statistic or p value.
NEAR = 4


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits and the places of the tokens that say them."""

    first: int
    last: int
    level: Reported | None
    lower: Reported
    upper: Reported


def interval_at(passage: Passage, place: int) -> Interval | None:
    """`95% CI 2.149-9.223`, `95% CI: [0.897 ~ 0.946]`, `95%CI, -2.3 to -0.4`."""
    after = place + 1
    while passage.at(after).kind in ("comma", "colon", "equals", "open", "semicolon") or (
        passage.word(after) in ("of", "was", "is", "from", "for")
    ):
        after += 1
        if after > place + 4:
            return None
    lower, joint, upper = passage.at(after), passage.at(after + 1), passage.at(after + 2)
    if lower.kind not in ("number", "percent") or lower.number is None or lower.mark:
        return None
    if joint.kind == "percent" or joint.kind == "number":
        # `-2.3 -0.4`: the dash was read as the sign of the second number
        text = joint.text
        if text[:1] in "-–" and joint.number is not None and lower.end == joint.start:
            upper = joint
        else:
            return None
    elif not (
        joint.kind in ("dash", "comma", "semicolon") or passage.word(after + 1) in ("to", "and")
    ):
        return None
    if upper.kind not in ("number", "percent") or upper.number is None:
        return None
    last = upper.place
    behind = passage.at(last + 1)
    if behind.kind == "dash" or behind.kind == "slash":
        return None
    mark = passage.at(place)
    return Interval(place, last, mark.number, lower.number, upper.number)


def p_near(passage: Passage, place: int) -> tuple[int, Reported] | None:
    """The p value that stands directly behind the token at `place`, in the same bracket."""
    for after in range(place + 1, place + 1 + NEAR):
        token = passage.at(after)
        if token.kind == "p" and token.number is not None:
            return (after, token.number) if not token.mark else None
        if token.kind in ("close", "open") and after > place + 1:
            return None
        if token.kind not in JOINTS and passage.word(after) not in ("and", "with", "two", "df"):
            return None
    return None
