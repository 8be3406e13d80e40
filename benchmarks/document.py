"""Tables into a Markdown document, between markers; the words around them are written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; columns but the first are aligned right if every cell is a number."""
    lines = [list(row) for row in rows]
    numeric = [
        all(_is_number(line[column]) for line in lines) and bool(lines)
        for column in range(len(header))
    ]
    rule = ["---:" if right else "---" for right in numeric]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *lines))


def put(document: Path, marker: str, text: str) -> None:
    """Replaces what stands between `<!-- marker -->` and `<!-- /marker -->`; a document that does
    not exist yet is made of the markers alone."""
    begin, end = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    old = document.read_text("utf-8") if document.exists() else ""
    if begin not in old:
        old += f"{begin}\n{end}\n"
    before, rest = old.split(begin, 1)
    if end not in rest:
        raise SystemExit(f"{document} has {begin} without {end}; add it after the table.")
    after = rest.split(end, 1)[1]
    document.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def _is_number(cell: str) -> bool:
    return not cell.strip("0123456789.,%+−-– ")
