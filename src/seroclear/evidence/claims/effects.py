"""Estimates with intervals, test statistics with p values, accuracy and correlation."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.evidence.claims.claim import (
    AccuracyEstimate,
    Claim,
    Correlation,
    Effect,
    TestStatistic,
)
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.text.measures import DIFFERENCES, RATIOS
from seroclear.evidence.text.token import Reported, Token

ACCURACY = frozenset(("AUC", "sensitivity", "specificity", "PPV", "NPV"))
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


def effects(passage: Passage) -> list[Claim]:
    """Estimates with intervals, and measures with a value without one."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind == "ci" and place not in passage.used:
            claim = _with_interval(passage, place)
            if claim:
                found.append(claim)
    for place, token in enumerate(passage.tokens):
        if token.kind == "measure" and place not in passage.used:
            claim = _without_interval(passage, place)
            if claim:
                found.append(claim)
    return found


def statistics(passage: Passage) -> list[Claim]:
    """Test statistics that no effect or comparison has taken, with the p value beside them."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind == "statistic" and place not in passage.used:
            found.append(statistic_at(passage, place))
    return found


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


def statistic_at(passage: Passage, place: int) -> TestStatistic | Correlation:
    """The statistic there with its p value."""
    token = passage.at(place)
    assert token.number is not None
    p = p_near(passage, place)
    last = p[0] if p else place
    value = p[1] if p else None
    endpoint = passage.endpoint_near(place)
    if token.name == "r" and not token.df:
        return passage.make(
            Correlation, place, last, value=token.number, p=value, endpoint=endpoint
        )
    return passage.make(
        TestStatistic,
        place,
        last,
        name=token.name,
        value=token.number,
        df=token.df,
        p=value,
        endpoint=endpoint,
    )


def _estimate_before(passage: Passage, place: int) -> tuple[Token, Token | None] | None:
    """The estimate directly before an interval, and the measure that names it."""
    before = place - 1
    steps = 0
    while passage.at(before).kind in JOINTS and steps < 3:
        if passage.at(before).kind == "close":
            return None
        before -= 1
        steps += 1
    if passage.word(before) in ("with", "and") and passage.at(before - 1).number:
        before -= 1
    token = passage.at(before)
    if passage.word(before) in ("months", "month", "years", "weeks", "days", "points", "g", "kg"):
        before -= 1
        token = passage.at(before)
    if token.kind not in ("number", "percent") or token.number is None or token.mark:
        return None
    if token.sentence != passage.at(place).sentence:
        return None
    return token, _measure_before(passage, before)


def _measure_before(passage: Passage, place: int) -> Token | None:
    """The measure whose value is at `place`: `OR =4.452`, `hazard ratio for death was 0.72`."""
    steps = 0
    before = place - 1
    first = passage.sentence(passage.at(place))[0]
    while before >= first and steps < 9:
        token = passage.at(before)
        if token.kind == "measure":
            return token
        plain = token.kind == "word" or token.kind in ("equals", "colon", "comma")
        if token.kind == "close" or token.kind == "open":
            plain = steps < 2
        if not plain:
            return None
        if token.kind == "comma" and steps > 0:
            return None
        if token.kind == "word" and token.text.lower() in ("and", "or", "versus", "respectively"):
            return None
        before -= 1
        steps += 1
    return None


def _with_interval(passage: Passage, place: int) -> Claim | None:
    interval = interval_at(passage, place)
    if interval is None:
        return None
    behind = interval.last + 1
    if passage.word(behind) in ("and", "vs") and passage.at(behind + 1).number is not None:
        return None  # several intervals in a row belong to several estimates
    estimate = _estimate_before(passage, place)
    if estimate is None:
        return None
    token, measure = estimate
    assert token.number is not None
    before = passage.at(token.place - 1)
    if before.kind == "number" or (
        passage.word(token.place - 1) in ("and", "vs", "versus", "or", "to")
        and passage.at(token.place - 2).number is not None
    ):
        return None  # the last of several estimates: whose interval this is stays open
    if before.kind in ("compare", "pm", "vs"):
        return None
    first = measure.place if measure else token.place
    name = measure.name if measure else ""
    if name in RATIOS and token.kind == "percent":
        name = ""  # "PR 12%" is a partial response
    if name in ACCURACY:
        return passage.make(
            AccuracyEstimate,
            first,
            interval.last,
            measure=name,
            value=token.number,
            lower=interval.lower,
            upper=interval.upper,
        )
    if not name and _is_difference(passage, token.place):
        name = "difference"
    p = p_near(passage, interval.last)
    statistic = None
    last = p[0] if p else interval.last
    near = _statistic_near(passage, first, last)
    if near is not None:
        claim = statistic_at(passage, near)
        if isinstance(claim, TestStatistic):
            statistic = claim
        first, last = min(first, near), max(last, near)
    return passage.make(
        Effect,
        first,
        last,
        measure=name,
        estimate=token.number,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        p=p[1] if p else None,
        statistic=statistic,
        endpoint=passage.endpoint_near(first),
    )


def _is_difference(passage: Passage, place: int) -> bool:
    return any(word.startswith("difference") for word in passage.words_before(place, 5))


def _statistic_near(passage: Passage, first: int, last: int) -> int | None:
    """A statistic that stands in the same bracket directly before or behind the effect."""
    for place in (first - 2, first - 1, last + 1, last + 2):
        token = passage.at(place)
        same = 0 <= place < len(passage.parent) and passage.parent[place] == passage.parent[first]
        if token.kind == "statistic" and same and place not in passage.used:
            between = passage.at(place + 1 if place < first else place - 1)
            if abs(place - first) == 1 or between.kind in ("comma", "semicolon", "statistic"):
                return place
    return None


def _without_interval(passage: Passage, place: int) -> Claim | None:
    """`RR =4.524`, `AUC of 0.92`, `sensitivity was 85.0%`."""
    token = passage.at(place)
    after = place + 1
    while (
        passage.at(after).kind in ("equals", "colon", "comma")
        or passage.word(after) in ("of", "was", "is", "were", "reached")
    ) and after < place + 4:
        after += 1
    value = passage.at(after)
    if value.kind not in ("number", "percent") or value.number is None or value.mark:
        return None
    if after in passage.used or passage.at(after + 1).kind in ("dash", "pm"):
        return None
    if value.kind == "number" and after == place + 1:
        return None  # "OR 2" may be anything
    several = passage.word(after + 1) in ("and", "or") and passage.at(after + 2).number
    if token.name in ACCURACY:
        if several or (passage.at(after + 1).kind == "comma" and passage.at(after + 2).number):
            return None
        claim = passage.make(AccuracyEstimate, place, after, measure=token.name, value=value.number)
        if passage.at(after + 1).kind == "open" and passage.at(after + 2).number is not None:
            passage.used -= set(range(place, after + 1))  # `76.7% (71/105)` is a share as well
        return claim
    if token.name not in RATIOS | DIFFERENCES or value.kind == "percent":
        return None
    p = None if several else p_near(passage, after)
    return passage.make(
        Effect,
        place,
        p[0] if p else after,
        measure=token.name,
        estimate=value.number,
        p=p[1] if p else None,
        endpoint=passage.endpoint_near(place),
    )
