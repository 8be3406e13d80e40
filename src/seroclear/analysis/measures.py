"""What was measured at planned visits, one measure at a time, of groups large enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Floats, Prepared, prepare
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort

FEWEST = 10  # persons a group needs for a line of its own; a design choice


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure's rows, in order of person and time, of groups that are large enough.

    Attributes:
        person: row in the cohort.
        group: of each row, index into `groups`.
        side: -1 below, 0 observed, 1 above the limit that `y` then is.
        left_out: groups that are too small.
    """

    label: str
    groups: tuple[str, ...]
    person: NDArray[np.intp]
    group: NDArray[np.intp]
    planned: Floats
    time: Floats
    y: Floats
    side: NDArray[np.int_]
    left_out: tuple[str, ...]

    def persons(self, group: int) -> int:
        """How many are in a group."""
        return int(np.unique(self.person[self.group == group]).size)


def measures(cohort: Cohort) -> Iterator[tuple[Prepared, Measure]]:
    """Each measure of the study's visits, with the cohort whose outcome it is.

    Raises:
        SeroclearError: the study names no visits.
    """
    if cohort.visits is None:
        raise SeroclearError(
            f"Study '{cohort.study}': this analysis needs repeated measurements; add visits=[...]."
        )
    prepared, table = prepare(cohort), cohort.visits
    # Rows name persons by their place in the cohort as it came, not as it was prepared.
    group_of = np.asarray(cohort.columns["group"], dtype=object)
    for label in cohort.measures:
        mine = table["measure"] == label
        lower, upper = table["lower"][mine], table["upper"][mine]
        told = ~(np.isinf(lower) & np.isinf(upper)) & ~np.isnan(lower) & ~np.isnan(upper)
        lower, upper = lower[told], upper[told]
        person = table["person"][mine][told]
        side = np.where(np.isinf(lower), -1, np.where(np.isinf(upper), 1, 0))
        names = group_of[person]
        size = {g: np.unique(person[names == g]).size for g in cohort.arms}
        large = tuple(g for g in cohort.arms if size[g] >= FEWEST)
        group = np.full(names.size, -1, dtype=np.intp)
        for k, g in enumerate(large):
            group[names == g] = k
        kept = group >= 0
        of_it = replace(prepared, cohort=replace(prepared.cohort, outcome=label))
        yield (
            of_it,
            Measure(
                label,
                large,
                person[kept],
                group[kept],
                table["planned"][mine][told][kept],
                table["time"][mine][told][kept],
                np.where(side == -1, upper, lower)[kept],
                side[kept],
                tuple(g for g in cohort.arms if g not in large and size[g]),
            ),
        )
