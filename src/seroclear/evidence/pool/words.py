"""How pooled numbers are written for a reader."""

from __future__ import annotations

import math

from seroclear.evidence.pool.measures import Measure

NONE = "–"


def number(value: float | None, measure: Measure) -> str:
    """`4.7%`, `2.6`, `0.49`: a proportion in percent with one decimal, others with two digits
    that mean something."""
    if value is None or math.isnan(value):
        return NONE
    if measure.name in ("proportion", "rd"):
        return f"{100 * value:.1f}%"
    if abs(value) >= 1000:
        return ">1000"
    return f"{value:.2f}"


def limits(lower: float | None, upper: float | None, measure: Measure) -> str:
    """`1.4% to 14.7%`."""
    if lower is None or upper is None:
        return NONE
    return f"{number(lower, measure)} to {number(upper, measure)}"


def with_limits(
    value: float | None, lower: float | None, upper: float | None, measure: Measure
) -> str:
    """`4.7% (1.4% to 14.7%)`."""
    if value is None:
        return NONE
    if lower is None or upper is None:
        return number(value, measure)
    return f"{number(value, measure)} ({limits(lower, upper, measure)})"


def p_value(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
