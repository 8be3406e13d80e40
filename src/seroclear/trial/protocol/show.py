"""A protocol for a reader: on a terminal and as a page."""

from __future__ import annotations

import textwrap

from seroclear.report.document import Section, Table
from seroclear.trial.protocol.lines import Line, parts
from seroclear.trial.protocol.protocol import Protocol

WIDTH = 100  # characters of a line on a terminal
LABEL = 30  # characters of the label's column


def in_words(protocol: Protocol) -> str:
    """The protocol as text; a star marks what is assumed."""
    lines = [f"{protocol.identity.number}: {protocol.identity.title}", ""]
    lines += textwrap.wrap(
        "Choices marked * are assumed: the registration does not state them.", WIDTH
    )
    for heading, content in parts(protocol):
        lines += ["", heading, "-" * len(heading)]
        for line in content:
            label = f"{'*' if line.assumed else ' '} {line.label}"
            if len(label) > LABEL:
                lines.append(label)
                label = ""
            indent = " " * (LABEL + 1)
            lines += textwrap.wrap(
                line.text, WIDTH, initial_indent=label.ljust(LABEL + 1), subsequent_indent=indent
            )
    return "\n".join(lines)


def as_sections(protocol: Protocol) -> list[Section]:
    """The protocol as sections of a page."""
    return [
        Section(
            f"part-{number}",
            heading,
            tables=(
                Table(
                    heading,
                    ("", "Choice", "Registered or assumed"),
                    tuple((line.label, line.text, _standing(line)) for line in content),
                ),
            ),
        )
        for number, (heading, content) in enumerate(parts(protocol), 1)
    ]


def assumed_lines(protocol: Protocol) -> list[tuple[str, str, str]]:
    """(part, what, choice) of everything that is assumed."""
    return [
        (heading, line.label, line.text)
        for heading, content in parts(protocol)
        for line in content
        if line.assumed
    ]


def _standing(line: Line) -> str:
    return "" if line.assumed is None else "assumed" if line.assumed else "registered"
