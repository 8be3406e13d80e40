"""The benchmarks still run, and would notice an engine that is wrong."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from seroclear.course.build import build
from seroclear.course.course import Course
from seroclear.course.definition import definition
from seroclear.engine import Engine
from seroclear.records.store import Store
from seroclear.simulate import Scenario, simulate
from seroclear.studies import laboratory_names, names
from seroclear.study.cohort import Cohort

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The modules of the benchmarks, which are scripts and no package."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import document
    import events
    import every_event
    import oracle
    import replicate
    import replicate_laboratory
    import replicate_studies
    import settings
    import study_table
    import study_targets
    import study_truth
    import summary

    return SimpleNamespace(
        document=document,
        events=events,
        every_event=every_event,
        oracle=oracle,
        replicate=replicate,
        replicate_laboratory=replicate_laboratory,
        replicate_studies=replicate_studies,
        settings=settings,
        study_table=study_table,
        study_targets=study_targets,
        study_truth=study_truth,
        summary=summary,
    )


def test_true_survival_counts_from_the_first_negative_test(bench: SimpleNamespace) -> None:
    year = bench.replicate.DAYS_A_YEAR
    truth = {
        "loss_day": np.array([0.0, 0.0, 0.0]),
        "index": np.array([0.25 * year, 2 * year, 0.25 * year]),
        "hazard_year_1": np.array([0.4, 0.4, 0.4]),
        "hazard_later": np.array([0.1, 0.1, 0.1]),
        "second_loss_day": np.array([math.nan, math.nan, 0.2 * year]),
    }
    # 0.75 year at 0.4 and 0.25 at 0.1; one year at 0.1; reverted and lost again before the test.
    expected = [math.exp(-0.325), math.exp(-0.1), 1.0]
    assert bench.replicate.true_survival(truth, 1.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("setting", "rows", "targets"), [(0, 16, "IFN, 1 year"), (3, 4, "log hazard ratio NA:IFN")]
)
def test_two_tiny_hospitals_are_estimated(
    bench: SimpleNamespace, setting: int, rows: int, targets: str
) -> None:
    tiny = replace(bench.settings.SETTINGS[setting], persons=160)
    found = bench.replicate.estimates(tiny, 0, 2)
    assert len(found) == 2 * rows
    assert {one.replicate for one in found} == {0, 1}
    assert found[0].target == targets
    # Two hospitals, not one counted twice.
    assert found[0].value != found[rows].value
    if setting == 0:
        assert all(0.5 < one.truth < 1 for one in found)
    else:
        assert {one.truth for one in found} == {math.log(0.4)}
    table = bench.summary.durability_table if setting == 0 else bench.summary.ratio_table
    assert "2 hospitals" in table(found)


def test_performance_is_bias_spread_and_coverage(bench: SimpleNamespace) -> None:
    def estimate(value: float, lower: float, upper: float) -> Any:
        return bench.replicate.Estimate(
            "small", 0, "an estimator", "a target", 0.5, value, lower, upper, 10, 2
        )

    found = [
        estimate(0.6, 0.4, 0.8),
        estimate(0.8, 0.7, 0.9),
        estimate(0.4, 0.3, 0.45),
        estimate(0.6, math.nan, math.nan),
    ]
    (row,) = bench.summary.performance(found)
    assert row.bias == pytest.approx(0.1)
    assert row.spread == pytest.approx(np.std([0.6, 0.8, 0.4, 0.6], ddof=1))
    assert (row.replicates, row.estimated, row.limited) == (4, 4, 3)
    assert row.coverage == row.below == row.above == pytest.approx(1 / 3)
    assert row.coverage_error == pytest.approx(math.sqrt(1 / 3 * 2 / 3 / 3))


def test_true_incidence_is_aalen_johansen(bench: SimpleNamespace) -> None:
    time, kind = np.array([4.0, 1.0, 3.0, 2.0]), np.array([1, 1, 0, 2])
    # One of four; then, past a rival and somebody who left, half of those there were.
    incidence = bench.study_truth._cumulative_incidence
    assert incidence(time, kind, 3.5) == pytest.approx(0.25)
    assert incidence(time, kind, 4.0) == pytest.approx(0.75)


def test_every_study_has_a_truth_to_recover(bench: SimpleNamespace) -> None:
    assert {target.study for target in bench.study_targets.TARGETS} == set(names())
    assert bench.replicate_laboratory.STUDY in laboratory_names()
    labels = [(target.study, target.label) for target in bench.study_targets.TARGETS]
    assert len(set(labels)) == len(labels)


def test_a_study_of_two_tiny_hospitals_is_estimated(bench: SimpleNamespace) -> None:
    targets = [one for one in bench.study_targets.TARGETS if one.study == "clearance"]
    found = bench.replicate_studies.estimates(0, targets, people=1600)
    assert [one.target for one in found] == [one.label for one in targets for _ in range(2)]
    assert all(3 < one.truth < 30 for one in found)  # percent
    assert found[0].value != found[1].value
    assert all(one.lower < one.value < one.upper for one in found)
    assert "| 2 × 800 | loss of HBsAg by 5 years, NA (%)" in bench.study_table.studies_table(found)
    laboratories = list(bench.replicate_laboratory.laboratory_estimates(2))
    assert [one.truth for one in laboratories] == [0.0, math.log(2)] * 2


def test_a_part_of_a_cohort_keeps_its_intervals_and_visits(bench: SimpleNamespace) -> None:
    cohort = Cohort(
        study="",
        outcome="",
        definition="",
        groups=(),
        covariates=(),
        subgroups=(),
        columns={"patient_id": np.array(["a", "b", "c"], dtype=object)},
        steps=(),
        intervals={"person": np.array([0, 1, 1, 2]), "start": np.array([0.0, 0.0, 1.0, 0.0])},
        visits={"person": np.array([2, 0]), "time": np.array([0.5, 0.7])},
    )
    part = bench.replicate_studies.part_of(cohort, np.array([False, True, True]))
    assert list(part.columns["patient_id"]) == ["b", "c"]
    assert list(part.intervals["person"]) == [0, 0, 1]
    assert list(part.intervals["start"]) == [0.0, 1.0, 0.0]
    assert list(part.visits["person"]) == [1]


def test_a_table_replaces_only_what_stands_between_its_markers(
    bench: SimpleNamespace, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- /a -->\nafter\n", encoding="utf-8")
    bench.document.put(page, "a", "new")
    assert page.read_text("utf-8") == "before\n<!-- a -->\nnew\n<!-- /a -->\nafter\n"


def test_every_event_of_a_tiny_hospital_is_found(bench: SimpleNamespace) -> None:
    hospital = simulate(Scenario(n_patients=700, seed=3, loss_on_na=0.1))
    scores = bench.events.scores_of(hospital, "CSV, messy")
    assert bench.events.wrong_lines({"CSV, messy": scores}) == []
    assert scores["hbsag_loss"].right >= 20
    assert scores["NA start"].right >= 80


def test_a_missed_and_a_false_event_are_noticed(bench: SimpleNamespace) -> None:
    true, shown, other = date(2015, 1, 1), date(2015, 2, 1), date(2015, 3, 1)
    expected = bench.oracle.Expected("1", "hbsag_loss", true, shown, before=true)
    unseen = bench.oracle.Expected("2", "hbsag_loss", true, None, "no test before leaving care")
    late = bench.events.compare([expected, unseen], {("1", "hbsag_loss", other): true})
    score = late["hbsag_loss"]
    assert score.missed == [expected]
    assert score.false == [("1", other)]
    assert dict(score.reasons) == {"no test before leaving care": 1}
    assert not score.good
    window = bench.events.compare([expected], {("1", "hbsag_loss", shown): None})
    assert window["hbsag_loss"].wrong_window == [expected]


def test_every_kind_of_event_of_a_tiny_hospital_is_found(bench: SimpleNamespace) -> None:
    tiny = replace(bench.every_event.RARE, n_patients=400)
    scores = bench.every_event.scores_of(tiny)
    assert bench.every_event.wrong_keys(scores) == []
    assert len([name for name, score in scores.items() if score.right]) >= 60
    assert all(score.true == score.right + score.hidden for score in scores.values())


def test_an_engine_with_a_wrong_threshold_is_noticed(
    bench: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        'base = "default"\nsummary = "A threshold of flares that is wrong."\n'
        '[flare.uln_multiple]\nvalue = 6\nsource = "wrong"\n',
        encoding="utf-8",
    )

    def mistaken(store: Store, name: str, *, engine: Engine) -> Course:
        return replace(build(store, str(wrong), engine=engine), definition=definition(name))

    monkeypatch.setattr(bench.every_event, "build", mistaken)
    scores = bench.every_event.scores_of(replace(bench.every_event.RARE, n_patients=100))
    events = {event for _, event, _ in bench.every_event.wrong_keys(scores)}
    assert "alt_flare" in events
    assert "hbsag_loss" not in events
