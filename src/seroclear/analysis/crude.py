"""Counts, person-years, crude rates and the percentage with the outcome, by group and for all."""

from __future__ import annotations

from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.limits import poisson, wilson
from seroclear.analysis.prepared import Bools, Prepared, prepare
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort

PER_YEARS = 100  # rates are given per 100 person-years


EVERYONE, RETESTED = "all persons", "tested again after time zero"


def rates(cohort: Cohort) -> list[Row]:
    """Counts, person-years, crude rates and percentages without a curve: see `crude_rows`.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`).
    """
    return crude_rows(prepare(cohort), EVERYONE, RETESTED)


def crude_rows(cohort: Prepared, everyone: str, retested: str) -> list[Row]:
    """Rows of analysis 'crude', for all ('') and each group.

    Args:
        cohort: the prepared cohort.
        everyone: name of the risk set that holds everybody.
        retested: name of the risk set with an outcome test after time zero.

    Source: exact Poisson limits (Garwood 1936), Wilson limits (1927), median follow-up by the
    reverse Kaplan–Meier method (Schemper & Smith, Control Clin Trials 1996;17:343).
    """
    again = cohort.column("retested").astype(bool)
    rows: list[Row] = []
    for group in ("", *cohort.cohort.groups):
        members = cohort.members(group)
        rows += _counts(cohort, group, members)
        rows.append(_median_follow_up(cohort, group, members))
        rows.append(_percent(cohort, group, members, everyone))
        if not again.all():  # else both risk sets are one
            rows.append(_percent(cohort, group, members & again, retested))
    return rows


def _counts(cohort: Prepared, group: str, members: Bools) -> list[Row]:
    n = int(members.sum())
    events = int(cohort.outcome[members].sum())
    years = float(cohort.time[members].sum())
    shared = {"group": group, "n": n, "events": events}
    rows = [
        cohort.row("crude", estimate="persons", value=float(n), **shared),
        cohort.row("crude", estimate="events", value=float(events), **shared),
        cohort.row("crude", estimate="person-years", value=years, **shared),
    ]
    method = "exact (Poisson) 95% limits"
    name = f"rate per {PER_YEARS} person-years"
    if years == 0:
        note = "no person-time: a rate cannot be estimated"
        return [*rows, cohort.row("crude", estimate=name, method=method, note=note, **shared)]
    lower, upper = (PER_YEARS * limit / years for limit in poisson(events))
    rate = PER_YEARS * events / years
    return [
        *rows,
        cohort.row(
            "crude", estimate=name, value=rate, lower=lower, upper=upper, method=method, **shared
        ),
    ]


def _median_follow_up(cohort: Prepared, group: str, members: Bools) -> Row:
    # Outcome and competing event end observation early, so both censor potential follow-up.
    ended = ~(cohort.outcome | cohort.competing)
    median, lower, upper = kaplan_meier_curve(cohort.time[members], ended[members]).median()
    n = int(members.sum())
    note = "" if median is not None else "too few persons were followed to the end of observation"
    return cohort.row(
        "crude",
        group=group,
        estimate="median follow-up",
        value=median,
        lower=lower,
        upper=upper,
        n=n,
        method="reverse Kaplan–Meier, years",
        note=note if n else "no persons in this group",
    )


def _percent(cohort: Prepared, group: str, members: Bools, stratum: str) -> Row:
    n = int(members.sum())
    events = int(cohort.outcome[members].sum())
    shared = {
        "group": group,
        "stratum": stratum,
        "estimate": "percent with outcome",
        "n": n,
        "events": events,
        "method": "Wilson 95% limits",
    }
    if n == 0:
        return cohort.row("crude", note="no persons in this risk set", **shared)
    lower, upper = (100 * limit for limit in wilson(events, n))
    return cohort.row("crude", value=100 * events / n, lower=lower, upper=upper, **shared)
