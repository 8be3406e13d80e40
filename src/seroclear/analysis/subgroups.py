"""The same question within each level of a subgroup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.log_rank import comparison_rows, log_rank_test
from seroclear.analysis.prepared import Bools, Prepared, levels_of, prepare
from seroclear.analysis.result import Row
from seroclear.analysis.survival import survival_at
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate


@dataclass(frozen=True, slots=True)
class By:
    """Survival by group within each level of a category.

    Rows of analysis 'subgroups': 'survival' by group at the times `at`, stratum 'label: level';
    log-rank 'chi-square' and 'p' between groups within each level (group '', stratum
    'label: level') and between levels within each group (stratum 'label'). The last rows count
    those whose level is 'unknown'; they are in no stratum.

    Attributes:
        name: a category of the cohort: subgroup, covariate or described characteristic.
        at: years after time zero.
    """

    name: str
    at: tuple[float, ...] = (1.0,)

    def __call__(self, cohort: Cohort) -> list[Row]:
        """Run the analysis.

        Raises:
            SeroclearError: the cohort has no such category.
        """
        subgroup = find_category(cohort, self.name, "by")
        prepared = prepare(cohort)
        values = prepared.texts(self.name)
        levels = levels_of(subgroup, values)
        rows: list[Row] = []
        for level in levels:
            inside = np.asarray(values == level, dtype=bool)
            rows += self._within_level(prepared, f"{subgroup.label}: {level}", inside)
        for group in cohort.arms:
            inside = prepared.members(group) & (values != "")
            rows += _test(
                prepared, inside, values, levels, "levels", stratum=subgroup.label, group=group
            )
        for group in cohort.arms:
            unknown = int((prepared.members(group) & (values == "")).sum())
            rows.append(
                prepared.row(
                    "subgroups",
                    group=group,
                    stratum=subgroup.label,
                    estimate="unknown",
                    value=float(unknown),
                    n=unknown,
                )
            )
        return rows

    def _within_level(self, cohort: Prepared, stratum: str, inside: Bools) -> list[Row]:
        rows = []
        for group in cohort.cohort.arms:
            members = cohort.members(group) & inside
            curve = kaplan_meier_curve(cohort.time[members], cohort.outcome[members])
            rows += survival_at(cohort, curve, self.at, "subgroups", group=group, stratum=stratum)
        groups = cohort.cohort.groups
        if not groups:
            return rows
        return rows + _test(cohort, inside, cohort.group, groups, "groups", stratum=stratum)


def by(name: str, at: Sequence[float] = (1.0,)) -> By:
    """The analysis of one subgroup, to be called with a cohort: by("anti_hbs_at_loss")."""
    return By(name, tuple(float(year) for year in at))


def _test(
    cohort: Prepared,
    inside: Bools,
    labels: np.ndarray[tuple[int], np.dtype[np.object_]],
    names: Sequence[str],
    compared: str,
    **fields: str,
) -> list[Row]:
    test = log_rank_test(cohort.time[inside], cohort.outcome[inside], labels[inside], names)
    method = f"log-rank test between {compared}; competing events censored"
    n, events = int(inside.sum()), int(cohort.outcome[inside].sum())
    return comparison_rows(cohort, "subgroups", test, method, n=n, events=events, **fields)


def find_category(cohort: Cohort, name: str, asked: str) -> Covariate:
    """The category `name` of a cohort; `asked` is the analysis that needs it.

    Raises:
        SeroclearError: the cohort has no such category.
    """
    known = {
        c.name: c
        for c in (*cohort.covariates, *cohort.described, *cohort.subgroups)
        if c.kind == "category"
    }
    if name not in known:
        offered = ", ".join(sorted(known)) or "none"
        raise SeroclearError(
            f"Study '{cohort.study}': {asked}('{name}') needs a category among the study's "
            f"subgroups, covariates or described characteristics; it has: {offered}."
        )
    return known[name]
