"""Writes docs/course.md: every event and state, and the example that defines it.

Called by `python tests/spec/manual.py`.
"""

from __future__ import annotations

import re

from spec.examples import Example, read_table

from seroclear.course.catalogue import EVENT_LABELS, EVENTS, STATE_LABELS, STATES
from seroclear.course.definition import definition, presets

INTRODUCTION = """\
# What a course holds

<!-- Made from the catalogue and tests/spec by tests/spec/manual.py: change those, not this. -->

Each name can be used in a study: `first("hbsag_loss")`, `ever("cirrhosis", before=index)`. The link
leads to the rule, its parameters with their sources, and patients who show it.

An event has a date, the window in which it truly happened (`earliest` to `latest`), the day on
which it was confirmed, and the rows of the records that made it. A state holds from one day to
another, both included. What the rules cannot decide is no event, and *unknown* or *indeterminate*
as a state.
"""
NO_EXAMPLE = "no example"


def course_page(examples: list[Example]) -> str:
    """The whole page."""
    lines = [INTRODUCTION, "## Events", "", "| event | name in a study | meaning | rule |"]
    lines.append("| --- | --- | --- | --- |")
    for name, meaning in EVENTS.items():
        lines.append(f"| {EVENT_LABELS[name]} | `{name}` | {meaning} | {_rule(examples, name)} |")
    lines += ["", "## States", "", "| state of | marker | what it says | rule |"]
    lines.append("| --- | --- | --- | --- |")
    for name, meaning in STATES.items():
        lines.append(f"| {STATE_LABELS[name]} | `{name}` | {meaning} | {_rule(examples, name)} |")
    lines += ["", "## Definitions that come with seroclear", ""]
    lines += [
        "Give one with `--definition`, or your own TOML file that names one as its `base`.",
        "",
    ]
    lines += ["| preset | what it says |", "| --- | --- |"]
    lines += [f"| `{name}` | {definition(name).summary} |" for name in presets()]
    return "\n".join(lines) + "\n"


def _rule(examples: list[Example], name: str) -> str:
    """A link to the first example that shows it, of the default definition if there is one."""
    for example in sorted(examples, key=lambda example: example.preset != "default"):
        if name in _shown(example):
            return f"[{example.title}](definitions.md#{_anchor(example.title)})"
    return NO_EXAMPLE


def _shown(example: Example) -> set[str]:
    """Events, and markers of states, in an example's answers."""
    columns = {"event": "event", "state": "marker"}
    names = {"treatment" for answer in example.answers if answer.table == "regimen"}
    for answer in example.answers:
        if column := columns.get(answer.table):
            named = {row[column] for row in read_table(answer.text) if column in row}
            names |= named or set(answer.only)
    return names


def _anchor(title: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
