"""Table 1: who the patients are, by group and for all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.difference import (
    category_difference,
    category_p,
    number_difference,
    number_p,
)
from seroclear.analysis.prepared import Floats, Prepared, levels_of, prepare
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate


def table_one(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'table_one': covariates and described characteristics, for all and by group.

    Numbers: median, q1, q3 (R's type 7), mean, sd, missing. Categories: n and percent of the known
    for each level, missing. Between groups: p and, for two groups, smd (standardised difference,
    inf when the groups do not overlap). The first rows count 'Persons'.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`) or lacks a covariate's column.
    """
    prepared = prepare(cohort)
    rows = [
        prepared.row(
            "table_one",
            group=group,
            variable="Persons",
            estimate="n",
            value=float(prepared.members(group).sum()),
            n=int(prepared.members(group).sum()),
        )
        for group in ("", *cohort.groups)
    ]
    for covariate in dict.fromkeys((*cohort.covariates, *cohort.described)):
        describe = _numbers if covariate.kind == "number" else _categories
        rows += describe(prepared, covariate)
    return rows


def table_one_by_outcome(cohort: Cohort) -> list[Row]:
    """Table 1 with the two levels of a measured outcome side by side instead of the groups.

    Raises:
        SeroclearError: as `table_one`, or the outcome is not one of two categories.
    """
    if cohort.kind != "category":
        raise SeroclearError(
            f"Study '{cohort.study}': table_one_by_outcome needs an outcome with two levels, "
            "measured(...)."
        )
    columns = {**cohort.columns, "group": cohort.columns["outcome"]}
    return table_one(replace(cohort, groups=cohort.levels, columns=columns))


def _numbers(cohort: Prepared, covariate: Covariate) -> list[Row]:
    values = cohort.numbers(covariate.name)
    known = np.isfinite(values)
    rows = []
    for group in ("", *cohort.cohort.groups):
        members = cohort.members(group)
        inside = values[members & known]
        shared = {"group": group, "variable": covariate.label, "n": int(inside.size)}
        for estimate, value, note in _summary(inside):
            rows.append(
                cohort.row("table_one", estimate=estimate, value=value, note=note, **shared)
            )
        rows.append(_missing(cohort, covariate, group, int((members & ~known).sum())))
    if not cohort.cohort.groups:
        return rows
    samples = [values[cohort.members(group) & known] for group in cohort.cohort.groups]
    p, method, note = number_p(samples)
    rows.append(_between(cohort, covariate, "p", p, method, note))
    if len(samples) == 2:
        smd, note = number_difference(samples[0], samples[1])
        rows.append(_between(cohort, covariate, "smd", smd, "standardised mean difference", note))
    return rows


def _summary(values: Floats) -> list[tuple[str, float | None, str]]:
    names = ("median", "q1", "q3", "mean", "sd")
    if values.size == 0:
        return [(name, None, "no known values") for name in names]
    middle, q1, q3 = (float(q) for q in np.quantile(values, (0.5, 0.25, 0.75)))
    spread = float(values.std(ddof=1)) if values.size > 1 else None
    note = "" if spread is not None else "one value: no standard deviation"
    return [
        ("median", middle, ""),
        ("q1", q1, ""),
        ("q3", q3, ""),
        ("mean", float(values.mean()), ""),
        ("sd", spread, note),
    ]


def _categories(cohort: Prepared, covariate: Covariate) -> list[Row]:
    values = cohort.texts(covariate.name)
    levels = levels_of(covariate, values)
    rows = []
    for group in ("", *cohort.cohort.groups):
        inside = values[cohort.members(group)]
        known = int((inside != "").sum())
        for level in levels:
            rows += _level(cohort, covariate, group, level, int((inside == level).sum()), known)
        rows.append(_missing(cohort, covariate, group, int((inside == "").sum())))
    if not cohort.cohort.groups:
        return rows
    table = _crosstable(cohort, values, levels)
    p, method, note = category_p(table)
    rows.append(_between(cohort, covariate, "p", p, method, note))
    if len(table) == 2:
        smd, note = category_difference(table[0], table[1])
        rows.append(_between(cohort, covariate, "smd", smd, "standardised difference", note))
    return rows


def _level(
    cohort: Prepared, covariate: Covariate, group: str, level: str, count: int, known: int
) -> list[Row]:
    shared = {"group": group, "variable": covariate.label, "level": level}
    percent = 100 * count / known if known else None
    note = "" if known else "no known values"
    return [
        cohort.row("table_one", estimate="n", value=float(count), n=count, **shared),
        cohort.row("table_one", estimate="percent", value=percent, n=known, note=note, **shared),
    ]


def _crosstable(
    cohort: Prepared, values: NDArray[np.object_], levels: tuple[str, ...]
) -> NDArray[np.int_]:
    """Counts, one row a group and one column a level; unknown values are left out."""
    groups = cohort.cohort.groups
    table = [
        [int((values[cohort.members(group)] == level).sum()) for level in levels]
        for group in groups
    ]
    return np.array(table, dtype=int).reshape(len(groups), len(levels))


def _missing(cohort: Prepared, covariate: Covariate, group: str, count: int) -> Row:
    return cohort.row(
        "table_one",
        group=group,
        variable=covariate.label,
        estimate="missing",
        value=float(count),
        n=count,
    )


def _between(
    cohort: Prepared,
    covariate: Covariate,
    estimate: str,
    value: float | None,
    method: str,
    note: str,
) -> Row:
    fields: dict[str, Any] = {"variable": covariate.label, "estimate": estimate}
    return cohort.row("table_one", value=value, method=method, note=note, **fields)
