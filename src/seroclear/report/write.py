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
        The path of each file: "html", "docx", "csv", "forest.svg", "forest.png" ...
    """
    from seroclear.report.docx import docx
    from seroclear.report.html import html
    from seroclear.report.sections import sections

    rows = suppress(report.rows, threshold)
    parts = sections(report, rows, threshold)
    paths = {name: folder / f"report.{name}" for name in ("html", "docx")}
    contents = {"html": html(report, parts).encode("utf-8"), "docx": docx(report, parts)}
    for figure in (figure for part in parts for figure in part.figures):
        for suffix, data in (("svg", figure.svg), ("png", figure.png)):
            name = f"{figure.name}.{suffix}"
            paths[name], contents[name] = folder / "figures" / name, data
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        paths[name].write_bytes(data)
    paths["csv"] = folder / "results.csv"
    write_csv([*rows, *report.published], paths["csv"])
    return paths
