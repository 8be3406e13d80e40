"""On the MIMIC-IV demo no study can run: each says what it lacks, listed and when it is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.engines.duckdb import DuckDB
from seroclear.errors import NoPatientsError
from seroclear.records.load import load
from seroclear.records.store import Store
from seroclear.run import run
from seroclear.studies import laboratory_names, load_study, names

SAID = re.compile(
    r"no patients: nobody in \S+ fits the (\S+) study\. "
    r"These records (cannot carry it: (no |nobody )|could carry it, but fewer than 5 patients have)"
)


@pytest.fixture(scope="module")
def store(mimic_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return load(mimic_demo, tmp_path_factory.mktemp("mimic") / "store").store


def test_the_list_says_of_every_study_what_it_lacks(store: Store) -> None:
    listed = CliRunner().invoke(main, ["study", "list", str(store.path)])
    assert listed.exit_code == 0, listed.output
    lines = listed.output.splitlines()
    for name in names():
        place = next(k for k, line in enumerate(lines) if line.startswith(f"{name} "))
        verdict = lines[place + 1].strip()
        assert verdict.startswith(("cannot: no", "can, but fewer than 5 patients")), name
    for name in laboratory_names():
        assert f"seroclear study run {name} FILE.csv" in listed.output


QUICK = ("kidney", "mother-to-child")  # the others say it by the same code: with the slow tests


@pytest.mark.parametrize(
    "name", [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in names()]
)
def test_a_study_that_is_run_says_what_it_lacks(store: Store, tmp_path: Path, name: str) -> None:
    with DuckDB(threads=2) as engine, pytest.raises(NoPatientsError) as caught:
        run(load_study(name)[1], name, store, tmp_path / name, engine=engine)
    said = SAID.match(str(caught.value))
    assert said is not None, str(caught.value)
    assert said[1] == name
    text = (tmp_path / name / "report.html").read_text(encoding="utf-8")
    assert "No patients: nobody in the records met every criterion" in text
    assert "These records c" in text


def test_a_study_of_a_laboratory_s_file_refuses_a_store(store: Store) -> None:
    (name,) = laboratory_names()
    done = CliRunner().invoke(main, ["study", "run", name, str(store.path)])
    assert done.exit_code == 1
    assert "give a CSV file" in " ".join(done.output.split())
