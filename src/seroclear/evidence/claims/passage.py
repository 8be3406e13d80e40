"""A text with its tokens, and what the rules of the grammar ask about them."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from seroclear.evidence.claims.claim import Claim
from seroclear.evidence.claims.vocabulary import endpoint_pattern, months, words
from seroclear.evidence.text.lexer import tokens
from seroclear.evidence.text.normalise import normalise
from seroclear.evidence.text.token import Token

AnyClaim = TypeVar("AnyClaim", bound=Claim)
NOTHING = Token("end", "", 0, 0)
# A number of persons has at most this many words before its noun: "60 consecutive HBeAg-positive
# chronic hepatitis B treatment-naive patients".
WORDS_BEFORE_NOUN = 8


class Passage:
    """Tokens with places; `used` are those that a claim has understood."""

    def __init__(self, raw: str) -> None:
        self.normalised = normalise(raw)
        self.text = self.normalised.text
        self.tokens = tokens(self.text)
        self.used: set[int] = set()
        self.parent = self._parents()
        self._sentences: dict[int, tuple[int, int]] = {}
        for place, token in enumerate(self.tokens):
            first = self._sentences.get(token.sentence, (place, place))[0]
            self._sentences[token.sentence] = (first, place + 1)
        self._times: dict[int, list[tuple[int, float]]] = {}
        self._has: dict[tuple[str, int], bool] = {}
        self._endpoints: dict[int, list[tuple[int, str]]] = {}

    def _parents(self) -> list[int]:
        """For every token the place of the bracket it stands in, -1 outside."""
        parents, stack = [], [-1]
        sentence = 0
        for place, token in enumerate(self.tokens):
            if token.sentence != sentence and len(stack) > 4:
                stack = [-1]  # brackets that were never closed
            sentence = token.sentence
            if token.kind == "close" and len(stack) > 1:
                stack.pop()
            parents.append(stack[-1])
            if token.kind == "open":
                stack.append(place)
        return parents

    def at(self, place: int) -> Token:
        """The token there, an empty one outside."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else NOTHING

    def sentence(self, token: Token) -> tuple[int, int]:
        """First place and end of the sentence of a token."""
        return self._sentences[token.sentence]

    def sentence_places(self, number: int) -> tuple[int, int]:
        """First place and end of a sentence by its number."""
        return self._sentences.get(number, (0, 0))

    def words_before(self, place: int, count: int) -> list[str]:
        """Up to `count` words before a place in its sentence, lower case, nearest first."""
        first = self.sentence(self.at(place))[0]
        return [t.text.lower() for t in self.tokens[max(first, place - count) : place]][::-1]

    def word(self, place: int) -> str:
        """The word there in lower case, '' if it is none."""
        token = self.at(place)
        return token.text.lower() if token.kind == "word" else ""

    def close_of(self, place: int) -> int:
        """The bracket that closes the one at `place`; the last token where it is never closed."""
        for after in range(place + 1, min(place + 80, len(self.tokens))):
            if self.tokens[after].kind == "close" and self.parent[after] == self.parent[place]:
                return after
        return min(place + 79, len(self.tokens) - 1)

    def is_count(self, token: Token) -> bool:
        """Whether it is a plain whole number that can count persons."""
        number = token.number
        if token.kind != "number" or number is None or number.decimals > 0:
            return False
        if not 0 <= number.value < 10_000_000 or token.mark == "lost superscript":
            return False
        before = self.at(token.place - 1)
        if before.end == token.start and before.kind in ("dash", "slash", "other", "word"):
            return False
        after = self.at(token.place + 1)
        if after.start == token.end and after.kind in ("dash", "slash", "other"):
            return False
        return before.kind not in ("compare", "pm") and before.text.lower() not in words(
            "not_counts"
        )

    def counted_noun(self, place: int, most: int = WORDS_BEFORE_NOUN) -> int:
        """The place of the noun for persons that the number at `place` counts, -1 if none."""
        for after in range(place + 1, place + 2 + most):
            token = self.at(after)
            if token.kind == "other" and token.text in "'\"“”":
                continue
            if token.kind != "word":
                return -1
            lower = token.text.lower()
            if lower in words("persons"):
                following = self.word(after + 1)
                return after + 1 if following in words("persons") else after
            if after == place + 1 and lower in words("not_counts"):
                return -1
            if lower in ("of", "and", "or", "were", "was", "had", "with", "in", "to", "vs", "the"):
                return -1
            if lower.endswith(("-positive", "-negative")):
                continue
        return -1

    def make(self, kind: type[AnyClaim], first: int, last: int, **slots: Any) -> AnyClaim:
        """A claim of the tokens first..last, which are used now."""
        start, end = self.normalised.span(self.at(first).start, self.at(last).end)
        token = self.at(first)
        for place in range(first, last + 1):
            self.used.add(place)
        return kind(
            start=start,
            end=end,
            quote=self.normalised.raw[start:end],
            sentence=token.sentence,
            **slots,
        )

    def text_of(self, first: int, end: int) -> str:
        """The normalised text of tokens first..end-1."""
        if first >= end:
            return ""
        return self.text[self.at(first).start : self.at(end - 1).end]

    def sentence_text(self, number: int) -> str:
        """The normalised text of a sentence."""
        first, end = self._sentences.get(number, (0, 0))
        return self.text_of(first, end)

    def times(self, token: Token) -> list[tuple[int, float]]:
        """(place, months) of the times in the sentence of a token."""
        if token.sentence not in self._times:
            first, end = self.sentence(token)
            self._times[token.sentence] = [
                found for place in range(first, end) if (found := self._time(place))
            ]
        return self._times[token.sentence]

    def _time(self, place: int) -> tuple[int, float] | None:
        token = self.at(place)
        if token.kind == "word" and token.text.lower() in _ORDINALS:
            if self.word(place + 1) in months() and self.word(place - 1) in ("the", "within"):
                return place, months()[self.word(place + 1)]
            return None
        if token.kind != "number" or token.number is None:
            return None
        after = place + 1
        if self.at(after).kind == "dash" and self.at(after).end == self.at(after + 1).start:
            after += 1
        unit = self.word(after).split("-")[0]
        if unit in months() and not AGE & set(self.words_before(place, 4)):
            return place, float(token.number.value) * months()[unit]
        before = self.word(place - 1)
        if before in ("week", "month", "year", "day"):
            return place, float(token.number.value) * months()[before]
        return None

    def time_near(self, place: int) -> float | None:
        """The only time in the sentence, or the last one before the place."""
        times = self.times(self.at(place))
        if len(times) == 1:
            return times[0][1]
        before = [months for where, months in times if where < place]
        return before[-1] if before else None

    def endpoints(self, token: Token) -> int:
        """How many endpoints the sentence of a token names."""
        self.endpoint_near(token.place)
        return len({name for _, name in self._endpoints[token.sentence]})

    def endpoint_near(self, place: int) -> str:
        """The last endpoint named before the place in its sentence, else the first one after."""
        token = self.at(place)
        if token.sentence not in self._endpoints:
            first, end = self.sentence(token)
            start, stop = self.at(first).start, self.at(end - 1).end
            pattern, names = endpoint_pattern()
            self._endpoints[token.sentence] = [
                (match.start(), names[match[0].lower()])
                for match in pattern.finditer(self.text, start, stop)
            ]
        found = self._endpoints[token.sentence]
        before = [name for where, name in found if where < token.start]
        return before[-1] if before else found[0][1] if found else ""

    def has(self, pattern: re.Pattern[str], token: Token) -> bool:
        """Whether the sentence of a token has the pattern."""
        key = pattern.pattern, token.sentence
        if key not in self._has:
            first, end = self.sentence(token)
            start, stop = self.at(first).start, self.at(end - 1).end
            self._has[key] = bool(pattern.search(self.text, start, stop))
        return self._has[key]


_ORDINALS = ("first",)
AGE = frozenset(("age", "aged", "ages", "older", "younger"))
