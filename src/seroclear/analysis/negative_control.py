"""What outcomes that the treatment cannot cause tell of bias that is left.

Schuemie et al., Stat Med 2014;33:209: the estimates of negative controls are spread about their
bias by chance and by systematic error; p of the outcome in question is taken against both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from seroclear.analysis.prepared import Floats, Z
from seroclear.analysis.result import Row

FEWEST = 3  # controls below which a spread is not estimated


@dataclass(frozen=True, slots=True)
class SystematicError:
    """Mean and standard deviation of the bias of log ratios; None, and a note, without enough
    negative controls."""

    mean: float | None
    sd: float | None
    controls: int
    note: str = ""

    def p(self, log_ratio: float, se: float) -> float | None:
        """p of an estimate that allows for the bias and its spread."""
        from scipy.stats import norm

        if self.mean is None or self.sd is None:
            return None
        return float(2 * norm.sf(abs(log_ratio - self.mean) / math.hypot(self.sd, se)))


def systematic_error(log_ratio: Floats, se: Floats) -> SystematicError:
    """Fit the bias by maximum likelihood.

    Args:
        log_ratio, se: estimates of the negative controls with standard errors, shape (controls,);
            nan (not estimable) does not count.
    """
    from scipy.optimize import brentq

    known = np.isfinite(log_ratio) & np.isfinite(se) & (se > 0)
    b, variance = log_ratio[known], se[known] ** 2
    if b.size < FEWEST:
        return SystematicError(None, None, b.size, f"{b.size} negative controls: at least {FEWEST}")

    def mean(spread: float) -> float:
        return float(np.average(b, weights=1 / (variance + spread)))

    def slope(spread: float) -> float:
        """Twice the derivative of the log likelihood by the spread's variance."""
        total = variance + spread
        return float((((b - mean(spread)) / total) ** 2 - 1 / total).sum())

    highest = float(np.ptp(b)) ** 2 + 1e-12
    inside = slope(0.0) > 0 > slope(highest)
    spread = float(brentq(slope, 0.0, highest, xtol=1e-18)) if inside else 0.0
    return SystematicError(mean(spread), math.sqrt(spread), b.size)


METHOD = (
    "negative controls: bias and its spread from ratios that should be 1, normal on the log scale; "
    "p against both (Schuemie 2014)"
)


def calibrated(rows: Sequence[Row], controls: Sequence[str]) -> list[Row]:
    """What a study's negative controls say of its weighted comparison.

    Rows of analysis 'negative_control': of each control its 'hazard ratio', of the study's outcome
    'calibrated p' and 'bias as a ratio' (without a value, and why, with fewer than `FEWEST`).

    Args:
        rows: of every analysis; the ratios are those of 'overlap_weighted'.
        controls: outcomes that the groups cannot cause.
    """
    ratios = [
        row for row in rows if row.analysis == "overlap_weighted" and row.estimate == "hazard ratio"
    ]
    mine = [row for row in ratios if row.outcome not in controls][:1]
    theirs = [row for row in ratios if row.outcome in controls]
    if not mine or not theirs:
        return []
    logs = [_log(row) for row in theirs]
    found = systematic_error(*(np.array(part, dtype=float) for part in zip(*logs, strict=True)))
    value, se = _log(mine[0])
    p = found.p(value, se) if math.isfinite(value) else None
    bias = None if found.mean is None else math.exp(found.mean)
    few = "fewer than three of them have a ratio: no spread can be told" if found.note else ""
    name, first = "negative_control", mine[0]
    shown = [
        replace(row, analysis=name, outcome=first.outcome, stratum=row.outcome) for row in theirs
    ]
    whole = replace(first, analysis=name, lower=None, upper=None, method=METHOD, note=few)
    return [
        *shown,
        replace(whole, estimate="bias as a ratio", value=bias),
        replace(whole, estimate="calibrated p", value=p),
    ]


def _log(row: Row) -> tuple[float, float]:
    """Log ratio and its standard error; nan without an estimate."""
    if not row.value or not row.lower or not row.upper:
        return math.nan, math.nan
    return math.log(row.value), math.log(row.upper / row.lower) / (2 * Z)
