"""Display tables from rows: made once, drawn by HTML and DOCX alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from seroclear.analysis.result import Row
from seroclear.evidence.beside import expected
from seroclear.report import select, words
from seroclear.report.document import Table
from seroclear.report.flow import flow

ALL = "All"
# Analyses whose rows stand beside published figures.
COMPARED = (
    *("crude", "kaplan_meier", "table_one", "cox", "log_rank", "subgroups", "competing"),
    *("outcome_share", "person_time", "discrimination"),
    *("logistic", "visits", "repeated_measures"),
)
EXPECTED = (
    "Expected here: where 95% of cohorts of this size lie if they differ from the published one by "
    "chance alone. One study does not tell how much hospitals differ: a cohort outside may differ "
    "in its patients, tests or definitions."
)
Placed = tuple[tuple[str, ...], str, Row]  # a row with its line and its column


def made(
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
    chart = flow(rows)
    body = [
        (
            words.joined(str(number) for number, _ in block.steps),
            "; ".join(label for _, label in block.steps),
            *(
                words.CONFIDENTIAL if value is None else words.count(value)
                for value in (block.entered, block.left, block.unknown, block.kept)
            ),
        )
        for block in (chart.blocks if chart else ())
    ]
    header = ("Step", "Who left", "Entered", "Left", "of these unknown", "Kept")
    joined = "Steps are joined where the count between them is small or would reveal a small one."
    hidden = any(words.is_suppressed(row) for row in select.of(rows, "flowchart"))
    return [
        replace(table, notes=(joined,) if hidden else ())
        for table in made("Persons at each step", header, body, [])
    ]


def _pivot(
    caption: str,
    head: tuple[str, ...],
    placed: list[Placed],
    method: bool = False,
) -> list[Table]:
    """A line for each first and a column for each second element; lines for all come last."""
    columns = list(dict.fromkeys(column for _, column, _ in placed))
    lines: dict[tuple[str, ...], dict[str, Row]] = {}
    for line, column, row in placed:
        lines.setdefault(line, {})[column] = row
    body = [
        (*line, *(words.shown(cells[column]) if column in cells else "" for column in columns))
        for line, cells in sorted(lines.items(), key=lambda item: item[0][-1] == ALL)
    ]
    return made(caption, (*head, *columns), body, [row for _, _, row in placed], method)


def by_group(caption: str, used: list[Row]) -> list[Table]:
    """Everything about a group in one line, a column for each estimate and part of the cohort."""
    placed: list[Placed] = []
    for row in used:
        column = words.named(row.estimate) + (f", {row.stratum}" if row.stratum else "")
        placed.append(((row.group or ALL,), column, row))
    return _pivot(caption, ("Group",), placed)


def by_stratum(caption: str, used: list[Row]) -> list[Table]:
    """Everything about a part of the follow-up in one line, a column for each estimate."""
    placed: list[Placed] = [((row.stratum,), words.named(row.estimate), row) for row in used]
    return _pivot(caption, ("",), placed, method=True)


def tests(caption: str, used: list[Row]) -> list[Table]:
    """Tests with their statistic and p, a line for what each compares."""
    placed: list[Placed] = []
    for row in used:
        names = select.distinct((row.stratum, row.variable, row.level, row.group))
        placed.append(((", ".join(names) or "Between groups",), words.named(row.estimate), row))
    return _pivot(caption, ("Compared",), placed, method=True)


def missing(rows: list[Row]) -> list[Table]:
    """How many lack each characteristic, of those of whom some do."""
    used = select.of(rows, "table_one", "missing")
    lacking = {row.variable for row in used if row.value or words.is_suppressed(row)}
    placed: list[Placed] = [
        ((row.variable,), row.group or ALL, row) for row in used if row.variable in lacking
    ]
    return _pivot("Persons of whom it is not known", ("Characteristic",), placed)


def definition_grid(rows: list[Row]) -> list[Table]:
    placed: list[Placed] = []
    for row in select.of(rows, "definition_grid"):
        at = f" at {words.years(row.time)}" if row.time is not None else ""
        line = (row.definition, row.group or row.level or "between groups")
        crude = " (unadjusted)" if row.estimate == "hazard ratio" else ""
        placed.append((line, words.named(row.estimate) + crude + at, row))
    return _pivot("The same question under each definition", ("Definition", "Group"), placed)


def intervals(caption: str, used: list[Row]) -> list[Table]:
    """Estimates at named times without counts, a table for each method, a line for each time."""
    found = []
    for method in dict.fromkeys(row.method for row in used):
        placed: list[Placed] = [
            ((words.years(row.time or 0.0), row.group or ALL), words.named(row.estimate), row)
            for row in used
            if row.method == method
        ]
        found += _pivot(caption, ("Time", "Group"), placed, method=True)
    return found


def contrasts(caption: str, used: list[Row]) -> list[Table]:
    """Comparisons of levels with the first at named times, a column for each estimate."""
    placed: list[Placed] = [
        ((words.years(row.time or 0.0), row.level), words.named(row.estimate), row) for row in used
    ]
    return _pivot(caption, ("Time", "Group"), placed, method=True)


def estimates(caption: str, used: list[Row], value: str) -> list[Table]:
    """Estimates at named times with the counts behind them; `value` heads their column."""
    stratified = any(row.stratum for row in used)
    body = [
        (
            *((row.stratum,) if stratified else ()),
            row.group or ALL,
            words.years(row.time) if row.time is not None else words.NONE,
            words.shown_count(row, row.n),
            words.shown_count(row, row.events),
            words.shown(row),
        )
        for row in used
    ]
    header = ("Group", "Time", "At risk", "Events so far", value)
    return made(caption, ("Subgroup", *header) if stratified else header, body, used, method=True)


def models(
    rows: list[Row], analysis: str, caption: str, ratio: str = "hazard ratio"
) -> list[Table]:
    """Ratios of a model with their p values, a table for each method of fitting."""
    ratios = (ratio, f"subdistribution {ratio}")
    used = select.of(rows, analysis, *ratios, "p", "adjusted p", "reference")
    found = []
    for method in dict.fromkeys(row.method for row in used):
        mine = [row for row in used if row.method == method]
        tests = ["p", *(["adjusted p"] if any(r.estimate == "adjusted p" for r in mine) else [])]
        body: list[tuple[str, ...]] = []
        for row in mine:
            term = (row.variable, row.level)
            if row.estimate == "reference":
                body.append((*term, "1 (reference)", *("" for _ in tests)))
            elif row.estimate in ratios:
                body.append((*term, words.shown(row), *_tests_of(row, mine, tests)))
        header = ("Term", "Level", f"{words.one_of(ratio)} (95% CI)", *map(words.named, tests))
        found += made(caption, header, body, mine, method=True)
    return found


def _tests_of(ratio: Row, rows: list[Row], tests: Sequence[str]) -> Iterator[str]:
    """The p values of a ratio, '' for one that is of groups only."""
    for name in tests:
        row = select.first(rows, estimate=name, variable=ratio.variable, level=ratio.level)
        yield "" if row is None and name != "p" else words.shown(row)


def _with_methods(notes: tuple[str, ...], used: list[Row]) -> tuple[str, ...]:
    methods = select.distinct(row.method for row in used)
    return (*(f"Method: {method}." for method in methods), *notes)


def definitions(summaries: dict[str, str]) -> list[Table]:
    """What each definition of the grid says."""
    header = ("Definition", "What it says")
    return made("The definitions", header, list(summaries.items()), [])


def published(rows: list[Row], reference: list[Row]) -> list[Table]:
    body = []
    first = select.outcome(reference)
    for theirs in reference:
        ours = counterpart(rows, theirs)
        difference = words.NONE
        here, there = ours.value if ours else None, theirs.value
        if here is not None and there is not None and theirs.estimate != "p":
            gap = words.number(abs(here - there), theirs.estimate)
            difference = f"−{gap}" if here < there else f"+{gap}"
        body.append(
            (
                _measure(theirs, first),
                theirs.group or ALL,
                words.shown(ours),
                words.shown(theirs),
                difference,
                _expected(ours, theirs),
            )
        )
    header = ("Measure", "Group", "This cohort", "Published", "Difference", "Expected here")
    found = made("This cohort beside the published study", header, body, reference)
    return [replace(table, notes=(EXPECTED, *table.notes)) for table in found]


def _expected(ours: Row | None, theirs: Row) -> str:
    """Where 95% of cohorts as large as this one lie if both are samples of one population."""
    found = expected(ours, theirs) if ours else None
    if found is None:
        return words.NONE
    low, high = (words.number(end, theirs.estimate) for end in (found.lower, found.upper))
    return f"{low} to {high}" + ("" if found.inside else ": outside")


def _measure(row: Row, first: str) -> str:
    """What a published figure measures: `Survival at 1 year, Anti-HBs: positive`; of which outcome,
    where that is not the first."""
    text = row.variable if row.estimate == "n" else words.named(row.estimate)
    at = f" at {words.years(row.time)}" if row.time is not None else ""
    level = (
        f"{row.variable}: {row.level}" if row.level else row.variable if row.estimate == "F" else ""
    )
    outcome = row.outcome if row.outcome != first and row.estimate != "n" else ""
    return ", ".join(filter(None, (text + at, level, row.stratum, outcome)))


def counterpart(rows: list[Row], theirs: Row) -> Row | None:
    """Our row for a published figure: same measure, group, time and level; the main analyses."""
    same = {
        "estimate": theirs.estimate,
        "group": theirs.group,
        "time": theirs.time,
        "variable": theirs.variable,
        "level": theirs.level,
    }
    main = [row for row in rows if row.analysis in COMPARED]
    if any(row.outcome == theirs.outcome for row in main):
        main = [row for row in main if row.outcome in ("", theirs.outcome)]
    exact = select.first(main, **same, stratum=theirs.stratum)
    return exact or (select.first(main, **same) if not theirs.stratum else None)
