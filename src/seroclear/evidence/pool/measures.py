"""What can be pooled: the columns a measure needs and the scale it is pooled on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seroclear.errors import SeroclearError

PER = 100  # person-years a rate is given for


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and its scale.

    Attributes:
        name: as on the command line.
        estimate: as in `Row.estimate`.
        label: for the axis of a figure.
        scale: 'logit', 'log' or 'identity': the scale that is pooled.
        counts: columns of the counts it is computed from; () where it is only read.
        read: whether a published estimate with its limits may stand in place of the counts.
        at_a_time: whether it belongs to a time point, so that `time_weeks` must agree.
    """

    name: str
    estimate: str
    label: str
    scale: str
    counts: tuple[str, ...]
    read: bool = False
    at_a_time: bool = True

    @property
    def none(self) -> float | None:
        """The value that means no difference; None for a measure of one group."""
        if len(self.counts) == 2:
            return None
        return 0.0 if self.scale == "identity" else 1.0

    def shown(self, value: float) -> float:
        """From the scale that is pooled to the one that is read: a proportion, a ratio, a rate
        per 100 person-years, a difference."""
        if self.scale == "logit":
            return 1 / (1 + math.exp(-value)) if value > -700 else 0.0
        if self.scale == "log":
            factor = PER if self.name == "rate" else 1
            return factor * math.exp(min(value, 700.0))
        return value

    def scaled(self, value: float) -> float:
        """The inverse of `shown`, of a value inside the range."""
        if self.scale == "logit":
            return math.log(value / (1 - value))
        if self.scale == "log":
            return math.log(value / (PER if self.name == "rate" else 1))
        return value


_TWO = ("events_1", "n_1", "events_2", "n_2")
MEASURES = {
    measure.name: measure
    for measure in (
        Measure("proportion", "proportion", "Proportion (%)", "logit", ("events", "n")),
        Measure(
            "rate",
            "rate per 100 person-years",
            "Events per 100 person-years",
            "log",
            ("events", "person_years"),
            at_a_time=False,
        ),
        Measure("or", "odds ratio", "Odds ratio", "log", _TWO, read=True),
        Measure("rr", "risk ratio", "Risk ratio", "log", _TWO, read=True),
        Measure("rd", "risk difference", "Risk difference", "identity", _TWO),
        Measure("hr", "hazard ratio", "Hazard ratio", "log", (), read=True, at_a_time=False),
    )
}


def measure_of(name: str) -> Measure:
    """The measure of this name.

    Raises:
        SeroclearError: there is none.
    """
    if name not in MEASURES:
        raise SeroclearError(f"there is no measure {name!r}; known: {', '.join(MEASURES)}.")
    return MEASURES[name]
