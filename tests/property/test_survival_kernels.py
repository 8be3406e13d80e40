"""What must not change an estimate, and what the sums over risk sets are."""

from __future__ import annotations

from itertools import pairwise

import greenwood
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.estimates import independent, plainly_independent
from seroclear.analysis.incidence import cumulative_incidence, grays_chi_square
from seroclear.analysis.log_rank import informative_groups
from seroclear.analysis.logistic import logistic
from seroclear.analysis.risk_sets import aligned, risk_sets
from seroclear.analysis.turnbull import turnbull

rows = st.lists(
    st.tuples(
        st.integers(0, 8),  # begins
        st.integers(1, 6),  # lasts
        st.booleans(),  # event
        st.integers(0, 2),  # stratum
        st.integers(-3, 3),  # covariate
    ),
    min_size=1,
    max_size=25,
)


def columns(lines: list[tuple[int, int, bool, int, int]]) -> tuple[np.ndarray, ...]:
    start, last, event, stratum, x = (np.array(column) for column in zip(*lines, strict=True))
    return start.astype(float), (start + last).astype(float), event, stratum, x.astype(float)


@given(rows)
def test_sums_over_risk_sets_are_those_of_the_definition(
    lines: list[tuple[int, int, bool, int, int]],
) -> None:
    start, stop, event, stratum, x = columns(lines)
    sets = risk_sets(stop, event, start, stratum)
    wide = np.column_stack([x, np.ones_like(x)])
    lived = np.arange(sets.time.size, dtype=float) + 1
    codes = np.unique(stratum, return_inverse=True)[1]
    at_risk = (
        (codes == sets.stratum[:, None])
        & (start < sets.time[:, None])
        & (stop >= sets.time[:, None])
    )
    np.testing.assert_allclose(sets.at_risk(wide), at_risk @ wide, atol=1e-9)
    np.testing.assert_allclose(sets.while_at_risk(lived), lived @ at_risk, atol=1e-9)
    found = {(s, t) for s, t in zip(sets.stratum, sets.time, strict=True)}
    assert found == {(codes[k], stop[k]) for k in np.flatnonzero(event)}


@given(rows)
@example([(0, 1, False, 0, 0), (1, 1, False, 0, 3), (0, 1, True, 0, -3)])
def test_sums_of_values_far_apart_lose_none(
    lines: list[tuple[int, int, bool, int, int]],
) -> None:
    start, stop, event, stratum, x = columns(lines)
    sets = risk_sets(stop, event, start, stratum)
    highest, _ = sets.highest(10 * x)  # of each stratum, as a likelihood scales them
    values = 10.0 ** np.minimum(10 * x - highest, 0)
    codes = np.unique(stratum, return_inverse=True)[1]
    at_risk = (
        (codes == sets.stratum[:, None])
        & (start < sets.time[:, None])
        & (stop >= sets.time[:, None])
    )
    total = at_risk @ values
    np.testing.assert_allclose(sets.at_risk(values, exact=True), total, rtol=1e-12)
    lived = 10.0 ** (10 * np.cos(np.arange(sets.time.size)))
    np.testing.assert_allclose(
        sets.while_at_risk(lived, exact=True), lived @ at_risk, rtol=1e-12, atol=0
    )
    if not sets.cancels(values, sets.at_risk(values)):
        np.testing.assert_allclose(sets.at_risk(values), total, rtol=1e-5)


# Strata whose hazards lie far apart; one of them is separated.
APART = [(0, 1, False, 0, 0)] * 6 + [(0, 1, True, 2, 2), (0, 1, True, 1, -2), (0, 1, False, 1, -3)]

# Of one stratum the row with the highest hazard enters after the only event.
LATE = [(0, 1, False, 0, 0)] * 3 + [(0, 1, False, 1, 0), (1, 1, False, 1, 3), (0, 1, True, 1, 1)]

# The last at risk in one stratum has a tiny hazard; another stratum comes after it.
LAST = [(0, 1, False, 0, 0)] * 2 + [(0, 1, True, 1, 0), (8, 2, True, 1, 1), (1, 1, False, 1, 0)]
LAST += [(3, 6, True, 1, 0), (0, 1, True, 2, 0)]


@settings(deadline=None)
@given(rows, st.integers(0, 1))
@example(APART, 0)
@example(LAST, 0)
@example(LATE, 0)
def test_a_row_may_be_cut_in_two(lines: list[tuple[int, int, bool, int, int]], kind: int) -> None:
    start, stop, event, stratum, x = columns(lines)
    ties = ("efron", "breslow")[kind]
    whole = cox_regression(stop, event, x[:, None], start=start, strata=stratum, ties=ties)
    middle = (start + stop) / 2
    cut = cox_regression(
        np.concatenate([middle, stop]),
        np.concatenate([np.zeros_like(event), event]),
        np.concatenate([x, x])[:, None],
        start=np.concatenate([start, middle]),
        strata=np.concatenate([stratum, stratum]),
        cluster=np.tile(np.arange(x.size), 2),
        ties=ties,
    )
    robust = cox_regression(
        stop, event, x[:, None], start=start, strata=stratum, robust=True, ties=ties
    )
    assert cut.notes == whole.notes
    np.testing.assert_allclose(cut.coefficient, whole.coefficient, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(cut.se, robust.se, rtol=1e-6, atol=1e-8)


def test_times_that_differ_by_rounding_are_equal() -> None:
    times = aligned(np.array([70 + 13 / 12, 71 + 1 / 12, 71.5]))
    assert times[0] == times[1] < times[2]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 9)), min_size=1, max_size=25
    )  # lower end, and years to the upper one; 9: never seen
)
def test_turnbull_is_no_lower_than_what_em_reaches(windows: list[tuple[int, int]]) -> None:
    lower = np.array([low for low, _ in windows], dtype=float)
    upper = np.array([np.inf if more == 9 else low + more for low, more in windows], dtype=float)
    found = turnbull(lower, upper)
    assert found is not None
    ends = np.unique(np.concatenate([lower, upper]))
    # Mass on single times and on the gaps between them; EM from equal shares.
    points = [(e, e) for e in ends if np.isfinite(e)]
    gaps = [*pairwise(ends), (ends[-1], np.inf)]
    cells = np.array(points + [gap for gap in gaps if gap[0] < gap[1]])
    begin, end = cells[:, 0], cells[:, 1]
    exact = (lower == upper)[:, None]
    point = begin == end
    inside = np.where(
        exact,
        point & (begin == lower[:, None]),
        np.where(point, begin > lower[:, None], begin >= lower[:, None]) & (end <= upper[:, None]),
    ).astype(float)
    mass = np.full(len(cells), 1 / len(cells))
    for _ in range(500):
        mass = mass * (inside / (inside @ mass)[:, None]).mean(axis=0)
    rest = 1 - found.mass.sum()
    covered = np.array(
        [
            found.mass[
                (found.start == low) & (found.end == low)
                if low == high
                else (found.start >= low)
                & (found.end <= high)
                & ~((found.start == low) & (found.end == low))
            ].sum()
            + (rest if np.isinf(high) else 0.0)
            for low, high in zip(lower, upper, strict=True)
        ]
    )
    assert np.log(covered).sum() >= np.log(inside @ mass).sum() - 1e-5


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40
    )
)
def test_incidence_with_a_competing_event_is_greenwood_s(
    persons: list[tuple[int, int, int]],
) -> None:
    years, code, arm = (np.array(column) for column in zip(*persons, strict=True))
    time, outcome, competing = years.astype(float), code == 1, code == 2
    group = np.array(["a", "b", "c"], dtype=object)[arm]
    states = ["censored", "outcome", "competing"]
    event = pa.DictionaryArray.from_arrays(pa.array(code, type=pa.int8()), states)
    response = greenwood.Surv(time, pa.chunked_array([event]))
    table = greenwood.AalenJohansen(conf_type="log-log").fit(response)._table_columns()
    chosen = np.array(table["cause"]) == "outcome"
    found = cumulative_incidence(time, outcome, competing)
    for name, ours in zip(
        ("time", "estimate", "conf_low", "conf_high"),
        (found.time, found.value, found.lower, found.upper),
        strict=True,
    ):
        theirs = np.array(table[name], dtype=float)[chosen]
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)
    present = informative_groups(time, outcome, group, ("a", "b", "c"))
    used = np.isin(group, present)
    if len(present) < 2:
        return
    response = greenwood.Surv(time[used], pa.chunked_array([event.filter(pa.array(used))]))
    with np.errstate(all="ignore"):
        test = greenwood.grays_test(response, group=group[used], cause="outcome")
    chi_square = grays_chi_square(time[used], outcome[used], competing[used], group[used], present)
    assert chi_square == pytest.approx(test.statistic, rel=1e-7)


def test_columns_that_nearly_follow_from_others_are_decided_by_the_rows() -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=(200, 2))
    assert plainly_independent(x.T @ x)
    near = np.column_stack([x, x.sum(axis=1) + 1e-5 * random.normal(size=200)])
    assert not plainly_independent(near.T @ near)  # too near to tell from sums, but not the same
    assert independent(near) == [0, 1, 2]
    assert independent(np.column_stack([x, x.sum(axis=1)])) == [0, 1]
    assert not plainly_independent(np.zeros((1, 1)))


def test_a_fit_that_starts_elsewhere_ends_at_the_same_maximum() -> None:
    random = np.random.default_rng(5)
    x = random.normal([50, 0], [10, 1], (400, 2))
    event = random.random(400) < 1 / (1 + np.exp(-(x[:, 0] - 50) / 10))
    zero = logistic(event, x).estimates
    near = logistic(event, x, start=0.9 * zero.coefficient).estimates
    np.testing.assert_allclose(near.coefficient, zero.coefficient, rtol=1e-11)
    np.testing.assert_allclose(near.se, zero.se, rtol=1e-10)
