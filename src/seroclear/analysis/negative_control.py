"""What outcomes that the treatment cannot cause tell of bias that is left.

Schuemie et al., Stat Med 2014;33:209: the estimates of negative controls are spread about their
bias by chance and by systematic error; p of the outcome in question is taken against both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.prepared import Floats

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
