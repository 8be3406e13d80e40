"""R2: killed at random moments, nothing is lost or half-written, and replay proves the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from servers import POSTGRES, database

TESTS = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("where", ["sqlite", POSTGRES])
def test_req_R2_killed_a_few_times(where: str, tmp_path: Path) -> None:
    _killed(where, tmp_path, kills=6, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("where", ["sqlite", POSTGRES])
def test_req_R2_killed_a_hundred_times(where: str, tmp_path: Path) -> None:
    told = _killed(where, tmp_path, kills=100, seed=2)
    assert told["killed_inside"] >= 3


def _killed(where: str, folder: Path, *, kills: int, seed: int) -> dict[str, int]:
    if where == "sqlite":
        return _run(str(folder / "trial.db"), folder, kills, seed)
    with database() as address:
        return _run(address, folder, kills, seed)


def _run(address: str, folder: Path, kills: int, seed: int) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, TESTS / "trial_killed.py", address, folder, str(kills), str(seed)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    assert told["problems"] == []
    assert told["allocations"] >= told["told"] > 0
    return told
