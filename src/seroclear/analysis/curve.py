"""One Kaplan–Meier curve, and what it says at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seroclear.analysis.prepared import Bools, Floats, number

METHOD = (
    "Kaplan–Meier; 95% limits from Greenwood's variance on the log scale; "
    "competing events censored (cause-specific)"
)


class Point(NamedTuple):
    """A curve read at one time: survival with limits, number at risk just before, events so far."""

    value: float | None
    lower: float | None
    upper: float | None
    n: int
    events: int
    note: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan–Meier curve at each distinct time, in ascending order.

    Attributes:
        time: years.
        at_risk: persons at risk just before the time.
        events: events up to and including the time.
        survival, lower, upper: the estimate with 95% limits; limits nan when not estimable.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    lower: Floats
    upper: Floats

    def at(self, year: float) -> Point:
        """The curve at `year`; None beyond the last follow-up unless survival is already 0."""
        if self.time.size == 0:
            return Point(None, None, None, 0, 0, "no persons in this group")
        k = int(np.searchsorted(self.time, year, side="right")) - 1
        following = int(np.searchsorted(self.time, year, side="left"))
        n = int(self.at_risk[following]) if following < self.time.size else 0
        events = int(self.events[k]) if k >= 0 else 0
        survival = float(self.survival[k]) if k >= 0 else 1.0
        if year > self.time[-1] and survival > 0:
            note = f"beyond follow-up, which ends at {self.time[-1]:.2f} years in this group"
            return Point(None, None, None, n, events, note)
        if events == 0:
            note = "no events by this time: limits cannot be estimated"
            return Point(1.0, None, None, n, 0, note)
        if survival == 0:
            return Point(0.0, None, None, n, events, "survival 0: limits cannot be estimated")
        return Point(survival, number(self.lower[k]), number(self.upper[k]), n, events, "")

    def median(self) -> tuple[float | None, float | None, float | None]:
        """Median in years with 95% limits (Brookmeyer & Crowley, Biometrics 1982;38:29)."""
        return (
            _time_at_half(self.time, self.survival),
            _time_at_half(self.time, self.lower),
            _time_at_half(self.time, self.upper),
        )


def kaplan_meier_curve(time: Floats, event: Bools) -> Curve:
    """Kaplan–Meier estimate with log-transformed limits, as R's survfit(conf.type="log").

    Args:
        time: years, shape (n,); n may be 0.
        event: whether the event happened at `time`, shape (n,).

    Source: Kaplan & Meier, JASA 1958;53:457; Greenwood 1926. The limits of the published study
    agree with the log transformation.
    """
    if time.size == 0:
        empty = np.empty(0)
        return Curve(empty, empty, empty, empty, empty, empty)
    import greenwood

    fit = greenwood.KaplanMeier(conf_type="log").fit(greenwood.Surv(time, event))
    table = fit._table_columns()
    return Curve(
        time=np.asarray(table["time"], dtype=float),
        at_risk=np.asarray(table["n_risk"], dtype=float),
        events=np.cumsum(np.asarray(table["n_event"], dtype=float)),
        survival=np.asarray(table["estimate"], dtype=float),
        lower=np.asarray(table["conf_low"], dtype=float),
        upper=np.asarray(table["conf_high"], dtype=float),
    )


def _time_at_half(time: Floats, curve: Floats, tolerance: float = 1.5e-8) -> float | None:
    """When a falling curve reaches one half; the middle of the stretch if it rests there, as in R.

    `tolerance` is R's (square root of the machine's precision): 0.5 is rarely met to the last bit.
    """
    reached = np.flatnonzero(curve <= 0.5 + tolerance)
    if reached.size == 0:
        return None
    first = reached[0]
    if curve[first] < 0.5 - tolerance:
        return float(time[first])
    below = np.flatnonzero(curve < 0.5 - tolerance)
    end = below[0] if below.size else time.size - 1
    return float(time[first] + time[end]) / 2
