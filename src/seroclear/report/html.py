"""A report as one HTML file that needs nothing else: styles and figures are inside it."""

from __future__ import annotations

import re

from seroclear.report.document import Figure, Report, Section

WIDE = 8  # columns from which a table is set smaller and closer


def html(report: Report, parts: list[Section]) -> str:
    """The document as HTML text.

    Args:
        report: for the title.
        parts: the sections, see `sections`.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("seroclear.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = lambda figure: Markup(_inline(figure))
    environment.globals["WIDE"] = WIDE
    template = environment.get_template("report.html")
    return template.render(report=report, sections=parts)


def _inline(figure: Figure) -> str:
    """The SVG element alone; its identifiers named after the figure, as a page has many."""
    text = figure.svg.decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{figure.name}-", text)
    label = figure.caption.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
