"""Whether predicted risks are right: in the large, by slope, and in groups of equal size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Bools, Floats
from seroclear.analysis.proportion import Proportion, exact


@dataclass(frozen=True, slots=True)
class Part:
    """Persons of like predicted risk: its mean, and how many had the outcome (exact limits)."""

    predicted: float
    observed: Proportion


@dataclass(frozen=True, slots=True)
class Calibration:
    """Agreement of predicted risks with outcomes; nan: no estimate, see `note`.

    Attributes:
        intercept: log odds by which predictions are too low (0 is right), slope held at 1.
        slope: below 1, predictions are too extreme; lower and upper with 95% limits.
        brier: mean squared distance of risk and outcome.
        parts: persons in order of risk, in parts of equal size.
    """

    intercept: tuple[float, float, float]
    slope: tuple[float, float, float]
    brier: float
    parts: tuple[Part, ...]
    note: str = ""


def calibration(risk: Floats, outcome: Bools, parts: int = 10) -> Calibration:
    """Compare predicted risks with outcomes (Cox, Biometrika 1958;45:562).

    Args:
        risk: predicted, within 0 and 1 exclusive, shape (n,).
        outcome: shape (n,).
        parts: how many groups of equal size, in order of risk.
    """
    log_odds = np.log(risk / (1 - risk))
    shift = logistic(outcome, np.empty((risk.size, 0)), offset=log_odds).estimates
    slope = logistic(outcome, log_odds[:, None]).estimates
    order = np.argsort(risk, kind="stable")
    groups = [group for group in np.array_split(order, parts) if group.size]
    return Calibration(
        (shift.coefficient[0], shift.lower[0], shift.upper[0]),
        (slope.coefficient[1], slope.lower[1], slope.upper[1]),
        float(((risk - outcome) ** 2).mean()) if risk.size else math.nan,
        tuple(
            Part(float(risk[group].mean()), exact(int(outcome[group].sum()), group.size))
            for group in groups
        ),
        shift.note or slope.note,
    )
