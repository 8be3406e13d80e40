"""How many have the outcome, of those in whom it is known: exact limits, and Fisher's test."""

from __future__ import annotations

from seroclear.analysis.limits import clopper_pearson
from seroclear.analysis.prepared import Prepared, prepare
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort

LIMITS = "exact (Clopper–Pearson) 95% limits"
FISHER = "Fisher's exact test"


def outcome_share(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'outcome_share': 'persons', 'events' and 'percent with outcome' for all ('')
    and each group; with two groups the 'p' of Fisher's test.

    Source: Clopper & Pearson, Biometrika 1934;26:404; Fisher, J R Stat Soc 1922;85:87.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`), or its outcome is a number.
    """
    if cohort.kind == "number":
        raise SeroclearError(
            f"Study '{cohort.study}': outcome_share needs an outcome that happens or not; "
            f"{cohort.outcome} is a number."
        )
    prepared = prepare(cohort)
    rows = [row for group in ("", *cohort.groups) for row in _of(prepared, group)]
    return [*rows, _fisher(prepared)] if len(cohort.groups) == 2 else rows


def _of(cohort: Prepared, group: str) -> list[Row]:
    members = cohort.members(group)
    n, events = int(members.sum()), int(cohort.outcome[members].sum())
    shared = {"group": group, "n": n, "events": events}
    rows = [
        cohort.row("outcome_share", estimate=name, value=float(count), **shared)
        for name, count in (("persons", n), ("events", events))
    ]
    shared |= {"estimate": "percent with outcome", "method": LIMITS}
    if n == 0:
        return [*rows, cohort.row("outcome_share", note="no persons in this group", **shared)]
    lower, upper = (100 * limit for limit in clopper_pearson(events, n))
    value = 100 * events / n
    return [*rows, cohort.row("outcome_share", value=value, lower=lower, upper=upper, **shared)]


def _fisher(cohort: Prepared) -> Row:
    from scipy.stats import fisher_exact

    table = []
    for group in cohort.cohort.groups:
        outcome = cohort.outcome[cohort.members(group)]
        table.append([int(outcome.sum()), int((~outcome).sum())])
    n, events = len(cohort), int(cohort.outcome.sum())
    p = float(fisher_exact(table).pvalue)
    return cohort.row("outcome_share", estimate="p", value=p, n=n, events=events, method=FISHER)
