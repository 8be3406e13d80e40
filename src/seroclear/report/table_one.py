"""Table 1 for a reader: a line for each level or summary, a column for each group."""

from __future__ import annotations

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import Table
from seroclear.report.tables import ALL, made

INDENT = "\u2003"


def table_one(rows: list[Row]) -> list[Table]:
    used = select.of(rows, "table_one")
    columns = [*select.groups(rows), ""]
    by_variable: dict[str, list[Row]] = {}
    for row in used:
        by_variable.setdefault(row.variable, []).append(row)
    body: list[tuple[str, ...]] = []
    for variable, mine in by_variable.items():
        body += _variable(variable, mine, columns)
    header = ("", *(group or ALL for group in columns), "p", "SMD")
    # One cohort: nothing is compared. More than two groups: a difference is of no pair of them.
    tests = 0 if len(columns) == 1 else 1 if not select.of(used, "table_one", "smd") else 2
    if tests < 2:
        header, body = header[: tests - 2], [line[: tests - 2] for line in body]
    return made("Characteristics at time zero", header, body, used)


def _variable(variable: str, rows: list[Row], columns: list[str]) -> list[tuple[str, ...]]:
    """The lines of one variable in Table 1."""

    def line(label: str, cells: list[str], tests: bool = False) -> tuple[str, ...]:
        pair = [select.first(rows, estimate=name, level="") for name in ("p", "smd")]
        return (label, *cells, *(words.shown(row) if tests and row else "" for row in pair))

    def cell(group: str, estimate: str, level: str = "") -> Row | None:
        return select.first(rows, group=group, estimate=estimate, level=level)

    if variable == "Persons":
        return [line(variable, [words.shown(cell(group, "n")) for group in columns])]
    lines = []
    levels = select.distinct(row.level for row in rows)
    if levels:
        lines.append(line(variable, ["" for _ in columns], tests=True))
        for level in levels:
            pairs = [(cell(group, "n", level), cell(group, "percent", level)) for group in columns]
            lines.append(line(INDENT + level, [_with_percent(*pair) for pair in pairs]))
    else:
        lines.append(line(variable, ["" for _ in columns], tests=True))
        for label, names in (
            ("median (quartiles)", ("median", "q1", "q3")),
            ("mean (SD)", ("mean", "sd")),
        ):
            if any(row.estimate == names[0] for row in rows):
                cells = [_summary([cell(group, name) for name in names]) for group in columns]
                lines.append(line(INDENT + label, cells))
    missing = [cell(group, "missing") for group in columns]
    if any(row is not None and row.value != 0 for row in missing):
        lines.append(line(INDENT + "unknown", [words.shown(row) for row in missing]))
    return lines


def _with_percent(n: Row | None, percent: Row | None) -> str:
    text = words.shown(n)
    if n is None or n.value is None or percent is None or percent.value is None:
        return text
    return f"{text} ({words.shown(percent)})"


def _summary(parts: list[Row | None]) -> str:
    texts = [words.shown(part) for part in parts]
    if texts[0] in (words.NONE, words.CONFIDENTIAL):
        return texts[0]
    return f"{texts[0]} ({', '.join(texts[1:])})"
