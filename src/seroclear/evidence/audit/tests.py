"""p values and test statistics, recomputed with scipy.special: fast, and what scipy.stats uses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seroclear.evidence.text.token import Reported

# The decimals that a p value of a two-sided test has where the text says no more.
NORMAL_95 = 1.959963984540054


def chi2_p(value: float, df: float) -> float:
    """Upper tail of chi-squared."""
    from scipy.special import chdtrc

    return float(chdtrc(df, value))


def normal_p(z: float) -> float:
    """Two-sided p of a standard normal."""
    return math.erfc(abs(z) / math.sqrt(2))


def t_p(t: float, df: float) -> float:
    """Two-sided p of Student's t."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))


def f_p(value: float, df1: float, df2: float) -> float:
    """Upper tail of F."""
    from scipy.special import fdtrc

    return float(fdtrc(df1, df2, value))


def quantile(level: float) -> float:
    """The standard normal quantile of a two-sided interval of this level (percent)."""
    if level == 95:
        return NORMAL_95
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 200))


def agrees(low: float, high: float, printed: Reported) -> bool:
    """Whether some p between low and high is printed like this, by rounding or truncation."""
    value = float(printed.value)
    if printed.comparator == "<":
        return low < value
    if printed.comparator == "≤":
        return low <= value
    if printed.comparator == ">":
        return high > value
    if printed.comparator == "≥":
        return high >= value
    if value == 0:  # `P = 0.000` is how software prints a p below its last digit
        return low < float(printed.step)
    slack = 1e-12
    return high >= float(printed.lowest) - slack and low <= value + float(printed.step) + slack


def decides_otherwise(low: float, high: float, printed: Reported, level: float = 0.05) -> bool:
    """Whether the printed p and every computed one lie on different sides of the level."""
    value = float(printed.value)
    if printed.comparator in ("<", "≤"):
        return value <= level and low >= level
    if printed.comparator in (">", "≥"):
        return value >= level and high < level
    return (float(printed.highest) < level <= low) or (float(printed.lowest) > level > high)


@dataclass(frozen=True, slots=True)
class Table2:
    """Events among persons in two groups."""

    a: int
    n1: int
    b: int
    n2: int

    def _cells(self) -> tuple[int, int, int, int]:
        return self.a, self.n1 - self.a, self.b, self.n2 - self.b

    def pearson(self) -> float:
        """Pearson's chi-squared without correction; 0 where a margin is 0."""
        a, c, b, d = self._cells()
        below = (a + b) * (c + d) * self.n1 * self.n2
        return (a * d - b * c) ** 2 * (self.n1 + self.n2) / below if below else 0.0

    def yates(self) -> float:
        """With Yates' correction."""
        a, c, b, d = self._cells()
        n = self.n1 + self.n2
        below = (a + b) * (c + d) * self.n1 * self.n2
        return max(abs(a * d - b * c) - n / 2, 0) ** 2 * n / below if below else 0.0

    def likelihood_ratio(self) -> float:
        """The likelihood ratio (G) statistic."""
        a, c, b, d = self._cells()
        n = self.n1 + self.n2
        total = 0.0
        for cell, row, column in (
            (a, self.n1, a + b),
            (c, self.n1, c + d),
            (b, self.n2, a + b),
            (d, self.n2, c + d),
        ):
            if cell:
                total += cell * math.log(cell * n / (row * column))
        return 2 * total

    def statistics(self) -> dict[str, float]:
        """The statistics that papers call χ² for such a table."""
        n = self.n1 + self.n2
        pearson = self.pearson()
        return {
            "Pearson": pearson,
            "Yates": self.yates(),
            "likelihood ratio": self.likelihood_ratio(),
            "Mantel-Haenszel": pearson * (n - 1) / n,
        }

    def fisher_p(self) -> float:
        """Fisher's exact test, two-sided: all tables at most as probable as this one."""
        n, k, m = self.n1 + self.n2, self.a + self.b, self.n1
        low, high = max(0, k - self.n2), min(k, m)
        if high - low > 20_000:
            return normal_p(math.sqrt(self.pearson()))
        from scipy.special import gammaln

        def log_choose(top: int, bottom: int) -> float:
            return float(gammaln(top + 1) - gammaln(bottom + 1) - gammaln(top - bottom + 1))

        base = log_choose(n, m)
        logs = [log_choose(k, x) + log_choose(n - k, m - x) - base for x in range(low, high + 1)]
        own = logs[self.a - low]
        return min(1.0, sum(math.exp(one) for one in logs if one <= own + 1e-7))

    def p_values(self) -> dict[str, float]:
        """Two-sided p by the tests in use for such a table."""
        found = {name: chi2_p(value, 1) for name, value in self.statistics().items()}
        found["Fisher"] = self.fisher_p()
        return found


def pearson_3(events: tuple[int, int, int], sizes: tuple[int, int, int]) -> float:
    """Pearson's chi-squared of three groups; 0 where a margin is 0."""
    n, k = sum(sizes), sum(events)
    if not 0 < k < n or 0 in sizes:
        return 0.0
    return sum(
        (x - m * k / n) ** 2 / (m * k / n) + (m - x - m * (n - k) / n) ** 2 / (m * (n - k) / n)
        for x, m in zip(events, sizes, strict=True)
    )
