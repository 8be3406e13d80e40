"""Do the groups differ? The log-rank test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats, Prepared, prepare
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort


class Comparison(NamedTuple):
    """A chi-square test between groups; `p` is None when `note` says why not."""

    chi_square: float | None
    degrees: int
    p: float | None
    expected: dict[str, float]
    note: str


def log_rank_test(
    time: Floats, event: Bools, group: NDArray[np.object_], groups: Sequence[str]
) -> Comparison:
    """Log-rank test with the hypergeometric variance (Mantel 1966), as R's survdiff.

    Args:
        time: years, shape (n,).
        event: whether the event happened at `time`, shape (n,).
        group: group of each person, shape (n,).
        groups: the groups to compare, in the order shown.
    """
    if not event.any():
        return _untested("no events: nothing to compare")
    present = informative_groups(time, event, group, groups)
    if len(present) < 2:
        return _untested("no two groups were at risk together when an event happened")
    import greenwood

    used = np.isin(group, present)
    test = greenwood.logrank_test(greenwood.Surv(time[used], event[used]), group=group[used])
    left = [name for name in groups if name not in present]
    note = f"without {', '.join(left)}: not at risk together with another group" if left else ""
    expected = {name: float(test.expected[name]) for name in present}
    return Comparison(float(test.statistic), int(test.df), float(test.p_value), expected, note)


def informative_groups(
    time: Floats, event: Bools, group: NDArray[np.object_], groups: Sequence[str]
) -> list[str]:
    """Groups at risk together with another at some event that did not take everybody at risk."""
    event_times = np.unique(time[event])
    n = _at_risk(time, event_times)
    survivors = n > [int((event & (time == t)).sum()) for t in event_times]
    found = []
    for name in groups:
        own = _at_risk(time[group == name], event_times)
        if ((own > 0) & (own < n) & survivors).any():
            found.append(name)
    return found


def _at_risk(time: Floats, at: Floats) -> NDArray[np.int_]:
    return len(time) - np.searchsorted(np.sort(time), at, side="left")


def log_rank(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'log_rank': 'observed' and 'expected' events by group, 'chi-square', 'p'.

    Competing events are censored.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`).
    """
    prepared = prepare(cohort)
    test = log_rank_test(prepared.time, prepared.outcome, prepared.group, cohort.groups)
    rows = []
    for group in cohort.groups:
        members = prepared.members(group)
        observed = int(prepared.outcome[members].sum())
        shared = {"group": group, "n": int(members.sum()), "events": observed}
        rows.append(prepared.row("log_rank", estimate="observed", value=float(observed), **shared))
        expected = test.expected.get(group)
        note = "" if expected is not None else test.note
        rows.append(
            prepared.row("log_rank", estimate="expected", value=expected, note=note, **shared)
        )
    return rows + comparison_rows(
        prepared, "log_rank", test, "log-rank test; competing events censored"
    )


def comparison_rows(
    cohort: Prepared,
    analysis: str,
    test: Comparison,
    method: str,
    n: int | None = None,
    events: int | None = None,
    **fields: str,
) -> list[Row]:
    """The rows 'chi-square' and 'p' of a test; over everybody unless `n` and `events` say."""
    if test.degrees:
        method = f"{method}; {test.degrees} degree{'s' if test.degrees > 1 else ''} of freedom"
    shared: dict[str, Any] = {
        "n": len(cohort) if n is None else n,
        "events": int(cohort.outcome.sum()) if events is None else events,
        "method": method,
        "note": test.note,
        **fields,
    }
    return [
        cohort.row(analysis, estimate="chi-square", value=test.chi_square, **shared),
        cohort.row(analysis, estimate="p", value=test.p, **shared),
    ]


def _untested(note: str) -> Comparison:
    return Comparison(None, 0, None, {}, note)
