"""The benchmark of the stages runs, and a stage that has become slower is found."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# Burns CPU in every process of a benchmark that loads records.
SLOW = """
import sys, time
import seroclear.records.load as loading
real = loading.load
def slow(*arguments, **named):
    loaded = real(*arguments, **named)
    began = time.process_time()
    while time.process_time() - began < 12:
        pass
    return loaded
loading.load = slow
"""


@pytest.fixture
def performance(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import performance

    return performance


def test_worse_by_more_than_half_is_said(performance: ModuleType) -> None:
    recorded = {"load": 4.0, "course": 30.0}
    assert performance.worse({"load": 6.0, "course": 45.0}, recorded) == []
    found = performance.worse({"load": 6.1, "course": 20.0}, recorded)
    assert [line.split(":")[0] for line in found] == ["load"]


def test_a_stage_slowed_on_purpose_fails_the_smoke_run(
    performance: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performance, "SMOKE_PATIENTS", 500)
    monkeypatch.setattr(performance, "SMOKE_RUNS", 1)
    monkeypatch.setattr(performance, "SMOKE_ATTEMPTS", 1)
    monkeypatch.setattr(performance, "SMOKE_STAGES", ("copy", "load"))
    monkeypatch.setattr(performance, "RECORDED", tmp_path / "recorded.toml")
    assert performance.smoke(tmp_path / "work", record=True) == 0
    (tmp_path / "sitecustomize.py").write_text(SLOW)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{BENCHMARKS.parent / 'src'}")
    assert performance.smoke(tmp_path / "work", record=False) == 1


def test_a_stage_that_fails_is_no_figure(performance: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"stage.py load .* failed with exit code 1"):
        performance.stage("load", tmp_path / "nothing", tmp_path / "store")


def test_a_table_holds_each_stage_against_its_own(performance: ModuleType) -> None:
    costs = performance.Costs(10, results=1000)
    for name in performance.WORDS:
        cpu = 6.0 if name in performance.AGAINST else 2.0
        costs.runs[name] = [performance.Cost(cpu, 1.0, 2**30)] * 3
    lines = performance.table(costs).splitlines()
    assert lines[0].startswith("10 patients, 1,000 results, medians.")
    assert "| load | 3 | 1.0 | 6.0 | 3.0 | 6000.00 | 1.00 |" in lines
