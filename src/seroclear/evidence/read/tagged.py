"""MEDLINE (nbib) and RIS: lines that begin with a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seroclear.evidence.read.ids import doi_in, trials_in, year_in
from seroclear.evidence.record import ARTICLE, Record, Section

# MEDLINE pads the tag to four characters before the dash; PubMed's "RIS" does so too.
MEDLINE_LINE = re.compile(r"^([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$")
RIS_LINE = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
# Structured abstracts of MEDLINE keep their headings in capitals.
HEADING = re.compile(r"(?:(?<=^)|(?<=\. )|(?<=\? )|(?<=\) ))([A-Z][A-Z &/,-]{4,60}): ")
Fields = dict[str, list[str]]


def medline(text: str, name: str) -> list[Record]:
    """Records that begin with PMID-."""
    return _records(_fields(text, MEDLINE_LINE, begins="PMID", ends=""), name, _of_medline)


def ris(text: str, name: str) -> list[Record]:
    """Records from TY to ER."""
    return _records(_fields(text, RIS_LINE, begins="TY", ends="ER"), name, _of_ris)


def _fields(text: str, line: re.Pattern[str], *, begins: str, ends: str) -> Iterator[Fields]:
    fields: Fields = {}
    tag = ""
    for row in text.splitlines():
        row = row.lstrip("\ufeff")
        match = line.match(row)
        if match:
            tag = match[1]
            if tag == begins and fields:
                yield fields
                fields = {}
            if tag == ends:
                yield fields
                fields, tag = {}, ""
            else:
                fields.setdefault(tag, []).append(match[2].strip())
        elif row.strip() and tag and tag in fields:
            fields[tag][-1] = f"{fields[tag][-1]} {row.strip()}".strip()
    if fields:
        yield fields


def _records(many: Iterator[Fields], name: str, one: object) -> list[Record]:
    assert callable(one)
    found = [one(fields, name) for fields in many if len(fields) > 1]
    if len(found) == 1:
        return found
    from dataclasses import replace

    return [replace(r, name=f"{name}#{number}") for number, r in enumerate(found, start=1)]


def _of_medline(fields: Fields, name: str) -> Record:
    abstract = " ".join(fields.get("AB", []))
    ids = " ".join(fields.get("LID", []) + fields.get("AID", []))
    return Record(
        name=name,
        kind=ARTICLE,
        title=" ".join(fields.get("TI", fields.get("BTI", []))),
        sections=sections(abstract),
        pmid=(fields.get("PMID") or [""])[0],
        doi=doi_in(ids),
        trials=trials_in(" ".join([*fields.get("SI", []), abstract])),
        year=year_in(" ".join(fields.get("DP", []))),
        sources=(name,),
    )


def _of_ris(fields: Fields, name: str) -> Record:
    abstract = " ".join(fields.get("AB") or fields.get("N2") or [])
    titles = fields.get("TI") or fields.get("T1") or []
    dates = fields.get("PY", []) + fields.get("Y1", []) + fields.get("DA", [])
    return Record(
        name=name,
        kind=ARTICLE,
        title=" ".join(titles),
        sections=sections(abstract),
        pmid=next((i for i in fields.get("AN", []) if i.isdigit()), ""),
        doi=doi_in(" ".join(fields.get("DO", []) + fields.get("UR", []) + fields.get("M3", []))),
        trials=trials_in(abstract),
        year=year_in(" ".join(dates)),
        sources=(name,),
    )


def sections(abstract: str) -> tuple[Section, ...]:
    """The parts of an abstract whose headings are in capitals; one part where there are none."""
    if not abstract:
        return ()
    places = list(HEADING.finditer(abstract))
    if not places:
        return (Section(abstract),)
    found = []
    if places[0].start() > 0:
        found.append(Section(abstract[: places[0].start()].strip()))
    for place, following in zip(places, [*places[1:], None], strict=True):
        end = following.start() if following else len(abstract)
        found.append(Section(abstract[place.end() : end].strip(), label=place[1]))
    return tuple(found)
