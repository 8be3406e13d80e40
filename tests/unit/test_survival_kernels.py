"""Regression of arrays where there is too little to estimate from: words, never a silent nan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seroclear.analysis.aft import AftFit, aft_regression
from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.cox_maximum import CoxFit
from seroclear.analysis.fine_gray import fine_gray
from seroclear.analysis.log_rank import log_rank_test
from seroclear.analysis.restricted_mean import restricted_mean
from seroclear.errors import SeroclearError

TIME = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
EVENT = np.array([1, 0, 1, 1, 0, 1, 0, 1], dtype=bool)
AGE = np.array([40.0, 47.0, 43.0, 50.0, 46.0, 42.0, 49.0, 45.0])
OTHER = np.array([46.0, 47.0, 40.0, 50.0, 43.0, 42.0, 49.0, 45.0])
GROUP = np.array([0.0, 1.0] * 4)
NONE = np.zeros(8, dtype=bool)
pytestmark = pytest.mark.filterwarnings("error")


def cox(event: np.ndarray, *columns: np.ndarray, **options: Any) -> CoxFit:
    return cox_regression(TIME, event, np.column_stack(columns), **options)


def subdistribution(event: np.ndarray, *columns: np.ndarray) -> CoxFit:
    cause = np.where(event, 1, np.where(np.arange(8) == 1, 2, 0))
    return fine_gray(TIME, cause, np.column_stack(columns))


def weibull(event: np.ndarray, *columns: np.ndarray) -> AftFit:
    upper = np.where(event, TIME, np.inf)
    return aft_regression(0.8 * TIME, upper, np.column_stack(columns))


FITS: list[Callable[..., CoxFit | AftFit]] = [cox, subdistribution, weibull]


def said(fit: CoxFit | AftFit) -> list[bool]:
    """Of each column: a note and no number, or numbers and no note."""
    known = np.isfinite([fit.coefficient, fit.se, fit.lower, fit.upper, fit.p])
    return [
        bool(not numbers.any() if note else numbers.all())
        for note, numbers in zip(fit.notes, known.T, strict=True)
    ]


SEPARATED = np.where(GROUP == 1, False, [1, 0, 1, 0, 1, 0, 1, 0]).astype(bool)
ONE = np.arange(8) == 2


@pytest.mark.parametrize("fit", FITS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("event", "columns", "words"),
    [
        (NONE, (AGE, GROUP), ("no events", "no events")),
        (SEPARATED, (OTHER, GROUP), ("", "separated")),
        (EVENT, (AGE, np.full(8, 3.7)), ("", "does not vary")),
        (EVENT, (AGE, 2 * AGE - 3), ("", "determined by")),
        (EVENT, (AGE, np.zeros(8)), ("", "does not vary")),
        (EVENT, (AGE, GROUP), ("", "")),
    ],
    ids=["no events", "separation", "constant", "collinear", "zero", "enough"],
)
def test_every_column_has_numbers_or_words(
    fit: Callable[..., CoxFit | AftFit],
    event: np.ndarray,
    columns: tuple[np.ndarray, ...],
    words: tuple[str, ...],
) -> None:
    fitted = fit(event, *columns)
    assert all(said(fitted))
    for note, word in zip(fitted.notes, words, strict=True):
        assert word in note
        assert bool(word) == bool(note)


@pytest.mark.parametrize("fit", FITS, ids=lambda f: f.__name__)
def test_one_event_gives_numbers_or_words(fit: Callable[..., CoxFit | AftFit]) -> None:
    assert all(said(fit(ONE, AGE)))
    assert all(said(fit(ONE, GROUP)))


def test_all_events_at_one_time() -> None:
    fitted = cox_regression(np.full(8, 2.0), EVENT, np.column_stack([AGE]))
    assert all(said(fitted))


def test_strata_without_events_or_company_tell_nothing() -> None:
    alone = cox(EVENT, AGE, strata=np.arange(8))
    assert alone.notes == ("does not vary among those at risk together",)
    strata = np.repeat(["a", "b"], 4)
    both = cox(EVENT & (strata == "a"), AGE, strata=strata)
    first = cox_regression(TIME[:4], EVENT[:4], AGE[:4, None])
    np.testing.assert_allclose(both.coefficient, first.coefficient, rtol=1e-10)
    np.testing.assert_allclose(both.se, first.se, rtol=1e-10)


def test_nobody_at_all() -> None:
    empty = np.empty(0)
    fitted = cox_regression(empty, empty.astype(bool), np.empty((0, 2)))
    assert fitted.notes == ("no events", "no events")
    assert fine_gray(empty, empty.astype(int), np.empty((0, 1))).notes == ("no events",)
    assert aft_regression(empty, empty, np.empty((0, 1))).note == "no events"
    assert restricted_mean(empty, empty.astype(bool), 1.0).note == "no persons in this group"


def test_rows_of_weight_0_are_not_there() -> None:
    weight = np.where(np.arange(8) == 3, 0.0, 1.0)
    without = np.arange(8) != 3
    left = cox_regression(TIME[without], EVENT[without], AGE[without, None])
    fitted = cox(EVENT, AGE, weights=weight)
    np.testing.assert_allclose(fitted.coefficient, left.coefficient, rtol=1e-10)
    np.testing.assert_allclose(fitted.se, left.se, rtol=1e-10)


def test_everybody_enters_after_the_events_before_them() -> None:
    """Delayed entry such that each event finds its own row alone at risk."""
    fitted = cox(EVENT, AGE, start=TIME - 1)
    assert fitted.notes == ("does not vary among those at risk together",)
    test = log_rank_test(
        TIME, EVENT, np.where(GROUP == 1, "a", "b").astype(object), ("a", "b"), start=TIME - 1
    )
    assert test.p is None
    assert test.note == "no two groups were at risk together when an event happened"


def test_without_competing_events_fine_gray_is_cox() -> None:
    plain = cox(EVENT, AGE, GROUP, ties="breslow")
    same = fine_gray(TIME, EVENT.astype(int), np.column_stack([AGE, GROUP]))
    np.testing.assert_allclose(same.coefficient, plain.coefficient, rtol=1e-9)
    np.testing.assert_allclose(same.naive_se, plain.naive_se, rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": TIME}, "a row ends before or when it begins"),
        ({"weights": np.full(8, -1.0)}, "a case weight is negative"),
        ({"weights": np.ones(7)}, "'weights' has 7 rows"),
        ({"start": np.full(8, np.nan)}, "'start' holds a value that is not a finite number"),
        ({"cluster": np.arange(3)}, "'cluster' has 3 rows"),
    ],
)
def test_wrong_rows_are_refused(options: dict[str, np.ndarray], words: str) -> None:
    with pytest.raises(SeroclearError, match=words):
        cox(EVENT, AGE, **options)


def test_unknown_covariates_are_refused() -> None:
    with pytest.raises(SeroclearError, match="'x' holds a value that is not a finite number"):
        cox(EVENT, np.where(AGE == 40, np.nan, AGE))
    with pytest.raises(SeroclearError, match="covariate or weight is not a finite number"):
        weibull(EVENT, np.where(AGE == 40, np.nan, AGE))


def test_windows_that_make_no_sense_are_refused() -> None:
    x = np.empty((1, 0))
    with pytest.raises(SeroclearError, match="ends before it begins"):
        aft_regression(np.array([2.0]), np.array([1.0]), x)
    with pytest.raises(SeroclearError, match="no logarithm"):
        aft_regression(np.array([0.0]), np.array([0.0]), x)


def test_equal_times_without_spread_have_no_maximum() -> None:
    same = aft_regression(np.full(5, 2.0), np.full(5, 2.0), np.empty((5, 0)))
    assert same.note == "the likelihood has no finite maximum"
    assert same.intercept is None


def test_restricted_mean_to_beyond_follow_up() -> None:
    late = restricted_mean(TIME, NONE, 9.0)
    assert late.value is None
    assert "beyond follow-up" in late.note
    assert restricted_mean(TIME, NONE, 8.0).value == 8.0
    assert restricted_mean(np.full(3, 2.0), np.ones(3, dtype=bool), 5.0).value == 2.0


@pytest.mark.slow
def test_a_million_rows_are_the_same_rows_counted() -> None:
    """Breslow's likelihood of rows is that of distinct rows with their counts as weights."""
    rng = np.random.default_rng(7)
    n = 1_000_000
    x = np.column_stack([rng.random(n) < 0.3, rng.integers(0, 3, n)]).astype(float)
    time = np.ceil(rng.exponential(400 * np.exp(-0.4 * x[:, 0]))) / 365.25
    event = rng.random(n) < 0.6
    whole = cox_regression(time, event, x, ties="breslow")
    rows, count = np.unique(np.column_stack([time, event, x]), axis=0, return_counts=True)
    few = cox_regression(
        rows[:, 0], rows[:, 1] == 1, rows[:, 2:], weights=count.astype(float), ties="breslow"
    )
    np.testing.assert_allclose(whole.coefficient, few.coefficient, rtol=1e-9)
    np.testing.assert_allclose(whole.se, few.se, rtol=1e-9)
