"""Numbers small enough to check by hand, and properties of the maxima."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.difference import (
    category_difference,
    category_p,
    number_difference,
    number_p,
)
from seroclear.analysis.firth import firth_cox
from seroclear.analysis.limits import poisson, wilson
from seroclear.analysis.piecewise import fit_piecewise, profile_log_likelihood
from seroclear.analysis.piecewise_likelihood import (
    exposure,
    log_likelihood,
    windows,
)
from seroclear.analysis.published import durability
from seroclear.analysis.turnbull import _covered, _intersections, turnbull


def test_kaplan_meier_by_hand() -> None:
    curve = kaplan_meier_curve(np.array([1.0, 2, 2, 3]), np.array([True, True, False, False]))
    assert curve.survival.tolist() == [0.75, 0.5, 0.5]
    point = curve.at(2.5)
    assert (point.value, point.n, point.events) == (0.5, 1, 2)
    greenwood = math.sqrt(1 / (4 * 3) + 1 / (3 * 2))  # standard error of log S
    assert point.lower == pytest.approx(0.5 * math.exp(-1.959963984540054 * greenwood))


@pytest.mark.parametrize(
    ("time", "event", "median"),
    [
        ([1, 2, 3, 4], [1, 1, 0, 1], 3.0),  # rests at one half from 2 to 4
        ([1, 2, 3, 4], [1, 1, 1, 1], 2.5),
        ([1, 2, 3, 4], [1, 1, 0, 0], 3.0),  # rests there to the end
        ([1, 2, 3, 4], [1, 0, 0, 0], None),
        ([1, 2, 3], [1, 1, 1], 2.0),
    ],
)
def test_median_is_in_the_middle_of_a_rest_at_one_half(
    time: list[float], event: list[int], median: float | None
) -> None:
    # Expected: quantile(survfit(Surv(time, event) ~ 1), 0.5) in R survival 3.5-3.
    curve = kaplan_meier_curve(np.array(time, dtype=float), np.array(event, dtype=bool))
    assert curve.median()[0] == median


def test_limits_of_no_events() -> None:
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0
    assert poisson(0) == (0.0, pytest.approx(-math.log(0.025)))


def test_standardised_differences() -> None:
    a, b = np.array([1.0, 3.0]), np.array([3.0, 5.0])
    assert number_difference(a, b) == (pytest.approx(2 / math.sqrt(2)), "")
    assert number_difference(np.array([1.0, 1.0]), np.array([2.0, 2.0]))[0] == math.inf
    assert number_difference(a, np.array([]))[0] is None
    # Two levels: the difference of shares over the root of the mean variance.
    smd, _ = category_difference(np.array([2, 8]), np.array([5, 5]))
    assert smd == pytest.approx(0.3 / math.sqrt((0.16 + 0.25) / 2))
    assert category_difference(np.array([2, 2, 0, 0]), np.array([0, 0, 3, 1]))[0] == math.inf
    assert category_difference(np.array([4, 4, 0]), np.array([1, 1, 0]))[0] == 0.0


def test_p_values_that_cannot_be_computed_say_why() -> None:
    assert number_p([np.array([1.0, 1.0]), np.array([1.0])])[0] is None
    assert category_p(np.array([[3, 0], [4, 0]]))[2] == "the same for everyone"
    assert category_p(np.array([[3, 1]]))[2] == "one group: nothing to compare"


def test_innermost_windows() -> None:
    lower, upper = np.array([0.0, 1.0, 2.0, 3.0]), np.array([2.0, 4.0, np.inf, 3.0])
    start, end = _intersections(lower, upper)
    # (1, 2] is common to the first two; 3 is exact; nothing but the third reaches beyond 4.
    assert list(zip(start, end, strict=True)) == [(1.0, 2.0), (3.0, 3.0)]
    first, stop = _covered(lower, upper, start, end)
    assert list(zip(first, stop, strict=True)) == [(0, 1), (0, 2), (1, 2), (1, 2)]


def test_a_window_open_at_an_exact_time_does_not_hold_it() -> None:
    lower, upper = np.array([2.0, 2.0]), np.array([2.0, 5.0])
    start, end = _intersections(lower, upper)
    assert list(zip(start, end, strict=True)) == [(2.0, 2.0), (2.0, 5.0)]
    first, stop = _covered(lower, upper, start, end)
    assert list(zip(first, stop, strict=True)) == [(0, 1), (1, 2)]


def _visits(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    truth, last = random.exponential(4.0, n), random.uniform(0.5, 8.0, n)
    lower, upper = np.zeros(n), np.full(n, np.inf)
    for i in range(n):
        visits = np.cumsum(random.gamma(4.0, 0.1, 60))
        visits = visits[visits < last[i]]
        k = int(np.searchsorted(visits, truth[i]))
        lower[i] = visits[k - 1] if k else 0.0
        upper[i] = visits[k] if k < visits.size else np.inf
    return lower, upper


def test_turnbull_is_at_the_maximum() -> None:
    lower, upper = _visits(300, 7)
    estimate = turnbull(lower, upper)
    assert estimate is not None
    start, end = _intersections(lower, upper)
    inside = (start >= lower[:, None]) & (end <= upper[:, None])
    finite = np.isfinite(end)
    mass = np.append(estimate.mass, 1 - estimate.mass.sum()) if not finite.all() else estimate.mass
    likelihood = inside @ mass
    gradient = (inside / likelihood[:, None]).sum(axis=0) / lower.size
    # Kuhn–Tucker: no window would raise the likelihood; those with mass are level.
    assert gradient.max() <= 1 + 1e-6
    assert np.abs(gradient[mass > 1e-6] - 1).max() < 1e-4


def test_exposure_by_piece() -> None:
    assert exposure(np.array([0.5, 1.0, 2.5]), (1.0, 2.0)).tolist() == [
        [0.5, 0, 0],
        [1, 0, 0],
        [1, 1, 0.5],
    ]


def test_likelihood_of_windows_has_the_right_slope_and_curvature() -> None:
    lower, upper = _visits(40, 3)
    upper[:3] = lower[:3] = 0.7  # exact times too
    x = np.random.default_rng(1).normal(size=(40, 2))
    data = windows(lower, upper, x, (1.0, 2.5))
    theta = np.array([-1.5, -1.0, -2.0, 0.3, -0.2])
    _, gradient, hessian = log_likelihood(data, theta)
    for j in range(theta.size):
        step = np.zeros(theta.size)
        step[j] = 1e-5
        up, down = log_likelihood(data, theta + step), log_likelihood(data, theta - step)
        assert gradient[j] == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-6)
        assert hessian[j] == pytest.approx((up[1] - down[1]) / 2e-5, rel=1e-6, abs=1e-6)


def test_a_piece_without_events_has_hazard_zero() -> None:
    lower, upper = np.array([0.2, 0.1, 3.0, 4.0]), np.array([0.8, 0.9, np.inf, np.inf])
    fit = fit_piecewise(windows(lower, upper, np.empty((4, 0)), (1.0,)))
    assert fit is not None
    assert fit.theta[1] == -np.inf


def test_everybody_at_once_has_no_finite_maximum() -> None:
    lower, upper = np.zeros(3), np.array([0.5, 0.6, 0.7])
    assert fit_piecewise(windows(lower, upper, np.empty((3, 0)), ())) is None


def test_firth_of_two_persons_by_hand() -> None:
    # One event, one person left, x = +1 and -1: with w = exp(b)/(exp(b)+exp(-b)) the penalised
    # likelihood w sqrt(4 w (1-w)) is greatest at w = 3/4, so b = log(3)/2.
    fit = firth_cox(np.array([1.0, 2.0]), np.array([True, False]), np.array([[1.0], [-1.0]]))
    assert fit is not None
    assert fit.coefficient[0] == pytest.approx(math.log(3) / 2, abs=1e-9)


def test_published_figures() -> None:
    rows = durability()
    survival = {
        (r.group, r.time, r.stratum): (r.value, r.lower, r.upper)
        for r in rows
        if r.estimate == "survival"
    }
    assert survival["NA", 1.0, ""] == (0.96, 0.922, 0.999)
    assert survival["IFN", 3.0, ""] == (0.641, None, None)
    assert survival["IFN", 1.0, "Anti-HBs at loss: negative"] == (0.489, 0.251, 0.953)
    assert all(r.analysis == "published" and r.method for r in rows)


def test_a_profile_has_no_hole_where_a_hazard_leaves_zero() -> None:
    # The hazard after 3 years is 0 at the maximum and rises from 0 along the profile of the ratio.
    time = np.array([710, 120, 1207, 158, 80, 619, 270, 1323]) / 365.25
    seen = np.array([1, 0, 1, 1, 1, 0, 0, 0], dtype=bool)
    interferon = np.array([0, 1, 1, 0, 1, 0, 1, 0], dtype=float)
    x = ((interferon - interferon.mean()) / interferon.std())[:, None]
    data = windows(np.where(seen, time / 2, time), np.where(seen, time, np.inf), x, (1.0, 3.0))
    fit = fit_piecewise(data)
    assert fit is not None
    assert fit.theta[2] == -np.inf
    start = np.where(np.isfinite(fit.theta), fit.theta, -9.0)
    profile = []
    for effect in np.linspace(fit.theta[3], fit.theta[3] + 2, 81):
        start[3] = effect
        profile.append(profile_log_likelihood(data, start, held=3))
    assert None not in profile
    assert (np.diff(np.array(profile, dtype=float), 2) < 0).all()  # smooth and concave here
    assert profile[0] == pytest.approx(fit.loglik, abs=1e-9)
