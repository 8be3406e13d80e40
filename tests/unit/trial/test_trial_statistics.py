"""Statistics of two arms: published values, and the cases at which other programs break.

Golden values of limits: Newcombe, Stat Med 1998;17:873, tables of his examples (a) to (h), and the
same limits found by a second program (diff-binom-confint 0.1.0); stratified values: R's
mantelhaen.test and metafor 3.8.1.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.limits import clopper_pearson
from seroclear.errors import SeroclearError
from seroclear.trial.analysis.consort import ArmFlow, ConsortFlow
from seroclear.trial.analysis.exact_tests import boschloo, fisher
from seroclear.trial.analysis.missing_outcomes import imputed_difference, tipping_points
from seroclear.trial.analysis.relapse import time_to_relapse, window
from seroclear.trial.analysis.risk_difference import mee, miettinen_nurminen, newcombe
from seroclear.trial.analysis.stratified import (
    cochran_mantel_haenszel,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
)
from seroclear.trial.analysis.two_by_two import Arms, strata

LIMITS = [
    ((56, 70, 48, 80), (0.0528, 0.3382), (0.0533, 0.3377), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1700, 0.8406), (0.1821, 0.8370), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0342, 0.8534), (0.0544, 0.8478), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0326, 0.1933), (-0.0313, 0.1926), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1658, 0.2844), (-0.1611, 0.2775), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2879, 0.2879), (-0.2775, 0.2775), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.7156, 1), (0.7225, 1), (0.6791, 1)),
    ((10, 10, 0, 10), (0.6636, 1), (0.6777, 1), (0.6075, 1)),
    ((66, 66, 60, 66), (0.0330, 0.1849), (0.0334, 0.1845), (0.0175, 0.1845)),
    ((66, 66, 66, 66), (-0.0554, 0.0554), (-0.0550, 0.0550), (-0.0550, 0.0550)),
    ((60, 66, 47, 66), (0.0659, 0.3294), (0.0664, 0.3288), (0.0635, 0.3250)),
]
SIX_FIGURES = [
    ((56, 70, 48, 80), 0.052830, 0.338173),
    ((9, 10, 3, 10), 0.170025, 0.840650),
    ((66, 66, 60, 66), 0.033035, 0.184931),
    ((66, 66, 66, 66), -0.055399, 0.055399),
    ((60, 66, 47, 66), 0.065887, 0.329353),
]
STRATA = [Arms(20, 22, 15, 22), Arms(22, 23, 16, 22), Arms(18, 21, 16, 22)]
EMPTY_ARM = [Arms(5, 9, 0, 0), Arms(0, 0, 3, 4), Arms(0, 0, 0, 0)]


@pytest.mark.parametrize(("counts", "score", "without", "wilson"), LIMITS)
def test_golden_limits_of_the_difference(
    counts: tuple[int, int, int, int],
    score: tuple[float, float],
    without: tuple[float, float],
    wilson: tuple[float, float],
) -> None:
    arms = Arms(*counts)
    for found, golden in (
        (miettinen_nurminen(arms), score),
        (mee(arms), without),
        (newcombe(arms), wilson),
    ):
        assert (found.lower, found.upper) == pytest.approx(golden, abs=0.5001e-4)


@pytest.mark.parametrize(("counts", "lower", "upper"), SIX_FIGURES)
def test_golden_miettinen_nurminen_to_six_figures(
    counts: tuple[int, int, int, int], lower: float, upper: float
) -> None:
    found = miettinen_nurminen(Arms(*counts))
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.5001e-6)


def test_golden_stratified() -> None:
    plain = cochran_mantel_haenszel(STRATA)
    assert plain.statistic == pytest.approx(8.116557, abs=5e-7)
    assert plain.p == pytest.approx(0.004386279, abs=5e-10)
    assert cochran_mantel_haenszel(STRATA, continuity=True).p == pytest.approx(
        0.008566236, abs=5e-10
    )
    ratio = mantel_haenszel_odds_ratio(STRATA)
    assert (ratio.value, ratio.lower, ratio.upper) == pytest.approx(
        (4.00565, 1.481326, 10.831667), abs=5e-6
    )
    difference = mantel_haenszel_difference(STRATA)
    assert (difference.value, difference.se) == pytest.approx((0.19622296, 0.06611928), abs=5e-9)
    assert (difference.lower, difference.upper) == pytest.approx((0.0666316, 0.3258144), abs=5e-8)


def test_golden_exact() -> None:
    assert clopper_pearson(66, 66) == pytest.approx((0.9456412, 1), abs=5e-8)
    assert clopper_pearson(60, 66) == pytest.approx((0.8125573, 0.9659029), abs=5e-8)
    found = fisher(Arms(60, 66, 47, 66))
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (4.000884, 1.396094, 13.242229), rel=5e-5
    )  # R seeks the roots to four figures
    assert found.p == pytest.approx(0.006835161, abs=5e-10)


@pytest.mark.parametrize("empty", EMPTY_ARM)
def test_a_stratum_with_an_empty_arm_changes_nothing(empty: Arms) -> None:
    for method in (
        cochran_mantel_haenszel,
        mantel_haenszel_difference,
        mantel_haenszel_odds_ratio,
    ):
        assert method([*STRATA, empty]) == method(STRATA)


def test_strata_in_which_nothing_varies() -> None:
    same = [Arms(5, 5, 5, 5), Arms(9, 9, 7, 7)]
    assert cochran_mantel_haenszel(same).p is None
    assert "no difference seen" in cochran_mantel_haenszel(same).note
    assert mantel_haenszel_difference(same).value == 0
    assert mantel_haenszel_odds_ratio(same).value is None
    for method in (
        cochran_mantel_haenszel,
        mantel_haenszel_difference,
        mantel_haenszel_odds_ratio,
    ):
        assert "nothing to compare" in method([]).note


def test_an_unknown_stratum_is_an_error_and_no_stratum_of_its_own() -> None:
    yes = np.array([True, False, True])
    with pytest.raises(SeroclearError, match="the stratum of 1 persons is unknown"):
        strata(yes, yes, np.array(["a", "", "b"], dtype=object))
    found = strata(yes, yes, np.array(["b", "a", "b"], dtype=object))
    assert found == {"a": Arms(0, 0, 0, 1), "b": Arms(2, 2, 0, 0)}


@pytest.mark.parametrize("counts", [(0, 66, 0, 66), (66, 66, 66, 66), (0, 0, 3, 5), (0, 5, 0, 0)])
def test_nothing_to_see_is_no_error(counts: tuple[int, int, int, int]) -> None:
    arms = Arms(*counts)
    found = miettinen_nurminen(arms)
    assert found.p in (1.0, None)
    assert boschloo(arms).p == found.p
    assert fisher(arms).p is None
    assert (found.value is None) == (newcombe(arms).value is None) == bool(found.note)


def test_impossible_counts_are_an_error() -> None:
    with pytest.raises(SeroclearError, match="67 events of 66 persons"):
        Arms(67, 66, 1, 2)


def test_the_sign_of_the_test_is_that_of_the_difference() -> None:
    better, worse = Arms(60, 66, 47, 66), Arms(47, 66, 60, 66)
    for method in (miettinen_nurminen, mee):
        assert method(better).z == pytest.approx(-(method(worse).z or 0))
        assert (method(better).z or 0) > 0
        assert method(better).p == pytest.approx(method(worse).p)
    assert (
        (cochran_mantel_haenszel([better]).z or 0) > 0 > (cochran_mantel_haenszel([worse]).z or 0)
    )


def test_one_stratum_is_no_stratum() -> None:
    arms = Arms(60, 66, 47, 66)
    assert mantel_haenszel_difference([arms]).value == pytest.approx(arms.difference)
    assert mantel_haenszel_odds_ratio([arms]).value == pytest.approx(60 * 19 / (6 * 47))
    # The Mantel-Haenszel chi-square of one table is the N-1 chi-square of the score test.
    assert cochran_mantel_haenszel([arms]).z == pytest.approx(miettinen_nurminen(arms).z)


def test_boschloo_is_no_weaker_than_fisher() -> None:
    for counts in ((60, 66, 47, 66), (66, 66, 60, 66), (9, 10, 3, 10)):
        found = boschloo(Arms(*counts)).p
        exact = fisher(Arms(*counts)).p
        assert found is not None
        assert exact is not None
        assert found <= exact + 1e-9


def test_golden_firth_where_an_arm_has_only_successes() -> None:
    sustained = np.array([True] * 66 + [True] * 60 + [False] * 6)
    treated = np.repeat([1.0, 0.0], 66)[:, None]
    found = firth_logistic(sustained, treated)
    assert found.coefficient[1] == pytest.approx(2.66, abs=0.005)
    assert math.isfinite(found.upper[1])


def test_imputation_leaves_a_whole_trial_as_it_is() -> None:
    treated = np.arange(132) % 2 == 0
    outcome = (np.arange(132) % 5 != 0).astype(float)
    found = imputed_difference(outcome, treated, np.zeros((132, 0)), [], seed=1)
    difference = outcome[treated].mean() - outcome[~treated].mean()
    assert found.value == pytest.approx(difference)
    assert found.missing_information == pytest.approx(0)


def test_imputation_recovers_what_missing_by_a_covariate_hides() -> None:
    random = np.random.default_rng(5)
    n = 4000
    treated = np.arange(n) % 2 == 0
    sick = random.random(n) < 0.5
    success = random.random(n) < np.where(sick, 0.4, 0.9) + 0.1 * treated * ~sick
    missing = random.random(n) < np.where(sick & treated, 0.6, 0.0)
    outcome = np.where(missing, np.nan, success)
    complete = np.nanmean(outcome[treated]) - np.nanmean(outcome[~treated])
    truth = success[treated].mean() - success[~treated].mean()
    found = imputed_difference(outcome, treated, sick[:, None].astype(float), ["binary"], seed=2)
    assert found.value is not None
    assert abs(found.value - truth) < 0.03 < abs(complete - truth)
    again = imputed_difference(outcome, treated, sick[:, None].astype(float), ["binary"], seed=2)
    assert again == found


def test_tipping_points() -> None:
    grid = tipping_points(Arms(54, 60, 42, 61), 6, 5)
    assert grid.p.shape == (7, 6)
    assert grid.p[0, 0] == pytest.approx(miettinen_nurminen(Arms(54, 66, 42, 66)).p)
    assert grid.p[6, 5] == pytest.approx(miettinen_nurminen(Arms(60, 66, 47, 66)).p)
    assert not grid.always
    assert not grid.never
    least = [grid.least_successes(j) or 0 for j in range(6)]
    assert least == sorted(least)  # the better the control's missing did, the more it takes
    assert tipping_points(Arms(66, 66, 30, 60), 0, 6).always
    assert tipping_points(Arms(30, 60, 50, 60), 6, 6).never


def test_a_window_of_relapse_is_what_the_visits_saw() -> None:
    assert window([0, 28, 56], [False, False, True]) == (28, 56)
    assert window([0, 28, 56, 84], [False, True, False, True]) == (0, 28)
    assert window([0, 28], [False, False]) == (28, math.inf)
    assert window([], []) == (0, math.inf)


def test_time_to_relapse_recovers_a_hazard_ratio() -> None:
    random = np.random.default_rng(3)
    n = 2000
    treated = np.arange(n) % 2 == 0
    time = random.exponential(np.where(treated, 1200.0, 600.0))
    lower = np.floor(time / 28) * 28
    upper = lower + 28
    upper[lower >= 336] = np.inf
    lower = np.minimum(lower, 336)
    rows = time_to_relapse(lower, upper, treated)
    (ratio,) = [row for row in rows if row.estimate == "hazard ratio"]
    assert ratio.value == pytest.approx(0.5, abs=0.07)
    survival = [row for row in rows if row.estimate == "survival" and row.group == "HBIG"]
    assert survival[-1].value == pytest.approx(math.exp(-336 / 1200), abs=0.03)
    with pytest.raises(SeroclearError, match="ends before it begins"):
        time_to_relapse(upper, lower, treated)


def _flow(**changes: object) -> ConsortFlow:
    arm = ArmFlow("A", 66, 65, {"withdrew": 1}, {"moved": 4}, {}, 66, {}, 4)
    parts: dict[str, object] = {
        "assessed": 200,
        "not_eligible": {"BMI": 50},
        "declined": {"declined": 18},
        "randomised": 132,
        "arms": (arm, ArmFlow("B", 66, 66, {}, {}, {}, 66)),
    }
    return ConsortFlow(**{**parts, **changes})  # type: ignore[arg-type]


def test_the_arithmetic_of_consort_is_checked() -> None:
    assert _flow().randomised == 132
    with pytest.raises(SeroclearError, match=r"assessed for eligibility: 201.*= 200"):
        _flow(assessed=201)
    with pytest.raises(SeroclearError, match=r"randomised: 132.*66 \+ 65 = 131"):
        _flow(arms=(ArmFlow("A", 66, 66, analysed=66), ArmFlow("B", 65, 65, analysed=65)))
    for wrong, sentence in (
        (ArmFlow("A", 66, 66, {"withdrew": 1}, analysed=66), "received and not received"),
        (ArmFlow("A", 66, 66, analysed=65), "analysed and excluded"),
        (ArmFlow("A", 66, 66, {}, {"moved": 4}, analysed=66), "4 lost to follow-up, but 0"),
        (ArmFlow("A", 66, 66, {"a": 1, "b": -1}, analysed=66), "a count is below 0"),
    ):
        with pytest.raises(SeroclearError, match=sentence):
            _flow(arms=(wrong, ArmFlow("B", 66, 66, analysed=66)))


def test_the_diagram_holds_every_number_and_is_the_same_twice() -> None:
    from seroclear.trial.analysis.consort_figure import consort_figure

    first, second = consort_figure(_flow()), consort_figure(_flow())
    assert first.svg == second.svg
    assert first.png == second.png
