"""The tables of weighted comparisons, emulated trials and what stands beside them."""

from __future__ import annotations

import math
from dataclasses import replace

from seroclear.analysis.result import Row
from seroclear.report import select, tables, words
from seroclear.report.document import Table
from seroclear.report.limitations import IMBALANCE
from seroclear.report.tables import made


def time_varying(rows: list[Row]) -> list[Table]:
    """An exposure that begins during follow-up."""
    return tables.models(rows, "time_varying_cox", "Model with exposures that begin in follow-up")


def weighted(rows: list[Row]) -> list[Table]:
    """Balance, positivity and the weighted comparison."""
    used = select.of(rows, "balance")
    return [
        *_differences(select.of(used, "balance", "standardised difference")),
        *tables.by_group(
            "Effective persons, and who has nobody to be compared with",
            select.of(used, "balance", "effective persons", "outside overlap"),
        ),
        *tables.tests("The groups made alike", select.of(rows, "overlap_weighted")),
        *tables.tests("Negative controls", select.of(rows, "negative_control")),
    ]


def _differences(used: list[Row]) -> list[Table]:
    ways = select.distinct(row.stratum for row in used)
    lines = dict.fromkeys((row.variable, row.level) for row in used)
    body = [
        (
            *line,
            *(
                _difference(select.first(used, stratum=way, variable=line[0], level=line[1]))
                for way in ways
            ),
        )
        for line in lines
    ]
    header = ("Covariate", "Level", *map(words.one_of, ways))
    found = made("Standardised differences between the groups", header, body, used)
    rule = (
        f"From {IMBALANCE} on, either way, groups are commonly called unlike; infinite: they do "
        "not overlap."
    )
    return [replace(table, notes=(*table.notes, rule)) for table in found]


def _difference(row: Row | None) -> str:
    endless = row is not None and row.value is not None and math.isinf(row.value)
    return "infinite" if endless else words.shown(row)


def emulated(rows: list[Row]) -> list[Table]:
    """An emulated trial."""
    used = select.of(rows, "emulated_trial")
    arms = [row for row in used if row.level]
    body = []
    for level in select.distinct(row.level for row in arms):
        mine = [row for row in arms if row.level == level]
        risks = [row for row in mine if row.estimate == "risk"]
        at = "; ".join(f"{words.shown(row)} by {_week(row)}" for row in risks)
        others = (
            words.shown(select.first(mine, estimate=name))
            for name in ("events", "effective persons", "largest weight")
        )
        body.append((NAMES.get(level, level), at, *others))
    header = ("Strategy", "Risk", "Events on it", "Effective persons", "Largest weight")
    differences = [row for row in used if row.estimate == "risk difference"]
    shown = [
        (
            "As treated: ever against never begun" if row.stratum else "Begun against not begun",
            _week(row),
            words.shown(row),
        )
        for row in differences
    ]
    return [
        *made("Both strategies", header, body, arms, method=True),
        *made(
            "Risk when begun less risk when not",
            ("Comparison", "By", "Risk difference (95% CI)"),
            shown,
            differences,
            method=True,
        ),
    ]


NAMES = {"begun": "Begun within the grace period", "not begun": "Not begun"}


def _week(row: Row) -> str:
    return f"week {row.time * 365.25 / 7:.0f}" if row.time is not None else words.NONE


def concordance(rows: list[Row]) -> list[Table]:
    """How many had followed a rule, by calendar quarter."""
    used = select.of(rows, "concordance")
    body = [
        (
            row.stratum,
            words.shown_count(row, row.n),
            words.shown_count(row, row.events),
            words.shown(row),
        )
        for row in used
    ]
    header = ("Quarter", "Rule applied, still followed", "Changed", "Percent (95% CI)")
    return made("Concordance with the rules", header, body, used, method=True)


def incidence_within(rows: list[Row]) -> list[Table]:
    """Cumulative incidence in the levels of a category."""
    used = select.of(rows, "competing_within", "cumulative incidence")
    caption = f"Cumulative incidence of {select.outcome(rows)} within subgroups"
    return tables.estimates(caption, used, "Cumulative incidence (95% CI)")


def discrimination(rows: list[Row]) -> list[Table]:
    """The area under the curve, with what leaks and without."""
    used = select.of(rows, "discrimination")
    body = [
        (
            row.stratum,
            "corrected for optimism" if "optimism" in row.method else "as it stands",
            words.shown(row),
        )
        for row in used
    ]
    header = ("Predictors", "", "Area under the curve (95% CI)")
    return made("How well the outcome is told beforehand", header, body, used, method=True)
