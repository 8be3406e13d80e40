"""A report as files in a folder."""

from __future__ import annotations

from pathlib import Path

from seroclear.report.disclosure import THRESHOLD, suppress
from seroclear.report.document import Report
from seroclear.report.write_rows import write_csv


def write_report(report: Report, folder: Path, threshold: int = THRESHOLD) -> dict[str, Path]:
    """Write report.html, report.docx, results.csv and the figures, after disclosure control.

    The same report gives the same bytes. A cohort of nobody still gives a report that says so.

    Args:
        report: everything the documents are written from.
        folder: where to; made if absent. Files of these names in it are overwritten.
        threshold: the smallest count of persons or events shown; 0 shows everything.

    Returns:
        The path of each file by its name in the folder: "report.html", "figures/forest.png" ...
    """
    from seroclear.report.docx import docx
    from seroclear.report.html import html
    from seroclear.report.sections import sections

    rows = suppress(report.rows, threshold)
    parts = sections(report, rows, threshold)
    contents = {
        "report.html": html(report, parts).encode("utf-8"),
        "report.docx": docx(report, parts),
    }
    for figure in (figure for part in parts for figure in part.figures):
        contents[f"figures/{figure.name}.svg"] = figure.svg
        contents[f"figures/{figure.name}.png"] = figure.png
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    paths = {name: folder / name for name in ("results.csv", *contents)}
    write_csv([*rows, *report.published], paths["results.csv"])
    for name, data in contents.items():
        paths[name].write_bytes(data)
    return paths
