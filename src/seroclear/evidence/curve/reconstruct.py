"""A figure's curve as persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seroclear.analysis.curve import Curve, kaplan_meier_curve
from seroclear.evidence.curve.cleaned import Cleaned, cleaned
from seroclear.evidence.curve.guyot import reconstruct_times
from seroclear.evidence.curve.points import Printed

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One curve's persons, and what came back.

    Attributes:
        printed, curve: what was read, and made of it.
        time, event: of each person, ascending; years.
        back: the Kaplan–Meier curve of these persons.
        error: root mean square difference of survival between `back` and the points.
        worst: the largest such difference.
        at_risk: of these persons at the times of the risk table.
    """

    printed: Printed
    curve: Cleaned
    time: Array
    event: Array
    back: Curve
    error: float
    worst: float
    at_risk: list[int]


def rebuild(printed: Printed) -> Rebuilt:
    """Persons that give this curve and these numbers at risk."""
    curve = cleaned(printed)
    time, event = reconstruct_times(
        curve.time, curve.survival, np.array(printed.risk_times), printed.at_risk, printed.events
    )
    back = kaplan_meier_curve(time, event == 1)
    off = np.abs(step(back, curve.read_time) - curve.read)
    at_risk = [int((time >= t).sum()) for t in printed.risk_times]
    error = float(np.sqrt((off**2).mean()))
    return Rebuilt(printed, curve, time, event, back, error, float(off.max()), at_risk)


def step(curve: Curve, times: Array) -> Array:
    """Survival at each of the times."""
    k = np.searchsorted(curve.time, times + 1e-12, side="right") - 1
    return np.where(k >= 0, curve.survival[np.maximum(k, 0)], 1.0)
