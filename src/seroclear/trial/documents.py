"""Documents of a trial: sections as HTML and Word, with the machinery of a study's report."""

from __future__ import annotations

from pathlib import Path

from seroclear.analysis.result import Row
from seroclear.report.document import Report, Section


def page(title: str, subject: str, sections: list[Section]) -> str:
    """The sections as one HTML file that needs nothing else."""
    from seroclear.report.html import html

    return html(_report(title, subject, []), sections)


def write_documents(
    title: str, subject: str, sections: list[Section], rows: list[Row], folder: Path
) -> None:
    """report.html, report.docx, results.csv and the figures; the same bytes for the same input.

    Args:
        title: of the document.
        subject: what it is about, in a few words.
        sections: its parts.
        rows: numbers that lie beside it.
        folder: where to; must exist.
    """
    from seroclear.report.docx import docx
    from seroclear.report.html import html
    from seroclear.report.write_rows import write_csv

    report = _report(title, subject, rows)
    (folder / "report.html").write_text(html(report, sections), encoding="utf-8")
    (folder / "report.docx").write_bytes(docx(report, sections))
    write_csv(rows, folder / "results.csv")
    figures = [figure for section in sections for figure in section.figures]
    if figures:
        (folder / "figures").mkdir(exist_ok=True)
    for figure in figures:
        (folder / "figures" / f"{figure.name}.svg").write_bytes(figure.svg)
        (folder / "figures" / f"{figure.name}.png").write_bytes(figure.png)


def _report(title: str, subject: str, rows: list[Row]) -> Report:
    return Report(title=title, question="", study=subject, rows=rows, methods="")
