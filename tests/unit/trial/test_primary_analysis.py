"""The primary analysis: rows that agree with one another and name their estimand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.trial.analysis.primary import Outcomes, primary_analysis
from seroclear.trial.protocol import Protocol, read_protocol


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return read_protocol()


def outcomes(events: int, n: int, events_control: int, m: int, missing: int = 0) -> Outcomes:
    """Arms with these successes, strata in turn; the last failures of each arm are missing."""
    arms = []
    for successes, size in ((events, n), (events_control, m)):
        arm = np.array([1.0] * successes + [0.0] * (size - successes))
        arm[size - missing :] = np.nan
        arms.append(arm)
    treated = np.repeat([True, False], [n, m])
    stratum = np.array(["a", "b"] * (n + m), dtype=object)[: n + m]
    return Outcomes(np.concatenate(arms), treated, stratum)


def find(rows: list[Row], analysis: str, estimate: str, method: str = "") -> Row:
    return next(
        row
        for row in rows
        if (row.analysis, row.estimate) == (analysis, estimate) and method in row.method
    )


def test_every_row_names_its_estimand_and_set(protocol: Protocol) -> None:
    rows = primary_analysis(protocol, "primary", "itt", outcomes(60, 66, 47, 66))
    assert {row.definition for row in rows} == {"estimand primary, set itt"}
    assert {row.study for row in rows} == {"NCT07328711"}
    assert all(row.method for row in rows)
    for wrong in (("primry", "itt"), ("primary", "it")):
        with pytest.raises(SeroclearError, match="did you mean"):
            primary_analysis(protocol, *wrong, outcomes(60, 66, 47, 66))


def test_golden_60_of_66_against_47_of_66(protocol: Protocol) -> None:
    rows = primary_analysis(protocol, "primary", "itt", outcomes(60, 66, 47, 66))
    score = find(rows, "risk_difference", "risk difference", "Miettinen")
    assert (score.lower, score.upper) == pytest.approx((0.065887, 0.329353), abs=1e-6)
    other = find(rows, "risk_difference", "risk difference", "Newcombe")
    assert (other.lower, other.upper) == pytest.approx((0.0635, 0.3250), abs=5e-5)
    assert find(rows, "exact", "p", "Fisher").value == pytest.approx(0.006835161)
    assert find(rows, "proportion", "proportion").lower == pytest.approx(0.8125573)
    assert find(rows, "tipping", "share that holds").value == 1
    imputed = find(rows, "imputed", "risk difference")
    assert imputed.value == pytest.approx(13 / 66)


def test_missing_outcomes_count_as_the_protocol_says(protocol: Protocol) -> None:
    data = outcomes(58, 66, 48, 66, missing=5)
    failures = primary_analysis(protocol, "primary", "itt", data)
    endpoint = replace(protocol.endpoint, missing="missing")
    left_out = primary_analysis(replace(protocol, endpoint=endpoint), "primary", "itt", data)
    main, sensitivity = (row for row in failures if "Miettinen" in row.method and row.upper)
    assert main.value == pytest.approx(58 / 66 - 48 / 66)
    assert main.n == 132
    assert sensitivity.value == pytest.approx(58 / 61 - 48 / 61)
    assert sensitivity.n == 122
    assert find(left_out, "risk_difference", "risk difference").value == sensitivity.value
    tipping = find(failures, "tipping", "share that holds")
    assert 0 < (tipping.value or 0) < 1
    assert "5 treated and 5 controls missing" in tipping.note


@pytest.mark.parametrize(
    "counts", [(66, 66, 66, 66), (0, 66, 0, 66), (66, 66, 60, 66), (66, 66, 0, 66), (1, 2, 1, 2)]
)
def test_extreme_trials_give_rows_and_no_error(
    protocol: Protocol, counts: tuple[int, int, int, int]
) -> None:
    rows = primary_analysis(protocol, "primary", "itt", outcomes(*counts))
    score = find(rows, "risk_difference", "risk difference", "Miettinen")
    assert score.lower is not None
    assert score.upper is not None
    assert score.lower <= counts[0] / counts[1] - counts[2] / counts[3] <= score.upper
    for row in rows:
        assert row.value is not None or row.note


def test_the_same_seed_gives_the_same_rows(protocol: Protocol) -> None:
    data = outcomes(58, 66, 48, 66, missing=5)
    first, again = (primary_analysis(protocol, "primary", "itt", data, 4) for _ in range(2))
    assert first == again
