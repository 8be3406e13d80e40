"""Are the arms of an emulated trial alike once they are weighted, and could both have begun?"""

from __future__ import annotations

import numpy as np

from seroclear.analysis.balance import differences
from seroclear.analysis.clone_weights import Emulation, start_chance, without_weights
from seroclear.analysis.design import Design
from seroclear.analysis.prepared import Bools, Floats, Prepared
from seroclear.analysis.result import Row
from seroclear.analysis.score_bands import Panel, score_bands

BEFORE, AFTER = "as they are", "weighted"
METHODS = {
    BEFORE: "those who had begun by the end of the grace period, less those who had not",
    AFTER: "the clones that follow each strategy when the grace period ends, with their weights",
}


def emulation_balance(cohort: Prepared, matrix: Design, emulation: Emulation) -> list[Row]:
    """Rows of analysis 'balance' ('standardised difference' of each term, begun less not begun, as
    they are and weighted) and of 'propensity' (how many have which chance of beginning), of those
    followed beyond the grace period; none where the weights cannot be estimated.

    Args:
        cohort, matrix: complete cases and their terms.
        emulation: the same persons.
    """
    chance = start_chance(emulation)
    stays = without_weights(emulation, np.ones(len(cohort)))
    if isinstance(chance, str) or isinstance(stays, str):
        return []
    followed = np.isfinite(chance)
    began = (emulation.start <= emulation.grace)[followed]
    if began.all() or not began.any():
        return []
    grace = min(round(emulation.grace / emulation.width), emulation.periods - 1)
    weight = np.where(began, 1 / chance[followed], stays[followed, grace])
    x = matrix.matrix[followed]
    once = np.ones(began.size)
    rows = _rows(cohort, matrix, x, began, BEFORE, once)
    rows += _rows(cohort, matrix, x, began, AFTER, weight)
    panels = [Panel("not begun", "", ~began), Panel("begun", "", began)]
    return rows + score_bands(cohort, "beginning", chance[followed], panels)


def _rows(
    cohort: Prepared, matrix: Design, x: Floats, began: Bools, way: str, weight: Floats
) -> list[Row]:
    gaps = differences(x, began, weight)
    return [
        cohort.row(
            "balance",
            stratum=way,
            variable=term.variable,
            level=term.level,
            estimate="standardised difference",
            value=float(gaps[term.column]),
            n=term.n,
            method=METHODS[way],
        )
        for term in matrix.terms
        if term.column is not None
    ]
