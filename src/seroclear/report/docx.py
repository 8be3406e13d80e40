"""A report as a Word document: real headings, tables and captions; the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from seroclear.report.document import Figure, Report, Section, Table

# Word wants dates; a report's own facts are in its manifest. The first day a ZIP file can hold.
EPOCH = (1980, 1, 1, 0, 0, 0)
TEXT_WIDTH = 17.0  # cm between the margins
LONGEST = 34  # characters a column asks for at most
CHARACTER, GUTTER = 0.024, 0.42  # cm: a wide font's character for each point, a cell's margins
WIDE, WIDEST = 7, 9  # columns from which a table is set smaller, and smaller still and closer
BOLD, CAPITAL = 1.2, 1.25  # how much wider a header's letters are, and capitals
CLOSE = 0.2  # cm: a cell's margins there
FONT, CHINESE_FONT = "Calibri", "SimSun"


def docx(report: Report, parts: list[Section]) -> bytes:
    """The document as DOCX bytes.

    Args:
        report: for the title.
        parts: the sections, see `sections`.
    """
    from docx import Document
    from docx.shared import Cm

    document = Document()
    _styles(document)
    for page in document.sections:
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2)
        page.top_margin = page.bottom_margin = Cm(2)
    document.add_heading(report.title, level=0)
    document.add_paragraph(f"Study: {report.study}")
    numbers = {"Figure": 0, "Table": 0}
    for part in parts:
        document.add_heading(part.title, level=1)
        for paragraph in part.paragraphs:
            style = "List Bullet" if part.kind == "list" else None
            document.add_paragraph(_printable(paragraph), style=style)
        for figure in part.figures:
            numbers["Figure"] += 1
            _figure(document, figure, numbers["Figure"])
        for table in part.tables:
            numbers["Table"] += 1
            _table(document, table, numbers["Table"])
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, "seroclear", ""
    properties.created = properties.modified = datetime(*EPOCH)  # noqa: DTZ001 (Word's has no zone)
    return _repacked(document)


def _styles(document: Any) -> None:
    """One font throughout, with one for Chinese characters beside it."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name in ("Normal", "Title", "Heading 1", "Caption", "List Bullet"):
        style = document.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:eastAsia"), CHINESE_FONT)
        style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Title"].font.size = Pt(20)
    document.styles["Heading 1"].font.size = Pt(14)
    document.styles["Caption"].font.size = Pt(9.5)


def _figure(document: Any, figure: Figure, number: int) -> None:
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    picture = paragraph.add_run().add_picture(io.BytesIO(figure.png), width=Cm(16.5))
    tallest = Cm(21)
    if picture.height > tallest:
        picture.width, picture.height = round(picture.width * tallest / picture.height), tallest
    picture._inline.docPr.set("descr", figure.caption)
    document.add_paragraph(f"Figure {number}. {figure.caption}", style="Caption")


def _table(document: Any, table: Table, number: int) -> None:
    """A three-line table: rules above and below the header and under the last row."""
    from docx.shared import Pt

    caption = document.add_paragraph(f"Table {number}. {table.caption}", style="Caption")
    caption.paragraph_format.keep_with_next = True
    columns = len(table.header)
    points = 6.5 if columns >= WIDEST else 7.5 if columns >= WIDE else 9.0
    grid = document.add_table(rows=0, cols=columns)
    grid.autofit = False
    gutter = CLOSE if columns >= WIDEST else GUTTER
    if gutter != GUTTER:
        _margins(grid, gutter)
    widths = _widths(table, points, gutter)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for place, texts in enumerate((table.header, *table.rows)):
        line = grid.add_row()
        _keep_whole(line, header=place == 0)
        for cell, text, width in zip(line.cells, texts, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            run = paragraph.add_run(_printable(text))
            run.font.size = Pt(points)
            run.bold = place == 0
            rules = {0: ("top", "bottom"), len(table.rows): ("bottom",)}.get(place, ())
            _rule(cell, rules)
    for note in table.notes:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(_printable(note)).font.size = Pt(8)
    document.add_paragraph()


def _margins(grid: Any, gutter: float) -> None:
    """Left and right margins of every cell, together `gutter` cm wide."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(gutter / 2 / 2.54 * 1440)))  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = grid._tbl.tblPr
    look = properties.find(qn("w:tblLook"))  # the schema wants the margins before it
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def _widths(table: Table, points: float, gutter: float) -> list[int]:
    """Column widths: room for the longest word of each, the rest by the length of its texts."""
    from docx.shared import Cm

    character = CHARACTER * points
    columns = list(zip(table.header, *table.rows, strict=True))
    words = [
        max(
            _length(word) * (BOLD if place == 0 else 1.0)
            for place, text in enumerate(texts)
            for word in (text.split() or [""])
        )
        for texts in columns
    ]
    texts = [min(LONGEST, max(len(text) for text in texts)) for texts in columns]
    least = [gutter + character * min(LONGEST, word) for word in words]
    wished = [max(0, text - word) for text, word in zip(texts, words, strict=True)]
    spare = max(0.0, TEXT_WIDTH - sum(least))
    share = [spare * wish / sum(wished) if any(wished) else spare / len(least) for wish in wished]
    total = sum(least) + sum(share)
    return [Cm(TEXT_WIDTH * (room + more) / total) for room, more in zip(least, share, strict=True)]


def _length(word: str) -> float:
    """Characters, of which capitals take more room."""
    return len(word) + (CAPITAL - 1) * sum(letter.isupper() or letter in "+%" for letter in word)


def _keep_whole(row: Any, header: bool) -> None:
    """No row is broken over two pages; the header is repeated on each."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))


def _rule(cell: Any, sides: tuple[str, ...]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if not sides:
        return
    borders = OxmlElement("w:tcBorders")
    for side in sides:
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("color", "1A1A1A")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    cell._tc.get_or_add_tcPr().append(borders)


def _printable(text: str) -> str:
    """The text without control characters, which XML cannot hold."""
    return "".join(char for char in text if char.isprintable() or char in "\t\n\u2003")


def _repacked(document: Any) -> bytes:
    """The file with every part dated alike: ZIP would else hold the time of writing."""
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
