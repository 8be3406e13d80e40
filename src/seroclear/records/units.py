"""Units of laboratory results: how they are spelled, and how one becomes the test's own unit.

The knowledge is data: vocabulary/tests.csv (each test's one canonical unit), units.csv (spellings),
conversions.csv (factors with their sources) and assays.csv (limits and copies per IU of named
assays). A unit that is not listed is unknown; nothing is guessed from the size of a number.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from seroclear.errors import SeroclearError


def _codes(replacements: dict[str, str]) -> dict[int, str]:
    return {ord(sign): plain for sign, plain in replacements.items()}


_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TYPOGRAPHY: Final[dict[int, int | str | None]] = {
    **_FULL_WIDTH,
    **dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"), None),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-"),
    **dict.fromkeys(map(ord, "〜∼﹏"), "~"),
    **dict.fromkeys(map(ord, "≤≦⩽"), "<="),
    **dict.fromkeys(map(ord, "≥≧⩾"), ">="),
    **dict.fromkeys(map(ord, "﹤〈"), "<"),
    **dict.fromkeys(map(ord, "﹥〉"), ">"),
    **dict.fromkeys(map(ord, "μµ"), "u"),
    **_codes({"、": ",", "。": ". ", "×": "x", "✕": "x", "·": ".", "【": "[", "】": "]"}),
    **_codes({"㎖": "ml", "㎎": "mg", "㎍": "ug", "㎗": "dl", "㏒": "log"}),
    # Traditional to simplified, for the characters of result words only.
    **str.maketrans(
        "陽陰檢測應無劑驗體確強於結單貝兩對樣標滴參範圍請項",
        "阳阴检测应无剂验体确强于结单贝两对样标滴参范围请项",
    ),
}
_SUPERSCRIPT: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_SPACED_CHINESE: Final = re.compile("(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")  # 阴 性
_SUPERSCRIPT_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUBSCRIPT_DIGITS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def fold(text: str) -> str:
    """One spelling for what means the same: half width, plain signs, lower case, 'µ' as 'u'.

    A superscript becomes a power ('10²' is '10^2'): plain Unicode folding would make it 102.
    """
    if text.isascii():
        return text.strip().lower().replace("\t", " ")
    text = _SUPERSCRIPT.sub(lambda m: "^" + m.group().translate(_SUPERSCRIPT_DIGITS), text)
    text = text.translate(_SUBSCRIPT_DIGITS).translate(_TYPOGRAPHY)
    return _SPACED_CHINESE.sub("", text).strip().lower()


def vocabulary(name: str) -> list[dict[str, str]]:
    """The rows of one vocabulary file, as written."""
    file = resources.files("seroclear.records.vocabulary").joinpath(f"{name}.csv")
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True, slots=True)
class Test:
    """A laboratory test with its one canonical unit.

    Attributes:
        name: as in `result.test`.
        kind: antigen, antibody, nucleic acid, number or panel.
        unit: canonical unit; '' for a panel.
        polarity: 'by assay' where the same number means opposite things on different assays.
        possible_low, possible_high: outside these no patient's value lies (canonical unit).
        base: the test its positive and negative results are kept under.
    """

    name: str
    kind: str
    unit: str
    polarity: str
    possible_low: float
    possible_high: float
    base: str


@dataclass(frozen=True, slots=True)
class Assay:
    """A named assay: its limits in the test's canonical unit, and what its numbers mean."""

    name: str
    test: str
    patterns: tuple[tuple[str, ...], ...]  # any of these, each with all its parts
    copies_per_iu: float | None
    lower_limit: float | None
    upper_limit: float | None  # undiluted
    upper_limit_diluted: float | None  # on-board dilution
    polarity: str


# A log10 with two decimals carries two to three digits of the number behind it: 20 IU/mL is printed
# as 1.30, whose power is 19.95. Three digits give back what was measured, where more would put a
# number that stands at a threshold below it (design choice).
LOG10_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Conversion:
    """From a printed unit to a canonical one: ``value * factor``, or ``10**value * factor`` rounded
    to LOG10_DIGITS significant digits.

    `note` is added to the rule of a reading where the conversion is more than a metric prefix.
    """

    to_test: str
    to_unit: str
    factor: float
    log10: bool
    note: str

    def __call__(self, value: float) -> float:
        """The value in `to_unit`; inf when the printed number is too large to be one."""
        if not self.log10:
            return value * self.factor
        try:
            return float(f"{10.0**value * self.factor:.{LOG10_DIGITS}g}")
        except OverflowError:
            return math.inf


@cache
def tests() -> dict[str, Test]:
    """Every test of tests.csv by name."""
    return {
        row["test"]: Test(
            row["test"],
            row["kind"],
            row["unit"],
            row["polarity"],
            float(row["possible_low"] or "-inf"),
            float(row["possible_high"] or "inf"),
            row["base"] or row["test"],
        )
        for row in vocabulary("tests")
    }


@cache
def assays() -> tuple[Assay, ...]:
    """Every assay of assays.csv, in the order in which they are tried."""

    def number(text: str) -> float | None:
        return float(text) if text else None

    return tuple(
        Assay(
            row["assay"],
            row["test"],
            tuple(tuple(part.split("+")) for part in row["pattern"].split("|") if part),
            number(row["copies_per_iu"]),
            number(row["lower_limit"]),
            number(row["upper_limit"]),
            number(row["upper_limit_diluted"]),
            row["polarity"],
        )
        for row in vocabulary("assays")
    )


@lru_cache(maxsize=4096)
def find_assay(test: str, text: str | None) -> Assay | None:
    """The first assay of `test` that the assay, method or test name in `text` names."""
    if not text:
        return None
    words = fold(text)
    for assay in assays():
        if assay.test == test and any(all(p in words for p in parts) for parts in assay.patterns):
            return assay
    return None


def _unit_key(text: str) -> str:
    return re.sub(r"[\s^\[\]{}]", "", fold(text)).replace("*", "x")


@cache
def unit_spellings() -> dict[str, str]:
    """Spelling as listed in units.csv -> canonical spelling ('' for words that mean no unit)."""
    return {row["spelling"]: row["unit"] for row in vocabulary("units")}


@cache
def _units_by_key() -> dict[str, str]:
    return {_unit_key(spelling): unit for spelling, unit in unit_spellings().items()}


@lru_cache(maxsize=4096)
def read_unit(text: str | None) -> str | None:
    """The canonical spelling of a printed unit; '' when there is none, None when it is unknown."""
    if text is None or not text.strip():
        return ""
    return _units_by_key().get(_unit_key(text))


def unit_or_error(text: str) -> str:
    """The canonical spelling of a unit that a user configured.

    Raises:
        SeroclearError: the unit is not in vocabulary/units.csv.
    """
    unit = read_unit(text)
    if not unit:
        raise SeroclearError(f"The unit {text!r} is not known: add it to vocabulary/units.csv.")
    return unit


@cache
def _conversions() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["test"], row["from_unit"]): row for row in vocabulary("conversions")}


@lru_cache(maxsize=4096)
def find_conversion(
    test: str, unit: str, assay: Assay | None = None, copies_per_iu: float | None = None
) -> Conversion | str:
    """How a number in `unit` becomes the canonical unit of `test`, or the reason why it cannot.

    Copies become IU only by the factor of a named assay or, failing that, by `copies_per_iu` from
    the caller: published factors range from 3.4 to 5.8 copies per IU, so none is assumed.

    Args:
        test: a base test of tests.csv.
        unit: canonical spelling, as `read_unit` returns it.
        assay: the assay that made the number, where it is known.
        copies_per_iu: HBV DNA copies in one IU, from the user.
    """
    row = _conversions().get((test, unit))
    if row is None:
        copies = unit in ("copies/mL", "log10 copies/mL")
        nucleic = tests()[test].kind == "nucleic acid"
        return "no conversion factor" if copies and nucleic else "unit does not fit the test"
    log10 = row["transform"] == "log10"
    if row["assay"] != "required":
        return Conversion(row["to_test"], row["to_unit"], float(row["factor"]), log10, "")
    if assay is not None and assay.copies_per_iu:
        per_iu, origin = assay.copies_per_iu, assay.name
    elif copies_per_iu:
        per_iu, origin = copies_per_iu, "given"
    else:
        return "no conversion factor"
    note = f", copies / {per_iu:g} ({origin})"
    return Conversion(row["to_test"], row["to_unit"], 1 / per_iu, log10, note)
