"""Estimates with intervals, and accuracy."""

from __future__ import annotations

from seroclear.evidence.claims.beside import JOINTS, interval_at, p_near
from seroclear.evidence.claims.claim import (
    AccuracyEstimate,
    Claim,
    Effect,
    TestStatistic,
)
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.statistics import statistic_at
from seroclear.evidence.text.measures import DIFFERENCES, RATIOS
from seroclear.evidence.text.token import Token

# `1.05 (SD = 2.0; 95% CI 0.5-1.6)`: what stands directly before an interval and is not its middle.
NO_ESTIMATES = frozenset(("sd", "se", "sem", "n", "df"))
ACCURACY = frozenset(("AUC", "sensitivity", "specificity", "PPV", "NPV"))


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
    label = before - 2 if passage.at(before - 1).kind in ("equals", "colon") else before - 1
    if passage.word(label) in NO_ESTIMATES:
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
