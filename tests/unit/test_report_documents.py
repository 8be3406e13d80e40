"""The files of a report: what is in them, and that they are the same every time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from unit.report_rows import STEPS, cohort_of, example_report, flowchart_rows, report_of

from seroclear.analysis.result import COLUMNS, Row
from seroclear.report.document import Report
from seroclear.report.write import write_report
from seroclear.report.write_rows import write_csv

SECTIONS = [
    "Question",
    "At a glance",
    "Flowchart",
    "Table 1",
    "What is unknown",
    "Time to HBsAg seroreversion",
    "Time to HBsAg seroreversion, allowing for the time between tests",
    "Comparison of the groups",
    "HBsAg seroreversion when another event may come first",
    "Subgroups",
    "Sensitivity: definitions",
    "Beside the published study",
    "What was rejected and unmapped",
    "Limitations found in the data",
    "Methods",
    "Manifest",
]
FIGURES = ("flowchart", "kaplan_meier", "forest", "definition_grid")


@pytest.fixture(scope="module")
def report() -> Report:
    return example_report()


@pytest.fixture(scope="module")
def files(report: Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_report(report, tmp_path_factory.mktemp("report"), threshold=0)


def test_every_file_is_written_and_named(files: dict[str, Path]) -> None:
    figures = {f"{name}.{suffix}" for name in FIGURES for suffix in ("svg", "png")}
    assert set(files) == {"html", "docx", "csv", *figures}
    assert all(path.stat().st_size > 500 for path in files.values())


def test_the_same_report_gives_the_same_bytes(
    report: Report, files: dict[str, Path], tmp_path: Path
) -> None:
    again = write_report(report, tmp_path, threshold=0)
    assert {n: p.read_bytes() for n, p in again.items()} == {
        n: p.read_bytes() for n, p in files.items()
    }


def test_html_has_the_sections_in_order_and_a_table_of_contents(files: dict[str, Path]) -> None:
    text = files["html"].read_text(encoding="utf-8")
    assert re.findall(r"<h2>(.*?)</h2>", text) == SECTIONS
    targets = re.findall(r'<li><a href="#(.*?)">', text)
    assert targets == re.findall(r'<section id="(.*?)">', text)


def test_html_needs_nothing_from_elsewhere(files: dict[str, Path]) -> None:
    text = files["html"].read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!#)', text)
    assert not re.search(r"@import|url\((?!#)", text)
    assert text.count("<svg") == len(FIGURES)


def test_identifiers_inside_the_html_are_unique(files: dict[str, Path]) -> None:
    ids = re.findall(r'\bid="(.*?)"', files["html"].read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))
    text = files["html"].read_text(encoding="utf-8")
    assert set(re.findall(r'href="#(.*?)"', text)) <= set(ids)
    assert set(re.findall(r"url\(#(.*?)\)", text)) <= set(ids)


def test_html_escapes_what_the_records_say(report: Report, tmp_path: Path) -> None:
    line = replace(report.records[0], name="<script>alert(1)</script> 乙肝&五项")
    made = write_report(replace(report, records=[line]), tmp_path)
    text = made["html"].read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 乙肝&amp;五项" in text


def test_docx_has_headings_tables_captions_and_pictures(files: dict[str, Path]) -> None:
    from docx import Document

    document = Document(str(files["docx"]))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == SECTIONS
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    tables = [c for c in captions if c.startswith("Table ")]
    assert len(tables) == len(document.tables)
    assert len(document.inline_shapes) == len(FIGURES)
    assert [c.split(".")[0] for c in tables] == [f"Table {i + 1}" for i in range(len(tables))]


def test_docx_and_html_show_the_same_cells(files: dict[str, Path]) -> None:
    from html import unescape

    from docx import Document

    cells = [
        cell.text
        for table in Document(str(files["docx"])).tables
        for row in table.rows
        for cell in row.cells
    ]
    text = files["html"].read_text(encoding="utf-8")
    shown = re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", text, flags=re.DOTALL)
    assert [unescape(cell) for cell in shown] == cells


def test_docx_holds_no_time_of_writing(files: dict[str, Path]) -> None:
    with zipfile.ZipFile(files["docx"]) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"1980-01-01"}


def test_figures_hold_no_date_or_version(files: dict[str, Path]) -> None:
    for name in FIGURES:
        svg = files[f"{name}.svg"].read_text(encoding="utf-8")
        assert "dc:date" not in svg
        assert b"matplotlib" not in files[f"{name}.png"].read_bytes()


def test_csv_has_every_row_after_disclosure_control(report: Report, tmp_path: Path) -> None:
    made = write_report(report, tmp_path, threshold=5)
    text = made["csv"].read_bytes().decode("utf-8")
    assert "\r" not in text
    lines = list(csv.DictReader(io.StringIO(text)))
    assert tuple(lines[0]) == COLUMNS
    own = [line for line in lines if line["analysis"] != "published"]
    for line in own:
        for column in ("n", "events"):
            assert not line[column] or int(line[column]) == 0 or int(line[column]) >= 5
    assert len(lines) - len(own) == len(report.published)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (1 / 3, "0.3333333333"), (1e-12, "1e-12"), (-0.0, "0"), (168.0, "168")],
)
def test_numbers_in_csv_are_short_and_exact_to_ten_digits(
    value: float, text: str, tmp_path: Path
) -> None:
    write_csv([Row(study="甲", value=value)], tmp_path / "rows.csv")
    lines = (tmp_path / "rows.csv").read_text(encoding="utf-8").split("\n")
    assert lines[1].split(",")[COLUMNS.index("value")] == text
    assert lines[1].startswith("甲,")
    assert lines[2:] == [""]


def test_an_empty_cohort_still_gives_a_report(tmp_path: Path) -> None:
    steps = (*STEPS[:1], ("keep", "Lost HBsAg", 70_214, 0, 7))
    made = write_report(report_of(flowchart_rows(cohort_of([], steps))), tmp_path)
    text = made["html"].read_text(encoding="utf-8")
    assert "No patients: nobody in the records met every criterion" in text
    assert "The last 70,214 left at step 2 (Not: Lost HBsAg), 7 of them because" in text
    assert "flowchart.svg" in made
    assert "Table 1" not in re.findall(r"<h2>(.*?)</h2>", text)


def test_the_disclosure_threshold_reaches_every_document(report: Report, tmp_path: Path) -> None:
    text = write_report(report, tmp_path, threshold=5)["html"].read_text(encoding="utf-8")
    assert "Counts of 1 to 4 persons or events are not shown" in text
    assert "fewer than 5" in text
    assert "<td>4 and 5</td>" in text
