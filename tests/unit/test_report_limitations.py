"""What a report says of itself: outcomes too rare for a model, weights that leave groups unlike."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from seroclear.analysis.result import Row
from seroclear.report.limitations import limitations
from seroclear.studies import load_study
from seroclear.study.cohort import Cohort

STUDY = load_study("add-on-interferon")[1]
STORE = SimpleNamespace(manifest={})
NOTE = "51 events for 10 terms: read with care; 3 of 99 persons left out: a covariate is unknown"


def _cohort() -> Cohort:
    columns = {"patient_id": np.array(["a", "b"]), "retested": np.array([True, True])}
    return Cohort("s", "HCC", "default", (), (), (), columns, ())


def _said(*rows: Row) -> str:
    return " ".join(limitations(STUDY, _cohort(), rows, STORE, 5))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("analysis", "ratios"), [("cox", "hazard ratios"), ("logistic", "odds ratios")]
)
def test_an_outcome_too_rare_for_its_model_is_named_without_a_count(
    analysis: str, ratios: str
) -> None:
    row = Row("s", analysis, outcome="relapse", estimate="hazard ratio", value=2.0, note=NOTE)
    said = _said(row, replace(row, variable="Age"))
    assert said.count("Relapse: the adjusted model has 10 terms and fewer than ten events") == 1
    assert ratios in said
    assert "51" not in said
    none = replace(row, value=None, note="no events")
    assert f"No relapse was seen: {ratios} cannot be estimated." in _said(none)
    assert "Relapse" not in _said(replace(row, note=""))


def test_what_the_weights_leave_unlike_is_named() -> None:
    row = Row(
        "s",
        "balance",
        stratum="weighted",
        variable="Age (years)",
        estimate="standardised difference",
        value=-0.22,
    )
    assert "Even weighted the groups differ in Age (years)" in _said(row)
    assert "Even weighted" not in _said(replace(row, value=0.05))
    assert "Even weighted" not in _said(replace(row, stratum="as they are"))


def test_a_weighted_comparison_without_a_negative_control_says_so() -> None:
    assert "No negative control" in _said(Row("s", "emulated_trial"))
    assert "No negative control" not in _said(Row("s", "cox"))
