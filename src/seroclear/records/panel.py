"""The Chinese five-marker hepatitis B panel (乙肝五项, 两对半), written as one result.

Only what the text states is read: 大三阳 says which three markers are positive and nothing about
the other two. Source: common usage, from memory [M]; order 1 HBsAg, 2 anti-HBs, 3 HBeAg,
4 anti-HBe, 5 anti-HBc.
"""

from __future__ import annotations

import re
from typing import Final

MARKERS: Final = ("hbsag", "anti_hbs", "hbeag", "anti_hbe", "anti_hbc")
NAMED: Final = {
    "大三阳": ("hbsag", "hbeag", "anti_hbc"),
    "小三阳": ("hbsag", "anti_hbe", "anti_hbc"),
}
_NAMED: Final = re.compile(r"(?:乙肝)?(大三阳|小三阳)\.?")
_ALL_NEGATIVE: Final = re.compile(
    r"(?:乙肝)?(?:五项|两对半)?(?:全阴|全阴性|全部阴性|均阴性|均为阴性)\.?"
)
_POSITIVE: Final = r"(?:阳性|阳|\(\+\)|\+)"
_NEGATIVE: Final = r"(?:阴性|阴|\(-\)|-)"
# Without brackets a minus between digits may be a range: 1-5.
_ORDINALS: Final = re.compile(
    r"([1-5](?:[\s,.]*[1-5])*)\s*(?:项|均为|均|为)?\s*(阳性|阳|\(\+\)|阴性|阴|\(-\))"
)
_NAMES: Final = {
    "hbsag": "hbsag",
    "表面抗原": "hbsag",
    "hbsab": "anti_hbs",
    "anti-hbs": "anti_hbs",
    "抗-hbs": "anti_hbs",
    "抗hbs": "anti_hbs",
    "表面抗体": "anti_hbs",
    "hbeag": "hbeag",
    "e抗原": "hbeag",
    "hbeab": "anti_hbe",
    "anti-hbe": "anti_hbe",
    "抗-hbe": "anti_hbe",
    "抗hbe": "anti_hbe",
    "e抗体": "anti_hbe",
    "hbcab": "anti_hbc",
    "anti-hbc": "anti_hbc",
    "抗-hbc": "anti_hbc",
    "抗hbc": "anti_hbc",
    "核心抗体": "anti_hbc",
}
_BY_NAME: Final = re.compile(
    rf"({'|'.join(sorted(_NAMES, key=len, reverse=True))})[\s:]*({_POSITIVE}|{_NEGATIVE})"
)
_BETWEEN: Final = re.compile(r"[\s,;.]*")


def read_panel(text: str) -> tuple[dict[str, str], str] | None:
    """The status of each marker that a folded text states, and the rule; None if it is not a panel.

    A marker stated twice with different answers makes the whole text unreadable.
    """
    text = text.removeprefix("乙肝两对半").removeprefix("乙肝五项").lstrip(" :")
    if match := _NAMED.fullmatch(text):
        return dict.fromkeys(NAMED[match[1]], "positive"), f"panel: {match[1]}"
    if _ALL_NEGATIVE.fullmatch(text):
        return dict.fromkeys(MARKERS, "negative"), "panel: all negative"
    pieces = _pieces(text, _ORDINALS)
    if pieces is not None:
        said = [
            (MARKERS[int(d) - 1], sign)
            for digits, sign in pieces
            for d in re.findall("[1-5]", digits)
        ]
        return _agreed(said, "panel: ordinal")
    pieces = _pieces(text, _BY_NAME)
    if pieces is not None:
        return _agreed([(_NAMES[name], sign) for name, sign in pieces], "panel: by name")
    return None


def _pieces(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]] | None:
    """The matches of a pattern if they and separators are all there is."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            return None
        found.append((match[1], match[2]))
        separator = _BETWEEN.match(text, match.end())
        position = separator.end() if separator else match.end()
    return found or None


def _agreed(said: list[tuple[str, str]], rule: str) -> tuple[dict[str, str], str] | None:
    statuses: dict[str, str] = {}
    for marker, sign in said:
        status = "positive" if "阳" in sign or "+" in sign else "negative"
        if statuses.setdefault(marker, status) != status:
            return None
    return statuses, rule
