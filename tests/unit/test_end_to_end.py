"""From a simulated hospital's files to the report, as a user runs it."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from seroclear.cli import main
from seroclear.cli.mistakes import NO_PATIENTS

PATIENTS = "4000"


def seroclear(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same hospital as OMOP and as messy CSV, each loaded."""
    folder = tmp_path_factory.mktemp("end_to_end")
    for form in ("omop", "csv"):
        hospital, store = folder / form, folder / f"{form}_store"
        made = seroclear(
            "simulate", "hospital", hospital, "--form", form, "--patients", PATIENTS, "--seed", 3
        )
        assert made.exit_code == 0, made.output
        loaded = seroclear("records", "load", hospital, store)
        assert loaded.exit_code == 0, loaded.output
        ran = seroclear("study", "run", "durability", store, "--threshold", 0)
        assert ran.exit_code == 0, ran.output
    return folder


def results(place: Path, form: str) -> list[dict[str, str]]:
    file = place / f"{form}_store" / "reports" / "durability" / "results.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_report_is_whole(place: Path) -> None:
    report = place / "csv_store" / "reports" / "durability"
    assert {file.name for file in report.iterdir()} == {
        "report.html",
        "report.docx",
        "results.csv",
        "figures",
    }
    assert {"kaplan_meier.svg", "flowchart.png", "forest.svg", "definition_grid.png"} <= {
        file.name for file in (report / "figures").iterdir()
    }
    text = (report / "report.html").read_text(encoding="utf-8")
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "Durability" in text


def test_two_runs_give_the_same_bytes(place: Path) -> None:
    first = place / "csv_store" / "reports" / "durability" / "results.csv"
    again = place / "again"
    ran = seroclear(
        "study", "run", "durability", place / "csv_store", "--threshold", 0, "--out", again
    )
    assert ran.exit_code == 0, ran.output
    assert (again / "results.csv").read_bytes() == first.read_bytes()


def test_a_second_load_of_the_same_files_gives_the_same_results(place: Path) -> None:
    store = place / "reloaded"
    assert seroclear("records", "load", place / "csv", store).exit_code == 0
    assert seroclear("study", "run", "durability", store, "--threshold", 0).exit_code == 0
    one = place / "csv_store" / "reports" / "durability" / "results.csv"
    other = store / "reports" / "durability" / "results.csv"
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("form", ["omop", "csv"])
def test_the_flowchart_adds_up(place: Path, form: str) -> None:
    steps: dict[str, dict[str, int]] = {}
    for row in results(place, form):
        if row["analysis"] == "flowchart":
            steps.setdefault(row["variable"], {})[row["estimate"]] = int(row["value"])
    ordered = [steps[key] for key in sorted(steps)]
    born = pq.read_metadata(place / form / "truth" / "child.parquet").num_rows
    assert ordered[0]["entered"] == int(PATIENTS) + born
    for step, following in pairwise(ordered):
        assert step["entered"] == step["kept"] + step["left"]
        assert step["unknown"] <= step["left"]
        assert following["entered"] == step["kept"]
    persons = [
        int(row["value"])
        for row in results(place, form)
        if (row["analysis"], row["estimate"], row["group"]) == ("crude", "persons", "")
    ]
    assert persons == [ordered[-1]["kept"]]


def test_small_numbers_are_hidden_by_default(place: Path) -> None:
    out = place / "suppressed"
    ran = seroclear("study", "run", "durability", place / "omop_store", "--out", out)
    assert ran.exit_code == 0, ran.output
    with (out / "results.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["analysis"] != "published"]
    assert not [row for row in rows if row["n"] and 0 < int(row["n"]) < 5]
    assert not [row for row in rows if row["events"] and 0 < int(row["events"]) < 5]
    assert [row for row in rows if row["note"].startswith("suppressed")]


def test_a_report_is_not_overwritten_unasked(place: Path) -> None:
    ran = seroclear("study", "run", "durability", place / "omop_store")
    assert ran.exit_code == 1
    assert "exists already" in ran.output
    assert "--overwrite" in ran.output


def test_one_patient_explains_every_event(place: Path) -> None:
    import duckdb

    store = place / "csv_store"
    assert seroclear("course", "build", store).exit_code == 0
    event = store / "course" / "default" / "event" / "*.parquet"
    row = duckdb.execute(
        f"SELECT patient_id FROM '{event}' WHERE event = 'hbsag_seroreversion' ORDER BY 1"
    ).fetchone()
    assert row is not None
    shown = seroclear("course", "show", store, row[0], "--json")
    assert shown.exit_code == 0, shown.output
    lines = json.loads(shown.stdout)["lines"]
    events = {line["text"] for line in lines if line["kind"] == "event"}
    assert {"HBsAg loss", "HBsAg seroreversion"} <= events
    for line in lines:
        if line["kind"] == "event" and line["text"] in ("HBsAg loss", "HBsAg seroreversion"):
            assert all("read by rule" in source for source in line["evidence"])
    assert "=> HBsAg seroreversion" in seroclear("course", "show", store, row[0]).output


def test_nobody_by_that_name(place: Path) -> None:
    shown = seroclear("course", "show", place / "csv_store", "nobody")
    assert shown.exit_code == 1
    assert "nobody" not in shown.output.replace("no such patient", "")


def test_a_study_of_ones_own_runs_and_may_be_empty(place: Path, tmp_path: Path) -> None:
    study = tmp_path / "my_study.py"
    study.write_text(
        """
from seroclear.analysis.survival import kaplan_meier
from seroclear.study import *

index = first("hbsag_loss")
study = Study(
    question="Does the loss last in people over 120?",
    population=[
        start("HBsAg positive", test("hbsag").status == "positive"),
        keep("Lost HBsAg", index),
        keep("NA or interferon alone", exposure_before(index).is_one_of("NA", "IFN")),
        keep("Older than 120", age(index) > 120),
    ],
    time_zero=index,
    groups=exposure_before(index),
    group_order=("IFN", "NA"),
    outcome=first("hbsag_seroreversion", after=index),
    outcome_marker="hbsag",
    follow_up=until(last_test("hbsag")),
    analyses=[kaplan_meier],
)
""",
        encoding="utf-8",
    )
    ran = seroclear("study", "run", study, place / "omop_store", "--out", tmp_path / "report")
    assert ran.exit_code == NO_PATIENTS
    assert "no patients" in ran.output
    assert "Older than 120" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    study.write_text(study.read_text().replace("> 120", "> 20"), encoding="utf-8")
    ran = seroclear("study", "run", study, place / "omop_store", "--out", tmp_path / "second")
    assert ran.exit_code == 0, ran.output
