"""eGFR, APRI, FIB-4 and age against values worked out by hand or by the published formula."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pytest

from seroclear.course.age import completed_years
from seroclear.course.definition import definition
from seroclear.course.egfr import egfr
from seroclear.course.fibrosis_scores import apri, fib4

FORMULAS = {p.name: p for p in definition("default").parameters}["kidney.formula"].choices


def worked_out(expression: ibis.Expr) -> Any:
    return ibis.duckdb.connect().execute(expression)


def number(value: float) -> Any:
    return ibis.literal(float(value))


@pytest.mark.parametrize(
    ("formula", "female", "male"),
    [
        ("ckd_epi_2021", 68.63, 91.69),
        ("ckd_epi_2009", 65.64, 87.37),
        ("mdrd", 58.69, 79.09),
        ("chinese_mdrd", 68.64, 86.88),
    ],
)
def test_egfr_of_1_mg_dl_at_50_years(formula: str, female: float, male: float) -> None:
    for is_female, expected in ((True, female), (False, male)):
        rate = egfr(formula, number(88.4), ibis.literal(50), ibis.literal(is_female))
        assert worked_out(rate) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("formula", FORMULAS)
def test_egfr_falls_with_creatinine_and_age(formula: str) -> None:
    """On both sides of the bend of CKD-EPI, 0.7 or 0.9 mg/dL."""
    for is_female in (True, False):
        rates = [
            worked_out(egfr(formula, number(c), ibis.literal(age), ibis.literal(is_female)))
            for c, age in ((40, 30), (60, 30), (61.8, 30), (80, 30), (80, 60), (400, 60))
        ]
        assert rates == sorted(rates, reverse=True)
        assert len(set(rates)) == len(rates)


def test_egfr_below_the_bend() -> None:
    """142 x (0.6 / 0.9)^-0.302 x 0.9938^40 = 125.15 for a man; 142 x (0.5 / 0.7)^-0.241 x
    0.9938^40 x 1.012 = 121.52 for a woman."""
    for creatinine, is_female, expected in ((0.6, False, 125.15), (0.5, True, 121.52)):
        rate = egfr(
            "ckd_epi_2021", number(creatinine * 88.4), ibis.literal(40), ibis.literal(is_female)
        )
        assert worked_out(rate) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("ast", "uln", "platelets", "expected"), [(80, 40, 100, 2.0), (38, 40, 210, 0.4524)]
)
def test_apri(ast: float, uln: float, platelets: float, expected: float) -> None:
    score = worked_out(apri(number(ast), number(uln), number(platelets)))
    assert score == pytest.approx(expected, abs=0.00005)


@pytest.mark.parametrize(
    ("age", "ast", "alt", "platelets", "expected"),
    [(50, 80, 64, 100, 5.0), (35, 30, 36, 220, 0.7955)],
)
def test_fib4(age: float, ast: float, alt: float, platelets: float, expected: float) -> None:
    score = worked_out(fib4(number(age), number(ast), number(alt), number(platelets)))
    assert score == pytest.approx(expected, abs=0.00005)


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(1998, 3, 1), date(2016, 2, 29), 17),
        (date(1998, 3, 1), date(2016, 3, 1), 18),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(1990, 12, 31), date(2020, 1, 1), 29),
    ],
)
def test_age_in_completed_years(birth: date, day: date, years: int) -> None:
    assert worked_out(completed_years(ibis.literal(birth), ibis.literal(day))) == years
