"""Articles in JATS XML (PubMed Central), with their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.evidence.read.ids import trials_in
from seroclear.evidence.read.xml import first, local, named, parsed, words_of
from seroclear.evidence.record import ARTICLE, Record, Section, Table

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_CELLS = 200  # columns; a span that says more is a mistake
MOST_LINES = 2_000


def jats(text: str, name: str) -> list[Record]:
    """One record an article: abstract, text of the body, tables."""
    root = parsed(text, name)
    articles = named(root, "article") or [root]
    return [
        _record(article, f"{name}#{number}" if len(articles) > 1 else name, name)
        for number, article in enumerate(articles, start=1)
    ]


def _record(article: Element, name: str, source: str) -> Record:
    meta = first(article, "article-meta")
    front = meta if meta is not None else article
    ids = {one.get("pub-id-type"): words_of(one) for one in named(front, "article-id")}
    parts: list[Section] = []
    abstract = first(front, "abstract")
    if abstract is not None:
        parts += _sections(abstract)
    body = first(article, "body")
    if body is not None:
        parts += _sections(body)
    text = " ".join(part.text for part in parts)
    return Record(
        name=name,
        kind=ARTICLE,
        title=words_of(first(front, "article-title")),
        sections=tuple(parts),
        pmid=ids.get("pmid", ""),
        doi=ids.get("doi", ""),
        trials=trials_in(text),
        year=words_of(first(front, "year")),
        tables=tuple(table for wrap in named(article, "table-wrap") for table in _tables(wrap)),
        sources=(source,),
    )


def _sections(element: Element) -> list[Section]:
    """Paragraphs with the title of the section they are in; tables and figures left out."""
    found: list[Section] = []

    def walk(parent: Element, title: str) -> None:
        own = next((c for c in parent if local(c.tag) == "title"), None)
        title = words_of(own) or title
        for child in parent:
            tag = local(child.tag)
            if tag == "p":
                found.append(Section(words_of(child), label=title))
            elif tag in ("sec", "boxed-text", "list", "list-item", "disp-quote"):
                walk(child, title)

    walk(element, "")
    return found


def _tables(wrap: Element) -> list[Table]:
    label = words_of(first(wrap, "label")) or "Table"
    caption = words_of(first(wrap, "caption"))
    found = []
    for table in named(wrap, "table"):
        head, body = first(table, "thead"), first(table, "tbody")
        heads = _grid(head) if head is not None else []
        lines = _grid(body) if body is not None else []
        if not heads and lines:
            heads, lines = lines[:1], lines[1:]
        if not heads or not lines:
            continue
        width = max(map(len, [*heads, *lines]))
        columns = tuple(
            " ".join(dict.fromkeys(row[i] for row in heads if i < len(row) and row[i]))
            for i in range(width)
        )
        found.append(Table(label, caption, columns, tuple(map(tuple, lines))))
    return found


def _grid(part: Element) -> list[list[str]]:
    """Cells with rowspan and colspan filled in."""
    rows: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}  # column: rows left, text
    for row in named(part, "tr")[:MOST_LINES]:
        line: list[str] = []
        cells = [c for c in row if local(c.tag) in ("td", "th")]

        def fill(line: list[str]) -> None:
            while len(line) in pending and pending[len(line)][0] > 0:
                left, text = pending[len(line)]
                pending[len(line)] = (left - 1, text)
                line.append(text)

        for cell in cells:
            fill(line)
            text = words_of(cell)
            for _ in range(min(_span(cell, "colspan"), MOST_CELLS - len(line))):
                if _span(cell, "rowspan") > 1:
                    pending[len(line)] = (_span(cell, "rowspan") - 1, text)
                line.append(text)
        fill(line)
        rows.append(line)
    return rows


def _span(cell: Element, name: str) -> int:
    value = cell.get(name, "1")
    return min(max(int(value), 1), MOST_CELLS) if value.isdigit() else 1
