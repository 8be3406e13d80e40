"""What a report is made of: the rows of a study and the words around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seroclear.analysis.result import Row


@dataclass(frozen=True, slots=True)
class RecordsLine:
    """Source rows that were read and not used, of one kind and for one reason.

    Attributes:
        kind: the store table they would have gone to: result, exposure, condition ...
        name: what could not be read: a test, a drug, a unit; never a patient.
        reason: why: "not in vocabulary", "no unit" ...
        rows: how many source rows.
    """

    kind: str
    name: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class Guideline:
    """What a report says about its own reporting.

    Attributes:
        name: 'record' or 'target': whose checklist is filled in.
        estimand: what is estimated, in words.
        protocol: of an emulated trial: element, target trial, emulation.
    """

    name: str
    estimand: str
    protocol: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a document is written from; nothing else is read.

    Attributes:
        title: the study's title.
        question: the question the study answers, one sentence.
        study: the study's name, as in the rows.
        rows: rows of every analysis that was run, not yet suppressed.
        methods: the methods paragraph.
        limitations: what the data could not tell, one sentence each. They are printed as they
            are: whoever writes them leaves out counts below the disclosure threshold.
        records: what was rejected or not mapped, a line each.
        manifest: versions, input hashes, definition, seed, command; values may be nested.
        published: figures of the published study, analysis='published'.
        definitions: what each definition of the grid says, by its name.
        guideline: whose checklist is filled in; None: none.
    """

    title: str
    question: str
    study: str
    rows: list[Row]
    methods: str
    limitations: list[str] = field(default_factory=list)
    records: list[RecordsLine] = field(default_factory=list)
    manifest: dict[str, object] = field(default_factory=dict)
    published: list[Row] = field(default_factory=list)
    definitions: dict[str, str] = field(default_factory=dict)
    guideline: Guideline | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A display table: strings only, made once and drawn by every kind of document.

    Attributes:
        caption: what it shows.
        header: column names.
        rows: cells, one tuple a row, as long as the header.
        notes: footnotes, one sentence each.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure in both formats. `name` is its file name without the suffix."""

    name: str
    caption: str
    svg: bytes
    png: bytes


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document. `kind` tells the writers how its paragraphs look."""

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    kind: Literal["text", "list"] = "text"
