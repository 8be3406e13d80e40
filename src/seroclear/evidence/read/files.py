"""What a file is, and its records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.evidence.read.ctgov import ctgov_json, ctgov_xml
from seroclear.evidence.read.duplicates import without_duplicates
from seroclear.evidence.read.html_text import html_text
from seroclear.evidence.read.jats import jats
from seroclear.evidence.read.lilacs import lilacs, looks_so
from seroclear.evidence.read.limits import checked, text_of
from seroclear.evidence.read.pages import question_and_answer, registry_page, web_page
from seroclear.evidence.read.plain import plain
from seroclear.evidence.read.pubmed_xml import pubmed_xml
from seroclear.evidence.read.tagged import medline, ris
from seroclear.evidence.record import Record

# Where to look for what a file is.
HEAD = 20_000


def sniff(text: str) -> str:
    """pubmed-xml, ctgov-xml, jats, xml, ctgov-json, medline, ris, lilacs, html or text."""
    head = text[:HEAD].lstrip("\ufeff \n\r\t")
    if head.startswith("<"):
        for mark, kind in (
            ("<PubmedArticle", "pubmed-xml"),
            ("<clinical_study", "ctgov-xml"),
            ("<article", "jats"),
            ("<pmc-articleset", "jats"),
        ):
            if mark in head:
                return kind
        if re.search(r"<(?:!doctype\s+)?html", head, re.IGNORECASE):
            return "html"
        root = re.match(r"<(\w+)", head)  # an abstract may begin with `<b>Objective</b>`
        if head.startswith("<?xml") or (root and text.rstrip().endswith(f"</{root[1]}>")):
            return "xml"
    if head[:1] in "{[" and '"' in head[:200]:
        return "ctgov-json"
    if re.search(r"^PMID ?- ?\d+", head, re.MULTILINE):
        return "medline"
    if re.search(r"^TY  ?- ?[A-Z]", head, re.MULTILINE):
        return "ris"
    if looks_so(text):
        return "lilacs"
    return "text"


def read(files: Iterable[Path]) -> tuple[list[Record], list[str]]:
    """The records of all files, each once, in the order of the files; and why files were refused.

    One file that cannot be read among thousands is told, not a reason to stop.
    """
    found: list[Record] = []
    refused: list[str] = []
    for file in files:
        try:
            found += read_file(file)
        except SeroclearError as error:
            refused.append(str(error))
    return without_duplicates(found), refused


def read_file(file: Path) -> list[Record]:
    """The records of one file, duplicates with them."""
    return read_text(text_of(file), file.name)


def read_text(text: str, name: str) -> list[Record]:
    """The records of a text; `name` is what it is called in reports."""
    kind = sniff(text)
    if kind == "xml":
        raise SeroclearError(
            f"{name} is XML, but not of PubMed, ClinicalTrials.gov or JATS: export one of these."
        )
    if kind in _READERS:
        records = _READERS[kind](text, name)
    else:
        records = [_one(html_text(text) if kind == "html" else text, name)]
    for record in records:
        checked(record.text, record.name)
    if not records:
        raise SeroclearError(f"{name} was read as {kind} and has no records.")
    return records


_READERS = {
    "pubmed-xml": pubmed_xml,
    "ctgov-xml": ctgov_xml,
    "jats": jats,
    "ctgov-json": ctgov_json,
    "medline": medline,
    "ris": ris,
    "lilacs": lilacs,
}


def _one(text: str, name: str) -> Record:
    checked(text, name)
    return (
        question_and_answer(text, name)
        or registry_page(text, name)
        or web_page(text, name)
        or plain(text, name)
    )
