"""A load that is killed: the store before it is whole, and the next run goes on behind it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.records import load_results
from seroclear.records.load import load
from seroclear.records.load_work import work_beside
from seroclear.simulate import Scenario, simulate, write_omop

KILLED = """
import os, signal, sys
from pathlib import Path
from seroclear.records import load_results
from seroclear.records.load import load

made = 0
results_of = load_results.results_of

def killed_at_the_third(*arguments):
    global made
    made += 1
    if made == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return results_of(*arguments)

load_results.results_of = killed_at_the_third
load(Path(sys.argv[1]), Path(sys.argv[2]), overwrite=True)
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    write_omop(simulate(Scenario(n_patients=200, seed=2)), folder)
    return folder


@pytest.fixture
def killed(records: Path, tmp_path: Path) -> Path:
    """A store, and beside it what a killed load of the same records has left."""
    target = tmp_path / "store"
    load(records, target)
    before = _bytes(target)
    done = subprocess.run([sys.executable, "-c", KILLED, str(records), str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert _bytes(target) == before
    return target


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _count(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """Calls of one function of load_results from here on."""
    calls: list[object] = []
    real = getattr(load_results, name)

    def counted(*arguments: object) -> object:
        calls.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(load_results, name, counted)
    return calls


def test_the_next_run_does_nothing_twice(
    killed: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _bytes(killed)
    stages = killed.parent / ".store.loading" / "stages"
    finished = len([path for path in stages.glob("result-*") if path.suffix != ".half"])
    assert finished == 2
    texts, tests = _count(monkeypatch, "read_texts"), _count(monkeypatch, "results_of")
    loaded = load(records, killed, overwrite=True)
    assert texts == []
    assert len(tests) == len(loaded.store.tests()) - finished
    assert _bytes(killed) == before
    assert [path.name for path in killed.parent.iterdir()] == ["store"]


def test_other_records_begin_anew(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    write_omop(simulate(Scenario(n_patients=200, seed=3)), other)
    expected = _bytes(load(other, tmp_path / "expected").store.path)
    texts = _count(monkeypatch, "read_texts")
    load(other, killed, overwrite=True)
    assert len(texts) == 1
    assert _bytes(killed) == expected


def test_two_loads_of_one_store_do_not_mix(records: Path, tmp_path: Path) -> None:
    target = tmp_path / "store"
    with work_beside(target), pytest.raises(SeroclearError, match="Another load is writing"):
        load(records, target)
    load(records, target)
