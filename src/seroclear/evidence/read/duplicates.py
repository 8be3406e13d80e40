"""The same record read twice, and the same trial from two pages."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

from seroclear.evidence.record import REGISTRY, Record

# Word triples: two texts with so large a share in common (of the shorter one) are the same,
# small edits apart.
SAME = 0.6
LIKE_LENGTH = 0.6
# Of each text the triples with the smallest checksums: equal texts share some of them.
MARKS = 24
FEWEST = 12  # words
WORD = re.compile(r"\w+")
# A paragraph of a trial's page that another page repeats.
LONG_PARAGRAPH = 200


def without_duplicates(records: list[Record]) -> list[Record]:
    """Each record once, with every file it came from."""
    kept: list[Record] = []
    marks: dict[int, list[int]] = {}
    shingles: list[set[int]] = []
    known: dict[tuple[str, str], int] = {}
    for record in records:
        ids = _ids(record)
        own = _shingles(record)
        place = next((known[one] for one in ids if one in known), None)
        if place is None:
            place = _alike(own, marks, shingles, kept, record)
        if place is None:
            place = len(kept)
            kept.append(record)
            shingles.append(own)
            for mark in sorted(own)[:MARKS]:
                marks.setdefault(mark, []).append(place)
        else:
            kept[place] = _merged(kept[place], record)
        for one in ids:
            known.setdefault(one, place)
    return _one_trial(kept)


def _ids(record: Record) -> list[tuple[str, str]]:
    found = [("pmid", record.pmid), ("doi", record.doi.lower())]
    if record.kind == REGISTRY and record.registration is not None:
        found += [("trial", trial) for trial in record.trials[:1]]
    # A news item has the DOI of the article it tells of, and is not it.
    return [(f"{record.kind} {kind}", value) for kind, value in found if value]


def _shingles(record: Record) -> set[int]:
    words = WORD.findall(record.text.lower())
    return {
        zlib.crc32(" ".join(words[i : i + 3]).encode("utf-8", errors="replace"))
        for i in range(len(words) - 2)
    }


def _alike(
    own: set[int],
    marks: dict[int, list[int]],
    shingles: list[set[int]],
    kept: list[Record],
    record: Record,
) -> int | None:
    if len(own) < FEWEST:
        return None
    candidates = dict.fromkeys(
        place for mark in sorted(own)[:MARKS] for place in marks.get(mark, ())
    )
    for place in candidates:
        other = shingles[place]
        few, many = sorted((len(own), len(other)))
        if kept[place].kind != record.kind or few < LIKE_LENGTH * many:
            continue
        if len(own & other) >= SAME * few and _same_numbers(kept[place], record):
            return place
    return None


NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _same_numbers(a: Record, b: Record) -> bool:
    """Two texts that differ in their numbers are two texts, however alike their words."""
    return set(NUMBER.findall(a.text)) == set(NUMBER.findall(b.text))


def _merged(a: Record, b: Record) -> Record:
    return replace(
        a,
        pmid=a.pmid or b.pmid,
        doi=a.doi or b.doi,
        title=a.title or b.title,
        year=a.year or b.year,
        tables=a.tables or b.tables,
        registration=a.registration or b.registration,
        sources=tuple(dict.fromkeys(a.sources + b.sources)),
    )


def _one_trial(records: list[Record]) -> list[Record]:
    """A registry text without number that repeats a numbered one's paragraph is the same trial."""
    numbered: dict[str, Record] = {}
    for record in records:
        if record.kind == REGISTRY and record.registration is not None:
            for paragraph in _paragraphs(record):
                numbered.setdefault(paragraph, record)
    same: dict[str, list[Record]] = {}
    left: list[Record] = []
    for record in records:
        trial = None
        if record.kind == REGISTRY and record.registration is None:
            trial = next((numbered[p] for p in _paragraphs(record) if p in numbered), None)
        if trial is None:
            left.append(record)
        else:
            same.setdefault(trial.name, []).append(record)
    return [
        replace(
            record,
            sources=tuple(
                dict.fromkeys(
                    source for one in (record, *same[record.name]) for source in one.sources
                )
            ),
        )
        if record.kind == REGISTRY and record.name in same
        else record
        for record in left
    ]


def _paragraphs(record: Record) -> list[str]:
    return [
        " ".join(WORD.findall(line.lower()))
        for line in record.text.splitlines()
        if len(line) >= LONG_PARAGRAPH
    ]
