"""What a laboratory's text says, before units: status, detection, numbers and printed limits.

A text is cut into clauses. The statement must be understood to the last word, because a word that
is not may be a negation; advice ("protective titers are ...") and printed assay limits are set
aside first. Anything contradictory, doubtful or redacted is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from seroclear.records.units import read_unit
from seroclear.records.words import (
    NUMBER,
    Token,
    alternatives,
    read_number,
    tokenise,
    unit_pattern,
    words_meaning,
)

# A point after a digit that another point or a comma follows is a garbled number: "5..3", "28.,3".
_CLAUSE_END: Final = re.compile(r"(?<![0-9])\.(?![0-9])|(?<=[0-9])\.(?![0-9.,])|[;|\n\r]|!")
# Meanings that end the reading: the laboratory says that there is no result to trust.
_NO_READING: Final = ("test not done", "test failed", "no result", "in doubt")
_COMPARED: Final = re.compile(
    r"(?:[<>]=?|below|under|less than|lower than|above|于|超过)\s*(?:the\s+)?(?:assay(?:'s)?\s+)?$"
)
_STATUS: Final = ("positive", "negative", "indeterminate")


class Unread(Exception):
    """The text holds no result that can be trusted; `args` are the reason and a safe detail."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as printed: comparator, value(s) and the unit printed beside it (None: none)."""

    comparator: str
    low: float
    high: float | None
    unit: str | None


@dataclass(slots=True)
class Said:
    """Everything one text states."""

    statuses: set[str] = field(default_factory=set)
    weak: bool = False
    detected: set[bool] = field(default_factory=set)
    below: bool = False  # below the assay's limit, not said whether detected
    above: bool = False
    quantities: list[Quantity] = field(default_factory=list)
    lower_limit: Quantity | None = None  # printed limits of the assay, not the result
    upper_limit: Quantity | None = None
    titre: str = ""  # "titre" or "rough titre" when words announced the number

    @property
    def status(self) -> str | None:
        """The one qualitative answer, None when there is none."""
        if "indeterminate" in self.statuses:  # "borderline positive", "borderline negative"
            return "indeterminate"
        return next(iter(self.statuses), None)

    @property
    def answer(self) -> str | None:
        """The status, counting 'detected' as positive and 'not detected' as negative."""
        if self.status is None and self.detected:
            return "positive" if True in self.detected else "negative"
        return self.status


@cache
def _advice() -> re.Pattern[str]:
    return re.compile(alternatives(words_meaning("advice")))


@cache
def _advice_after_comma() -> re.Pattern[str]:
    return re.compile(rf",\s*(?={alternatives(words_meaning('advice'))})")


@cache
def _printed_limit() -> re.Pattern[str]:
    names = alternatives(words_meaning("lower limit"))
    ranges = (
        r"(?:linear|detection|quantification|quantitation|measuring|reportable|analytical) range"
        r"(?: of (?:quantification|quantitation|detection))?|线性范围|检测范围|测量范围|定量范围"
    )
    unit = unit_pattern()
    value = (
        rf"[:=\s]*(?:is|为)?[:=\s]*(?P<cmp>[<>]=?)?\s*(?P<low>{NUMBER})(?:\s*(?P<unit1>{unit}))?"
    )
    whole = r"(?![.,]*[0-9])"  # of '20-10,00,000' nothing is taken
    upper = rf"(?:\s*(?:-+|~|to|至)\s*(?P<high>{NUMBER})(?:\s*(?P<unit2>{unit}))?)?"
    return re.compile(rf"(?P<name>{ranges}|{names}){value}{upper}{whole}")


def _take_limits(text: str, said: Said) -> str:
    """Read and remove 'limit of detection: 20 IU/mL' and 'linear range: 20 - 170 million IU/mL'.

    'Below the limit of detection: 20' is a result and stays.
    """

    def take(match: re.Match[str]) -> str:
        if _COMPARED.search(text[: match.start()]):
            return match.group()
        unit_text = match["unit2"] or match["unit1"]
        unit = read_unit(unit_text) if unit_text else None
        if match["high"] is not None:
            said.lower_limit = Quantity("=", read_number(match["low"]), None, unit)
            said.upper_limit = Quantity("=", read_number(match["high"]), None, unit)
        elif said.lower_limit is None:
            said.lower_limit = Quantity("=", read_number(match["low"]), None, unit)
        return " "

    return _printed_limit().sub(take, text)


def read_statement(text: str, test: str) -> Said:
    """Everything a folded text states about `test`.

    Raises:
        Unread: with a reason of `results.REASONS` and a detail without anything unknown in it.
    """
    said = Said()
    if not text.isascii() and any(unicodedata.category(c) in ("Nd", "No") for c in text if c > "~"):
        raise Unread("unreadable", "a digit other than 0 to 9")  # 25.½ is not 25
    text = _advice_after_comma().sub("; ", _take_limits(text, said))
    first = True
    for clause in _CLAUSE_END.split(text):
        if not clause.strip(" ,*") or _advice().search(clause):
            continue
        if "__" in clause:
            raise Unread("redacted", "")
        tokens = tokenise(clause)
        _refuse(tokens, test)
        if any(token.kind == "unknown" for token in tokens):
            _refuse_unknown(tokens, first)
            continue
        _Clause(said).read(tokens)
        first = False
    _check(said, text)
    return said


def mask(tokens: list[Token]) -> str:
    """The shape of a text: known words as they are, numbers as 9, anything else as '?'."""
    shown = []
    for token in tokens:
        if token.kind == "unknown":
            shown.append("?")
        else:
            shown.append(re.sub(r"[0-9]+", "9", token.text))
    return re.sub(r"\?(?:\s*\?)+", "?", "".join(shown)).strip()[:60]


def _refuse(tokens: list[Token], test: str) -> None:
    for token in tokens:
        if token.kind in _NO_READING:
            raise Unread(token.kind, token.text)
        if token.tests and test not in token.tests.split("|"):
            raise Unread("names another test", token.text)


def _refuse_unknown(tokens: list[Token], first: bool) -> None:
    """A comment after the result may hold unknown words, but nothing that could change it."""
    telling = {*_STATUS, "detected", "not detected", "negation", "below limit", "above limit"}
    half_a_sign = any(token.kind == "unknown" and token.text == "-" for token in tokens)
    if first or half_a_sign or any(token.kind in telling for token in tokens):
        raise Unread("unreadable", mask(tokens))


class _Clause:
    """Reads the tokens of one clause into what was said."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.comparator = ""  # waiting for its number
        self.negated = False  # waiting for what it negates
        self.tokens: list[Token] = []

    def read(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        for token in tokens:
            self.take(token)
        if self.comparator or self.negated:
            raise self.unreadable()

    def unreadable(self) -> Unread:
        return Unread("unreadable", mask(self.tokens))

    def take(self, token: Token) -> None:
        said, kind = self.said, token.kind
        if kind in ("filler", "separator"):
            if self.negated and "," in token.text:
                raise self.unreadable()
        elif kind == "number":
            self.quantity(token)
        elif kind in ("less", "greater"):
            sign = "<" if kind == "less" else ">"
            if self.comparator not in ("", sign) or self.negated:
                raise self.unreadable()
            self.comparator = sign
        elif kind == "negation":
            if self.negated:
                raise self.unreadable()
            self.negated = True
        elif kind in ("lower limit", "upper limit"):
            self.limit(kind)
        elif kind == "rough":
            said.titre = "rough titre"
        elif kind == "titre":
            said.titre = said.titre or "titre"
        elif kind == "weak":
            said.weak = True
        else:
            self.statement(kind)

    def statement(self, kind: str) -> None:
        said, negated = self.said, self.negated
        if negated and kind not in ("positive", "detected"):
            raise self.unreadable()  # "not negative" says nothing certain
        self.negated = False
        if kind in ("detected", "not detected"):
            said.detected.add(kind == "detected" and not negated)
        elif kind in _STATUS:
            said.statuses.add("negative" if negated else kind)
        elif kind == "below limit":
            said.below = True
        elif kind == "above limit":
            said.above = True
        else:
            raise self.unreadable()

    def limit(self, kind: str) -> None:
        expected = "<" if kind == "lower limit" else ">"
        if self.comparator != expected or self.negated:
            raise self.unreadable()
        self.comparator = ""
        if kind == "lower limit":
            self.said.below = True
        else:
            self.said.above = True

    def quantity(self, token: Token) -> None:
        if self.negated:
            raise self.unreadable()
        comparator, self.comparator = self.comparator, ""
        if token.high is not None:
            if comparator or token.low >= token.high:
                raise self.unreadable()
            comparator = "range"
        elif not comparator:
            # "below the limit of detection (20 IU/mL)" prints the limit, not a result
            comparator = "<" if self.said.below else ">" if self.said.above else "="
        self.said.quantities.append(Quantity(comparator, token.low, token.high, token.unit))


def _check(said: Said, text: str) -> None:
    """Refuse what contradicts itself and what says nothing."""
    answers = said.statuses - {"indeterminate"}
    answers |= {"positive" if seen else "negative" for seen in said.detected}
    measured = any(q.comparator != "<" and q.low > 0 for q in said.quantities)
    if (
        len(answers) > 1
        or (said.below and said.above)
        or (False in said.detected and measured)
        or (said.weak and "negative" in answers)
    ):
        raise Unread("contradictory", mask(tokenise(text)))
    if said.weak and not (answers or said.statuses):
        raise Unread("unreadable", mask(tokenise(text)))
    if not (answers or said.statuses or said.quantities or said.below or said.above):
        if "__" in text:
            raise Unread("redacted", "")
        raise Unread("unreadable", mask(tokenise(text)))
