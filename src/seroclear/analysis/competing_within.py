"""Cumulative incidence within each level of a category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from seroclear.analysis.competing import competing
from seroclear.analysis.prepared import levels_of, prepare
from seroclear.analysis.result import Row
from seroclear.analysis.subgroups import find_category
from seroclear.study.cohort import Cohort


@dataclass(frozen=True, slots=True)
class CompetingWithin:
    """`competing` of the persons in each level; see there.

    Rows of analysis 'competing_within', stratum 'label: level': 'cumulative incidence' at the times
    `at`, and 'competing events'.

    Attributes:
        name: a category of the cohort: subgroup, covariate or described characteristic.
        at: years after time zero.
    """

    name: str
    at: tuple[float, ...]

    def __call__(self, cohort: Cohort) -> list[Row]:
        """Run the analysis.

        Raises:
            SeroclearError: the cohort has no such category, or is inconsistent (see `prepare`).
        """
        category = find_category(cohort, self.name, "competing_within")
        prepared = prepare(cohort)
        values = prepared.texts(self.name)
        rows = []
        for level in levels_of(category, values):
            inside = prepared.only(np.asarray(values == level, dtype=bool)).cohort
            alone = replace(inside, groups=())
            alone.columns["group"] = np.full(len(alone), "", dtype=object)
            rows += [
                replace(row, analysis="competing_within", stratum=f"{category.label}: {level}")
                for row in competing(alone, at=self.at)
            ]
        return rows


def competing_within(name: str, at: Sequence[float] = (1.0, 3.0)) -> CompetingWithin:
    """The analysis of one category, to be called with a cohort: competing_within("sex")."""
    return CompetingWithin(name, tuple(float(year) for year in at))
