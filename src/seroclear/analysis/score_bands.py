"""How many of each group have which chance of treatment: the overlap that weights need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from seroclear.analysis.prepared import Bools, Floats, Prepared
from seroclear.analysis.result import Row

ANALYSIS = "propensity"
WIDTH = 0.05  # of a band; a design choice: narrower ones hold too few to be shown
METHOD = "logistic regression of the treatment on the covariates, complete cases"


class Panel(NamedTuple):
    """Whose chances are counted: how they are called, their group of the cohort, who they are."""

    name: str
    group: str
    members: Bools


def score_bands(cohort: Prepared, what: str, score: Floats, panels: Sequence[Panel]) -> list[Row]:
    """Rows of analysis 'propensity': 'persons' (in `n` too) of each panel (`variable`) in each band
    (`level`) of the chance, from the lowest band that anybody is in to the highest.

    The strata of a panel are parts of its group, so that disclosure control sees what adds up.

    Args:
        cohort: for the rows.
        what: the treatment whose chance it is.
        score: chances, shape (persons of the panels,).
        panels: whose; their `members` have the shape of `score`.
    """
    place = np.minimum((score / WIDTH).astype(int), round(1 / WIDTH) - 1)
    rows = []
    for panel in panels:
        for band in range(int(place.min()), int(place.max()) + 1):
            count = int((place[panel.members] == band).sum())
            level = f"{band * WIDTH:.2f} to {(band + 1) * WIDTH:.2f}"
            rows.append(
                cohort.row(
                    ANALYSIS,
                    group=panel.group,
                    stratum=f"Chance of {what}, {panel.name}: {level}",
                    variable=panel.name,
                    level=level,
                    estimate="persons",
                    value=float(count),
                    n=count,
                    method=METHOD,
                )
            )
    return rows
