"""Ranking: BM25 (Robertson & Zaragoza, Found Trends Inf Retr 2009;3:333)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from seroclear.evidence.ask.rows import Evidence, catalogue_rows, own_rows
from seroclear.evidence.ask.words import terms_of

SATURATION, LENGTH = 1.2, 0.3  # k1 and b; rows are short, so length says little
CONTEXT = 0.4  # a term in the study's title counts so much of one in the row
WITHIN = 0.25  # a word of a phrase so much of the concept
NO_FIGURE = 0.7  # a row without a number counts so much of one with
LEAST = 0.4  # of a question's weight that a row must hold to be an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows for a question: the user's own, then the catalogue's; of each the best first.

    Attributes:
        rows: with their scores; () where nothing fits.
        unmatched: terms of the question that no row holds.
    """

    rows: tuple[tuple[float, Evidence], ...]
    unmatched: tuple[str, ...]


def ask(question: str, store: Path | None = None, most: int = 10) -> Answer:
    """The rows that answer a question, in English or Chinese.

    Args:
        question: one sentence.
        store: whose study results may answer too.
        most: how many rows of each kind.
    """
    rows = catalogue_rows() + (own_rows(store) if store else [])
    asked = terms_of(question)
    main = list(dict.fromkeys(asked.main))
    within = [term for term in dict.fromkeys(asked.within) if term not in main]
    held = [_held(row) for row in rows]
    weight = _weights([*main, *within], held)
    unmatched = tuple(term.lstrip("=").replace("_", " ") for term in main if term not in weight)
    known = [weight[term] for term in main if term in weight]
    if not known:
        return Answer((), unmatched)
    whole = sum(known) / len(known) * len(main)  # what no row holds weighs as much as the others
    mean = sum(terms.total() for terms in held) / len(held)
    scored = []
    for place, (row, terms) in enumerate(zip(rows, held, strict=True)):
        matched = sum(weight[term] * min(1.0, terms[term]) for term in main if terms[term])
        if matched < LEAST * whole:
            continue
        room = SATURATION * (1 - LENGTH + LENGTH * terms.total() / mean)
        score = sum(
            weight[term] * part * terms[term] * (SATURATION + 1) / (terms[term] + room)
            for part, every in ((1.0, main), (WITHIN, within))
            for term in every
            if terms[term]
        )
        score *= 1.0 if row.figure else NO_FIGURE
        scored.append((-round(score, 9), place, row))
    ranked = sorted(scored, key=lambda each: each[:2])
    best = [each for own in (True, False) for each in _of(ranked, own)[:most]]
    return Answer(tuple((-score, row) for score, _, row in best), unmatched)


def _of(ranked: list[tuple[float, int, Evidence]], own: bool) -> list[tuple[float, int, Evidence]]:
    return [each for each in ranked if each[2].own == own]


def _held(row: Evidence) -> Counter[str]:
    """How often a row holds each term; those of its context count less."""
    terms: Counter[str] = Counter()
    for text, share in ((row.searched, 1.0), (row.context, CONTEXT)):
        found = terms_of(text)
        for term in (*found.main, *found.within):
            terms[term] += share  # type: ignore[assignment]
    return terms


def _weights(terms: list[str], held: list[Counter[str]]) -> dict[str, float]:
    """Inverse document frequency of those terms that some row holds."""
    found = {}
    for term in terms:
        common = sum(1 for each in held if each[term])
        if common:
            found[term] = math.log(1 + (len(held) - common + 0.5) / (common + 0.5))
    return found
