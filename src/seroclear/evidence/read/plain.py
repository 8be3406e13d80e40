"""Plain text: what pdftotext, a clipboard or a colleague made."""

from __future__ import annotations

import re

from seroclear.evidence.read.ids import doi_in, trials_in, year_in
from seroclear.evidence.read.lilacs import opening
from seroclear.evidence.record import TEXT, Record, Section

# A line broken in the middle of a sentence, and a word broken at its end.
HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
WRAPPED = re.compile(r"(?<![.:;?!\n])\n(?![\n\s•*-])")


def plain(text: str, name: str) -> Record:
    """One record; wrapped lines are joined, paragraphs kept once."""
    text = text.replace("\r\n", "\n").replace("\f", "\n\n")
    joined = WRAPPED.sub(" ", HYPHEN.sub("", text)) if _is_wrapped(text) else text
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", joined)]
    seen: set[str] = set()
    kept = []
    for part in paragraphs:
        key = " ".join(part.split())
        if part and (len(key) < 200 or key not in seen):
            kept.append(part)
            seen.add(key)
    first = kept[0].splitlines()[0] if kept else ""
    return Record(
        name=name,
        kind=TEXT,
        title=first
        if 3 <= len(first.split()) <= 40 and not first.endswith(".")
        else opening(first),
        sections=tuple(Section(part) for part in kept),
        doi=doi_in(text),
        trials=trials_in(text),
        year=year_in(text),
        sources=(name,),
    )


def _is_wrapped(text: str) -> bool:
    """Whether lines end at a width: many of like length, within sentences."""
    lines = [line for line in text.split("\n") if len(line) > 40]
    return len(lines) >= 3 and max(map(len, lines)) <= 130
