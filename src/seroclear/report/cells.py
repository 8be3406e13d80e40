"""The counts in a result set, each under one name.

The same count may stand in many rows (the persons of a group are also its first line in the risk
table); here it is one cell.
"""

from __future__ import annotations

from typing import NamedTuple

from seroclear.analysis.result import Row
from seroclear.report.protect import Counts

NO_TIME = -1.0
NOT_COUNTED = ("published", "kaplan_meier_curve")  # curves are thinned on their own: curve.py
# Of a number over visits: a group of few persons has no line there.
LINES = ("mixed_model", "tobit_model", "repeated_measures")
# Models show no counts: those of their complete cases, by level, would give too much away.
MODELS = (
    *("cox", "cox_unadjusted", "proportional_hazards", "interval_censored"),
    *("interval_regression", "restricted_mean", "stratified"),
    *("logistic", "logistic_unadjusted", "cox_imputed", "logistic_imputed"),
    *LINES,
)
CAUSAL = (
    *("cause_specific", "fine_gray", "time_varying_cox", "balance", "overlap_weighted"),
    *("emulated_trial", "discrimination", "negative_control"),
)
LEVEL_MARK = ": "  # a stratum "label: level" is one of several; without it a part of the whole


class Cell(NamedTuple):
    """The name of a count. Fields are '' (time: NO_TIME) when they do not apply."""

    kind: str
    definition: str = ""
    stratum: str = ""
    group: str = ""
    outcome: str = ""
    time: float = NO_TIME
    variable: str = ""
    level: str = ""
    source: str = ""


def value_cell(row: Row) -> Cell | None:
    """The cell that `row.value` is, None when it is no count."""
    if row.analysis == "flowchart":
        return Cell(row.estimate, row.definition, variable=row.variable)
    if row.analysis == "table_one":
        if row.estimate == "n" and row.variable == "Persons":
            return Cell("persons", row.definition, row.stratum, row.group)
        kind = {"n": "level", "missing": "missing"}.get(row.estimate)
        if kind is None:
            return None
        place = (row.definition, row.stratum, row.group)
        return Cell(kind, *place, variable=row.variable, level=row.level)
    if row.estimate in ("persons", "at risk", "unknown"):
        return persons_cell(row)
    if row.estimate in ("events", "observed", "competing events"):
        return events_cell(row)
    return None


def persons_cell(row: Row) -> Cell:
    """The cell that `row.n` is: persons at risk at a time, or all of the group."""
    if row.estimate == "unknown":  # of a subgroup: the same as missing in Table 1
        return Cell("missing", row.definition, "", row.group, variable=row.stratum)
    place = (row.definition, row.stratum, row.group)
    if row.time is None or row.time == 0:
        return Cell("persons", *place)
    return Cell("at risk", *place, time=row.time)


def events_cell(row: Row) -> Cell:
    """The cell that `row.events` is: events up to a time, or all of the group."""
    time = NO_TIME if row.time is None else row.time
    kind = "competing events" if row.estimate == "competing events" else "events"
    return Cell(kind, row.definition, row.stratum, row.group, row.outcome, time)


def is_model(row: Row) -> bool:
    """Whether the row comes from a model, and so keeps no counts."""
    return row.analysis in (*MODELS, *CAUSAL) or row.estimate == "hazard ratio"


def cells_of(row: Row) -> dict[Cell, int]:
    """Every count a row shows once it is published."""
    if row.analysis in NOT_COUNTED or is_model(row):
        return {}
    found: dict[Cell, int] = {}
    cell = value_cell(row)
    if cell is not None and row.value is not None:
        found[cell] = round(row.value)
    if row.analysis in ("flowchart", "table_one"):
        return found
    if row.n is not None:
        found.setdefault(persons_cell(row), row.n)
    if row.events is not None and row.analysis != "risk_table":
        found.setdefault(events_cell(row), row.events)
    return found


def named(counts: Counts[Cell], cell: Cell, value: int) -> Cell:
    """The name of this count among those already met."""
    if counts.values.get(cell, value) == value:
        return cell
    return cell._replace(source=str(value))
