"""Persons rebuilt from printed curves: of known samples, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from evidence_curve import SAMPLES, measured, sample

from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.cli import main
from seroclear.errors import SeroclearError
from seroclear.evidence.curve.cleaned import cleaned
from seroclear.evidence.curve.points import Printed, read_printed
from seroclear.evidence.curve.reconstruct import rebuild

RISK = "time,at_risk\n0,100\n1,80\n"
POINTS = "time,survival\n0,1\n0.5,0.9\n1,0.85\n2,0.7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "points.csv").write_text(POINTS)
    (tmp_path / "risk.csv").write_text(RISK)
    return tmp_path


def printed(folder: Path) -> list[Printed]:
    return read_printed(folder / "points.csv", folder / "risk.csv", "years")


@pytest.mark.parametrize("which", range(len(SAMPLES)), ids=lambda which: SAMPLES[which][0])
def test_known_samples_come_back(which: int) -> None:
    runs = [measured(seed, which) for seed in range(3)]
    for run in runs:
        assert run["rmse"] < 0.035
        assert run["log hr"] < 0.15
        assert run["inside"]
        assert run["z"] < 0.6
        assert run["events"] <= 8
    assert sum(run["announced"] for run in runs) >= 2


def test_a_curve_read_without_error_comes_back_person_for_person() -> None:
    time = np.array([0.5, 1.5, 2.5, 3.5, 4.5] * 10 + [5.0] * 50)
    event = np.array([1.0] * 50 + [0.0] * 50)
    curve = kaplan_meier_curve(time, event == 1)
    found = rebuild(
        Printed(
            "", [*map(float, curve.time)], [*map(float, curve.survival)], [0.0, 2.0, 4.0],
            [100, 80, 60], 50,
        )
    )  # fmt: skip
    assert found.error < 1e-9
    assert sorted(found.time[found.event == 1]) == sorted(time[event == 1])
    assert found.at_risk == [100, 80, 60]


def test_numbers_at_risk_and_events_are_met() -> None:
    _, curves = sample(np.random.default_rng(7), SAMPLES[1][1], 0.004)
    for curve in curves:
        found = rebuild(curve)
        assert len(found.time) == curve.at_risk[0]
        assert np.abs(np.array(found.at_risk) - curve.at_risk).max() <= 2
    free = int(rebuild(curves[0]).event.sum())
    curves[0].events = free + 2
    assert free < int(rebuild(curves[0]).event.sum()) <= free + 2
    curves[0].events = free - 2
    assert free - 2 <= int(rebuild(curves[0]).event.sum()) < free


def test_nobody_has_an_event_on_a_flat_tail() -> None:
    times = [0.25 * i for i in range(25)]
    heights = [1 - 0.02 * min(i, 8) for i in range(25)]
    found = rebuild(Printed("", times, heights, [0.0, 2.0, 4.0], [40, 30, 4], None))
    assert found.time[found.event == 1].max() <= 2.0


def test_clean_up_is_the_nearest_curve_that_never_rises() -> None:
    curve = cleaned(Printed("", [1, 2, 3], [0.90, 0.92, 0.80], [0.0], [10], 2))
    assert curve.survival.tolist() == pytest.approx([1, 0.91, 0.91, 0.80])
    assert curve.moved == pytest.approx(0.01 / np.sqrt(2))


def test_a_rising_curve_is_refused() -> None:
    with pytest.raises(SeroclearError, match=r"rises by 0\.53 about 1\.00 years"):
        cleaned(Printed("", [1, 2, 3], [0.5, 0.9, 0.9], [0.0], [10], 2))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("risk.csv", "time,at_risk\n0,100\n", "neither a risk table nor the number of events"),
        ("risk.csv", "time,at_risk\n1,100\n", "no number at risk at time 0"),
        ("risk.csv", "time,at_risk\n0,10\n1,20\n", "line 3, column at_risk: .* never rise"),
        ("risk.csv", "time,at_risk\n0,10\n0,9\n", "line 3, column time: times .* must rise"),
        ("risk.csv", "time,at_risk,events\n0,10,11\n", "more events than persons"),
        ("risk.csv", "group,time,at_risk\nX,0,10\n", "there are no points of 'X'"),
        ("points.csv", "time,survival\n0,1\n1,85\n2,70\n", "line 3, column survival: the height"),
        ("points.csv", "time,survival\n0,1\n-1,0.8\n", "line 3, column time: a time before 0"),
        ("points.csv", "time,survival\n0,1\n1,0.8\n", "fewer than 3 points"),
        ("points.csv", "time,height\n0,1\n", "needs a column time and one of survival"),
    ],
)
def test_what_is_refused(folder: Path, name: str, text: str, said: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(SeroclearError, match=said):
        printed(folder)


def test_without_a_risk_table_nothing_is_rebuilt(folder: Path) -> None:
    with pytest.raises(SeroclearError, match="fits any number of patients"):
        read_printed(folder / "points.csv", None, "years")


def test_incidence_in_percent_is_survival_turned_round(folder: Path) -> None:
    (folder / "points.csv").write_text("time,incidence_percent\n0,0\n6,10\n12,15\n24,30\n")
    (curve,) = read_printed(folder / "points.csv", folder / "risk.csv", "months")
    assert curve.survival == pytest.approx([1, 0.9, 0.85, 0.7])
    assert curve.times == pytest.approx([0, 0.5, 1, 2])


def test_the_command_writes_persons_and_says_how_good_they_are(folder: Path) -> None:
    arguments = [
        str(folder / "points.csv"),
        "--at-risk",
        str(folder / "risk.csv"),
        "--unit",
        "years",
    ]
    done = CliRunner().invoke(main, ["evidence", "curve", *arguments])
    assert done.exit_code == 0, done.output
    assert "RMSE of survival" in done.output
    lines = (folder / "points-persons" / "persons.csv").read_text().splitlines()
    assert lines[0] == "group,time,event"
    assert len(lines) == 101
