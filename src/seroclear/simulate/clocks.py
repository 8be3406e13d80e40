"""Waiting times: hazards that change at known moments, inverted exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seroclear.simulate.people import YEAR, Float, Generator


def piecewise_time(
    exponential: Float, knots: Sequence[Float | float], rates: Sequence[Float | float]
) -> Float:
    """The moment at which a piecewise constant hazard has used up a standard exponential draw.

    Args:
        exponential: unit exponential draws, one a person.
        knots: ascending moments in days, one array a piece; the clock starts at the first. A knot
            of infinity (or nan) means that the piece before it lasts for ever.
        rates: hazards per year in each piece.

    Returns:
        Moments in days; infinity where the hazard is never used up.
    """
    left = exponential.copy()
    moment = np.full(exponential.shape, np.inf)
    for i, rate in enumerate(rates):
        begin = _array(knots[i], left)
        stop = _array(knots[i + 1], left) if i + 1 < len(rates) else np.full(left.shape, np.inf)
        hazard = np.broadcast_to(np.asarray(rate, float), left.shape) / YEAR
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = begin + np.where(hazard > 0, left / hazard, np.inf)
            used = np.where(hazard > 0, hazard * (stop - begin), 0.0)
            used = np.where(begin < stop, used, 0.0)  # an empty piece uses nothing
            left = left - used
        here = np.isinf(moment) & (begin < stop) & (inside < stop)
        moment = np.where(here, inside, moment)
    return moment


def gompertz_time(
    exponential: Float, age: Float, hazard_50: float, doubling_years: float, ratio: Float
) -> Float:
    """Years until death under a hazard that doubles every `doubling_years` of age.

    Args:
        exponential: unit exponential draws; age: years at time zero.
        hazard_50: hazard per year at age 50; ratio: multiplies it for each person.
    """
    slope = np.log(2) / doubling_years
    now = hazard_50 * np.exp(slope * (age - 50)) * ratio
    with np.errstate(divide="ignore"):
        years: Float = np.log1p(slope * exponential / now) / slope
    return years


def exponential_days(hazard: float, n: int, rng: Generator) -> Float:
    """Days until an event of constant hazard per year; infinity if the hazard is 0."""
    draw = rng.exponential(1.0, n)
    return draw / hazard * YEAR if hazard > 0 else np.full(n, np.inf)


def _array(value: Float | float, like: Float) -> Float:
    filled = np.where(np.isnan(value), np.inf, value)
    return np.broadcast_to(np.asarray(filled, float), like.shape)
