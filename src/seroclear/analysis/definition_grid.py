"""How much the answer hangs on the definition: the main results under each one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seroclear.analysis.cox import group_hazard_ratios
from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.log_rank import comparison_rows, log_rank_test
from seroclear.analysis.prepared import prepare
from seroclear.analysis.result import Row
from seroclear.analysis.survival import survival_at
from seroclear.study.cohort import Cohort


def definition_grid(
    cohorts: Sequence[tuple[str, Cohort]], at: Sequence[float] = (1.0, 3.0)
) -> list[Row]:
    """Rows of analysis 'definition_grid', definition by definition in the order given.

    By group: 'persons', 'events', 'survival' at the times `at` (years). Between groups: the
    unadjusted 'hazard ratio' (level = the group, against the first) and the log-rank 'chi-square'
    and 'p'.

    Args:
        cohorts: a name for each definition, with the cohort made under it.
        at: years after time zero.

    Raises:
        SeroclearError: a cohort is inconsistent (see `prepare`).
    """
    return [row for name, cohort in cohorts for row in _rows(name, cohort, at)]


def _rows(name: str, cohort: Cohort, at: Sequence[float]) -> list[Row]:
    prepared = prepare(replace(cohort, definition=name))
    rows = []
    for group in cohort.arms:
        members = prepared.members(group)
        time, outcome = prepared.time[members], prepared.outcome[members]
        n, events = int(members.sum()), int(outcome.sum())
        for estimate, count in (("persons", n), ("events", events)):
            rows.append(
                prepared.row(
                    "definition_grid",
                    group=group,
                    estimate=estimate,
                    value=float(count),
                    n=n,
                    events=events,
                )
            )
        curve = kaplan_meier_curve(time, outcome)
        rows += survival_at(prepared, curve, at, "definition_grid", group=group)
    if len(cohort.groups) > 1:
        rows += group_hazard_ratios(prepared, "definition_grid")
    else:
        return rows
    test = log_rank_test(prepared.time, prepared.outcome, prepared.group, cohort.groups)
    method = "log-rank test; competing events censored"
    return rows + comparison_rows(prepared, "definition_grid", test, method)
