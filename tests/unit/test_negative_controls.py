"""What negative controls say of a weighted comparison, as rows."""

from __future__ import annotations

import math

import pytest

from seroclear.analysis.negative_control import calibrated
from seroclear.analysis.prepared import Z
from seroclear.analysis.result import Row


def _ratio(outcome: str, log_ratio: float, se: float = 0.1) -> Row:
    low, high = (math.exp(log_ratio + sign * Z * se) for sign in (-1, 1))
    return Row(
        "s",
        "overlap_weighted",
        outcome=outcome,
        variable="Group",
        level="IFN",
        estimate="hazard ratio",
        value=math.exp(log_ratio),
        lower=low,
        upper=high,
    )


def test_a_ratio_as_large_as_the_bias_is_no_finding() -> None:
    controls = ["a", "b", "c", "d"]
    rows = [_ratio("HCC", 0.5), *(_ratio(name, 0.5) for name in controls)]
    found = {row.estimate: row for row in calibrated(rows, controls) if not row.stratum}
    assert found["bias as a ratio"].value == pytest.approx(math.exp(0.5))
    assert found["calibrated p"].value == pytest.approx(1.0)
    assert [row.stratum for row in calibrated(rows, controls) if row.stratum] == controls


def test_ratios_of_1_leave_p_as_it_is() -> None:
    rows = [_ratio("HCC", 0.3), *(_ratio(name, 0.0) for name in "abc")]
    p = calibrated(rows, list("abc"))[-1]
    assert p.estimate == "calibrated p"
    assert p.value == pytest.approx(math.erfc(3 / math.sqrt(2)))


def test_too_few_controls_are_shown_and_correct_nothing() -> None:
    rows = calibrated([_ratio("HCC", 0.3), _ratio("a", 0.1)], ["a"])
    assert rows[0].value == pytest.approx(math.exp(0.1))
    assert rows[-1].value is None
    assert rows[-1].note == "fewer than three of them have a ratio: no spread can be told"
    assert calibrated([_ratio("HCC", 0.3)], []) == []
