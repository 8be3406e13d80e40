"""Regressions and exact methods say something true of thin data: a number, or none and why."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seroclear.analysis import proportion
from seroclear.analysis.balance import differences, effective_size, positivity
from seroclear.analysis.calibration import calibration
from seroclear.analysis.clone_censor import clone_censor_weight, risk_difference
from seroclear.analysis.clone_weights import Emulation
from seroclear.analysis.estimates import Estimates
from seroclear.analysis.evalue import e_value
from seroclear.analysis.exact_ratio import odds_ratio, rate_ratio
from seroclear.analysis.expression import fold_change
from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.gee import gee
from seroclear.analysis.imputation import impute
from seroclear.analysis.logistic import logistic, separated_columns
from seroclear.analysis.matching import nearest
from seroclear.analysis.mixed import mixed
from seroclear.analysis.multiplicity import benjamini_hochberg, holm
from seroclear.analysis.negative_control import systematic_error
from seroclear.analysis.pooling import pool
from seroclear.analysis.propensity import propensity, weighted_difference
from seroclear.analysis.rank import correlations, signed_rank
from seroclear.analysis.repeated_anova import repeated_anova
from seroclear.analysis.roc import auc, compare_auc, curve
from seroclear.analysis.tobit import tobit
from seroclear.analysis.tobit_mixed import tobit_mixed
from seroclear.errors import SeroclearError

AGE = np.array([40.0, 47, 43, 50, 46, 42, 49, 45])
DRUG = np.array([0.0, 1, 0, 1, 0, 1, 0, 1])
YES = np.array([1, 0, 1, 0, 0, 1, 1, 0], dtype=bool)
WHO = np.array([1, 1, 2, 2, 3, 3, 4, 4])
VISIT = DRUG
NOBODY = np.zeros(8, dtype=bool)
OBSERVED = np.zeros(8, dtype=int)


def said(estimates: Estimates, words: str) -> None:
    assert words in estimates.note
    assert np.isnan(estimates.coefficient).any()
    assert np.isnan(estimates.se[np.isnan(estimates.coefficient)]).all()


@pytest.mark.parametrize(
    ("event", "x", "words"),
    [
        (NOBODY, AGE, "no events"),
        (~NOBODY, AGE, "everybody has the outcome"),
        (YES, np.ones(8), "the same for everyone"),
        (YES, np.where(AGE > 47, np.nan, AGE), "unknown for some"),
        (NOBODY[:0], AGE[:0], "no persons"),
        (YES[:1], AGE[:1], "1 rows for 2 coefficients"),
        (AGE > 45, AGE, "separated"),
    ],
)
def test_logistic_says_why_not(event: np.ndarray, x: np.ndarray, words: str) -> None:
    said(logistic(event, x[:, None]).estimates, words)


def test_only_the_separating_column_is_lost() -> None:
    event = np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=bool)
    apart = np.array([1.0, 1, 0, 0, 0, 0, 0, 0])  # quasi-complete: only events where it is 1
    design = np.column_stack([np.ones(8), apart, AGE])
    assert separated_columns(event, design).tolist() == [False, True, False]
    fit = logistic(event, np.column_stack([apart, AGE]))
    assert fit.separated.tolist() == [False, True, False]
    assert np.isfinite(fit.estimates.coefficient[[0, 2]]).all()
    # The other columns are as without the rows that the separating column explains.
    alone = logistic(event[apart == 0], AGE[apart == 0][:, None])
    assert fit.estimates.coefficient[2] == pytest.approx(alone.estimates.coefficient[1], rel=1e-6)


def test_separation_by_a_group_shows_beside_a_covariate_that_does_not_separate() -> None:
    """The information of the direction that rises for ever is 0 to the last digit."""
    event = np.isin(np.arange(8), (1, 3, 5))
    age = np.array([40.0, 47, 43, 50, 46, 42, 49, 45])
    fit = logistic(event, np.column_stack([np.tile([0.0, 1.0], 4), age]))
    assert fit.separated.tolist() == [True, True, False]
    assert np.isnan(fit.estimates.coefficient[1])


def test_a_large_coefficient_is_not_separation() -> None:
    x = np.repeat([0.0, 1.0], 400)
    event = np.concatenate([np.arange(400) < 1, np.arange(400) < 399])
    fit = logistic(event, x[:, None])
    assert not fit.separated.any()
    assert fit.estimates.coefficient[1] == pytest.approx(2 * math.log(399))


def test_firth_is_finite_where_the_outcome_is_separated_or_absent() -> None:
    for event in (AGE > 45, NOBODY, ~NOBODY):
        assert np.isfinite(firth_logistic(event, AGE[:, None]).coefficient).all()
    said(firth_logistic(YES, np.ones((8, 1))), "the same for everyone")
    # One person alone in a level: half a person is added to both of its outcomes.
    alone = firth_logistic(np.arange(40) % 3 == 0, (np.arange(40) == 3)[:, None].astype(float))
    assert alone.coefficient.sum() == pytest.approx(math.log(1.5 / 0.5))
    # A 2x2 table: Firth's intercept-only estimate adds half a person to both outcomes.
    only = firth_logistic(np.arange(10) < 3, np.empty((10, 0)))
    assert only.coefficient[0] == pytest.approx(math.log(3.5 / 7.5))


def test_roc_of_one_outcome_and_of_perfect_scores() -> None:
    for outcome in (NOBODY, ~NOBODY):
        assert auc(AGE, outcome).value is None
        assert "with and without" in auc(AGE, outcome).note
        assert compare_auc(AGE, DRUG, outcome).p is None
        assert curve(AGE, outcome) is None
    perfect = auc(AGE, AGE > 45)
    assert (perfect.value, perfect.lower) == (1.0, None)
    assert "separates" in perfect.note
    assert auc(np.ones(8), YES).value == 0.5
    assert "alike" in compare_auc(AGE, 2 * AGE, YES).note
    assert auc(AGE, AGE == 43).lower is not None or auc(AGE, AGE == 43).note == ""


def test_roc_counts_a_score_at_the_threshold_as_positive() -> None:
    points = curve(np.array([1.0, 2, 2, 3]), np.array([False, False, True, True]))
    assert points is not None
    assert points.threshold.tolist() == [1, 2, 3]
    assert points.sensitivity.tolist() == [1, 1, 0.5]
    assert points.specificity.tolist() == [0, 0.5, 1]


def test_calibration_without_events() -> None:
    found = calibration(np.full(8, 0.2), NOBODY)
    assert math.isnan(found.slope[0])
    assert found.note == "no events"
    assert [part.observed.n for part in found.parts] == [1] * 8


@pytest.mark.parametrize("method", [proportion.exact, proportion.mid_p])
def test_shares_of_nobody_none_and_all(method) -> None:  # type: ignore[no-untyped-def]
    assert method(0, 0).value is None
    assert method(0, 0).note
    none, every = method(0, 20), method(20, 20)
    assert (none.lower, every.upper) == (0.0, 1.0)
    assert none.upper == pytest.approx(1 - every.lower)


def test_exact_limits_reach_the_tail_they_are_named_for() -> None:
    # 0 of n: the upper limit is where nobody of n happens in 2.5%.
    assert proportion.exact(0, 501).upper == pytest.approx(1 - 0.025 ** (1 / 501))
    assert proportion.mid_p(0, 501).upper == pytest.approx(1 - 0.05 ** (1 / 501))


def test_a_test_that_is_never_positive() -> None:
    found = proportion.diagnostic(NOBODY, YES)
    assert (found.sensitivity.value, found.specificity.value) == (0.0, 1.0)
    assert found.positive_value.value is None
    assert found.negative_value.value == 0.5


def test_ratios_with_empty_cells() -> None:
    assert odds_ratio(0, 0, 3, 4).value is None
    assert odds_ratio(0, 5, 0, 4).note
    assert (odds_ratio(0, 5, 5, 0).value, odds_ratio(5, 0, 0, 5).value) == (0.0, math.inf)
    assert rate_ratio(0, 10, 0, 20).note == "no events: nothing to compare"
    assert rate_ratio(1, 0, 1, 20).value is None
    assert rate_ratio(3, 10, 0, 20).value == rate_ratio(3, 10, 0, 20).upper == math.inf


def test_gee_of_measures_that_are_always_the_same() -> None:
    same = gee((np.arange(8) < 4).astype(float), DRUG[:, None], WHO, VISIT, "binomial")
    said(same.estimates, "tell each other")


def test_gee_says_why_not() -> None:
    x = DRUG[:, None]
    assert gee(YES.astype(float), AGE[:, None] * 0, WHO, VISIT).estimates.note
    for y in (NOBODY.astype(float), np.ones(8)):
        said(gee(y, x, WHO, VISIT, "binomial").estimates, "")
    said(gee(DRUG, x, WHO, VISIT, "binomial").estimates, "separated")
    said(gee(np.ones(8), x, WHO, VISIT).estimates, "same for everyone")
    once = gee(AGE, x, np.arange(8), VISIT)
    assert once.correlation == 0
    assert "8 persons" in once.estimates.note


def test_mixed_models_say_why_not() -> None:
    x = DRUG[:, None]
    said(mixed(np.ones(8), x, WHO).estimates, "same for everyone")
    said(mixed(AGE, x, np.ones(8)).estimates, "one person")
    said(mixed(AGE, x, np.arange(8)).estimates, "one measure a person")
    said(mixed(AGE, x, WHO, VISIT).estimates, "too few measures")
    said(tobit_mixed(AGE, OBSERVED, x, np.arange(8)).estimates, "one measure a person")
    said(tobit_mixed(AGE, OBSERVED - 1, x, WHO).estimates, "no value lies within")
    said(tobit(AGE, OBSERVED + 1, x).estimates, "no value lies within")
    said(tobit(np.ones(8), OBSERVED, x).estimates, "same for everyone")


def test_no_spread_between_persons_is_said() -> None:
    random = np.random.default_rng(5)
    y = np.tile([-1.0, 0.0, 1.0], 40) + 1e-3 * random.normal(size=120)
    who = np.repeat(np.arange(40), 3)
    found = mixed(y, random.normal(size=(120, 1)), who)
    assert "as 0" in found.estimates.note
    assert np.isfinite(found.estimates.se).all()
    censored = tobit_mixed(y, np.zeros(120, dtype=int), random.normal(size=(120, 1)), who)
    assert "as 0" in censored.estimates.note


def test_analysis_of_variance_needs_whole_persons() -> None:
    y = np.array([[1.0, 2, np.nan], [1, 2, 4], [2, 3, 3]])
    found = repeated_anova(y, np.array(["a", "a", "b"]))
    assert (found.persons, found.left_out, found.time.p) == (2, 1, None)
    assert "too few" in found.note
    flat = repeated_anova(np.tile([1.0, 2, 3], (4, 1)), np.array(["a", "a", "b", "b"]))
    assert flat.time.p is None
    assert flat.note


def test_propensity_needs_overlap() -> None:
    treated = AGE > 45
    assert "tells the groups apart" in propensity(treated, AGE[:, None]).note
    assert "one group" in propensity(NOBODY, AGE[:, None]).note
    assert np.isnan(propensity(treated, AGE[:, None]).score).all()
    assert weighted_difference(AGE, treated, np.where(treated, 1.0, 0.0)).value is None
    still = weighted_difference(np.ones(8), treated, np.ones(8))
    assert (still.value, still.lower) == (0.0, None)


def test_balance_of_groups_that_do_not_overlap() -> None:
    treated = np.array([True, True, False, False])
    x = np.column_stack([[1.0, 1, 0, 0], [2.0, 2, 2, 2], [0.0, 2, 1, 1]])
    assert differences(x, treated).tolist() == [math.inf, 0.0, 0.0]
    assert np.isnan(differences(x, np.zeros(4, dtype=bool))).all()
    assert effective_size(np.zeros(3)) == 0
    assert effective_size(np.ones(3)) == 3
    found = positivity(treated, np.array([0.9, 0.5, 0.5, 0.1]))
    assert (found.treated_outside, found.untreated_outside) == (1, 1)
    assert found.largest == 2.0


def test_matching_without_anybody_near() -> None:
    none = nearest(np.array([True, False]), np.array([3.0, -3.0]))
    assert (none.treated.size, none.unmatched) == (0, 1)
    assert nearest(np.zeros(3, dtype=bool), np.zeros(3)).unmatched == 0
    # Two treated, one control: the one with the higher log odds comes first.
    log_odds = np.array([0.0, 0.1, 0.05, -5.0])
    pair = nearest(np.array([True, True, False, False]), log_odds, caliper=1)
    assert (pair.treated.tolist(), pair.control.tolist(), pair.unmatched) == ([1], [2], 1)


def _emulation(start: list[float], event: list[int]) -> Emulation:
    n = len(start)
    baseline = np.linspace(-1, 1, n)[:, None]
    return Emulation(
        np.full(n, 2.0), np.array(event, bool), np.array(start), baseline, 0.5, 0.25, 8
    )


def test_an_emulation_nobody_can_follow() -> None:
    inf = math.inf
    nobody = clone_censor_weight(_emulation([inf] * 6, [1, 0] * 3))
    assert (nobody.start, nobody.note) == (
        None,
        "nobody followed beyond the grace period had started in it",
    )
    assert risk_difference(_emulation([inf] * 6, [1, 0] * 3), seed=1, resamples=3).note
    apart = clone_censor_weight(_emulation([inf] * 3 + [0.3] * 3, [1, 0] * 3))
    assert "starting within the grace period: the outcome is separated" in apart.note


def test_imputing_what_is_whole_or_unknowable() -> None:
    whole = np.column_stack([AGE, DRUG])
    assert (impute(whole, ("number", "binary"), seed=1, imputations=2) == whole).all()
    with pytest.raises(SeroclearError, match="Column 1"):
        impute(np.column_stack([AGE * np.nan, DRUG]), ("number", "binary"), seed=1)
    with pytest.raises(SeroclearError, match="other than 0 and 1"):
        impute(whole, ("binary", "binary"), seed=1)


def test_pooling_of_what_is_not_there() -> None:
    assert pool([0.1], [0.1]).value is None
    assert "no estimate" in pool([0.1, math.nan], [0.1, 0.1]).note
    alike = pool([0.5, 0.5], [0.04, 0.04])
    assert alike.upper == pytest.approx(0.5 + 1.959963984540054 * 0.2)
    assert alike.missing_information == 0


def test_multiplicity_ignores_tests_that_were_not_done() -> None:
    p = np.array([0.01, np.nan, 0.04])
    assert holm(p)[[0, 2]].tolist() == [0.02, 0.04]
    assert benjamini_hochberg(p)[[0, 2]].tolist() == [0.02, 0.04]
    assert np.isnan(holm(p)[1])
    assert holm(np.array([])).size == 0


def test_an_e_value_of_nothing_is_one() -> None:
    assert (e_value(1, 0.8, 1.2).value, e_value(1.5, 0.9, 2).limit) == (1.0, 1.0)


def test_correlations_over_few_pairs_are_unknown() -> None:
    half = np.where(np.arange(8) < 5, np.nan, AGE)
    found = correlations([AGE, half, np.ones(8)])
    assert np.isnan(found.coefficient[0, 1])
    assert np.isnan(found.p[2, 0])
    assert found.n.tolist() == [[8, 3, 8], [3, 3, 3], [8, 3, 8]]
    assert signed_rank(AGE, AGE)[0] is None


def test_fold_change_and_controls_need_enough() -> None:
    case = np.arange(8) < 1
    assert fold_change(AGE, AGE - 5, case).value is None
    still = fold_change(AGE, AGE - 5, np.arange(8) < 4)
    assert (still.value, still.lower) == (1.0, None)
    assert "do not vary" in still.note
    assert systematic_error(np.array([0.1, np.nan]), np.ones(2)).note == (
        "1 negative controls: at least 3"
    )
    alike = systematic_error(np.array([0.1, 0.1, 0.1]), np.ones(3))
    assert (alike.sd, alike.p(0.1, 1.0)) == (0.0, 1.0)
