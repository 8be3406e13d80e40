"""Writes docs/definitions.md and docs/course.md: `python tests/spec/manual.py`."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

sys.path.insert(0, str(Path(__file__).parents[1]))  # tests/, for the modules beside this one

from spec import (
    alt,
    antibody,
    cure,
    family,
    fibrosis,
    hbsag_loss,
    infection,
    kidney,
    liver,
    phase,
    reading_results,
    seroreversion,
    stopping,
    transplant,
    treatment,
    viraemia,
)
from spec.course_page import course_page
from spec.examples import RECORDS, Answer, Example, read_table

from seroclear.course.definition import definition

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "definitions.md"
COURSE = ROOT / "docs" / "course.md"
TOPICS = (
    reading_results,
    hbsag_loss,
    seroreversion,
    cure,
    antibody,
    treatment,
    viraemia,
    stopping,
    alt,
    liver,
    fibrosis,
    kidney,
    phase,
    transplant,
    infection,
    family,
)
EXAMPLES: list[Example] = [example for topic in TOPICS for example in topic.EXAMPLES]
INTRODUCTION = """\
# Definitions

<!-- Made from tests/spec by tests/spec/manual.py: change those, not this file. -->

Every definition with patients who show it. The tables of records are read and derived by seroclear
itself each time the tests run, and must give the answers printed here. [M] in a source means: from
memory of the field's usage, not yet checked against the document itself.
"""
NAMES = {
    "results": "Results",
    "drugs": "Drugs",
    "diagnoses": "Diagnoses (ICD-10-CM)",
    "patients": "Patients",
    "finding": "Findings",
    "event": "Events",
    "regimen": "Regimens",
    "state": "States",
}


def manual() -> str:
    """The whole chapter."""
    parts = [INTRODUCTION]
    for topic in TOPICS:
        parts.append(f"## {topic.TOPIC}\n")
        parts += [_section(example) for example in topic.EXAMPLES]
    return "\n".join(parts)


def _section(example: Example) -> str:
    lines = [f"### {example.title}", "", " ".join(dedent(example.rule).split()), ""]
    lines += [f"Definition: `{example.preset}`.", ""]
    if example.parameters:
        rules = {p.name: p for p in definition(example.preset).parameters}
        rows = [
            {"parameter": f"`{p.name}`", "value": _value(p.value, p.unit), "source": p.source}
            for p in (rules[name] for name in example.parameters)
        ]
        lines += [*_markdown(rows), ""]
    for name in RECORDS:
        if getattr(example, name):
            lines += [f"**{NAMES[name]}**", "", *_markdown(read_table(getattr(example, name))), ""]
    for answer in example.answers:
        lines += [f"**Answer: {NAMES[answer.table].lower()}**{_only(answer)}", ""]
        lines += [*_markdown(read_table(answer.text)), ""]
    return "\n".join(lines)


def _value(value: object, unit: str) -> str:
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{said} {unit}".strip()


def _only(answer: Answer) -> str:
    named = ", ".join(f"`{name}`" for name in answer.only)
    return f" ({named})" if named else ""


def _markdown(rows: list[dict[str, str]]) -> list[str]:
    head = [name.replace("_", " ") for name in rows[0]]
    lines = [head, ["---"] * len(head)]
    lines += [[cell.replace("|", "\\|") for cell in row.values()] for row in rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


if __name__ == "__main__":
    MANUAL.parent.mkdir(exist_ok=True)
    MANUAL.write_text(manual(), encoding="utf-8")
    COURSE.write_text(course_page(EXAMPLES), encoding="utf-8")
