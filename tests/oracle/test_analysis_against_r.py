"""The analyses against R's survival and cmprsk, on R's public data sets.

Expected numbers are stored beside the scripts that made them. Where R is installed the scripts run
again and must reproduce what is stored. docs/statistics.md says how closely we agree.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import thin_data
from agreement import DOCUMENT, EVERY, HEADER, digits, shared_digits, table
from cohorts import expected

HERE = Path(__file__).parent
PACKAGES = {
    "survival": ("survival",),
    "gray": ("cmprsk",),
    "firth": ("survival",),
    "interval": ("survival",),
    "regression": ("cmprsk",),
    "logistic": ("brglm2", "pROC"),
    "exact": ("numDeriv",),
    "longitudinal": ("geepack", "nlme", "survival", "numDeriv"),
    "causal": ("mice",),
}  # the R packages that each script of that name needs
SLACK = 2  # digits: other processors add in another order


@pytest.mark.parametrize("k", range(len(EVERY)), ids=lambda k: EVERY[k].method)
def test_agreement(k: int) -> None:
    apart = {name: d for name, d in shared_digits()[k].items() if d < EVERY[k].least}
    assert not apart


@pytest.mark.parametrize("stored", PACKAGES)
def test_every_number_of_r_is_compared(stored: str) -> None:
    compared = [
        name
        for comparison, shared in zip(EVERY, shared_digits(), strict=True)
        if comparison.stored == stored
        for name in shared
    ]
    assert set(compared) == set(expected(stored))


def test_digits_tell_agreement_from_disagreement() -> None:
    assert digits(None, None) == digits(1.0, 1.0) == float("inf")
    assert digits(None, 1.0) == digits(1.0, None) == 0
    assert digits(1.001, 1.0) == pytest.approx(3, abs=0.01)
    assert digits(-1.0, 1.0) < 0


def _documented(marker: str) -> list[list[str]]:
    text = DOCUMENT.read_text(encoding="utf-8")
    part = text.split(f"<!-- {marker} -->")[1].split(f"<!-- /{marker} -->")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [line.strip("| ").split(" | ") for line in lines]


STALE = "docs/statistics.md is stale: run 'python tests/oracle/agreement.py'"


def test_the_documented_agreement_is_current() -> None:
    header, _, *documented = _documented("agreement")
    measured = table()
    assert header == list(HEADER), STALE
    assert [line[:-1] for line in documented] == [line[:-1] for line in measured], STALE
    for said, found in zip(documented, measured, strict=True):
        assert abs(int(said[-1]) - int(found[-1])) <= SLACK, f"{STALE}: {found}"


def test_the_documented_words_of_thin_data_are_current() -> None:
    header, _, *documented = _documented("thin-data")
    assert [header, *documented] == [list(thin_data.HEADER), *thin_data.table()], STALE


def _rerun(script: str, tmp_path: Path) -> dict[str, float | None]:
    out = tmp_path / "out.json"
    subprocess.run(["Rscript", script, ".", str(out)], cwd=HERE, check=True, capture_output=True)
    again: dict[str, float | None] = json.loads(out.read_text())
    return again


def _has_r(package: str) -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True)
    return asked.returncode == 0


@pytest.mark.parametrize("name", PACKAGES)
def test_stored_numbers_are_what_r_says(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    packages = PACKAGES[name]
    missing = [package for package in packages if not _has_r(package)]
    if missing:
        pytest.skip(f"NOT VERIFIED AGAIN: R with package '{missing[0]}' is not installed")
    record_property("package", " ".join(packages))
    again, stored = _rerun(f"{name}.R", tmp_path), expected(name)
    assert again.keys() == stored.keys()
    apart = {key: digits(again[key], value) for key, value in stored.items()}
    assert not {key: d for key, d in apart.items() if d < 8}
