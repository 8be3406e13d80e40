"""Numbers in words: "Six hundred and forty", "Thirty-nine"."""

from __future__ import annotations

import re

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: value for value, word in enumerate(_ONES.split(), start=1)}
TENS = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
SCALES = {"hundred": 100, "thousand": 1000}
_ANY = "|".join([*sorted(ONES, key=len, reverse=True), *TENS, *SCALES])
PATTERN = rf"(?:{_ANY})(?:(?:(?:(?<=hundred)|(?<=thousand))\s+and\s+|[\s-]+)(?:{_ANY}))*\b"


def number_of(words: str) -> int | None:
    """The number that the words say; None when they are not one number ("two three")."""
    total = current = 0
    last = ""
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "and":
            continue
        if word in ONES:
            if last == "one" or (last == "ten" and ONES[word] > 9):
                return None
            current += ONES[word]
            last = "one"
        elif word in TENS:
            if last in ("one", "ten"):
                return None
            current += TENS[word]
            last = "ten"
        elif word == "hundred":
            if not 0 <= current < 100 or last == "hundred":
                return None
            current = max(current, 1) * 100
            last = "hundred"
        else:
            total += max(current, 1) * 1000
            current, last = 0, "thousand"
    return total + current
