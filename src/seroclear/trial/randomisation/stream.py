"""Random numbers drawn from a key: the same key and label, the same numbers."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Final, TypeVar

_T = TypeVar("_T")
_WORD: Final = 2**64


class Stream:
    """HMAC-SHA-256 of the key over a label and a counter, four 64-bit words a block.

    Without the key the numbers cannot be told from random ones, those drawn before being known.
    """

    def __init__(self, key: bytes, *label: str | int) -> None:
        self._key = key
        self._label = json.dumps(label, ensure_ascii=False, separators=(",", ":"))
        self._block = 0
        self._words: list[int] = []

    def __repr__(self) -> str:
        return "Stream()"

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1, each as likely: words beyond the last whole multiple
        are drawn anew."""
        usable = _WORD - _WORD % limit
        while (word := self._next()) >= usable:
            pass
        return word % limit

    def unit(self) -> float:
        """A number from 0 up to 1, of 53 bits."""
        return (self._next() >> 11) / 2**53

    def shuffled(self, items: list[_T]) -> list[_T]:
        """The items in random order (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def _next(self) -> int:
        if not self._words:
            message = f"{self._label}#{self._block}".encode()
            digest = hmac.new(self._key, message, hashlib.sha256).digest()
            self._words = [int.from_bytes(digest[at : at + 8], "big") for at in (24, 16, 8, 0)]
            self._block += 1
        return self._words.pop()
