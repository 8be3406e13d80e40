"""How long it lasts: Kaplan–Meier curves, survival at named times, numbers at risk, crude rates."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.crude import EVERYONE, RETESTED, crude_rows
from seroclear.analysis.curve import METHOD, Curve, kaplan_meier_curve
from seroclear.analysis.prepared import Bools, Prepared, number, prepare
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort


def kaplan_meier(
    cohort: Cohort,
    at: Sequence[float] = (1.0, 3.0),
    everyone: str = EVERYONE,
    retested: str = RETESTED,
) -> list[Row]:
    """Survival free of the outcome, by group.

    Competing events are censored (cause-specific). Rows, in this order: 'kaplan_meier' (survival
    at the times `at`), 'kaplan_meier_curve' (time 0, every event time, end of follow-up),
    'risk_table' (every whole year), 'crude' (persons, events, person-years, rate per 100
    person-years, median follow-up, percent with outcome in both risk sets).

    Args:
        cohort: the cohort.
        at: years after time zero.
        everyone: name of the risk set that holds everybody.
        retested: name of the risk set of those with `retested`.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`).
    """
    prepared = prepare(cohort)
    curves = {
        group: kaplan_meier_curve(prepared.time[members], prepared.outcome[members])
        for group, members in _by_group(prepared)
    }
    rows = [
        row
        for group, curve in curves.items()
        for row in survival_at(prepared, curve, at, "kaplan_meier", group=group)
    ]
    rows += [row for group, curve in curves.items() for row in _steps(prepared, group, curve)]
    rows += [row for group, curve in curves.items() for row in _risk_table(prepared, group, curve)]
    return rows + crude_rows(prepared, everyone, retested)


def survival_at(
    cohort: Prepared, curve: Curve, at: Sequence[float], analysis: str, **fields: str
) -> list[Row]:
    """Rows of survival at the times `at` (years); None with a note where not estimable."""
    rows = []
    for year in at:
        point = curve.at(year)
        rows.append(
            cohort.row(
                analysis,
                time=float(year),
                estimate="survival",
                value=point.value,
                lower=point.lower,
                upper=point.upper,
                n=point.n,
                events=point.events,
                method=METHOD,
                note=point.note,
                **fields,
            )
        )
    return rows


def _by_group(cohort: Prepared) -> list[tuple[str, Bools]]:
    return [(group, cohort.members(group)) for group in cohort.cohort.arms]


def _steps(cohort: Prepared, group: str, curve: Curve) -> list[Row]:
    shared = {"group": group, "estimate": "survival", "method": METHOD}
    name = "kaplan_meier_curve"
    if curve.time.size == 0:
        return [cohort.row(name, n=0, events=0, note="no persons in this group", **shared)]
    persons = int(curve.at_risk[0])
    rows = [
        cohort.row(name, time=0.0, value=1.0, lower=1.0, upper=1.0, n=persons, events=0, **shared)
    ]
    last = curve.time.size - 1
    for k in range(curve.time.size):
        events = int(curve.events[k])
        stepped = events > (int(curve.events[k - 1]) if k else 0)
        if not stepped and k != last:
            continue
        lower, upper = number(curve.lower[k]), number(curve.upper[k])
        note = ""
        if events == 0 or curve.survival[k] == 0:
            lower = upper = None
            note = "limits cannot be estimated"
        rows.append(
            cohort.row(
                name,
                time=float(curve.time[k]),
                value=float(curve.survival[k]),
                lower=lower,
                upper=upper,
                n=int(curve.at_risk[k]),
                events=events,
                note=note,
                **shared,
            )
        )
    return rows


def _risk_table(cohort: Prepared, group: str, curve: Curve) -> list[Row]:
    longest = int(cohort.time.max()) if len(cohort) else 0
    rows = []
    for year in range(longest + 1):
        point = curve.at(float(year))
        rows.append(
            cohort.row(
                "risk_table",
                group=group,
                time=float(year),
                estimate="at risk",
                value=float(point.n),
                n=point.n,
                events=point.events,
            )
        )
    return rows
