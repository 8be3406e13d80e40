"""Who was studied: totals, named groups and their sizes, and the division of a total."""

from __future__ import annotations

import re

from seroclear.evidence.claims.claim import Claim, GroupSize, Partition
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.claims.vocabulary import words

DIVIDED = re.compile(
    r"\b(?:(?:were|was|be|been)\s+(?:[a-z]+ly\s+)?(?:divided|classified|stratified|categori[sz]ed|"
    r"allocated|assigned|randomi[sz]ed|grouped|split|subdivided)|randomly\s+(?:divided|assigned|"
    r"allocated)|randomi[sz]ed\s+(?:to|into))\b",
    re.IGNORECASE,
)
ENROLLED = re.compile(
    r"\b(?:enrol+ed|included|recruited|randomi[sz]ed|evaluated|analy[sz]ed|studied|selected|"
    r"identified|collected|participated|treated|followed|admitted|reviewed|assigned)\b",
    re.IGNORECASE,
)
# Words of a group's name that do not tell it from another.
_PLAIN_WORDS = (
    "group groups the a an of in with patients patient arm arms and or who received receiving "
    "treated treatment monotherapy therapy through those achieving hbsag n were was had cases "
    "subjects participants to by only alone"
)
PLAIN = frozenset(_PLAIN_WORDS.split())
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}


def groups(passage: Passage) -> list[Claim]:
    """Totals, group sizes, and partitions of a total."""
    found: list[Claim] = []
    found += _totals(passage)
    sizes = _sizes(passage)
    found += sizes
    found += _paired(passage)
    found += _partitions(passage, [size for size in sizes if isinstance(size, GroupSize)])
    return found


def key_words(name: str) -> frozenset[str]:
    """The words of a name that tell the group from others."""
    return frozenset(re.findall(r"[\w+>≥≤<()]+(?:-[\w]+)*", name.lower())) - PLAIN


def _totals(passage: Passage) -> list[Claim]:
    """`A total of 509 cases were enrolled`, `Six hundred and forty patients were evaluated`."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if not passage.is_count(token) or token.number is None or place in passage.used:
            continue
        noun = passage.counted_noun(place)
        if noun < 0 or token.number.value < 2:
            continue
        if passage.at(noun + 1).kind == "open" and passage.at(noun + 2).kind == "percent":
            continue  # a part of them
        before = passage.words_before(place, 3)
        announced = before[:2] == ["of", "total"]
        first, end = passage.sentence(token)
        starts = place - first <= 6
        if (
            announced
            or (starts and ENROLLED.search(passage.text_of(noun, min(end, noun + 14))))
            or (before[:1] in (["from"], ["of"]) and noun > place and "data" in before)
        ):
            found.append(passage.make(GroupSize, place, noun, n=int(token.number.value)))
    return found


def _sizes(passage: Passage) -> list[Claim]:
    """`adefovir group (ADV, n =43)`, `NAs monotherapy (168 patients)`."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if token.kind != "open":
            continue
        close = passage.close_of(place)
        inside = passage.tokens[place + 1 : close]
        for at, one in enumerate(inside):
            if (
                one.kind == "word"
                and one.text in ("n", "N")
                and at + 2 < len(inside)
                and inside[at + 1].kind == "equals"
                and inside[at + 2].kind == "number"
                and passage.is_count(inside[at + 2])
            ):
                if at + 3 < len(inside) and inside[at + 3].kind in ("open", "percent"):
                    break
                number = inside[at + 2].number
                assert number is not None
                label = passage.text_of(place + 1, place + 1 + at).strip(" ,;:")
                name = _name_before(passage, place)
                found.append(
                    passage.make(
                        GroupSize,
                        place + 1 + at,
                        place + 3 + at,
                        n=int(number.value),
                        group=f"{name} {label}".strip(),
                    )
                )
                break
        else:
            if len(inside) == 2 and passage.is_count(inside[0]):
                noun = inside[1].text.lower()
                number = inside[0].number
                if noun in words("persons") and number is not None:
                    found.append(
                        passage.make(
                            GroupSize,
                            place + 1,
                            place + 2,
                            n=int(number.value),
                            group=_name_before(passage, place),
                        )
                    )
    return found


def _name_before(passage: Passage, place: int) -> str:
    """Up to six words before a bracket, back to the last comma, number or verb."""
    first = place
    while first > 0 and place - first < 6:
        token = passage.at(first - 1)
        if token.kind not in ("word", "measure") and token.text not in ("+", "/"):
            break
        if token.text.lower() in ("and", "into", "to", "through", "vs", "versus", "were", "was"):
            break
        if token.sentence != passage.at(place).sentence:
            break
        first -= 1
    return passage.text_of(first, place)


def _paired(passage: Passage) -> list[Claim]:
    """`189 and 320 in the LLV and MVR groups`; `336 (52.5%) received TDF and 165 (25.8%) ETV`."""
    found: list[Claim] = []
    for place, token in enumerate(passage.tokens):
        if not passage.is_count(token) or token.number is None:
            continue
        if (
            passage.word(place + 1) == "and"
            and passage.is_count(passage.at(place + 2))
            and passage.word(place + 3) in ("in", "were", "received")
        ):
            names = _two_names(passage, place + 4)
            second = passage.at(place + 2).number
            if names and second is not None:
                found.append(
                    passage.make(GroupSize, place, place, n=int(token.number.value), group=names[0])
                )
                found.append(
                    passage.make(
                        GroupSize, place + 2, place + 2, n=int(second.value), group=names[1]
                    )
                )
        elif (
            passage.at(place + 1).kind == "open"
            and passage.at(place + 2).kind == "percent"
            and passage.at(place + 3).kind == "close"
        ):
            name = _received(passage, place + 4, found)
            if name:
                found.append(
                    passage.make(GroupSize, place, place, n=int(token.number.value), group=name)
                )
    return found


def _two_names(passage: Passage, place: int) -> tuple[str, str] | None:
    """`the LLV and MVR groups`, `the treatment group and the control group`."""
    end = place
    while passage.at(end).kind in ("word",) and end < place + 12:
        end += 1
    text = passage.text_of(place, end)
    match = re.fullmatch(
        r"(?:the\s+)?(.{1,40}?)(?:\s+(?:group|arm))?\s+and\s+(?:the\s+)?(.{1,40}?)\s+(?:groups?|arms?)"
        r"(?:\s+respectively)?",
        text,
    )
    return (match[1], match[2]) if match else None


def _received(passage: Passage, place: int, before: list[Claim]) -> str:
    """The treatment behind `336 (52.5%) received`; `165 (25.8%) ETV` where one came before."""
    if passage.word(place) == "patients":
        place += 1
    if passage.word(place) == "received":
        token = passage.at(place + 1)
    elif before and before[-1].sentence == passage.at(place).sentence:
        token = passage.at(place)
    else:
        return ""
    return token.text if token.kind == "word" and token.text[:1].isupper() else ""


def _partitions(passage: Passage, sizes: list[GroupSize]) -> list[Claim]:
    """Groups listed with (n = ...) in a sentence that says that a total was divided."""
    found: list[Claim] = []
    by_sentence: dict[int, list[GroupSize]] = {}
    for size in sizes:
        by_sentence.setdefault(size.sentence, []).append(size)
    for sentence, many in by_sentence.items():
        if len(many) < 2:
            continue
        text = passage.sentence_text(sentence)
        cue = DIVIDED.search(text)
        if not cue:
            continue
        first, end = passage.sentence_places(sentence)
        behind = passage.normalised.places[passage.at(first).start + cue.start()]
        many = [size for size in many if size.start > behind]
        if len(many) < 2:
            continue
        total = None
        for place in range(first, end):
            token = passage.at(place)
            if token.start - passage.at(first).start >= cue.start():
                break
            if (
                passage.is_count(token)
                and token.number is not None
                and token.number.value >= len(many)
                and passage.counted_noun(place) >= 0
            ):
                total = int(token.number.value)
        announced = re.search(
            r"\b(two|three|four|five|six|seven|eight|[2-8])\s+(?:[\w-]+\s+){0,2}(?:sub)?(?:groups|arms|cohorts)",
            text[cue.end() :],
        )
        said = None
        if announced:
            word = announced[1].lower()
            said = NUMBERS.get(word) or (int(word) if word.isdigit() else None)
        start = min(size.start for size in many)
        stop = max(size.end for size in many)
        found.append(
            Partition(
                start=start,
                end=stop,
                quote=passage.normalised.raw[start:stop],
                sentence=sentence,
                total=total,
                parts=tuple(size.n for size in many),
                names=tuple(size.group for size in many),
                exhaustive=said == len(many),
                cue=cue[0],
            )
        )
    return found
