"""The words that the catalogue quotes stand in the source documents."""

from __future__ import annotations

from pathlib import Path

from seroclear.evidence.catalogue import published


def test_quotes_are_the_words_of_the_sources(shared: Path) -> None:
    texts = {
        file.name[:3]: " ".join(file.read_text(encoding="utf-8").split())
        for file in (shared / "sources").glob("*.txt")
    }
    compared = 0
    for study in published():
        for quote in study.quotes:
            assert " ".join(quote.split()) in texts[study.file], study.name
            compared += 1
    assert compared >= 12
