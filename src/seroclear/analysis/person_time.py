"""Rates before and after an exposure that begins during follow-up, without immortal time."""

from __future__ import annotations

import numpy as np

from seroclear.analysis.crude import PER_YEARS
from seroclear.analysis.limits import clopper_pearson, poisson
from seroclear.analysis.prepared import Floats
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import OUTCOME, Cohort, Covariate

RATE = "exact (Poisson) 95% limits"
RATIO = (
    "ratio of the rates after and before, each person counted before as long as it had not begun; "
    "exact 95% limits given the events together; not adjusted"
)


def person_time(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'person_time' for each change of the study, before ('no') and after ('yes').

    Stratum 'label: level': 'events', 'person-years' and 'rate per 100 person-years'. Stratum
    'label': the 'rate ratio' of after to before. A person counts in 'no' until the day of the
    change and in 'yes' from then on, so nobody is credited with time that had to be survived.

    Source: exact limits as Garwood 1936 and, of the ratio, Clopper–Pearson limits of the share of
    events (Breslow & Day, Statistical Methods in Cancer Research II, 1987, 3.4).

    Raises:
        SeroclearError: the study has no changes.
    """
    if cohort.intervals is None:
        raise SeroclearError(
            f"Study '{cohort.study}': person_time needs an exposure that begins during follow-up; "
            "name it in the study: changes=[change(...)]."
        )
    return [row for one in cohort.changes for row in _of(cohort, one)]


def _of(cohort: Cohort, change: Covariate) -> list[Row]:
    assert cohort.intervals is not None
    level = cohort.intervals[change.name]
    years: Floats = cohort.intervals["stop"] - cohort.intervals["start"]
    outcome = cohort.intervals["event"] == OUTCOME
    rows, counts = [], []
    for name in change.levels:
        inside = level == name
        events, time = int(outcome[inside].sum()), float(np.sum(years[inside]))
        counts.append((events, time))
        rows += _rate(cohort, f"{change.label}: {name}", events, time)
    return [*rows, _ratio(cohort, change.label, *counts)]


def _rate(cohort: Cohort, stratum: str, events: int, time: float) -> list[Row]:
    name = f"rate per {PER_YEARS} person-years"
    rows = [
        _row(cohort, stratum, "events", float(events), events=events),
        _row(cohort, stratum, "person-years", time, events=events),
    ]
    if time == 0:
        note = "no person-time: a rate cannot be estimated"
        return [*rows, _row(cohort, stratum, name, None, events=events, note=note)]
    lower, upper = (PER_YEARS * limit / time for limit in poisson(events))
    rate = PER_YEARS * events / time
    rated = _row(cohort, stratum, name, rate, lower, upper, events=events, method=RATE)
    return [*rows, rated]


def _ratio(
    cohort: Cohort, stratum: str, before: tuple[int, float], after: tuple[int, float]
) -> Row:
    (events_0, time_0), (events_1, time_1) = before, after
    together = events_0 + events_1
    note = ""
    if together == 0:
        note = "no events"
    elif time_0 == 0 or time_1 == 0:
        note = "no person-time before or after: a ratio cannot be estimated"
    elif events_0 == 0:
        note = "no events before: a ratio cannot be estimated"
    if note:
        return _row(cohort, stratum, "rate ratio", None, method=RATIO, note=note)
    lower, upper = (
        share / (1 - share) * time_0 / time_1 if share < 1 else None
        for share in clopper_pearson(events_1, together)
    )
    ratio = events_1 / time_1 / (events_0 / time_0)
    return _row(cohort, stratum, "rate ratio", ratio, lower, upper, method=RATIO)


def _row(
    cohort: Cohort,
    stratum: str,
    estimate: str,
    value: float | None,
    lower: float | None = None,
    upper: float | None = None,
    **fields: object,
) -> Row:
    return Row(
        study=cohort.study,
        analysis="person_time",
        stratum=stratum,
        outcome=cohort.outcome,
        estimate=estimate,
        value=value,
        lower=lower,
        upper=upper,
        definition=cohort.definition,
        **fields,  # type: ignore[arg-type]
    )
