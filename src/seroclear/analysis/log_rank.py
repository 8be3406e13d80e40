"""Do the groups differ? The log-rank test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats, Prepared, prepare
from seroclear.analysis.result import Row
from seroclear.analysis.risk_sets import aligned_rows, risk_sets
from seroclear.study.cohort import Cohort

RANK = 1e-10  # of the variance's trace; a direction with less has none


class Comparison(NamedTuple):
    """A chi-square test between groups; `p` is None when `note` says why not."""

    chi_square: float | None
    degrees: int
    p: float | None
    expected: dict[str, float]
    note: str


def log_rank_test(
    time: Floats,
    event: Bools,
    group: NDArray[np.object_],
    groups: Sequence[str],
    strata: NDArray[np.generic] | None = None,
    start: Floats | None = None,
) -> Comparison:
    """Log-rank test with the hypergeometric variance (Mantel 1966), as R's survdiff.

    Args:
        time: years, shape (n,).
        event: whether the event happened at `time`, shape (n,).
        group: group of each person, shape (n,).
        groups: the groups to compare, in the order shown.
        strata: groups are compared within equal values, shape (n,); default: all together.
        start: years from which the person is at risk, shape (n,); default: always.
    """
    if not event.any():
        return _untested("no events: nothing to compare")
    if start is not None:
        time, start = aligned_rows(time, start)
    tables = _tables(time, event, group, groups, strata, start)
    informative = tables.informative()
    if informative.sum() < 2:
        return _untested("no two groups were at risk together when an event happened")
    observed, expected, variance = tables.moments()
    present = np.flatnonzero(informative)
    excess = (observed - expected)[present]
    variance = variance[np.ix_(present, present)]
    # Groups never at risk together with the others leave more than one direction without variance.
    degrees = int(np.linalg.matrix_rank(variance, tol=RANK * float(np.trace(variance))))
    chi_square = float(excess @ np.linalg.pinv(variance, rcond=RANK, hermitian=True) @ excess)
    left = [name for name, told in zip(groups, informative, strict=True) if not told]
    note = f"without {', '.join(left)}: not at risk together with another group" if left else ""
    shown = {groups[g]: float(expected[g]) for g in map(int, present)}
    return Comparison(chi_square, degrees, _p(chi_square, degrees), shown, note)


def informative_groups(
    time: Floats, event: Bools, group: NDArray[np.object_], groups: Sequence[str]
) -> list[str]:
    """Groups at risk together with another at some event that did not take everybody at risk."""
    informative = _tables(time, event, group, groups, None, None).informative()
    return [name for name, told in zip(groups, informative, strict=True) if told]


class _Tables(NamedTuple):
    """Persons at risk and events at each event time, by group, each of shape (times, groups)."""

    at_risk: Floats
    events: Floats

    def informative(self) -> Bools:
        """Which groups were at risk with another at an event that did not take everybody."""
        n = self.at_risk.sum(axis=1, keepdims=True)
        survived = n > self.events.sum(axis=1, keepdims=True)
        told: Bools = ((self.at_risk > 0) & (self.at_risk < n) & survived).any(axis=0)
        return told

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Observed and expected events, and the variance of their difference."""
        n, d = self.at_risk.sum(axis=1), self.events.sum(axis=1)
        share = self.at_risk / n[:, None]
        spread = d * (n - d) / np.maximum(n - 1, 1)
        variance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
        return self.events.sum(axis=0), d @ share, variance


def _tables(
    time: Floats,
    event: Bools,
    group: NDArray[np.object_],
    groups: Sequence[str],
    strata: NDArray[np.generic] | None,
    start: Floats | None,
) -> _Tables:
    member = np.column_stack([group == name for name in groups]).astype(float)
    sets = risk_sets(time, event, start, strata)
    # Whole numbers, but for what delayed entry's differences leave in the last digit.
    return _Tables(np.rint(sets.at_risk(member)), sets.of_events(member))


def _p(chi_square: float, degrees: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(chi_square, degrees))


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
