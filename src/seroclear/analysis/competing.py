"""The outcome when death can come first: cumulative incidence and Gray's test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seroclear.analysis.incidence import cumulative_incidence, grays_chi_square
from seroclear.analysis.log_rank import Comparison, comparison_rows, informative_groups
from seroclear.analysis.prepared import Bools, Prepared, number, prepare
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort

INCIDENCE = (
    "Aalen–Johansen cumulative incidence with the competing event; 95% limits by the delta method "
    "on the log(-log) scale; without the outcome, persons are followed to death or last contact"
)
GRAY = "Gray's test of cumulative incidence with the competing event"


def competing(cohort: Cohort, at: Sequence[float] = (1.0, 3.0)) -> list[Row]:
    """Rows of analysis 'competing': 'cumulative incidence' of the outcome by group at the times
    `at` (years), 'competing events' by group, and Gray's 'chi-square' and 'p' between groups.

    Persons without the outcome are followed to `contact`, not to their last outcome test: else the
    dead would be followed longer than the living.

    Source: Aalen & Johansen, Scand J Stat 1978;5:141; Gray, Ann Stat 1988;16:1141.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`).
    """
    prepared = to_contact(prepare(cohort))
    rows = []
    for group in cohort.arms:
        members = prepared.members(group)
        deaths = int(prepared.competing[members].sum())
        rows += _incidence_rows(prepared, group, members, at)
        rows.append(
            prepared.row(
                "competing",
                group=group,
                estimate="competing events",
                value=float(deaths),
                n=int(members.sum()),
                events=deaths,
            )
        )
    if not cohort.groups:
        return rows
    return rows + comparison_rows(prepared, "competing", _gray(prepared), GRAY)


def to_contact(cohort: Prepared) -> Prepared:
    """The cohort followed to outcome, competing event or last contact."""
    died = cohort.column("died").astype(bool) | cohort.competing
    contact = np.fmax(cohort.numbers("contact"), cohort.time)
    time = np.where(cohort.outcome, cohort.time, contact)
    return replace(cohort, time=time, competing=died & ~cohort.outcome)


def _incidence_rows(cohort: Prepared, group: str, members: Bools, at: Sequence[float]) -> list[Row]:
    time, outcome = cohort.time[members], cohort.outcome[members]
    gone = outcome | cohort.competing[members]
    curve = cumulative_incidence(time, outcome, cohort.competing[members]) if time.size else None
    rows = []
    for year in at:
        value = lower = upper = None
        events = int((outcome & (time <= year)).sum())
        if curve is None:
            note = "no persons in this group"
        elif year > time.max() and not gone[time == time.max()].all():
            note = f"beyond follow-up, which ends at {time.max():.2f} years in this group"
        elif events == 0:
            value, note = 0.0, "no events by this time: limits cannot be estimated"
        else:
            k = int(np.searchsorted(curve.time, year, side="right")) - 1
            value = float(curve.value[k])
            lower, upper = number(curve.lower[k]), number(curve.upper[k])
            note = "" if lower is not None else "limits cannot be estimated"
        rows.append(
            cohort.row(
                "competing",
                group=group,
                time=float(year),
                estimate="cumulative incidence",
                value=value,
                lower=lower,
                upper=upper,
                n=int((time >= year).sum()),
                events=events,
                method=INCIDENCE,
                note=note,
            )
        )
    return rows


def _gray(cohort: Prepared) -> Comparison:
    from scipy.stats import chi2

    groups = cohort.cohort.groups
    if not cohort.outcome.any():
        return Comparison(None, 0, None, {}, "no events: nothing to compare")
    present = informative_groups(cohort.time, cohort.outcome, cohort.group, groups)
    if len(present) < 2:
        note = "no two groups were at risk together when an event happened"
        return Comparison(None, 0, None, {}, note)
    used = np.isin(cohort.group, present)
    try:
        chi_square = number(
            grays_chi_square(
                cohort.time[used],
                cohort.outcome[used],
                cohort.competing[used],
                cohort.group[used],
                present,
            )
        )
    except np.linalg.LinAlgError:
        chi_square = None
    if chi_square is None:
        return Comparison(None, 0, None, {}, "the variance of the test is 0")
    degrees = len(present) - 1
    return Comparison(chi_square, degrees, float(chi2.sf(chi_square, degrees)), {}, "")
