"""Text exports of the Biblioteca Virtual em Saúde (LILACS): abstracts between headings."""

from __future__ import annotations

import re

from seroclear.evidence.read.ids import doi_in, trials_in
from seroclear.evidence.record import ARTICLE, Record, Section

# The heading is often glued to the word before it: `DemografiaRESUMO`.
ABSTRACT = re.compile(r"(?:RESUMO|RESUMEN|ABSTRACT)[ \t]*\n")
SUBJECTS = re.compile(r"\n(?:Assuntos|Asunto|Subject\(s\)|Subjects)[ \t]*\n")


def looks_so(text: str) -> bool:
    """Whether the text has the headings of such an export."""
    return len(ABSTRACT.findall(text)) >= 2 or bool(ABSTRACT.search(text) and SUBJECTS.search(text))


def lilacs(text: str, name: str) -> list[Record]:
    """One record an abstract. The export has no titles: the first words stand for one."""
    found: list[Record] = []
    for part in ABSTRACT.split(text)[1:]:
        abstract = SUBJECTS.split(part)[0].strip()
        if not abstract:
            continue
        found.append(
            Record(
                name=f"{name}#{len(found) + 1}",
                kind=ARTICLE,
                title=opening(abstract),
                sections=(Section(abstract),),
                doi=doi_in(abstract),
                trials=trials_in(abstract),
                sources=(name,),
            )
        )
    return found


HEADINGS = re.compile(
    r"^\s*(?:<\w+>)?\s*(?:objectives?|background|aims?|introduction|purpose)\s*(?:@#|:|</\w+>)*\s*",
    re.IGNORECASE,
)


def opening(text: str, most: int = 90) -> str:
    """The first words of a text, without its heading and marks."""
    plain = re.sub(r"<[^>]{1,20}>|@\*|@#", " ", HEADINGS.sub("", text))
    plain = " ".join(plain.split())
    if len(plain) <= most:
        return plain
    return plain[: plain.rfind(" ", 0, most)] + " …"
