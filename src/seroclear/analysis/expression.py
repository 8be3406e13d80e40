"""Relative gene expression from cycle numbers of quantitative PCR (ΔΔCt)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.difference import number_p
from seroclear.analysis.prepared import CONFIDENCE, Bools, Floats


@dataclass(frozen=True, slots=True)
class FoldChange:
    """Expression in cases over controls; None, and a note, where it cannot be estimated.

    Attributes:
        value, lower, upper: 2^-ΔΔCt; limits from Welch's of the difference of mean ΔCt.
        p: Mann–Whitney test of ΔCt.
        cases, controls: with both cycle numbers known.
    """

    value: float | None
    lower: float | None
    upper: float | None
    p: float | None
    cases: int
    controls: int
    note: str = ""


def fold_change(target: Floats, reference: Floats, case: Bools) -> FoldChange:
    """2^-ΔΔCt of one gene (Livak & Schmittgen, Methods 2001;25:402).

    It holds when both reactions double their product each cycle.

    Args:
        target, reference: cycle numbers of the gene and of the reference gene, shape (persons,);
            nan is unknown or not amplified.
        case: cases, else controls, shape (persons,).
    """
    from scipy.stats import t

    delta = target - reference
    known = np.isfinite(delta)
    a, b = delta[case & known], delta[~case & known]
    if a.size < 2 or b.size < 2:
        note = "fewer than two persons in a group"
        return FoldChange(None, None, None, None, a.size, b.size, note)
    change = float(a.mean() - b.mean())
    p, _, note = number_p([a, b])
    part_a, part_b = float(a.var(ddof=1)) / a.size, float(b.var(ddof=1)) / b.size
    square = part_a + part_b
    if not square > 0:
        return FoldChange(2**-change, None, None, p, a.size, b.size, "the groups do not vary")
    df = square**2 / (part_a**2 / (a.size - 1) + part_b**2 / (b.size - 1))
    reach = float(t.isf((1 - CONFIDENCE) / 2, df)) * math.sqrt(square)
    return FoldChange(
        2**-change, 2 ** -(change + reach), 2 ** -(change - reach), p, a.size, b.size, note
    )
