"""Laws of the difference of two proportions, for any counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from seroclear.trial.analysis import risk_difference
from seroclear.trial.analysis.risk_difference import Difference, mee, miettinen_nurminen, newcombe
from seroclear.trial.analysis.two_by_two import Arms


@st.composite
def arms(draw: st.DrawFn) -> Arms:
    n, m = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    return Arms(draw(st.integers(0, n)), n, draw(st.integers(0, m)), m)


def known(found: Difference) -> tuple[float, float, float, float]:
    assert found.value is not None
    assert found.lower is not None
    assert found.upper is not None
    assert found.p is not None
    return found.value, found.lower, found.upper, found.p


@settings(max_examples=300, deadline=None)
@given(arms())
def test_prop_test_and_limits_say_the_same(counts: Arms) -> None:
    for method in (miettinen_nurminen, mee):
        _, lower, upper, p = known(method(counts))
        if abs(p - 0.05) > 1e-9:
            assert (p < 0.05) == (not lower <= 0 <= upper)


@settings(max_examples=200, deadline=None)
@given(arms())
def test_prop_limits_hold_the_estimate_and_stay_possible(counts: Arms) -> None:
    for method in (miettinen_nurminen, mee):
        value, lower, upper, _ = known(method(counts))
        assert -1 <= lower <= value <= upper <= 1
    found = newcombe(counts)
    assert found.lower is not None
    assert found.upper is not None
    assert -1 - 1e-12 <= found.lower <= counts.difference <= found.upper <= 1 + 1e-12
    mn, plain = known(miettinen_nurminen(counts)), known(mee(counts))
    assert mn[1] <= plain[1] + 1e-9
    assert mn[2] >= plain[2] - 1e-9


@settings(max_examples=200, deadline=None)
@given(arms())
def test_prop_arms_changed_round_and_outcomes_turned_round(counts: Arms) -> None:
    value, lower, upper, p = known(miettinen_nurminen(counts))
    swapped = Arms(counts.events_control, counts.n_control, counts.events, counts.n)
    failures = Arms(
        counts.n - counts.events,
        counts.n,
        counts.n_control - counts.events_control,
        counts.n_control,
    )
    for other in (swapped, failures):
        assert known(miettinen_nurminen(other)) == pytest.approx(
            (-value, -upper, -lower, p), abs=1e-7
        )


@settings(max_examples=150, deadline=None)
@given(arms(), st.floats(-0.99, 0.99))
def test_prop_the_closed_solution_is_the_maximum_of_the_likelihood(
    counts: Arms, difference: float
) -> None:
    def minus_log_likelihood(control: float) -> float:
        treated = control + difference
        total = 0.0
        for events, n, share in (
            (counts.events, counts.n, treated),
            (counts.events_control, counts.n_control, control),
        ):
            for count, chance in ((events, share), (n - events, 1 - share)):
                if count:
                    total -= count * math.log(max(chance, 1e-300))
        return total

    found = risk_difference._constrained(counts, difference)
    best = minimize_scalar(
        minus_log_likelihood,
        bounds=(max(0.0, -difference), min(1.0, 1 - difference)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert minus_log_likelihood(found) <= best.fun + 1e-6
