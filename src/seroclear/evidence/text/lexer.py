"""Normalised text to tokens.

Kinds: number, percent, fraction, ci, p, statistic, measure, word, vs, pm (±), open, close, comma,
semicolon, colon, dash (- – ~), compare (< > ≤ ≥), equals, slash, other. A number that belongs to a
name (`HA3`, `C1-C2`, `rtM204V`, `IL-6`, `ES10/20`) is part of a word, never a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from fractions import Fraction

from seroclear.evidence.text.measures import MEASURE_PATTERN, measure_name
from seroclear.evidence.text.number_words import PATTERN as NUMBER_WORDS
from seroclear.evidence.text.number_words import number_of
from seroclear.evidence.text.sentences import sentence_starts
from seroclear.evidence.text.token import Reported, Token

LONGEST_NUMBER = 15  # digits; longer runs are identifiers or noise, not measurements
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_TENS = (
    r"(?:\s*[×xX*]\s*10\s*\^?\s*(?P<{0}>[-–]?\s*\d{{1,3}})(?![\d.])"
    r"|[eE](?P<{0}e>[-+]?\d{{1,3}})(?![\w.]))?"
)
_SIGN = r"[-–+]?\s?"
_CONFIDENCE = (
    r"(?:CIs?|C\.I\.|CrIs?|confidence\s+(?:intervals?|limits?|ranges?)|credible\s+intervals?"
    r"|credibility\s+intervals?)(?:\s*[\[(]\s*(?:CIs?|CrI)\s*[\])])?"
)
_STATISTIC = (
    r"(?:χ\s?\^?2|χ²|χ|[xXcC]\^?[2²]|[Cc]hi[-\s]?(?:squared?|2)"
    r"|[Ww]ald(?:\s+(?:χ\^?2|χ²))?|[tFZzUHQ]|r_?s?|ρ|rho|R)"
)
MASTER = re.compile(
    "|".join(
        (
            r"(?P<url>https?://\S+|www\.\S+|10\.\d{4,9}/\S+)",
            r"(?P<date>\b(?:19|20)\d\d-\d\d?-\d\d?\b|\b\d\d?/\d\d?/(?:19|20)\d\d\b)",
            r"(?P<long>\d{16,}|\d+(?:\.\d+){2,}|\d+(?:st|nd|rd|th)\b)",
            (
                rf"(?P<ci>(?P<level>\d\d(?:\.\d+)?)\s*%?\s*[-–]?\s*{_CONFIDENCE}(?![A-Za-z])"
                rf"|\b{_CONFIDENCE}(?![A-Za-z])(?:\s*[:,]?\s*[\[(]?(?P<level2>\d\d(?:\.\d+)?)\s*%[\])]?)?)"
            ),
            (
                r"(?P<p>(?<![A-Za-z0-9_'^/.-])[Pp](?:[-\s]?[Vv]alues?)?(?P<pmark>(?:[-_\s]?(?:for\s+)?[\s-]?"
                r"(?:interaction|trend|heterogeneity|linear|nonlinearity))?)"
                r"\s*(?:was|were|is|of)?\s*(?P<pcmp>[=<>≤≥:]=?)\s*"
                rf"(?P<pnum>-?\s?{_PLAIN}){_TENS.format('pten')})"
            ),
            (
                rf"(?P<stat>(?<![\w'^/.-])(?P<sname>{_STATISTIC})(?:[-\s](?:test|value|statistic))?"
                r"\s*(?P<sdf>[\[(]\s*(?:df\s*=\s*)?\d{1,6}(?:\.\d+)?(?:\s*,\s*(?:[nN]\s*=\s*)?\d{1,6}(?:\.\d+)?)?\s*[\])])?"
                rf"\s*(?P<scmp>[=<>≤≥])\s*(?P<snum>{_SIGN}{_PLAIN}))"
            ),
            rf"(?P<measure>{MEASURE_PATTERN})",
            r"(?P<pm>±|\+/[-–]|\+[-–](?=\s?\d))",
            r"(?P<vs>\b(?:vs?\.?(?=[\s\d(])|versus\b|VS\.?(?=[\s\d(])|Vs\.?(?=[\s\d(])))",
            rf"(?P<words>\b(?i:{NUMBER_WORDS}))",
            r"(?P<word>[^\W\d_][\w^]*(?:['/·-][\w]+)*)",
            (
                r"(?P<fraction>(?<![\w./,*-])(?P<top>\d{1,3}(?:,\d{3})+|\d{1,7})\s*/\s*"
                r"(?P<bottom>\d{1,3}(?:,\d{3})+|\d{1,7})(?!\w|[.,]\d|\s*/\s*\d))"
            ),
            rf"(?P<percent>(?P<pctnum>(?:(?<![\w.,)\]%])[-–]\s?)?{_PLAIN})\s*(?:%|per\s?cent\b|percentage\b))",
            rf"(?P<number>(?P<num>(?:(?<![\w.)\]%])-)?{_PLAIN}){_TENS.format('nten')})",
            r"(?P<open>[\[({])",
            r"(?P<close>[\])}])",
            r"(?P<comma>,)",
            r"(?P<semicolon>;)",
            r"(?P<colon>:)",
            r"(?P<compare>[<>≤≥]=?)",
            r"(?P<equals>=)",
            r"(?P<dash>[-–~])",
            r"(?P<slash>/)",
            r"(?P<other>\S)",
        )
    )
)
_BELOW = {"<=": "≤", ">=": "≥"}


def reported(
    printed: str, *, comparator: str = "", unit: str = "", tens: str | None = None
) -> Reported | None:
    """The number that `printed` says; None when it is too long to be a measurement."""
    plain = printed.replace(",", "").replace(" ", "").replace("–", "-").lstrip("+")
    if len(plain) > LONGEST_NUMBER:
        return None
    decimals = len(plain) - plain.index(".") - 1 if "." in plain else 0
    value = Fraction(plain)
    if tens:
        power = int(tens.replace(" ", "").replace("–", "-"))
        if abs(power) > 300:
            return None
        value *= Fraction(10) ** power
        decimals -= power
        printed = f"{plain}e{power}"
    return Reported(printed.strip(), value, decimals, _BELOW.get(comparator, comparator), unit)


def tokens(text: str) -> list[Token]:
    """The tokens of a normalised text, each with the number of its sentence."""
    found: list[Token] = []
    starts = sentence_starts(text)
    for match in MASTER.finditer(text):
        kind = match.lastgroup or ""
        if kind in _GROUP_OF:
            kind = _GROUP_OF[kind]
        token = Token(kind, match[0], match.start(), match.end())
        reader = _READERS.get(kind)
        if reader:
            reader(token, match)
        token.place = len(found)
        token.sentence = bisect_right(starts, token.start) - 1
        found.append(token)
    return found


# `lastgroup` is the last group closed: the outer one, as it closes last. Groups inside never win.
_GROUP_OF: dict[str, str] = {"url": "other", "date": "other", "long": "other"}


def _ci(token: Token, match: re.Match[str]) -> None:
    level = match["level"] or match["level2"]
    token.number = reported(level) if level else None


def _p(token: Token, match: re.Match[str]) -> None:
    comparator = match["pcmp"]
    token.number = reported(
        match["pnum"],
        comparator="" if comparator[0] in "=:" else comparator,
        tens=match["pten"] or match["ptene"],
    )
    token.mark = match["pmark"].strip(" -_").removeprefix("for ").strip()
    if token.number is None:
        token.kind = "other"


def _stat(token: Token, match: re.Match[str]) -> None:
    token.kind = "statistic"
    name = match["sname"].replace(" ", "").replace("^", "")
    if name[0] in "χxXcC" or "χ" in name:
        token.name = "wald" if name.lower().startswith("wald") else "chi2"
    else:
        token.name = {"r": "r", "rs": "r", "r_s": "r", "R": "r", "ρ": "r", "rho": "r"}.get(
            name, "wald" if name.lower() == "wald" else "z" if name in "zZ" else name
        )
    if match["sdf"]:
        printed = map(reported, re.findall(r"\d+(?:\.\d+)?", match["sdf"]))
        token.df = tuple(number for number in printed if number is not None)
    comparator = match["scmp"]
    token.number = reported(match["snum"], comparator="" if comparator == "=" else comparator)
    if token.number is None:
        token.kind = "other"


def _measure(token: Token, match: re.Match[str]) -> None:
    token.name = measure_name(match[0])


def _words(token: Token, match: re.Match[str]) -> None:
    number = number_of(match[0])
    token.kind = "word"
    if number is not None:
        token.kind, token.mark = "number", "word"
        token.number = Reported(match[0], Fraction(number))


def _fraction(token: Token, match: re.Match[str]) -> None:
    token.number, token.second = reported(match["top"]), reported(match["bottom"])


def _percent(token: Token, match: re.Match[str]) -> None:
    token.number = reported(match["pctnum"], unit="%")
    if token.number is None:
        token.kind = "other"


_UNIT_BEHIND = re.compile(r"\s*(?:k?IU|copies|cp|U)\s?/")


def _number(token: Token, match: re.Match[str]) -> None:
    token.number = reported(match["num"], tens=match["nten"] or match["ntene"])
    if token.number is None:
        token.kind = "other"
    elif re.fullmatch(r"10[3-9]", match[0]) and _UNIT_BEHIND.match(match.string, match.end()):
        token.mark = "lost superscript"  # `>105 IU/mL` is 10^5, or 105


_READERS = {
    "ci": _ci,
    "p": _p,
    "stat": _stat,
    "measure": _measure,
    "words": _words,
    "fraction": _fraction,
    "percent": _percent,
    "number": _number,
}
