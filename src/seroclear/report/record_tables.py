"""Tables of where a report comes from: rejected source rows, and its manifest."""

from __future__ import annotations

from seroclear.report import words
from seroclear.report.document import RecordsLine, Table
from seroclear.report.tables import made


def records(lines: list[RecordsLine], threshold: int) -> list[Table]:
    body = [
        (
            line.kind,
            line.name,
            line.reason,
            f"fewer than {threshold}" if 0 < line.rows < threshold else words.count(line.rows),
        )
        for line in lines
    ]
    header = ("Kind", "What the records say", "Reason", "Rows")
    return made("Source rows that were not used", header, body, [])


def manifest(values: dict[str, object]) -> list[Table]:
    body: list[tuple[str, ...]] = []

    def add(name: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                add(f"{name} · {key}" if name else str(key), inner)
        elif isinstance(value, list | tuple):
            body.append((name, ", ".join(str(each) for each in value)))
        else:
            body.append((name, str(value)))

    add("", values)
    return made("What made this report", ("Item", "Value"), body, [])
