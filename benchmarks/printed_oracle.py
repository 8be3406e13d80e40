"""What a reading of a printed text may say, decided without the reader: by what the writer meant,
and by a scan of the text for its numbers, comparators, signs and negations.

The scan is coarse on purpose. It cannot read a text; it can only say that something read was not
there, or that something there was lost.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from printed import Printed

from seroclear.records.reading import REASONS, Reading, Rejected

Read = Sequence[Reading] | Rejected | Exception
_SAME = 1e-6  # of a number printed and read
_THREE_DIGITS = 0.005  # of the power of a log10, which is read to three digits
_LESS, _GREATER = "<≤≦⩽﹤〈", ">≥≧⩾﹥〉"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RUN = re.compile(
    r"(?P<digits>[0-9][0-9.,]*|\.[0-9][0-9.,]*)"
    r"(?P<power>\s?(?:e\s?[+-]?|[x*]\s?10\s?(?:\^|\*\*)\s?[+-]?|\^\s?[+-]?)[0-9]{1,3})?"
    r"\s?(?P<times>thousand|million|billion|万|亿)?"
)
_TIMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "万": 1e4, "亿": 1e8}
_CLEAN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
# Factors from a printed unit to a canonical one: metric prefixes, moles, copies of an IU, kat, afp.
_FACTORS = (
    *(1.0, 1e-3, 1e3, 10.0, 0.01, 1e6, 1e-6, 1e9),
    *(17.104, 1.7104, 88.4, 8.84, 60.0, 0.06, 1.21, 0.3229, 1 / 5.82, 1 / 3.41, 1 / 5.6),
)
_COMPARED = re.compile(
    r"less|below|under|lower|no more|not exceed|does not|up to|greater|more than|above|over|higher"
    r"|exceed|in excess|at least|no less|limit|range|lloq|llod|\blod\b|\bloq\b|lld|llq|uloq|bdl|blq"
    r"|bloq|alq|quantifiable|于|超|不足|不超|不高|不低|不大|不小|以下|以上|限|[<>]"
)
_NEGATION = re.compile(
    r"not|(?<![a-z])(?:no|nor|neg)(?![a-z])|non|without|neither|never|can\s?not|n't"
    r"|un(?=detect|react)|[未无不没非否]|negativ|absen|tnd|-|阴"
)
_NEGATING_WORD = re.compile(
    r"(?<![a-z])(?:not|no|nor|neg|negative|non|none|without|neither|never|cannot|undetect\w*|tnd)"
    r"(?![a-z])|[未无不没非否]|-|阴"
)
_NOT_A_NEGATION = re.compile(
    r"(?:no|not) (?:more|less|greater) than|not exceeding|does not exceed|不超过|不高于|不大于"
    r"|不低于|不小于|-(?=\s*[0-9.])"
)
# A sentence of advice or method says nothing about the patient.
_ADVICE = re.compile(
    r"protect|recommend|follow.?up|performed|suggest|please|this (?:test|assay|result)|approved"
    r"|interpret|reference|normal range|expected|rule[sd]? out|exclude|desirable|usually|clinical"
    r"|contact|previous|consider|immun|vaccinat|method|manufactur|建议|请|提示|备注|参考|方法|保护|既往"
)
_SENTENCE_END = re.compile(r"\.(?![0-9])|[;|\n\r!]")
_POSITIVE = re.compile(r"pos|react|present|detect|阳|反应|检出|检测到|可检|测出|测到|可测|\+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number found in a text: its value and the comparator sign straight before it, if any."""

    value: float
    sign: str


def plain(text: str) -> str:
    """Half width, lower case, superscripts as powers, variants of signs as one."""
    powered = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda m: "^" + m[0].translate(_SUPERSCRIPTS), text)
    for signs, sign in ((_LESS, "<"), (_GREATER, ">")):
        powered = re.sub(f"[{signs}]", sign, powered)
    folded = unicodedata.normalize("NFKC", powered).replace("×", "x").replace("✕", "x").lower()
    folded = re.sub("[\u200b\u200c\u200d\ufeff]", "", folded)
    folded = (
        folded.replace("·", ".")
        .replace("、", ",")
        .replace("。", ". ")
        .replace("陽", "阳")
        .replace("陰", "阴")
    )
    folded = re.sub("[‐‑‒–—―−]", "-", folded)
    folded = re.sub("(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])", "", folded)
    return folded.translate(str.maketrans("檢測應無", "检测应无"))


def numbers(text: str) -> list[Number]:
    """Every run of digits of a `plain` text that is a number, with and without its power."""
    found = []
    for match in _RUN.finditer(text):
        digits = match["digits"].rstrip(",.")
        if not _CLEAN.fullmatch(digits):
            continue
        before = text[: match.start()].rstrip(" =")
        sign = before[-1:] if before[-1:] in ("<", ">") else ""
        base = float(digits.replace(",", ""))
        values = {base}
        if match["power"]:
            shown = match["power"].strip()
            power = int(re.search(r"[+-]?\s?[0-9]{1,3}$", shown)[0].replace(" ", ""))  # type: ignore[index]
            values.add(base * 10.0**power if base and power < 300 else math.inf)
            if shown.startswith("^"):
                values.add(base**power if abs(power) < 99 else math.inf)
        if match["times"]:
            values |= {value * _TIMES[match["times"]] for value in values}
        found += [Number(value, sign) for value in sorted(values)]
    return found


def explanations(value: float, found: Sequence[Number]) -> list[Number]:
    """Which numbers of a text a value in its canonical unit may come from."""
    return [number for number in found if _explains(number.value, value)]


def _explains(printed: float, value: float) -> bool:
    if any(math.isclose(printed * factor, value, rel_tol=_SAME) for factor in _FACTORS):
        return True
    if value <= 0 or printed > 300:
        return False
    power = 10.0**printed
    return any(math.isclose(power * factor, value, rel_tol=_THREE_DIGITS) for factor in _FACTORS)


def broken(one: Printed, read: Read) -> str | None:
    """The first property that a reading breaks, None if it breaks none."""
    if isinstance(read, Exception):
        return "no crash"
    if isinstance(read, Rejected):
        if read.reason not in REASONS:
            return "every refusal has a known reason"
        return "a clear text is read" if one.readable else None
    if one.senseless:
        return "what says nothing certain is refused"
    return (_meant(one, read) if one.said else None) or _scanned(one, read)


def _meant(one: Printed, read: Sequence[Reading]) -> str | None:
    values = [reading for reading in read if reading.value is not None]
    if one.value is None and values and not all(_is_limit(reading) for reading in values):
        return "no number out of nothing"
    if one.value is not None:
        if len(values) != 1:
            return "the number is read"
        (reading,) = values
        for meant, got in ((one.value, reading.value), (one.high, reading.value_high)):
            if (meant is None) != (got is None):
                return "the number is right"
            if meant is not None and not math.isclose(meant, got or 0.0, rel_tol=_SAME):
                return "the number is right"
        if reading.comparator != one.comparator:
            return "no comparator lost"
    statuses = {reading.status for reading in read} - {None}
    if statuses - {one.status}:
        return "no sign out of nothing" if one.status is None else "no negation missed"
    if one.status and one.status not in statuses:
        return "the sign is read"
    return None


def _is_limit(reading: Reading) -> bool:
    """A value that stands for 'below the limit' of a named assay."""
    return reading.value == reading.lower_limit or reading.value == reading.upper_limit


def _scanned(one: Printed, read: Sequence[Reading]) -> str | None:
    text = plain(one.text)
    found = numbers(text)
    for reading in read:
        for value in (reading.value, reading.value_high):
            if value is not None and not explanations(value, found):
                return "no number out of nothing"
        if reading.value is not None and (wrong := _comparator(reading, text, found)):
            return wrong
        if wrong := _sign(reading, text):
            return wrong
    return None


def _comparator(reading: Reading, text: str, found: Sequence[Number]) -> str | None:
    assert reading.value is not None
    signs = {number.sign for number in explanations(reading.value, found)}
    if "" not in signs and reading.comparator not in signs:
        return "no comparator lost"
    if reading.comparator in ("<", ">") and not _COMPARED.search(text):
        return "no comparator out of nothing"
    return None


def _sign(reading: Reading, text: str) -> str | None:
    if reading.status in ("positive", "negative") and " by " in reading.rule:
        return None  # by the cut-off of a named assay
    if reading.status == "positive":
        if _negated(text):
            return "no negation missed"
        if not _POSITIVE.search(text):
            return "no sign out of nothing"
    if (reading.status == "negative" or reading.detection == "not detected") and not (
        _NEGATION.search(text)
    ):
        return "no sign out of nothing"
    return None


def _negated(text: str) -> bool:
    """Whether a sentence about the patient holds a negation. After the first one a Latin negation
    counts as a word only: 'POSITIVE. Physician notified.'"""
    text = _NOT_A_NEGATION.sub(" ", re.sub(rf",\s*(?={_ADVICE.pattern})", ";", text))
    told = [one for one in _SENTENCE_END.split(text) if one.strip(" ,*")]
    for place, sentence in enumerate(told):
        if _ADVICE.search(sentence):
            continue
        plainly = re.sub(r"(?<!\()-(?!\s*\))", " ", sentence)  # 'HBsAg - positive'
        if (_NEGATION if place == 0 else _NEGATING_WORD).search(plainly):
            return True
    return False
