"""Every study of the library runs on a simulated hospital, and what it finds is true of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from seroclear.cli import main
from seroclear.course.build import build
from seroclear.course.course import Course
from seroclear.engines.duckdb import DuckDB
from seroclear.records.store import Store
from seroclear.studies import load_study, names
from seroclear.study.assemble import cohorts
from seroclear.study.cohort import OUTCOME, Cohort
from seroclear.study.evaluate import Evaluator

PATIENTS = "3000"
MANUAL = Path(__file__).parents[2] / "docs" / "studies.md"


def seroclear(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@dataclass(frozen=True)
class Hospital:
    """A simulated hospital's store and courses, and what truly happened, by patient_id."""

    store: Path
    engine: DuckDB
    course: Course
    truth: dict[str, dict[str, Any]]

    def cohort(self, name: str, number: int = 0) -> Cohort:
        """The cohort of a study or of one of its further outcomes."""
        evaluator = Evaluator(self.engine, self.course)  # of one study
        return list(cohorts(load_study(name)[1], name, evaluator))[number]

    def true(self, cohort: Cohort, column: str) -> list[Any]:
        """A column of the truth for each patient of a cohort."""
        return [self.truth[patient][column] for patient in cohort.columns["patient_id"]]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    folder = tmp_path_factory.mktemp("library")
    files, store = folder / "files", folder / "store"
    size = ("--patients", PATIENTS, "--seed", 5, "--all-phenomena")
    made = seroclear("simulate", "hospital", files, *size)
    assert made.exit_code == 0, made.output
    loaded = seroclear("records", "load", files, store)
    assert loaded.exit_code == 0, loaded.output
    truth = pq.read_table(files / "truth" / "patient.parquet").to_pylist()
    with DuckDB(threads=2) as engine:
        course = build(Store.open(store), engine=engine)
        yield Hospital(store, engine, course, {row["patient_id"]: row for row in truth})


@pytest.mark.parametrize("name", names())
def test_a_study_runs_and_its_report_reads(hospital: Hospital, tmp_path: Path, name: str) -> None:
    ran = seroclear("study", "run", name, hospital.store, "--out", tmp_path / name)
    assert ran.exit_code == 0, ran.output
    with (tmp_path / name / "results.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    study = load_study(name)[1]
    outcomes = {study.outcome_name, *(study.with_endpoint(o).outcome_name for o in study.secondary)}
    measures = {one.label for one in study.visits}  # what is measured again and again
    found = {row["outcome"] for row in rows if row["analysis"] != "published"}
    # A further outcome that nobody could have has no rows: recipients of a liver are few here.
    few = {"reinfection of those who answered the vaccine", "vaccine booster after transplantation"}
    assert outcomes - few <= found - measures <= outcomes
    text = (tmp_path / name / "report.html").read_text(encoding="utf-8")
    for outcome in found - measures - {study.outcome_name}:
        assert f"Also: {outcome}" in text
    # Every analysis has a place in the report: its rows are in some table.
    titles = re.findall(r"<caption>(.*?)</caption>", text)
    assert len(titles) > len(study.analyses)


def test_the_library_says_what_runs_on_a_store(hospital: Hospital) -> None:
    listed = seroclear("study", "list", hospital.store)
    assert listed.exit_code == 0, listed.output
    assert all(name in listed.output for name in names())
    assert listed.output.count("can") >= len(names())


def test_the_walk_through_of_the_manual_runs(hospital: Hospital, tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.S)[0]
    file = tmp_path / "my_study.py"
    file.write_text(code, encoding="utf-8")
    ran = seroclear("study", "run", file, hospital.store, "--out", tmp_path / "report")
    assert ran.exit_code == 0, ran.output
    file.write_text(code.replace("hbeag_loss", "hbeag_los"), encoding="utf-8")
    line = next(k for k, text in enumerate(code.splitlines(), 1) if "hbeag_loss" in text)
    failed = seroclear("study", "run", file, hospital.store, "--out", tmp_path / "report")
    assert failed.exit_code == 1
    printed = " ".join(failed.output.split())
    message = f"my_study.py line {line}: there is no event 'hbeag_los'; did you mean 'hbeag_loss'"
    assert message in printed
    assert message in " ".join(MANUAL.read_text(encoding="utf-8").split())


def _days(cohort: Cohort, column: str) -> Any:
    """A time of the cohort as dates."""
    years = cohort.columns[column] * 365.25
    return cohort.columns["index"] + np.round(years).astype(int)


def test_losses_are_true(hospital: Hospital) -> None:
    cohort = hospital.cohort("clearance")
    lost = cohort.columns["event"] == OUTCOME
    true = np.array(hospital.true(cohort, "loss_date"), dtype="datetime64[D]")
    within = (_days(cohort, "time") >= true)[lost]
    assert lost.sum() > 30
    assert within.mean() > 0.95  # the others are false results
    started = np.array([path != "untreated" for path in hospital.true(cohort, "treatment")])
    assert started.all()


def test_cancers_are_true_and_come_before_no_one_s_time_zero(hospital: Hospital) -> None:
    cohort = hospital.cohort("outcomes-after-loss")
    # Of those never followed no truth is kept.
    followed = np.array(hospital.true(cohort, "followed"), dtype=bool)
    ill = followed & (cohort.columns["event"] == OUTCOME)
    true = np.array(hospital.true(cohort, "hcc_date"), dtype="datetime64[D]")
    assert ill.sum() > 10
    assert (_days(cohort, "time") >= true)[ill].all()
    # Person-time before and after the loss is all of the follow-up, and the loss is the true one.
    assert cohort.intervals is not None
    pieces = cohort.intervals["stop"] - cohort.intervals["start"]
    assert np.isclose(pieces.sum(), cohort.columns["time"].sum())
    lost = set(cohort.intervals["person"][cohort.intervals["hbsag_loss"] == "yes"])
    truly = [one is not None for one in hospital.true(cohort, "loss_date")]
    assert np.mean([truly[person] for person in lost]) > 0.95


def test_low_level_viraemia_is_true(hospital: Hospital) -> None:
    cohort = hospital.cohort("low-level-viraemia")
    low = cohort.columns["event"] == OUTCOME
    # Truly low-level, a partial response, or not yet suppressed after a high start.
    held = np.array(hospital.true(cohort, "low_level_viraemia"), dtype=bool)
    held |= np.array(hospital.true(cohort, "na_response")) != "complete"
    assert low[held].mean() > 0.8
    assert low[~held].mean() < 0.5


def test_relapses_are_true(hospital: Hospital) -> None:
    cohort = hospital.cohort("withdrawal")
    relapsed = cohort.columns["event"] == OUTCOME
    true = np.array(hospital.true(cohort, "relapse_date"), dtype="datetime64[D]")
    assert relapsed.sum() > 20
    assert (_days(cohort, "time") >= true)[relapsed].mean() > 0.95


def test_first_agents_are_true(hospital: Hospital) -> None:
    cohort = hospital.cohort("effectiveness")
    assert list(cohort.columns["group"]) == hospital.true(cohort, "first_agent")
