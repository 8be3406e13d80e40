"""Mantel–Haenszel pooling: a common effect from the tables as they are, empty cells included.

Variances: odds ratio Robins, Breslow & Greenland, Biometrics 1986;42:311; risk ratio Greenland &
Robins, Biometrics 1985;41:55; risk difference Sato, Greenland & Robins, Biometrics 1989;45:1323.
"""

from __future__ import annotations

import math

import numpy as np

from seroclear.evidence.pool.inverse_variance import Array, Pooled, with_limits


def mantel_haenszel(name: str, tables: Array) -> Pooled | None:
    """The common odds ratio (log), risk ratio (log) or risk difference of 2×2 tables.

    Args:
        name: 'or', 'rr' or 'rd'.
        tables: shape (k, 4): with and without the event in group 1, then in group 2.

    Returns:
        None where the tables together have no events in one of the groups.
    """
    a, b, c, d = tables.T
    m, n = a + b, c + d
    total = m + n
    if name == "rd":
        weight = (m * n / total).sum()
        y = float((a * n / total - c * m / total).sum() / weight)
        p = (m**2 * c - n**2 * a + m * n * (n - m) / 2) / total**2
        q = (a * (n - c) + c * (m - a)) / (2 * total)
        variance = (y * p.sum() + q.sum()) / weight**2
    elif name == "rr":
        over, under = a * n / total, c * m / total
        if over.sum() == 0 or under.sum() == 0:
            return None
        y = math.log(over.sum() / under.sum())
        variance = ((m * n * (a + c) / total**2 - a * c / total).sum()) / (over.sum() * under.sum())
    else:
        over, under = a * d / total, b * c / total
        if over.sum() == 0 or under.sum() == 0:
            return None
        y = math.log(over.sum() / under.sum())
        same, other = (a + d) / total, (b + c) / total
        variance = (
            (same * over).sum() / (2 * over.sum() ** 2)
            + (same * under + other * over).sum() / (2 * over.sum() * under.sum())
            + (other * under).sum() / (2 * under.sum() ** 2)
        )
    return with_limits(y, math.sqrt(float(np.float64(variance))), math.inf, 0.0, 0)
