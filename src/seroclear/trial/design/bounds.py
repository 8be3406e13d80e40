"""Interim analyses: bounds by error spending, and what they cost in participants.

Lan & DeMets, Biometrika 1983;70:659. Error is one-sided, bounds are of the standardised statistic,
and there is no bound for futility. Chances by recursive integration over the score process
(Armitage, McPherson & Rowe, J R Stat Soc A 1969;132:235).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np

from seroclear.analysis.prepared import Floats
from seroclear.errors import SeroclearError

Spending = Literal["O'Brien–Fleming", "Pocock"]
SPENDING: tuple[Spending, ...] = get_args(Spending)
NODES = 128  # of Gauss–Legendre integration
FAR = 10.0  # standard deviations beyond which nothing is left


def spending_bounds(
    information: Sequence[float], alpha: float = 0.025, spending: Spending = "O'Brien–Fleming"
) -> tuple[float, ...]:
    """Upper bounds at each look.

    Args:
        information: shares of the full information at the looks, rising, the last one 1.
        alpha: one-sided.
        spending: the function of Lan & DeMets that is like O'Brien & Fleming's or Pocock's bounds.

    Raises:
        SeroclearError: the shares do not rise to 1.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    _check(information)
    spent = [_spent(share, alpha, spending) for share in information]
    bounds = [float(-ndtri(spent[0]))]
    for look in range(1, len(information)):
        used = information[: look + 1]

        def left(bound: float, used: Sequence[float] = used, look: int = look) -> float:
            return crossing(used, [*bounds, bound])[-1] - (spent[look] - spent[look - 1])

        bounds.append(float(brentq(left, -1.0, FAR, xtol=1e-12)))
    return tuple(bounds)


def pocock_bound(information: Sequence[float], alpha: float = 0.025) -> float:
    """The one bound that serves at every look (Pocock, Biometrika 1977;64:191)."""
    from scipy.optimize import brentq

    _check(information)

    def left(bound: float) -> float:
        return sum(crossing(information, [bound] * len(information))) - alpha

    return float(brentq(left, 1.0, FAR, xtol=1e-12))


def crossing(
    information: Sequence[float], bounds: Sequence[float], drift: float = 0.0
) -> tuple[float, ...]:
    """Chance to cross first at each look; `drift` is the expected statistic at full information."""
    from scipy.special import ndtr

    nodes, weights = _nodes()
    chances = []
    place, density = np.zeros(1), np.ones(1)  # of the score, not yet stopped
    before = 0.0
    for share, bound in zip(information, bounds, strict=True):
        edge, spread = bound * math.sqrt(share), math.sqrt(share - before)
        expected = place + drift * (share - before)
        chances.append(float(density @ np.asarray(ndtr((expected - edge) / spread))))
        low = drift * share - FAR * math.sqrt(share)
        half = (edge - low) / 2
        score: Floats = low + half * (nodes + 1)
        kernel = np.exp(-(((score[:, None] - expected) / spread) ** 2) / 2)
        density = weights * half * (kernel @ density) / (spread * math.sqrt(2 * math.pi))
        place, before = score, share
    return tuple(chances)


@dataclass(frozen=True, slots=True)
class Looks:
    """What interim looks cost.

    Attributes:
        bounds: at each look.
        p: two-sided p that reaches the bound.
        stop: chance to stop at each look, under the alternative.
        inflation: greatest number of participants over that of a trial without looks.
        expected: expected number over that of a trial without looks, under the alternative.
    """

    bounds: tuple[float, ...]
    p: tuple[float, ...]
    stop: tuple[float, ...]
    inflation: float
    expected: float


def looks(
    information: Sequence[float],
    alpha: float = 0.025,
    power: float = 0.8,
    spending: Spending = "O'Brien–Fleming",
) -> Looks:
    """Bounds, and participants needed for this power; alpha is one-sided."""
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    bounds = spending_bounds(information, alpha, spending)
    fixed = float(ndtri(1 - alpha) + ndtri(power))

    def left(drift: float) -> float:
        return sum(crossing(information, bounds, drift)) - power

    drift = float(brentq(left, fixed / 2, 2 * fixed, xtol=1e-12))
    inflation = (drift / fixed) ** 2
    stop = crossing(information, bounds, drift)
    going_on = 1 - sum(stop[:-1])
    expected = sum(a * b for a, b in zip(stop[:-1], information[:-1], strict=True)) + going_on
    p = tuple(2 * float(ndtr(-bound)) for bound in bounds)
    return Looks(bounds, p, stop, inflation, expected * inflation)


def _spent(share: float, alpha: float, spending: Spending) -> float:
    from scipy.special import ndtr, ndtri

    if spending == "Pocock":
        return alpha * math.log(1 + (math.e - 1) * share)
    return 2 * float(ndtr(ndtri(alpha / 2) / math.sqrt(share)))


@cache
def _nodes() -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(NODES)


def _check(information: Sequence[float]) -> None:
    rising = all(a < b for a, b in zip((0.0, *information), information, strict=False))
    if not information or not rising or information[-1] != 1:
        raise SeroclearError("the shares of information at the looks must rise from above 0 to 1.")
