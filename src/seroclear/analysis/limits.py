"""95% limits of a proportion and of a rate."""

from __future__ import annotations

import math

from seroclear.analysis.prepared import CONFIDENCE, Z


def wilson(events: int, n: int) -> tuple[float, float]:
    """Wilson score limits of the proportion events/n, n > 0 (Wilson, JASA 1927;22:209)."""
    share = events / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    lower = 0.0 if events == 0 else centre - half
    upper = 1.0 if events == n else centre + half
    return lower, upper


def poisson(events: int) -> tuple[float, float]:
    """Exact limits of a Poisson mean, from the chi-square (Garwood, Biometrika 1936;28:437)."""
    from scipy.stats import chi2

    tail = (1 - CONFIDENCE) / 2
    lower = 0.0 if events == 0 else float(chi2.ppf(tail, 2 * events)) / 2
    upper = float(chi2.ppf(1 - tail, 2 * events + 2)) / 2
    return lower, upper


def clopper_pearson(events: int, n: int) -> tuple[float, float]:
    """Exact limits of the proportion events/n, n > 0.

    Source: Clopper & Pearson, Biometrika 1934;26:404.
    """
    from scipy.stats import beta

    tail = (1 - CONFIDENCE) / 2
    lower = 0.0 if events == 0 else float(beta.ppf(tail, events, n - events + 1))
    upper = 1.0 if events == n else float(beta.ppf(1 - tail, events + 1, n - events))
    return lower, upper
