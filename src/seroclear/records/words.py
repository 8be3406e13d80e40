"""The words of laboratory results, cut into tokens.

A token is a number, a range, a comparator, a sign, a known phrase of vocabulary/result_words.csv, a
separator, or something unknown. `grammar` accepts a statement only if nothing in it is unknown:
a word that is not understood may be a negation.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from seroclear.records.units import fold, read_unit, unit_spellings, vocabulary

# A comma groups thousands only when every group is complete: 1,234 but never 0,05 or 1,5.
NUMBER: Final = (
    r"(?:10\s?\^\s?[+-]?[0-9]{1,3}"
    r"|(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    # A power of ten before a slash belongs to the unit: 150 x10^9/L.
    r"(?:\s?e\s?[+-]?[0-9]{1,3}|\s?[x*]\s?10\s?(?:\^|\*\*)\s?[+-]?[0-9]{1,3}(?![0-9]|\s?/))?"
    r"(?:\s?(?:thousand|million|billion|万|亿))?)"
)
_MULTIPLIERS: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "万": 1e4, "亿": 1e8}
# Latin letters without a space are one word; a Chinese word may begin at any character.
_UNKNOWN: Final = re.compile(r"[a-z]+|.", re.DOTALL)
_POWER: Final = re.compile(r"\s?[x*]\s?10\s?(?:\^|\*\*)\s?|10\s?\^\s?")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a result text. `kind` is number, comparator, separator, unknown or the meaning
    of a phrase; `low`, `high` and `unit` belong to numbers; `tests` to words naming a test."""

    kind: str
    text: str
    low: float = 0.0
    high: float | None = None
    unit: str | None = None
    tests: str = ""


def read_number(text: str) -> float:
    """The value of a text that matches `NUMBER`; inf when it is too large to be one."""
    text = "".join(text.replace(",", "").split())
    multiplier = 1.0
    for word, by in _MULTIPLIERS.items():
        if text.endswith(word):
            text, multiplier = text[: -len(word)], by
    text = _POWER.sub(lambda m: "1e" if m.group().startswith("10") else "e", text)
    value = float(text) * multiplier
    return value if math.isfinite(value) else math.inf


def _spelled(phrase: str) -> str:
    """A pattern for a phrase: spaces are optional hyphens or spaces; Latin words stand alone."""
    pattern = r"[\s-]*".join(re.escape(word) for word in fold(phrase).split())
    before = r"(?<![a-z])" if phrase[0].isascii() and phrase[0].isalpha() else ""
    after = r"(?![a-z])" if phrase[-1].isascii() and phrase[-1].isalpha() else ""
    return before + pattern + after


def alternatives(phrases: list[str]) -> str:
    """A pattern that matches the longest of the phrases."""
    return "|".join(_spelled(p) for p in sorted(phrases, key=lambda p: (-len(p), p)))


def _phrase_key(text: str) -> str:
    return re.sub(r"[\s-]", "", fold(text))


@cache
def phrases() -> dict[str, tuple[str, str]]:
    """Phrase (without spaces) -> its meaning and the tests it names."""
    rows = vocabulary("result_words")
    return {_phrase_key(row["word"]): (row["meaning"], row["tests"]) for row in rows}


def words_meaning(meaning: str) -> list[str]:
    """The phrases of result_words.csv with one meaning."""
    return [row["word"] for row in vocabulary("result_words") if row["meaning"] == meaning]


@cache
def unit_pattern() -> str:
    """A pattern for any unit as it is printed after a number."""
    folded = {fold(spelling) for spelling, unit in unit_spellings().items() if unit}
    # A space may be added: 'log10 IU / mL', 'x 10^9/L'. A unit that begins with a digit needs a
    # space before it: '145 10^9/L' is 145, but what '14510^9/L' is nobody can tell.
    pieces = (
        (r"(?<=[\s(])" if spelling[0].isdigit() else "")
        + r"\s*".join(re.escape(p) for p in re.findall(r"^x(?=10)|[^\s/]+|/", spelling))
        for spelling in sorted(folded, key=lambda s: (-len(s), s))
        if spelling != "1"
    )
    return "(?:" + "|".join(pieces) + r")(?![a-z0-9/^])"


@cache
def _tokens() -> re.Pattern[str]:
    def unit(group: str) -> str:
        return rf"(?:\s*\(?\s*(?P<{group}>{unit_pattern()})\s*\)?)?"

    known = [row["word"] for row in vocabulary("result_words") if row["meaning"] != "advice"]
    in_brackets = r"\(\s*(?:\+{1,4}|[1-4]\+|-|±|\+/-|\+-)\s*\)"
    return re.compile(
        "|".join(
            (
                (
                    rf"(?P<sign>{in_brackets}|±|\+/-|(?<![0-9a-z])[+-]ve(?![a-z])"
                    r"|(?<![0-9a-z.])[1-4]\+(?![0-9])|(?<![0-9])\+{1,4}(?![0-9]))"
                ),
                r"(?P<negative_number>^-\s*(?=\.?[0-9])|(?<=\s)-(?=\.?[0-9]))",
                (
                    rf"(?P<index>(?P<index_unit>s/co|coi|index)[\s:=]*(?P<index_value>{NUMBER})"
                    r"(?![0-9.]*[0-9]))"
                ),
                (
                    rf"(?P<range>(?:between\s+)?(?P<low>{NUMBER}){unit('low_unit')}"
                    r"\s*(?:-+|~+|to|至|到|(?<=\s)and)\s*"
                    rf"(?P<high>{NUMBER}){unit('high_unit')}(?![0-9.,]*[0-9]))"
                ),
                rf"(?P<number>(?P<value>{NUMBER}){unit('unit')}(?![0-9.]*[0-9]))",
                r"(?P<comparator>=?[<>]=?|<<|>>)",
                rf"(?P<phrase>{alternatives(known)})",
                (
                    # "0.39 (-)": a bracket that opens a sign separates nothing; nor does a dash at
                    # a bracket, which is half a sign: "(-", "-)"
                    rf"(?P<separator>(?:(?!{in_brackets})[\s,()\[\]])+|(?<![0-9\s]):|=|\*+|[↑↓]"
                    r"|(?<!\()-+(?!\))|(?<![a-z])[hl](?![a-z]))"
                ),
            )
        )
    )


def tokenise(clause: str) -> list[Token]:
    """The tokens of one folded clause; runs of what is not understood are one unknown token."""
    found: list[Token] = []
    position, pattern = 0, _tokens()
    while position < len(clause):
        match = pattern.match(clause, position)
        if match is None:
            end = _UNKNOWN.match(clause, position).end()  # type: ignore[union-attr]
            found.append(Token("unknown", clause[position:end]))
            position = end
            continue
        found.append(_token(match))
        position = match.end()
    return found


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    kind = match.lastgroup or ""
    if match["sign"]:
        meaning = "indeterminate" if "±" in text or "+/-" in text or "+-" in text else "positive"
        return Token("negative" if "-" in text and meaning == "positive" else meaning, text)
    if match["range"]:
        units = {read_unit(match[end]) for end in ("low_unit", "high_unit") if match[end]}
        if len(units) > 1:
            return Token("unknown", text)
        low, high = read_number(match["low"]), read_number(match["high"])
        return Token("number", text, low, high, units.pop() if units else None)
    if match["index"]:
        value = read_number(match["index_value"])
        return Token("number", text, value, None, read_unit(match["index_unit"]))
    if match["number"]:
        unit = match["unit"]
        value = read_number(match["value"])
        return Token("number", text, value, None, read_unit(unit) if unit else None)
    if match["phrase"]:
        meaning, tests = phrases()[_phrase_key(text)]
        return Token(meaning, text, tests=tests)
    if match["comparator"]:
        kind = {"<": "less", ">": "greater"}[text.strip("=")[0]]
    elif match["negative_number"]:
        kind = "negative number"
    else:
        kind = "separator"
    return Token(kind, text)
