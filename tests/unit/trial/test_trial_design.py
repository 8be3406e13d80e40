"""Design of a trial: published values and values of other programs.

Golden: rpact 3.3.4, R's power.prop.test and statsmodels for sizes; exact powers by enumeration in a
second program; predictability by Blackwell & Hodges' formula and a second simulation.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import boschloo_exact, chi2_contingency, fisher_exact

from seroclear.errors import SeroclearError
from seroclear.trial.design.bounds import crossing, looks, pocock_bound, spending_bounds
from seroclear.trial.design.exact import TESTS, Test, exact_power, least_treated_rate, rejected
from seroclear.trial.design.guessing import Procedure, blackwell_hodges, correct_guesses
from seroclear.trial.design.size import Method, control_size, normal_power, total_size


@pytest.mark.parametrize(
    ("method", "size"),
    [
        ("unpooled", 58.867),
        ("pooled", 61.5988),
        ("arcsine", 59.008),
        ("continuity corrected", 71.25),
    ],
)
def test_golden_size_of_70_against_90(method: Method, size: float) -> None:
    assert control_size(0.7, 0.9, method=method) == pytest.approx(size, abs=5e-3)


def test_golden_132_and_what_milder_controls_would_need() -> None:
    assert total_size(0.7, 0.9, method="unpooled", dropout=0.10) == 132
    assert total_size(0.7, 0.9, method="pooled", dropout=0.05) == 132
    assert total_size(0.85, 0.95, method="pooled", dropout=0.10) == 314
    assert total_size(0.865, 0.945, method="pooled", dropout=0.10) == 468
    assert normal_power(0.7, 0.9, 66, 66) == pytest.approx(0.8269644, abs=5e-8)
    assert normal_power(0.85, 0.95, 66, 66) == pytest.approx(0.4818, abs=5e-5)


EXACT = [
    ((0.7, 0.9), (0.7806, 0.6935), (0.8051, 0.7200), (0.8379, 0.7837)),
    ((0.705, 0.945), (0.9464, 0.9078), (0.9574, 0.9248), (0.9717, 0.9543)),
    ((0.75, 0.95), (0.8797, 0.8109), (0.8979, 0.8373), (0.9253, 0.8866)),
    ((0.75, 0.9), (0.5677, 0.4574), (0.5956, 0.4846), (0.6303, 0.5499)),
    ((0.8, 0.95), (0.7017, 0.5820), (0.7268, 0.6160), (0.7726, 0.6867)),
    ((0.85, 0.95), (0.4320, 0.2930), (0.4539, 0.3179), (0.4990, 0.3750)),
    ((0.865, 0.945), (0.3032, 0.1851), (0.3197, 0.2019), (0.3541, 0.2419)),
    ((0.865, 0.97), (0.5449, 0.3763), (0.5724, 0.4072), (0.6308, 0.4770)),
]


@pytest.mark.parametrize(("rates", "at56", "at59", "at66"), EXACT)
def test_golden_exact_power(
    rates: tuple[float, float],
    at56: tuple[float, float],
    at59: tuple[float, float],
    at66: tuple[float, float],
) -> None:
    for n, golden in ((56, at56), (59, at59), (66, at66)):
        found = [exact_power(*rates, n, n, test=test) for test in ("Pearson", "Fisher")]
        assert found == pytest.approx(golden, abs=0.5001e-4)


def test_golden_exact_size() -> None:
    for rate, pearson, fisher in (
        (0.7, 0.0496, 0.0321),
        (0.8, 0.0490, 0.0305),
        (0.85, 0.0481, 0.0285),
        (0.9, 0.0509, 0.0240),
    ):
        assert exact_power(rate, rate, 66, 66) == pytest.approx(pearson, abs=0.5001e-4)
        assert exact_power(rate, rate, 66, 66, test="Fisher") == pytest.approx(
            fisher, abs=0.5001e-4
        )


def test_golden_missing_counts_as_failure() -> None:
    found = [exact_power(0.7, 0.9, 66, 66, missing=d) for d in (0.05, 0.1, 0.15, 0.2)]
    assert found == pytest.approx([0.7357, 0.6389, 0.5604, 0.4924], abs=0.5001e-4)


def test_golden_least_rate_for_80_percent_power() -> None:
    found = [least_treated_rate(p, 66, 66, 0.8) for p in (0.7, 0.75, 0.8, 0.85, 0.865)]
    assert found == pytest.approx([0.895, 0.93, 0.955, 0.98, 0.985])
    assert least_treated_rate(0.97, 66, 66, 0.8) is None


@pytest.mark.parametrize("test", TESTS)
def test_double_each_table_is_rejected_as_scipy_says(test: Test) -> None:
    n, m = (6, 7) if test == "Boschloo" else (9, 12)
    region = rejected(n, m, 0.05, test)
    for x in range(n + 1):
        for y in range(m + 1):
            table = np.array([[x, y], [n - x, m - y]])
            if x + y in (0, n + m):
                p = 1.0
            elif test == "Pearson":
                p = chi2_contingency(table, correction=False).pvalue
            elif test == "Fisher":
                p = fisher_exact(table).pvalue
            else:
                p = boschloo_exact(table, n=256).pvalue
            assert region[x, y] == (p <= 0.05), (x, y, p)


def test_no_exact_test_errs_more_often_than_it_says() -> None:
    for rate in np.linspace(0.02, 0.98, 25):
        fisher = exact_power(rate, rate, 30, 25, test="Fisher")
        boschloo = exact_power(rate, rate, 30, 25, test="Boschloo")
        assert fisher <= boschloo + 1e-12
        assert boschloo <= 0.05 + 1e-6


def test_golden_interim_bounds() -> None:
    assert spending_bounds([0.5, 1]) == pytest.approx((2.9625880, 1.9685956), abs=1e-6)
    assert spending_bounds([1 / 3, 2 / 3, 1]) == pytest.approx(
        (3.7103029, 2.5114275, 1.9930475), abs=1e-6
    )
    assert pocock_bound([0.5, 1]) == pytest.approx(2.1782721, abs=1e-6)
    found = looks([0.5, 1])
    fixed = 2 * control_size(0.7, 0.9)
    assert found.inflation * fixed == pytest.approx(123.6565, abs=5e-4)
    assert found.expected * fixed == pytest.approx(113.5126, abs=5e-4)


def test_bounds_spend_what_they_may() -> None:
    for spending in ("O'Brien–Fleming", "Pocock"):
        information = (0.25, 0.6, 1.0)
        bounds = spending_bounds(information, 0.025, spending)  # type: ignore[arg-type]
        assert sum(crossing(information, bounds)) == pytest.approx(0.025, abs=1e-9)
    assert spending_bounds([1.0]) == pytest.approx((1.959964,), abs=1e-6)
    with pytest.raises(SeroclearError, match="must rise from above 0 to 1"):
        spending_bounds([0.6, 0.5, 1])


def test_golden_guesses_of_permuted_blocks() -> None:
    for block, share in ((2, 0.75), (4, 0.7083), (6, 0.6833), (8, 0.6661)):
        assert blackwell_hodges([block]) == pytest.approx(share, abs=5e-5)


@pytest.mark.parametrize(
    ("procedure", "share"),
    [
        (Procedure("simple"), 0.501),
        (Procedure("blocks of 4", (4,), by_site=True), 0.696),
        (Procedure("blocks of 2, 4, 6", (2, 4, 6), by_site=True), 0.692),
        (Procedure("blocks of 4, 6, 8", (4, 6, 8), by_site=True), 0.667),
        (Procedure("minimisation", coin=0.8, balance_site=True), 0.637),
        (Procedure("minimisation, overall", coin=0.8), 0.510),
    ],
    ids=lambda value: value.label if isinstance(value, Procedure) else "",
)
def test_golden_guesses_at_eight_sites(procedure: Procedure, share: float) -> None:
    assert correct_guesses(procedure, 132, 8) == pytest.approx(share, abs=0.006)


def test_double_simulated_guesses_are_the_formula_where_blocks_are_whole() -> None:
    whole = Procedure("one site", (4,))
    assert correct_guesses(whole, 400, 1) == pytest.approx(blackwell_hodges([4]), abs=0.003)


def test_blocks_balance_each_stratum() -> None:
    by_stratum = correct_guesses(Procedure("", (4,), by_stratum=True), 400, 1, (0.5, 0.5))
    assert 0.5 < by_stratum < blackwell_hodges([4])
