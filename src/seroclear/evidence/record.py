"""One paper, registry entry or page, as it was read."""

from __future__ import annotations

from dataclasses import dataclass

ARTICLE = "article"
REGISTRY = "registry"
NEWS = "news"
QUESTION_AND_ANSWER = "question-and-answer"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an abstract or article. PubMed gives a part two names that often differ: what the
    journal printed (`label`) and what the National Library of Medicine made of it (`category`)."""

    text: str
    label: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an article: `columns` are the header cells, joined where there are several lines
    of them; `lines` hold as many cells as there are columns."""

    label: str
    caption: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registry says about a trial; '' and None are unknown. Dates as the registry has them.

    Attributes:
        sites, countries, outcomes, arms: how many are listed, None where the list was not there.
        flow: (period, started, completed, not completed) of each group, from posted results.
    """

    phase: str = ""
    study_type: str = ""
    enrolment: int | None = None
    enrolment_kind: str = ""
    allocation: str = ""
    model: str = ""
    masking: str = ""
    start: str = ""
    completion: str = ""
    first_submitted: str = ""
    updated: str = ""
    sites: int | None = None
    countries: int | None = None
    outcomes: int | None = None
    arms: int | None = None
    conditions: tuple[str, ...] = ()
    has_results: bool | None = None
    flow: tuple[tuple[str, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A record. Spans of claims are places in `text`.

    Attributes:
        name: the file, and a number where the file has several records.
        kind: article, registry, news, question-and-answer or text.
        sources: every file that the same record was read from.
    """

    name: str
    kind: str
    title: str
    sections: tuple[Section, ...]
    pmid: str = ""
    doi: str = ""
    trials: tuple[str, ...] = ()
    year: str = ""
    tables: tuple[Table, ...] = ()
    registration: Registration | None = None
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sections below each other."""
        return "\n".join(
            f"{part.label}: {part.text}" if part.label else part.text for part in self.sections
        )
