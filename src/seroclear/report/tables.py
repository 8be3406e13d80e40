"""Display tables from rows: made once, drawn by HTML and DOCX alike."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import RecordsLine, Table
from seroclear.report.flow import blocks

INDENT = "\u2003"
ALL = "All"


def _table(
    caption: str, header: Sequence[str], rows: Sequence[tuple[str, ...]], used: list[Row]
) -> list[Table]:
    """A table as a list of one; of none if there is nothing to show."""
    return [Table(caption, tuple(header), tuple(rows), words.notes_of(used))] if rows else []


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
    columns = list(dict.fromkeys((row.estimate, row.stratum) for row in used))
    body = [
        (
            group or ALL,
            *(
                words.shown(select.first(used, group=group, estimate=estimate, stratum=stratum))
                for estimate, stratum in columns
            ),
        )
        for group in dict.fromkeys(row.group for row in used)
    ]
    header = [
        words.one_of(estimate) + (f", {stratum}" if stratum else "")
        for estimate, stratum in columns
    ]
    return _table("Follow-up and events", ("Group", *header), body, used)


def over_time(caption: str, used: list[Row], value: str) -> list[Table]:
    """Survival or incidence at named times, a line each; `value` heads its column."""
    with_method = len({row.method for row in used}) > 1
    body = [
        (
            *((row.method,) if with_method else ()),
            row.group or ALL,
            words.years(row.time) if row.time is not None else words.NONE,
            words.shown_count(row, row.n),
            words.shown_count(row, row.events),
            words.shown(row),
        )
        for row in used
    ]
    header = ("Group", "Time", "At risk", "Events so far", value)
    return _table(caption, ("Method", *header) if with_method else header, body, used)


def models(caption: str, used: list[Row]) -> list[Table]:
    """Hazard ratios with their p values, a line a term."""
    ratios = [row for row in used if row.estimate == "hazard ratio"]
    body = []
    for row in ratios:
        p = select.first(
            used,
            estimate="p",
            analysis=row.analysis,
            method=row.method,
            variable=row.variable,
            level=row.level,
            group=row.group,
        )
        model = "Unadjusted" if row.analysis == "cox_unadjusted" else "Adjusted"
        named = row.level or row.group
        body.append((model, row.variable, named, words.shown(row), words.shown(p), row.method))
    header = ("Model", "Term", "Level", "Hazard ratio (95% CI)", "p", "Method")
    return _table(caption, header, body, used)


def tests(caption: str, used: list[Row]) -> list[Table]:
    """Anything with one number a line: log-rank, Gray, proportional hazards."""
    body = []
    for row in used:
        about = words.joined(select.distinct((row.stratum, row.variable, row.level, row.group)))
        about = f"{about}, {words.years(row.time)}" if row.time is not None else about
        body.append((about or "Between groups", row.estimate, words.shown(row), row.method))
    return _table(caption, ("Compared", "Estimate", "Value", "Method"), body, used)


def subgroups(rows: list[Row], value: str) -> list[Table]:
    used = select.of(rows, "subgroups", "survival")
    body = [
        (
            row.stratum,
            row.group or ALL,
            words.years(row.time) if row.time is not None else words.NONE,
            words.shown_count(row, row.n),
            words.shown_count(row, row.events),
            words.shown(row),
        )
        for row in used
    ]
    header = ("Subgroup", "Group", "Time", "At risk", "Events so far", value)
    return _table("Within subgroups", header, body, used)


def definition_grid(rows: list[Row]) -> list[Table]:
    used = select.of(rows, "definition_grid")
    columns = list(dict.fromkeys((row.estimate, row.time) for row in used))
    keys = dict.fromkeys((row.definition, row.group) for row in used)
    body = [
        (
            definition,
            group or "Between groups",
            *(
                words.shown(
                    select.first(
                        used, definition=definition, group=group, estimate=estimate, time=time
                    )
                )
                for estimate, time in columns
            ),
        )
        for definition, group in keys
    ]
    header = [
        words.one_of(estimate) + (f" at {words.years(time)}" if time is not None else "")
        for estimate, time in columns
    ]
    caption = "The same question under each definition"
    return _table(caption, ("Definition", "Group", *header), body, used)


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
