"""Tables of a number over planned visits: means, mixed models, analysis of variance."""

from __future__ import annotations

from seroclear.analysis.line_models import CHANGE, DIFFERENCE, LEVEL
from seroclear.analysis.result import Row
from seroclear.report import select, tables, words
from seroclear.report.document import Table

WEEKS_A_YEAR = 365.25 / 7
HEADER = ("Group", "At time zero (95% CI)", "Change per year (95% CI)", "Difference (95% CI)", "p")


def courses(rows: list[Row]) -> list[Table]:
    """Every table of a measure's visits."""
    used = select.of(rows, "repeated_measures", "F", "p")
    return [
        *_means(select.of(rows, "visits")),
        *_lines(select.of(rows, "mixed_model"), "Mixed model"),
        *_lines(select.of(rows, "tobit_model"), "Mixed model that allows for the assay's limits"),
        *tables.tests("Repeated-measures analysis of variance, as papers print it", used),
    ]


def _means(used: list[Row]) -> list[Table]:
    groups = list(dict.fromkeys(r.group for r in used if r.estimate == "visit mean"))
    tested = [row for row in used if row.estimate == "adjusted p"]
    body = []
    for time in select.times(used):
        cells = []
        for group in groups:
            row = select.first(used, estimate="visit mean", group=group, time=time)
            n = "" if row is None else f"; n = {words.shown_count(row, row.n)}"
            cells.append(words.shown(row) + n)
        p = [words.shown(select.first(tested, time=time))] if tested else []
        body.append((f"{time * WEEKS_A_YEAR:.0f}", *cells, *p))
    header = ("Week", *(group or tables.ALL for group in groups), *(["p"] if tested else []))
    shown = [row for row in used if row.value is not None or words.is_suppressed(row)]
    return tables.made("Means at the planned visits (95% CI)", header, body, shown, method=True)


def _lines(used: list[Row], caption: str) -> list[Table]:
    body: list[tuple[str, ...]] = []
    for group in dict.fromkeys(row.group for row in used):
        level, change, difference, p, adjusted = (
            select.first(used, group=group, estimate=name)
            for name in (LEVEL, CHANGE, DIFFERENCE, "p", "adjusted p")
        )
        if level is None:  # too few persons for a line of their own: a note says so
            continue
        first = difference is None and len({row.group for row in used}) > 1
        against = "0 (reference)" if first else words.shown(difference)
        tests = (words.shown(row) if row else "" for row in (p, adjusted))
        body.append((group or tables.ALL, words.shown(level), words.shown(change), against, *tests))
    several = any(row.estimate == "adjusted p" for row in used)
    header: tuple[str, ...] = HEADER if len(body) > 1 else HEADER[:3]
    header += (words.named("adjusted p"),) if several else ()
    body = [line[: len(header)] for line in body]
    return tables.made(caption, header, body, used, method=True)
