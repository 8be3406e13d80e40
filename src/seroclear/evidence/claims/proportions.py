"""a/b with a percentage, in the orders that papers use."""

from __future__ import annotations

from seroclear.evidence.claims.claim import Claim, Proportion
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.shares import counts_persons, is_approximate, is_share
from seroclear.evidence.claims.vocabulary import words
from seroclear.evidence.text.token import Reported, Token


def proportions(passage: Passage) -> list[Claim]:
    """Every share that is printed with a count."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if place in passage.used:
            continue
        claim: Claim | None = None
        if token.kind == "fraction":
            lists = _lists(passage, place)
            found += lists
            claim = None if lists else _fraction(passage, place)
        elif token.kind == "percent":
            claim = _percent_first(passage, place) or _among(passage, place)
        elif token.kind == "number" and passage.is_count(token):
            claim = _of(passage, place) or _count_percent(passage, place)
        if claim:
            found.append(claim)
    return found


def _make(
    passage: Passage,
    first: int,
    last: int,
    count: Reported | None,
    denominator: Reported | None,
    percent: Reported | None,
    percent_place: int,
) -> Proportion:
    return passage.make(
        Proportion,
        first,
        last,
        count=count,
        denominator=denominator,
        percent=percent,
        approximate=is_approximate(passage, percent_place) or is_approximate(passage, first),
        endpoint=passage.endpoint_near(first),
        time=passage.time_near(first),
    )


def _fraction(passage: Passage, place: int) -> Claim | None:
    """`603/963 (62.62%)`, `(603/963, 62.62%)`, `603/963 = 62.62%`."""
    token = passage.at(place)
    if not counts_persons(passage, place):
        return None
    joint = passage.at(place + 1)
    after = place + 2
    if joint.kind in ("word",) and passage.at(place + 2).kind == "open":
        joint, after = passage.at(place + 2), place + 3  # `12/40 patients (30%)`
    inside = passage.at(passage.parent[place]).kind == "open" and passage.parent[place] == place - 1
    joined = joint.kind in ("open", "equals") or (joint.kind in ("comma", "semicolon") and inside)
    if joined and is_share(passage, after):
        behind = passage.at(after + 1).kind
        if joint.kind == "equals" or behind in ("close", "semicolon", "comma"):
            last = after + 1 if behind == "close" and joint.kind == "open" else after
            return _make(
                passage, place, last, token.number, token.second, passage.at(after).number, after
            )
    return None


def _percent_first(passage: Passage, place: int) -> Claim | None:
    """`62.62% (603/963)`, `(40.30%, 243/603)`, `42.9% (12 of 28)`, `30% of 40 patients`."""
    token = passage.at(place)
    if not is_share(passage, place):
        return None
    joint = passage.at(place + 1)
    inside = passage.at(place - 1).kind == "open"
    if joint.kind == "open" or (joint.kind in ("comma", "semicolon") and inside):
        after = place + 2
        if passage.word(after) == "n" and passage.at(after + 1).kind == "equals":
            after += 2
        second = passage.at(after)
        if second.kind == "fraction" and counts_persons(passage, after):
            behind = passage.at(after + 1).kind
            if behind in ("close", "comma", "semicolon"):
                last = after + 1 if behind == "close" else after
                return _make(
                    passage, place, last, second.number, second.second, token.number, place
                )
        if joint.kind == "open" and passage.is_count(second):
            counted = _count_of(passage, after)
            if counted and passage.at(counted[1] + 1).kind in ("close", "comma", "semicolon"):
                number = passage.at(counted[0]).number
                return _make(passage, place, counted[1], second.number, number, token.number, place)
    if passage.word(place + 1) == "of":
        after = place + 3 if passage.word(place + 2) in ("the", "all") else place + 2
        second = passage.at(after)
        if passage.is_count(second):
            noun = passage.counted_noun(after)
            if noun >= 0 and passage.at(noun + 1).kind != "open":
                return _make(passage, place, noun, None, second.number, token.number, place)
    return None


def _count_of(passage: Passage, place: int) -> tuple[int, int] | None:
    """(place of b, last place) of `a of b`, `a out of the b patients`, `a patients of b`."""
    after = place + 1
    if passage.word(after) in words("persons"):
        after += 1
    if passage.word(after) == "out":
        after += 1
    if passage.word(after) not in ("of", "among", "from"):
        return None
    after += 1
    while passage.word(after) in ("the", "all", "a", "total", "of", "these", "our"):
        after += 1
    second = passage.at(after)
    if not passage.is_count(second) or second.number is None or second.number.value == 0:
        return None
    noun = passage.counted_noun(after)
    return after, noun if noun >= 0 else after


def _among(passage: Passage, place: int) -> Claim | None:
    """`Among 2765 serum samples, mutations were detected in 1193 cases with a rate of 43.15%`."""
    if passage.word(place - 1) != "of" or passage.word(place - 2) not in ("rate", "incidence"):
        return None
    first, _ = passage.sentence(passage.at(place))
    counts = [
        other
        for other in range(first, place)
        if passage.at(other).number is not None
        and not (other > first and passage.at(other).kind == "word")
    ]
    if len(counts) != 2 or passage.word(first) not in ("among", "of", "results"):
        return None
    a, b = counts[1], counts[0]
    if not (passage.is_count(passage.at(a)) and passage.is_count(passage.at(b))):
        return None
    if passage.counted_noun(a, 2) < 0 or passage.counted_noun(b, 3) < 0 or b - first > 2:
        return None
    count, denominator = passage.at(a).number, passage.at(b).number
    return _make(passage, a, place, count, denominator, passage.at(place).number, place)


def _of(passage: Passage, place: int) -> Claim | None:
    """`12 of 76 recipients (15.8%)`, `15 out of 141 patients`."""
    token = passage.at(place)
    counted = _count_of(passage, place)
    if counted is None or token.number is None:
        return None
    denominator, last = counted
    number = passage.at(denominator).number
    assert number is not None
    if passage.word(place + 1) in words("not_counts"):
        return None
    if passage.at(last + 1).kind == "open" and is_share(passage, last + 2):
        if passage.at(last + 3).kind in ("close", "comma", "semicolon"):
            closes = passage.at(last + 3).kind == "close"
            percent = passage.at(last + 2).number
            end = last + 3 if closes else last + 2
            return _make(passage, place, end, token.number, number, percent, last + 2)
        return None
    if last == denominator and token.mark == "word" and number.value < 4:
        return None  # "one of two"
    if number.value >= token.number.value and passage.counted_noun(denominator) >= 0:
        return _make(passage, place, last, token.number, number, None, place)
    return None


def _count_percent(passage: Passage, place: int) -> Claim | None:
    """`36 patients (44.4%)`, `336 (52.5%) received TDF`; the denominator is not printed."""
    token = passage.at(place)
    after = place + 1
    while passage.at(after).kind == "word" and after < place + 6:
        if passage.word(after) in ("of", "and", "or", "vs", "versus", "to", "than", "with"):
            return None
        after += 1
    if passage.at(after).kind != "open" or not is_share(passage, after + 1):
        return None
    if passage.at(after + 2).kind != "close":
        return None
    if passage.word(place + 1) in words("not_counts") or (
        after > place + 1 and passage.counted_noun(place) < 0 and after > place + 3
    ):
        return None
    before = passage.words_before(place, 2)
    if (before[:1] == ["of"] and before[1:] != ["total"]) or before in (
        ["the", "of"],
        ["all", "of"],
    ):
        return None  # the percentage belongs to a number before it
    percent = passage.at(after + 1).number
    behind = after + 3
    denominator = None
    last = after + 2
    if passage.word(behind) == "of" or (
        passage.word(behind) == "out" and passage.word(behind + 1) == "of"
    ):
        behind += 2 if passage.word(behind) == "out" else 1
        while passage.word(behind) in ("the", "all", "a", "total", "of"):
            behind += 1
        if passage.is_count(passage.at(behind)) and passage.counted_noun(behind) >= 0:
            denominator, last = passage.at(behind).number, behind
    return _make(passage, place, last, token.number, denominator, percent, after + 1)


def _lists(passage: Passage, place: int) -> list[Claim]:
    """`12/40 and 20/41 (30.0% and 48.8%, respectively)`: pairs by order."""
    fractions = _series(passage, place, "fraction")
    if len(fractions) < 2:
        return []
    opening = fractions[-1] + 1
    if passage.at(opening).kind != "open":
        return []
    percents = _series(passage, opening + 1, "percent")
    if len(percents) != len(fractions):
        return []
    if not all(counts_persons(passage, one) for one in fractions):
        return []
    found: list[Claim] = []
    for top, share in zip(fractions, percents, strict=True):
        token: Token = passage.at(top)
        number = passage.at(share).number
        found.append(_make(passage, top, top, token.number, token.second, number, share))
        passage.used.add(share)
    return found


def _series(passage: Passage, place: int, kind: str) -> list[int]:
    """Places of tokens of one kind with only `and`, `,` or `vs` between them."""
    found: list[int] = []
    while passage.at(place).kind == kind:
        found.append(place)
        place += 1
        joined = False
        while passage.at(place).kind in ("comma", "vs", "semicolon") or passage.word(place) in (
            "and",
            "or",
        ):
            place += 1
            joined = True
        if not joined:
            break
    return found
