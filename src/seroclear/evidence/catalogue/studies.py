"""Published studies: what they were (studies.toml), and their figures (analysis/published)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from seroclear.analysis.published import figures
from seroclear.analysis.result import Row


@dataclass(frozen=True, slots=True)
class Published:
    """A published study.

    Attributes:
        name: as in `seroclear study list`.
        title: with the year and where it appeared.
        design, groups, definition: what was done.
        source: where it was read.
        file: number of the source document it stands in, '' if none.
        quotes: words of the source, as they are printed.
        figures: rows of analysis 'published'.
    """

    name: str
    title: str
    design: str
    groups: tuple[str, ...]
    definition: str
    source: str
    file: str
    quotes: tuple[str, ...]
    figures: tuple[Row, ...]


@cache
def published() -> tuple[Published, ...]:
    """Every published study of the catalogue."""
    text = files(__package__).joinpath("studies.toml").read_text(encoding="utf-8")
    return tuple(_study(name, entry) for name, entry in tomllib.loads(text).items())


def _study(name: str, entry: dict[str, object]) -> Published:
    rows = tuple(figures(name))

    def texts(key: str) -> tuple[str, ...]:
        value = entry.get(key, [])
        assert isinstance(value, list)
        return tuple(str(each) for each in value)

    return Published(
        name=name,
        title=rows[0].study,
        design=str(entry["design"]),
        groups=texts("groups"),
        definition=str(entry["definition"]),
        source=str(entry["source"]),
        file=str(entry.get("file", "")),
        quotes=texts("quotes"),
        figures=rows,
    )
