"""A text as tools can read it, with the way back to the text as it was printed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass

Replacement = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` is what is read; `places[i]` is where its character i stands in `raw`."""

    raw: str
    text: str
    places: array[int]

    @staticmethod
    def of(raw: str, text: str) -> Normalised:
        """A text changed character by character only."""
        if len(raw) != len(text):
            raise ValueError("a character was added or lost")
        return Normalised(raw, text, array("l", range(len(raw) + 1)))

    def replaced(self, pattern: re.Pattern[str], replacement: Replacement) -> Normalised:
        """With every match replaced; None leaves a match as it is."""
        pieces: list[str] = []
        places = array("l")
        end = 0
        for match in pattern.finditer(self.text):
            new = replacement(match)
            if new is None:
                continue
            start = match.start()
            pieces += (self.text[end:start], new)
            places.extend(self.places[end:start])
            places.extend([self.places[start]] * len(new))
            end = match.end()
        if end == 0:
            return self
        pieces.append(self.text[end:])
        places.extend(self.places[end:])
        return Normalised(self.raw, "".join(pieces), places)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of `raw` that became text[start:end], without the blanks at its ends."""
        if end <= start:
            return self.places[start], self.places[start]
        first, last = self.places[start], max(self.places[end], self.places[end - 1] + 1)
        while last > first and self.raw[last - 1].isspace():
            last -= 1
        return first, last
