"""What must not change an estimate, and what the sums over risk sets are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seroclear.analysis.cox_kernel import cox_regression
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


# Strata whose hazards lie far apart; one of them is separated.
APART = [(0, 1, False, 0, 0)] * 6 + [(0, 1, True, 2, 2), (0, 1, True, 1, -2), (0, 1, False, 1, -3)]


@settings(deadline=None)
@given(rows, st.integers(0, 1))
@example(APART, 0)
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
