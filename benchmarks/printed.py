"""Result texts such as laboratories print, each with what its writer meant by it.

The meaning is known because the text is put together from it: nothing of the reader
(`seroclear.records`) is used here, and the words are this file's own.
"""

# ruff: noqa: E501 (lines of printed texts)

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from printed_words import (
    BETWEEN,
    GREATER,
    LEADS,
    LESS,
    LIMITS,
    NEGATED,
    NEGATIONS,
    NEGATIVE,
    OTHER_TESTS,
    POSITIVE,
    QUALITATIVE,
    REAL,
    SIZES,
    SPOILED,
    TAILS,
    UNITS,
    UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A text and what it says.

    Attributes:
        family: how the text was made, a key of `FAMILIES`.
        test, unit, assay: what stands beside it in the record.
        said: True if `value` to `status` are all that the text says; else only `printed_oracle`'s
            scan of the text tells what may be read from it.
        value, high: in the canonical unit; `high` for a range.
        status: positive, negative or None.
        readable: the text is clear, so that refusing it is a failure, too.
        senseless: the text must be refused.
    """

    family: str
    test: str
    unit: str | None
    text: str
    assay: str | None = None
    said: bool = False
    value: float | None = None
    high: float | None = None
    comparator: str | None = None
    status: str | None = None
    readable: bool = False
    senseless: bool = False


Maker = Callable[[random.Random], Printed]


def _number(pick: random.Random, test: str, factor: float = 1.0) -> tuple[str, float]:
    """A number of a possible size as printed in a unit, and its value in that unit."""
    low, high = SIZES[test]
    value = low * (high / low) ** pick.random() / factor
    decimals = max(0, pick.randrange(1, 5) - math.floor(math.log10(value)))
    text = f"{value:.{decimals}f}"
    form = pick.random()
    if form < 0.08 and test == "hbv_dna":
        text = f"{value:.2E}"
    elif form < 0.2 and test == "hbv_dna":
        mantissa, _, power = f"{value:.1e}".partition("e")
        sign = pick.choice(("×", "x", "*", " x "))
        text = f"{mantissa}{sign}10^{int(power)}"
        return text, float(f"{mantissa}e{power}")
    elif form < 0.25 and value >= 1000:
        text = f"{value:,.{decimals}f}"
    return text, float(text.replace(",", ""))


def _quantity(pick: random.Random, test: str) -> tuple[str, str, str | None, float]:
    """A number, the unit printed after it, the unit of the column, and the canonical value."""
    unit, factor = pick.choice(UNITS[test])
    if factor == 0:
        text = f"{pick.uniform(1.1, 8.9):.2f}"
        value = float(f"{10.0 ** float(text):.2e}")  # a log10 is read to three digits
    else:
        text, value = _number(pick, test, factor)
        value *= factor
    if pick.random() < 0.3:
        return text, pick.choice(("", " ")) + unit, None, value
    if pick.random() < 0.1:
        return text, " " + unit, unit, value
    return text, "", unit, value


def _joined(text: str, printed_unit: str) -> str:
    """'14510^9/L' cannot be told from '145 10^9/L': a unit that begins with a digit stands apart."""
    return text + (f" {printed_unit}" if printed_unit[:1].isdigit() else printed_unit)


def _is_limit(test: str, value: float) -> bool:
    return test == "hbsag" and any(math.isclose(value, one, rel_tol=0.01) for one in LIMITS)


def number(pick: random.Random) -> Printed:
    test = pick.choice(list(UNITS))
    text, printed_unit, unit, value = _quantity(pick, test)
    comparator = "=" if _is_limit(test, value) else pick.choice(("=", "<", ">"))
    sign = {"=": "", "<": pick.choice(LESS), ">": pick.choice(GREATER)}[comparator]
    tail = pick.choice(TAILS)
    whole = pick.choice(LEADS) + sign + _joined(text, printed_unit) + tail
    return Printed("number", test, unit, whole, None, True, value, None, comparator, None, True)


def sign_and_number(pick: random.Random) -> Printed:
    test = pick.choice(QUALITATIVE[:3])
    status = pick.choice(("positive", "negative"))
    text, printed_unit, unit, value = _quantity(pick, test)
    possible = ("=", ">" if status == "positive" else "<")
    comparator = "=" if _is_limit(test, value) else pick.choice(possible)
    sign = {"=": "", "<": pick.choice(LESS), ">": pick.choice(GREATER)}[comparator]
    quantity = sign + _joined(text, printed_unit)
    word = pick.choice([w for w in (POSITIVE if status == "positive" else NEGATIVE) if w != "+"])
    glue = pick.choice((" ", ", ", "，", "; ", "  "))
    order = (word, quantity) if pick.random() < 0.7 else (quantity, word)
    if word == "3+":
        order = (quantity, word)
        glue = " "
    if word in ("未检出", "not detected", "Not Detected") and comparator != "<":
        # 'not detected' beside a number contradicts itself
        return Printed("sign and number", test, unit, glue.join(order), None, True, senseless=True)
    return Printed(
        "sign and number", test, unit, glue.join(order), None, True, value, None, comparator,
        status, True,
    )  # fmt: skip


def words(pick: random.Random) -> Printed:
    test = pick.choice(QUALITATIVE)
    status = pick.choice(("positive", "negative"))
    word = pick.choice(POSITIVE if status == "positive" else NEGATIVE)
    text = pick.choice(LEADS) + word + pick.choice(("", "", ".", "*", "。", ". Verified."))
    return Printed("words", test, "IU/mL", text, None, True, status=status, readable=True)


def interval(pick: random.Random) -> Printed:
    test = pick.choice(("hbsag", "anti_hbs", "hbv_dna", "alt"))
    unit = UNITS[test][0][0]
    low, high = sorted(_number(pick, test)[1] for _ in range(2))
    glue = pick.choice(("-", "–", "~", "～", " to ", "至", " - ", "--"))
    text = f"{low:.3f}{glue}{high:.3f}"
    if f"{low:.3f}" == f"{high:.3f}":
        return Printed("interval", test, unit, text, None, True, senseless=True)
    return Printed(
        "interval", test, unit, text, None, True, float(f"{low:.3f}"), float(f"{high:.3f}"),
        "range", None, True,
    )  # fmt: skip


def negated(pick: random.Random) -> Printed:
    """A negation somewhere before what it negates: never positive."""
    glue = pick.choice((" ", ""))
    middle = [pick.choice(BETWEEN) for _ in range(pick.randrange(3))]
    text = glue.join([pick.choice(NEGATIONS), *middle, pick.choice(NEGATED)])
    text += pick.choice(("", ".", " 5.2", " <20", " (see comment)", " 5.2 IU/mL", "; ", " H"))
    lead = pick.choice(("", "", "HBsAg ", "HBV ", "病毒", "Result: ", "检测"))
    return Printed("negated", pick.choice(QUALITATIVE), "IU/mL", lead + text)


def negated_twice(pick: random.Random) -> Printed:
    """'Not negative' says nothing certain."""
    glue = pick.choice((" ", ""))
    text = glue.join([pick.choice(NEGATIONS), pick.choice(NEGATIVE[:6])])
    return Printed("negated twice", pick.choice(QUALITATIVE), "IU/mL", text, senseless=True)


def _with(pick: random.Random, family: str, strange: str) -> Printed:
    """A clear text of one clause with something in it that spoils it. (What follows a clause is a
    comment, which may hold unknown words.)"""
    clear = pick.choice((number, sign_and_number, words))(pick)
    while _SECOND_CLAUSE.search(clear.text):
        clear = pick.choice((number, sign_and_number, words))(pick)
    place = pick.randrange(3)
    text = clear.text.rstrip(". 。")
    whole = (f"{strange} {text}", f"{text} {strange}", f"{strange}{text}")[place]
    return Printed(family, clear.test, clear.unit, whole, senseless=True)


def spoiled(pick: random.Random) -> Printed:
    return _with(pick, "spoiled", pick.choice(SPOILED))


def other_test(pick: random.Random) -> Printed:
    return _with(pick, "another test", pick.choice(OTHER_TESTS) + " ")


def unknown_word(pick: random.Random) -> Printed:
    return _with(pick, "unknown word", pick.choice(UNKNOWN))


_SECOND_CLAUSE = re.compile(r"[;；]|[.。]\s*[A-Za-z]")
CLEAR: tuple[Maker, ...] = (number, sign_and_number, words, interval)
PIECES = [
    *LESS, *GREATER, *POSITIVE, *NEGATIVE, *NEGATIONS, *NEGATED, *SPOILED, *UNKNOWN, *OTHER_TESTS,
    *TAILS, *LEADS, *"<>=≤≥＜＞±()（）.,;:*/-~×^_e+%", "limit of detection", "LLOQ", "检测下限", "上限",
    "linear range", "between", "and", "to", "log", "IU/mL", "copies/mL", "COI", "titer", "约", "weakly",
    "弱", "可疑", "borderline", "0.05", "250", "1,234", "20", "10^2", "1.5E+03", "170 million", "3万",
    "5", "0", "1e999", "²", "①", "٣", "½", "百", "\u00a0", "\u200b", "\n", "\ud800",
]  # fmt: skip


def mutated(pick: random.Random) -> Printed:
    """A real or a clear text with one to four small accidents."""
    if pick.random() < 0.6:
        test, unit, text = pick.choice(REAL)
    else:
        clear = pick.choice(CLEAR)(pick)
        test, unit, text = clear.test, clear.unit, clear.text
    for _ in range(pick.randrange(1, 5)):
        at, accident = pick.randrange(len(text) + 1), pick.randrange(6)
        if accident == 0:
            text = text[:at] + text[at + 1 :]
        elif accident == 1:
            text = text[:at] + pick.choice(PIECES) + text[at:]
        elif accident == 2:
            text = text[:at] + pick.choice(PIECES) + text[at + 1 :]
        elif accident == 3:
            text = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        elif accident == 4:
            text = text[:at]
        else:
            text = text[:at] + pick.choice(REAL)[2][pick.randrange(8) :][:20]
    return Printed("mutated", test, unit, text)


def soup(pick: random.Random) -> Printed:
    glue = pick.choice(("", " ", " ", ". ", "，"))
    text = glue.join(pick.choice(PIECES) for _ in range(pick.randrange(1, 7)))
    test = pick.choice([*UNITS, "hbv_panel", "anti_hbe", "inr", "hcv_rna"])
    unit = pick.choice([None, "IU/mL", "S/CO", "log10 IU/mL", "U/L", "log", "x", "copies/mL"])
    return Printed("soup", test, unit, text)


FAMILIES: dict[str, Maker] = {
    "number": number,
    "sign and number": sign_and_number,
    "words": words,
    "interval": interval,
    "negated": negated,
    "negated twice": negated_twice,
    "spoiled": spoiled,
    "another test": other_test,
    "unknown word": unknown_word,
    "mutated": mutated,
    "soup": soup,
}
# Mutations and soup find more than clear texts.
_WEIGHTS = [2, 2, 1, 1, 2, 1, 2, 1, 2, 6, 4]


def printed(seed: str, n: int) -> list[Printed]:
    """`n` texts; the same seed gives the same texts."""
    pick = random.Random(seed)
    makers = pick.choices(list(FAMILIES.values()), _WEIGHTS, k=n)
    return [make(pick) for make in makers]
