"""Display tables from rows: made once, drawn by HTML and DOCX alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import RecordsLine, Table
from seroclear.report.flow import blocks

INDENT = "\u2003"
ALL = "All"


def _table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    used: list[Row],
    method: bool = False,
) -> list[Table]:
    """A table as a list of one, with the rows' notes and methods; of none without rows."""
    notes = words.notes_of(used)
    notes = _with_methods(notes, used) if method else notes
    return [Table(caption, tuple(header), tuple(rows), notes)] if rows else []


def flowchart(rows: list[Row]) -> list[Table]:
    body = [
        (
            words.joined(str(number) for number, _ in block.steps),
            "; ".join(label for _, label in block.steps),
            *(
                words.CONFIDENTIAL if value is None else words.count(value)
                for value in (block.entered, block.left, block.unknown, block.kept)
            ),
        )
        for block in blocks(rows)
    ]
    header = ("Step", "Criterion", "Entered", "Left", "of these unknown", "Kept")
    return _table("Persons at each step", header, body, select.of(rows, "flowchart"))


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
    return _table("Characteristics at time zero", header, body, used)


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


def crude(rows: list[Row]) -> list[Table]:
    used = select.of(rows, "crude")
    return _pivot("Follow-up and events", used, ("Group",), lambda row: (row.group or ALL,))


def _pivot(
    caption: str,
    used: list[Row],
    head: tuple[str, ...],
    line: Callable[[Row], tuple[str, ...]],
) -> list[Table]:
    """A column for each estimate, a line for each value of `line`; lines for all come last."""
    columns = list(dict.fromkeys((row.estimate, row.stratum, row.time) for row in used))
    strata = len({row.stratum for row in used if row.stratum})
    by_line: dict[tuple[str, ...], dict[tuple[str, str, float | None], Row]] = {}
    for row in used:
        by_line.setdefault(line(row), {})[row.estimate, row.stratum, row.time] = row
    body = [
        (*key, *(words.shown(cells.get(column)) for column in columns))
        for key, cells in sorted(by_line.items(), key=lambda item: item[0][-1] == ALL)
    ]
    header = [
        words.named(estimate)
        + (f" at {words.years(time)}" if time is not None else "")
        + (f", {stratum}" if stratum and strata > 1 else "")
        for estimate, stratum, time in columns
    ]
    return _table(caption, (*head, *header), body, used)


def over_time(caption: str, used: list[Row], value: str) -> list[Table]:
    """Survival or incidence at named times, a line each; `value` heads its column."""
    return _estimates(caption, used, value, ())


def subgroups(rows: list[Row], value: str) -> list[Table]:
    used = select.of(rows, "subgroups", "survival")
    return _estimates("Within subgroups", used, value, ("Subgroup",))


def _estimates(caption: str, used: list[Row], value: str, head: tuple[str, ...]) -> list[Table]:
    """Estimates at named times, with their counts where they have some."""
    counted = any(row.n is not None or row.events is not None for row in used)
    body = [
        (
            *((row.stratum,) if head else ()),
            row.group or ALL,
            words.years(row.time) if row.time is not None else words.NONE,
            *(
                (words.shown_count(row, row.n), words.shown_count(row, row.events))
                if counted
                else ()
            ),
            words.shown(row),
        )
        for row in used
    ]
    counts = ("At risk", "Events so far") if counted else ()
    return _table(caption, (*head, "Group", "Time", *counts, value), body, used, method=True)


def models(rows: list[Row], analysis: str, caption: str) -> list[Table]:
    """Hazard ratios with their p values, a table for each method of fitting."""
    used = select.of(rows, analysis, "hazard ratio", "p")
    found = []
    for method in dict.fromkeys(row.method for row in used):
        mine = [row for row in used if row.method == method]
        body = []
        for row in mine:
            if row.estimate != "hazard ratio":
                continue
            p = select.first(mine, estimate="p", variable=row.variable, level=row.level)
            reference = row.note == words.REFERENCE
            ratio = "1 (reference)" if reference else words.shown(row)
            body.append((row.variable, row.level, ratio, "" if reference else words.shown(p)))
        header = ("Term", "Level", "Hazard ratio (95% CI)", "p")
        found += _table(caption, header, body, mine, method=True)
    return found


def tests(caption: str, used: list[Row]) -> list[Table]:
    """Tests with their statistic and p, a line for what each compares."""

    def compared(row: Row) -> tuple[str, ...]:
        names = select.distinct((row.stratum, row.variable, row.level, row.group))
        return (", ".join(names) or "Between groups",)

    plain = [replace(row, stratum="") for row in used]
    lines = dict(zip(map(id, plain), map(compared, used), strict=True))
    found = _pivot(caption, plain, ("Compared",), lambda row: lines[id(row)])
    return [replace(table, notes=_with_methods(table.notes, used)) for table in found]


def by_group(caption: str, used: list[Row]) -> list[Table]:
    """Counts of the groups, a line each."""
    return _pivot(caption, used, ("Group",), lambda row: (row.group or ALL,))


def definition_grid(rows: list[Row]) -> list[Table]:
    used = [row for row in select.of(rows, "definition_grid") if row.note != words.REFERENCE]
    caption = "The same question under each definition"
    return _pivot(
        caption,
        used,
        ("Definition", "Group"),
        lambda row: (row.definition, row.group or row.level or "between groups"),
    )


def _with_methods(notes: tuple[str, ...], used: list[Row]) -> tuple[str, ...]:
    methods = select.distinct(row.method for row in used)
    return (*(f"Method: {method}." for method in methods), *notes)


def published(rows: list[Row], reference: list[Row]) -> list[Table]:
    body = []
    for theirs in reference:
        ours = counterpart(rows, theirs)
        difference = words.NONE
        if ours is not None and ours.value is not None and theirs.value is not None:
            sign = words.number(abs(ours.value - theirs.value), theirs.estimate)
            difference = ("+" if ours.value >= theirs.value else "−") + sign
        measure = words.joined(select.distinct((theirs.estimate, theirs.variable, theirs.level)))
        about = [words.one_of(measure), theirs.stratum]
        about.append(f"at {words.years(theirs.time)}" if theirs.time is not None else "")
        body.append(
            (
                ", ".join(filter(None, about)),
                theirs.group or ALL,
                words.shown(ours),
                words.shown(theirs),
                difference,
            )
        )
    header = ("Measure", "Group", "This cohort", "Published", "Difference")
    return _table("This cohort beside the published study", header, body, reference)


def counterpart(rows: list[Row], theirs: Row) -> Row | None:
    """Our row for a published figure: same measure, group, time and level; the main analyses."""
    same = {
        "estimate": theirs.estimate,
        "group": theirs.group,
        "time": theirs.time,
        "variable": theirs.variable,
        "level": theirs.level,
    }
    main = [
        row
        for row in rows
        if row.analysis in ("crude", "kaplan_meier", "table_one", "cox", "log_rank", "subgroups")
    ]
    exact = select.first(main, **same, stratum=theirs.stratum)
    return exact or (select.first(main, **same) if not theirs.stratum else None)


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
    return _table("Source rows that were not used", header, body, [])


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
    return _table("What made this report", ("Item", "Value"), body, [])
