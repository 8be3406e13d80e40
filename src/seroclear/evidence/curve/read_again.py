"""How far rebuilt persons may lie from the true ones: they are printed and read again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seroclear.analysis.curve import Curve, kaplan_meier_curve
from seroclear.evidence.curve.cleaned import isotonic
from seroclear.evidence.curve.reconstruct import Rebuilt, rebuild, step

Array = np.ndarray[Any, np.dtype[np.float64]]
Persons = tuple[Array, Array]  # times and whether the event happened
LEAST_ERROR = 0.002  # of survival: nobody reads a figure more exactly


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure made of known persons, read and rebuilt."""

    times: list[Persons]
    true: list[Curve]
    found: list[Rebuilt]

    def persons(self, first: int, second: int) -> tuple[Persons, Persons]:
        return self.times[first], self.times[second]


def read_again(found: list[Rebuilt], random: np.random.Generator) -> Reading:
    """The rebuilt persons, moved within what the points leave open, printed and read again at the
    same times with errors as large as the round trip's."""
    reading = Reading([], [], [])
    for each in found:
        time = _moved(each, random)
        curve = kaplan_meier_curve(time, each.event == 1)
        error = max(each.error, each.curve.moved, LEAST_ERROR)
        x = each.curve.read_time
        read = np.clip(step(curve, x) + random.normal(0, error, len(x)), 0, 1)
        read = isotonic(np.where(x == 0, 1.0, read))  # so that no error of ours is refused
        printed = replace(
            each.printed,
            times=[*map(float, x)],
            survival=[*map(float, read)],
            at_risk=[int((time >= t).sum()) for t in each.printed.risk_times],
            events=None if each.printed.events is None else int(each.event.sum()),
        )
        reading.times.append((time, each.event))
        reading.true.append(curve)
        reading.found.append(rebuild(printed))
    return reading


def _moved(each: Rebuilt, random: np.random.Generator) -> Array:
    """Times that the figure allows as well: events anywhere since the point before, censorings
    anywhere between two times of the risk table; whoever reaches the end stays."""

    def since(places: Array) -> Array:
        return places[np.maximum(np.searchsorted(places, each.time - 1e-9) - 1, 0)]

    share = random.uniform(0, 1, len(each.time))
    begun = np.array(each.printed.risk_times)
    last = float(each.curve.time[-1])
    ends = np.append(begun[1:], max(last, float(begun[-1])))
    k = np.searchsorted(begun, each.time, side="right") - 1
    censored = begun[k] + share * (ends[k] - begun[k])
    happened = each.time - share * (each.time - since(each.curve.time))
    moved: Array = np.where(each.event == 1, happened, censored)
    return np.where(each.time >= last, each.time, moved)
