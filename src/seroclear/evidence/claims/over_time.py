"""Survival probabilities and incidence rates."""

from __future__ import annotations

import re

from seroclear.evidence.claims.claim import Claim, Rate, SurvivalProbability
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.vocabulary import months
from seroclear.evidence.text.token import Reported

CUMULATIVE = re.compile(
    r"\b(?:cumulative|probabilit(?:y|ies)|Kaplan|survival rates?|actuarial)", re.IGNORECASE
)
KEPT = re.compile(
    r"\b(?:survival|free(?:dom)?|confirmed|sustained|maintain\w*|retention|remain\w*|without)\b",
    re.IGNORECASE,
)
PER_YEARS = re.compile(
    r"^(?:(?:cases|events|deaths|infections)\s+)?per\s+"
    r"(1,?000|100|10,?000|100,?000|one hundred)?\s*"
    r"(?:person|patient)s?[-\s–]*years?",
    re.IGNORECASE,
)
ANNUAL = re.compile(
    r"\b(?:annual\w*|yearly)\s+(?:average\s+)?(?:\w+\s+){0,3}(?:incidences?|rates?|risks?)"
    r"|\bannual\w* (?:HCC|incidence)|\bper year\b|\bper annum\b",
    re.IGNORECASE,
)


def over_time(passage: Passage) -> list[Claim]:
    """`one-year: 0.960 vs. 0.691`, `cumulative rate 34.6% at 1 year`, `3.8% a year`."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if place in passage.used or token.number is None:
            continue
        if token.kind not in ("number", "percent"):
            continue
        rate = _rate(passage, place)
        if rate:
            found.append(rate)
        elif passage.has(CUMULATIVE, token):
            claim = _probability(passage, place)
            if claim:
                found.append(claim)
    return found


def _rate(passage: Passage, place: int) -> Rate | None:
    token = passage.at(place)
    number = token.number
    assert number is not None
    match = PER_YEARS.match(passage.text[token.end : token.end + 60].lstrip(" /"))
    if match:
        per = (match[1] or "1").replace(",", "")
        events, years = _person_years(passage, place)
        return passage.make(
            Rate,
            place,
            place,
            value=number,
            per=100 if per.startswith("one") else int(per),
            events=events,
            person_years=years,
            endpoint=passage.endpoint_near(place),
        )
    if token.kind == "percent" and number.value >= 0:
        first, _ = passage.sentence(token)
        before = passage.text[passage.at(max(first, place - 10)).start : token.start]
        cues = list(ANNUAL.finditer(before))
        if cues and not re.search(r"\d", before[cues[-1].end() :]):
            joint = passage.at(place + 1)
            if joint.kind in ("vs", "dash") or passage.word(place + 1) in ("and", "to"):
                return None
            return passage.make(
                Rate, place, place, value=number, per=100, endpoint=passage.endpoint_near(place)
            )
    return None


_YEARS_WORD = re.compile(r"(?:person|patient)s?-years?", re.IGNORECASE)


def _person_years(passage: Passage, place: int) -> tuple[int | None, Reported | None]:
    """Events and person-years in the same sentence, when each is there once."""
    first, end = passage.sentence(passage.at(place))
    years: list[Reported] = []
    events: list[int] = []
    for other in range(first, end):
        token = passage.at(other)
        if token.number is None or token.kind != "number" or other == place:
            continue
        joined = _YEARS_WORD.match(passage.text[token.end : token.end + 20].lstrip())
        if joined and passage.word(other - 1) != "per":
            years.append(token.number)
        elif passage.is_count(token) and not _is_cohort(passage, other):
            events.append(int(token.number.value))
    if passage.endpoints(passage.at(place)) > 1:
        events = []  # which of them the rate is of is not certain
    return (events[0] if len(events) == 1 else None, years[0] if len(years) == 1 else None)


def _is_cohort(passage: Passage, place: int) -> bool:
    """`6714 patients were followed for ...`: those at risk, not the events; or a time."""
    if any(where == place for where, _ in passage.times(passage.at(place))):
        return True
    if passage.word(place - 1) == "per":
        return True
    words_behind = {passage.word(after) for after in range(place + 1, place + 8)}
    return bool(words_behind & {"followed", "accrued", "contributed", "observed", "over"})


def _probability(passage: Passage, place: int) -> SurvivalProbability | None:
    token = passage.at(place)
    number = token.number
    assert number is not None
    if token.kind == "number" and not (0 <= number.value <= 1 and number.decimals >= 2):
        return None
    if passage.at(place - 1).kind in ("compare", "pm", "dash", "equals"):
        return None
    if token.kind == "percent" and passage.at(place + 1).kind in ("dash", "pm"):
        return None
    time = _time(passage, place)
    if time is None:
        return None
    first, _ = passage.sentence(token)
    before = passage.text[passage.at(first).start : token.start]
    kept = list(KEPT.finditer(before))
    return passage.make(
        SurvivalProbability,
        place,
        place,
        value=number,
        event=not kept,
        time=time,
        endpoint=passage.endpoint_near(place),
    )


def _time(passage: Passage, place: int) -> float | None:
    """The time of this probability: the last one before it that no other number parts from it.

    A sentence with several times and several numbers ("at 1, 3 and 5 years were 5%, 9% and 12%")
    is read only when every number has its own time before it.
    """
    times = passage.times(passage.at(place))
    if not times:
        return None
    if _bare_times(passage, place):
        return None
    if passage.word(place + 1) == "at":
        behind = [months_ for where, months_ in times if where in (place + 2, place + 3)]
        if behind:
            return behind[0]
    if len(times) == 1:
        return times[0][1]
    before = [(where, months_) for where, months_ in times if where < place]
    if not before:
        return None
    where, found = before[-1]
    between = [t for t in passage.tokens[where + 1 : place] if t.kind in ("percent", "number")]
    vs = any(t.kind == "vs" for t in passage.tokens[where + 1 : place])
    if len(between) == 0 or (len(between) == 1 and vs):
        return found
    return None


def _bare_times(passage: Passage, place: int) -> bool:
    """Whether a list of times shares one unit: `1-, 3- and 5-year`, `at 1, 3 and 5 years`."""
    first, end = passage.sentence(passage.at(place))
    for other in range(first, end - 2):
        if passage.at(other).kind == "number" and passage.at(other + 1).kind in ("comma", "dash"):
            following = other + 2
            while passage.at(following).kind in ("comma", "dash") or passage.word(following) in (
                "and",
                "or",
            ):
                following += 1
            if passage.at(following).kind == "number" and any(
                passage.word(following + step).split("-")[0] in months() for step in (1, 2, 3)
            ):
                return True
        if (
            passage.at(other).kind == "number"
            and passage.word(other + 1) in ("and", "or")
            and passage.at(other + 2).kind == "number"
            and any(passage.word(other + step).split("-")[0] in months() for step in (3, 4))
        ):
            return True
    return False
