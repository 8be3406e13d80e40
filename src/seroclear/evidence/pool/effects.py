"""One estimate of each study on the scale that is pooled, and what was done about zeros."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seroclear.analysis.limits import clopper_pearson, poisson
from seroclear.analysis.prepared import Z
from seroclear.evidence.pool.measures import PER, Measure
from seroclear.evidence.pool.studies import Study

HALF = 0.5  # added to every cell of a study with an empty one: Cochrane Handbook 10.4.4.2


@dataclass(frozen=True, slots=True)
class Effect:
    """A study's estimate.

    Attributes:
        study: whose it is.
        value, lower, upper: as read by people, from the counts as they are; exact limits for
            proportions and rates, Wald for what compares groups. Limits are None where the counts
            allow none.
        y, v: estimate and variance on the scale that is pooled, after `zeros`; None where the
            study tells nothing on that scale.
        zeros: what was done about an empty cell, '' if there was none.
    """

    study: Study
    value: float | None
    lower: float | None
    upper: float | None
    y: float | None
    v: float | None
    zeros: str = ""


_IV = "in the inverse-variance models alone"


def effects(studies: list[Study], measure: Measure) -> list[Effect]:
    """The estimates of the studies, in their order."""
    return [_effect(study, measure) for study in studies]


def _effect(study: Study, measure: Measure) -> Effect:
    if study.read is not None:
        estimate, lower, upper = study.read
        v = ((math.log(upper) - math.log(lower)) / (2 * Z)) ** 2
        return Effect(study, estimate, lower, upper, math.log(estimate), v)
    if measure.name == "proportion":
        return _proportion(study)
    if measure.name == "rate":
        return _rate(study)
    return _compared(study, measure)


def _proportion(study: Study) -> Effect:
    x, n = study.counts["events"], study.counts["n"]
    lower, upper = clopper_pearson(int(x), int(n))
    a, b, zeros = x, n - x, ""
    if a == 0 or b == 0:
        a, b = a + HALF, b + HALF
        zeros = f"{'no' if x == 0 else 'only'} events: {_IV}, {HALF} added to events and non-events"
    return Effect(study, x / n, lower, upper, math.log(a / b), 1 / a + 1 / b, zeros)


def _rate(study: Study) -> Effect:
    x, years = study.counts["events"], study.counts["person_years"]
    lower, upper = (PER * limit / years for limit in poisson(int(x)))
    zeros = "" if x else f"no events: {_IV}, {HALF} added to the events"
    a = x or HALF
    return Effect(study, PER * x / years, lower, upper, math.log(a / years), 1 / a, zeros)


def _compared(study: Study, measure: Measure) -> Effect:
    a, n_1, c, n_2 = (study.counts[name] for name in ("events_1", "n_1", "events_2", "n_2"))
    b, d = n_1 - a, n_2 - c
    ratio = measure.name != "rd"
    zeros = ""
    if ratio and (a == c == 0 or (measure.name == "or" and b == d == 0)):
        return Effect(study, None, None, None, None, None, _NO_INFORMATION)
    plain = (a, b, c, d)
    if 0 in plain:
        plain = (a + HALF, b + HALF, c + HALF, d + HALF)
        zeros = f"an empty cell: {HALF} added to all four"
    y, v = _two_by_two(measure.name, *plain)
    if ratio:
        value, limits = (
            math.exp(y),
            (math.exp(y - Z * math.sqrt(v)), math.exp(y + Z * math.sqrt(v))),
        )
    else:
        value, limits = y, (y - Z * math.sqrt(v), y + Z * math.sqrt(v))
    return Effect(study, value, *limits, y, v, zeros)


_NO_INFORMATION = (
    "no events in either group, or only events: left out, for it tells nothing of a ratio "
    "(Cochrane Handbook 10.4.4.2)"
)


def _two_by_two(name: str, a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Estimate and variance; group 1 has a with and b without the event, group 2 has c and d."""
    if name == "or":
        return math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    m, k = a + b, c + d
    if name == "rr":
        return math.log((a / m) / (c / k)), 1 / a - 1 / m + 1 / c - 1 / k
    return a / m - c / k, a * b / m**3 + c * d / k**3
