"""A web page's HTML as lines of text."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS_WORDS = (
    "p div br li ul ol table tr td th h1 h2 h3 h4 h5 h6 section article header footer nav dt "
    "dd blockquote"
)
BLOCKS = frozenset(_BLOCKS_WORDS.split())
SILENT = frozenset(("script", "style", "noscript", "template", "svg"))


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag in BLOCKS:
            self.pieces.append("\n")
        elif tag == "sup":
            self.pieces.append("^")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data)


def html_text(text: str) -> str:
    """The visible text, one line a block."""
    reader = _Lines()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(line for line in lines if line)
