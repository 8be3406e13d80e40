"""Sample size and power of two proportions by normal approximation, two-sided.

Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions, 3rd ed. 2003, chapter 4 (pooled
and continuity corrected); Cohen, Statistical Power Analysis, 1988, chapter 6 (arcsine).
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from seroclear.errors import SeroclearError

Method = Literal["unpooled", "pooled", "arcsine", "continuity corrected"]
METHODS: tuple[Method, ...] = get_args(Method)


def control_size(
    control: float,
    treated: float,
    alpha: float = 0.05,
    power: float = 0.8,
    method: Method = "pooled",
    ratio: float = 1.0,
) -> float:
    """Persons in the control arm, not rounded; the treated arm has `ratio` times as many.

    Args:
        control, treated: shares with the outcome, between 0 and 1.
        alpha: two-sided.
        power: wanted.
        method: see `METHODS`.
        ratio: treated over control.

    Raises:
        SeroclearError: the shares are equal, or a number is not between 0 and 1.
    """
    _check(control, treated, alpha, power)
    gap = abs(treated - control)
    a, b = _quantile(1 - alpha / 2), _quantile(power)
    apart = treated * (1 - treated) / ratio + control * (1 - control)
    if method == "unpooled":
        return (a + b) ** 2 * apart / gap**2
    if method == "arcsine":
        return (a + b) ** 2 * (1 + 1 / ratio) / _cohen(control, treated) ** 2
    share = (ratio * treated + control) / (1 + ratio)
    together = (1 + 1 / ratio) * share * (1 - share)
    pooled = (a * math.sqrt(together) + b * math.sqrt(apart)) ** 2 / gap**2
    if method == "pooled":
        return pooled
    return pooled / 4 * (1 + math.sqrt(1 + 2 * (1 + ratio) / (pooled * ratio * gap))) ** 2


def total_size(
    control: float,
    treated: float,
    alpha: float = 0.05,
    power: float = 0.8,
    method: Method = "pooled",
    ratio: float = 1.0,
    dropout: float = 0.0,
) -> int:
    """Persons in both arms: each arm rounded up, then divided by 1 - dropout and rounded up."""
    exact = control_size(control, treated, alpha, power, method, ratio)
    arms = (_up(exact), _up(exact * ratio))
    return sum(_up(arm / (1 - dropout)) for arm in arms)


def normal_power(
    control: float,
    treated: float,
    n: int,
    n_control: int,
    alpha: float = 0.05,
    method: Method = "pooled",
) -> float:
    """Power with n treated and n_control controls (the far tail, of the wrong sign, left out)."""
    from scipy.special import ndtr

    _check(control, treated, alpha, 0.5)
    a = _quantile(1 - alpha / 2)
    gap = abs(treated - control)
    if method == "arcsine":
        return float(ndtr(_cohen(control, treated) / math.sqrt(1 / n + 1 / n_control) - a))
    apart = math.sqrt(treated * (1 - treated) / n + control * (1 - control) / n_control)
    if method == "unpooled":
        return float(ndtr(gap / apart - a))
    if method == "continuity corrected":
        gap = max(0.0, gap - (1 / n + 1 / n_control) / 2)
    share = (n * treated + n_control * control) / (n + n_control)
    together = math.sqrt(share * (1 - share) * (1 / n + 1 / n_control))
    return float(ndtr((gap - a * together) / apart))


def _quantile(share: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(share))


def _cohen(control: float, treated: float) -> float:
    return abs(2 * math.asin(math.sqrt(treated)) - 2 * math.asin(math.sqrt(control)))


def _up(number: float) -> int:
    """The next whole number, but for the noise of floating point."""
    return math.ceil(number - 1e-9)


def _check(control: float, treated: float, alpha: float, power: float) -> None:
    for name, value in (
        ("control rate", control),
        ("treated rate", treated),
        ("alpha", alpha),
        ("power", power),
    ):
        if not 0 < value < 1:
            raise SeroclearError(f"the {name} must be between 0 and 1, not {value:g}.")
    if control == treated:
        raise SeroclearError("control and treated rate are the same: no size gives power.")
