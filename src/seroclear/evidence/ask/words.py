"""Words and concepts of a text, English or Chinese."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

IGNORED = "ignored"  # the concept of what says nothing here
CHINESE = re.compile(r"[\u3400-\u9fff]+")
WORD = re.compile(r"[a-z0-9][a-z0-9()'+-]*[a-z0-9)]|[a-z0-9]")
# Words that ask and join but name nothing.
ASKING = """
a about after all an and any are as at be been by can could did do does for from had has have
how i if in into is it its me my no not of on one or our over patients people person persons
shown study studies tell than that the their them there they this to us was we were what when
where which who whom whose why will with without would you your many much long often results
result show best better compared between give gives given treatment treated therapy drug drugs
agent agents new chronic get focus aim
"""
ASKING_CHINESE = """
有没有 怎么样 患者 治疗 如何 多少 什么 哪些 哪种 是否 药物 可以 研究 结果 比例 的 了 吗 呢 后 是 有
和 与 在 中 对 及 能 会
"""
STOP = frozenset(ASKING.split())
STOP_CHINESE = tuple(ASKING_CHINESE.split())


@cache
def _phrases() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Phrases with their concepts and how to find them, the longest first."""
    text = files(__package__).joinpath("concepts.toml").read_text(encoding="utf-8")
    found = {
        _plain(phrase): concept
        for concept, phrases in tomllib.loads(text).items()
        for phrase in phrases
    }
    ordered = sorted(found.items(), key=lambda item: (-len(item[0]), item[0]))
    return tuple((phrase, concept, _pattern(phrase)) for phrase, concept in ordered)


def _pattern(phrase: str) -> re.Pattern[str]:
    """Chinese wherever it stands; other phrases as whole words."""
    if CHINESE.search(phrase):
        return re.compile(re.escape(phrase))
    return re.compile(rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text names.

    Attributes:
        main: concepts as '=name'; words as they are; Chinese that no concept holds by pairs of
            characters.
        within: the words of the phrases that became concepts: `functional cure` is the concept of
            HBsAg loss, and leaves 'functional' and 'cure' here.
    """

    main: tuple[str, ...]
    within: tuple[str, ...]


def terms_of(text: str) -> Terms:
    """The terms of a text; their order means nothing."""
    rest = f" {' '.join(_plain(text).split())} "
    main: list[str] = []
    within: list[str] = []
    for phrase, concept, pattern in _phrases():
        rest, count = pattern.subn(" ", rest)
        if count and concept != IGNORED:
            main += [f"={concept}"] * count
            within += [word for word in WORD.findall(phrase) if word not in STOP] * count
    main += [word for word in WORD.findall(rest) if word not in STOP]
    for run in CHINESE.findall(rest):
        for stop in STOP_CHINESE:
            run = run.replace(stop, " ")
        for part in run.split():
            main += [part[i : i + 2] for i in range(max(1, len(part) - 1))]
    return Terms(tuple(main), tuple(within))


def _plain(text: str) -> str:
    """Small letters, one kind of dash, no full-width signs."""
    wide = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    return text.translate(wide).translate({0x2010: "-", 0x2011: "-", 0x2013: "-"}).casefold()
