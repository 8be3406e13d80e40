"""Figures for the texts of the corpus, computed so that what is meant to be right is right."""

from __future__ import annotations

import math

from scipy import stats


def pct(a: int, b: int, digits: int = 1) -> str:
    """100 a/b, rounded."""
    return f"{100 * a / b:.{digits}f}"


def cut(a: int, b: int, digits: int = 1) -> str:
    """100 a/b, truncated."""
    return f"{math.floor(100 * a / b * 10**digits) / 10**digits:.{digits}f}"


def p_text(p: float, digits: int = 3) -> str:
    """`= 0.012` or `< 0.001`."""
    return "< 0.001" if p < 0.001 else f"= {p:.{digits}f}"


def chi(a: int, n: int, b: int, m: int, yates: bool = False) -> tuple[str, str]:
    """Pearson's chi-squared of a/n and b/m, and its p."""
    value, p, _, _ = stats.chi2_contingency([[a, n - a], [b, m - b]], correction=yates)
    return f"{value:.3f}", p_text(p)


def fisher(a: int, n: int, b: int, m: int) -> str:
    """Fisher's exact p."""
    return p_text(stats.fisher_exact([[a, n - a], [b, m - b]])[1])


def ratio(
    log: float, se: float, digits: int = 2, level: float = 95
) -> tuple[str, str, str, str, str]:
    """Ratio, limits, p and Wald chi-squared of a coefficient."""
    z = stats.norm.ppf(0.5 + level / 200)
    p = 2 * stats.norm.sf(abs(log / se))
    return (
        f"{math.exp(log):.{digits}f}",
        f"{math.exp(log - z * se):.{digits}f}",
        f"{math.exp(log + z * se):.{digits}f}",
        p_text(p),
        f"{(log / se) ** 2:.3f}",
    )


def difference(value: float, se: float, digits: int = 1) -> tuple[str, str, str, str]:
    """Difference, limits and p."""
    return (
        f"{value:.{digits}f}",
        f"{value - 1.96 * se:.{digits}f}",
        f"{value + 1.96 * se:.{digits}f}",
        p_text(2 * stats.norm.sf(abs(value / se))),
    )


def t_of(t: float, df: int) -> str:
    """p of Student's t."""
    return p_text(2 * stats.t.sf(abs(t), df))


def f_of(f: float, a: float, b: float) -> str:
    """p of F."""
    return p_text(stats.f.sf(f, a, b))


def r_of(r: float, n: int) -> str:
    """p of Pearson's correlation of n persons."""
    return t_of(r * math.sqrt((n - 2) / (1 - r * r)), n - 2)


def chi_p(value: float, df: int) -> str:
    """p of chi-squared."""
    return p_text(stats.chi2.sf(value, df))


def z_of(z: float) -> str:
    """p of z."""
    return p_text(2 * stats.norm.sf(abs(z)))
