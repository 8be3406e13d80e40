"""The catalogue of agents as text."""

from __future__ import annotations

import textwrap

from seroclear.evidence.catalogue.agents import CONFIDENCE, Agent

WIDTH = 100


def table(rows: list[Agent]) -> str:
    """Agents with their trials under them: an arm a line, its source below. Agents known from
    memory stand at the end, in one line a class."""
    known = [row for row in rows if row.confidence != "memory"]
    lines: list[str] = []
    last = ("", "", "")
    for row in known:
        head = (row.agent, row.trial, row.source)
        if head[:2] != last[:2]:
            lines += ["", *_wrapped(f"{row.agent} · {row.kind} · {row.target} · {row.status}", 0)]
            lines.append(f"  {row.trial}")
        if head != last:
            lines += _wrapped(f"{row.source} [{CONFIDENCE[row.confidence]}]", 4)
        last = head
        what = ", ".join(filter(None, (row.arm, row.population)))
        lines += _wrapped(f"{what} — {row.endpoint}, {row.time_point}: {row.loss or '–'}", 4, "· ")
        notes = [note for note in (row.durability, row.counts_from) if note]
        for note in notes:
            lines += _wrapped(note, 8)
    memory: dict[str, list[str]] = {}
    for row in rows:
        if row.confidence == "memory":
            memory.setdefault(row.kind, []).append(row.agent)
    if memory:
        lines += ["", CONFIDENCE["memory"][0].upper() + CONFIDENCE["memory"][1:]]
        for kind, names in memory.items():
            lines += _wrapped(f"{kind}: {', '.join(names)}", 2)
    lines += [
        "",
        "≈: the arm's size by arithmetic. Limits of events/n are exact 95% limits, in brackets.",
    ]
    return "\n".join(lines).strip("\n")


def _wrapped(text: str, indent: int, mark: str = "") -> list[str]:
    first = " " * indent + mark
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
    )
