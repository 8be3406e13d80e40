"""Screening: met, or not met, only by what is on record; otherwise unknown."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reference.stores import History, write_store

from seroclear.cli import main
from seroclear.course.course import course_of
from seroclear.engines.duckdb import DuckDB
from seroclear.errors import SeroclearError
from seroclear.study.language import ever
from seroclear.trial.protocol import protocol_file, read_protocol
from seroclear.trial.screening.candidates import Screened
from seroclear.trial.screening.screen import screen
from seroclear.trial.screening.summary import in_words, summary
from seroclear.trial.screening.words import FixedDay, below, include
from seroclear.trial.screening.worklist import worklist, worklist_as

TODAY = date(2020, 6, 30)
PERSON_ONLY = {"consent", "immunosuppression", "other_liver_disease", "bmi", "investigator"}
MIXED = {"decompensation", "other_viruses", "severe_disease"}


def result(test: str, ago: int, **columns: Any) -> dict[str, Any]:
    day = TODAY - timedelta(days=ago)
    return {"test": test, "taken_at": day, "source_row": f"row {test} {ago}", **columns}


def number(test: str, ago: int, sign: str, value: float, unit: str) -> dict[str, Any]:
    return result(test, ago, comparator=sign, value=value, unit=unit)


def candidate(patient_id: str, **changes: Any) -> History:
    """Somebody who fails nothing: HBsAg lost on peginterferon three months ago."""
    drug = changes.pop("drug", ("PEGIFN2A", "IFN"))
    birth = changes.pop("birth", date(1985, 1, 1))
    rows: dict[str, list[dict[str, Any]]] = {
        "hbsag": [
            result("hbsag", 900, status="positive"),
            result("hbsag", 500, status="positive"),
            number("hbsag", 100, "<", 0.05, "IU/mL"),
            number("hbsag", 20, "<", 0.05, "IU/mL"),
        ],
        "hbeag": [result("hbeag", 100, status="negative")],
        "hbv_dna": [number("hbv_dna", 30, "<", 10.0, "IU/mL")],
    }
    rows |= {key: changes.pop(key) for key in list(changes) if key in rows}
    exposure = {
        "start": TODAY - timedelta(days=400),
        "end": TODAY - timedelta(days=60),
        "end_inferred": False,
        "agent": drug[0],
        "drug_class": drug[1],
        "source_row": "drug 1",
    }
    more = changes.pop("more", [])
    patient = {
        "birth_date": birth,
        "birth_inferred": changes.pop("inferred", False),
        "death_date": changes.pop("death", None),
        "sex": "female",
        "observed_from": date(2015, 1, 1),
        "observed_to": TODAY,
        "source_row": f"person {patient_id}",
    }
    history = History(
        patient,
        result=[row for part in rows.values() for row in part] + more,
        exposure=[exposure, *changes.pop("given", [])],
        condition=changes.pop("condition", []),
    )
    assert not changes
    for row in (history.patient, *history.result, *history.exposure, *history.condition):
        row["patient_id"] = patient_id
    return history


def hbig(ago: int) -> dict[str, Any]:
    day = TODAY - timedelta(days=ago)
    drug = {"agent": "HBIG", "drug_class": "HBIG", "end_inferred": False}
    return {"start": day, "end": day, "source_row": "drug 2", **drug}


def code(condition: str, ago: int) -> dict[str, Any]:
    return {
        "condition": condition,
        "date": TODAY - timedelta(days=ago),
        "setting": "inpatient",
        "source_row": f"code {condition}",
    }


@contextmanager
def screened(tmp_path: Path, *histories: History, today: date | None = TODAY) -> Iterator[Screened]:
    store = write_store(tmp_path / "store", histories)
    with DuckDB(threads=1) as engine:
        course = course_of(store, "default")
        yield screen(read_protocol(), "nct07328711", course, engine, today)


def statuses(found: Screened, criterion: str) -> dict[str, str]:
    return {one.patient_id: one.status(criterion) for one in found.candidates}


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Screened:
    """One store with a person for each question."""
    dna = "hbv_dna"
    people = [
        candidate("fit"),
        candidate("dna 15", hbv_dna=[number(dna, 30, "=", 15.0, "IU/mL")]),
        candidate("dna 9", hbv_dna=[number(dna, 30, "=", 9.0, "IU/mL")]),
        candidate("dna <20", hbv_dna=[number(dna, 30, "<", 20.0, "IU/mL")]),
        candidate("dna >1e8", hbv_dna=[number(dna, 30, ">", 1e8, "IU/mL")]),
        candidate("dna tnd", hbv_dna=[result(dna, 30, detection="not detected")]),
        candidate("dna old", hbv_dna=[number(dna, 200, "<", 10.0, "IU/mL")]),
        candidate("dna none", hbv_dna=[]),
        candidate(
            "dna later",
            hbv_dna=[number(dna, 30, "<", 10.0, "IU/mL"), number(dna, -5, "=", 900.0, "IU/mL")],
        ),
        candidate(
            "dna vague later",
            hbv_dna=[number(dna, 60, "<", 10.0, "IU/mL"), number(dna, 30, "<", 50.0, "IU/mL")],
        ),
        candidate("60", birth=date(1959, 7, 1)),
        candidate("61", birth=date(1959, 6, 30)),
        candidate("18", birth=date(2002, 6, 30)),
        candidate("17", birth=date(2002, 7, 1)),
        candidate("year only", birth=date(1959, 7, 1), inferred=True),
        candidate("young, year only", birth=date(1990, 7, 1), inferred=True),
        candidate("no birth", birth=None),
        candidate("hcv", more=[result("anti_hcv", 50, status="positive")]),
        candidate("no hcv", more=[result("anti_hcv", 50, status="negative")]),
        candidate("decompensated", condition=[code("ascites", 300)]),
        candidate("cancer", condition=[code("hcc", 300), code("hcc", 280)]),
        candidate("na", drug=("ETV", "NA")),
        candidate("plain interferon", drug=("IFN", "IFN")),
        candidate(
            "hbsag old",
            hbsag=[
                result("hbsag", 900, status="positive"),
                result("hbsag", 500, status="positive"),
                number("hbsag", 100, "<", 0.05, "IU/mL"),
            ],
        ),
        candidate("masked", given=[hbig(30)]),
        candidate("hbeag none", hbeag=[]),
        candidate("hbeag positive", hbeag=[result("hbeag", 10, status="positive")]),
        candidate("dead", death=TODAY - timedelta(days=1)),
        candidate("never lost", hbsag=[result("hbsag", 900, status="positive")]),
    ]
    with screened(tmp_path_factory.mktemp("screening"), *people) as found:
        return found


def test_only_candidates_are_looked_at(everybody: Screened) -> None:
    looked_at = {one.patient_id for one in everybody.candidates}
    assert not {"dead", "never lost"} & looked_at
    assert everybody.in_store == len(looked_at) + 2


def test_hbv_dna_below_10_is_known_unknown_or_not(everybody: Screened) -> None:
    found = statuses(everybody, "hbv_dna")
    for person in ("fit", "dna 9", "dna tnd", "dna later"):
        assert found[person] == "met", person
    for person in ("dna 15", "dna >1e8"):
        assert found[person] == "not met", person
    for person in ("dna <20", "dna old", "dna none", "dna vague later"):
        assert found[person] == "unknown", person


def test_age_is_counted_in_birthdays(everybody: Screened) -> None:
    found = statuses(everybody, "age")
    assert {found[person] for person in ("60", "18", "young, year only")} == {"met"}
    assert {found[person] for person in ("61", "17")} == {"not met"}
    assert {found[person] for person in ("year only", "no birth")} == {"unknown"}


def test_what_the_loss_followed(everybody: Screened) -> None:
    cleared = statuses(everybody, "seroclearance")
    other = statuses(everybody, "other_clearance")
    assert (cleared["fit"], other["fit"]) == ("met", "met")
    assert (cleared["na"], other["na"]) == ("not met", "not met")
    assert (cleared["plain interferon"], other["plain interferon"]) == ("not met", "met")
    assert (cleared["hbsag old"], other["hbsag old"]) == ("unknown", "met")
    assert cleared["masked"] == "unknown"  # HBIG may hide HBsAg


def test_hbeag(everybody: Screened) -> None:
    found = statuses(everybody, "hbeag_negative")
    assert found["fit"] == "met"
    assert found["hbeag none"] == "unknown"
    assert found["hbeag positive"] == "not met"


def test_an_exclusion_is_never_ruled_out_by_silence(everybody: Screened) -> None:
    for name, person in (
        ("other_viruses", "hcv"),
        ("decompensation", "decompensated"),
        ("severe_disease", "cancer"),
    ):
        found = statuses(everybody, name)
        assert found.pop(person) == "not met"
        assert set(found.values()) == {"unknown"}  # one negative antibody rules no virus out


def test_unknown_never_counts_as_met(everybody: Screened) -> None:
    for one in everybody.candidates:
        assert set(one.unknown) >= PERSON_ONLY
        by_status = {answer.criterion: answer.status for answer in one.answers}
        assert all(by_status[name] != "met" for name in PERSON_ONLY | MIXED)
    assert next(one for one in everybody.candidates if one.patient_id == "fit").not_met == ()


def test_every_answer_has_its_evidence(everybody: Screened) -> None:
    people = {one.patient_id: one for one in everybody.candidates}

    def shown(person: str, criterion: str) -> list[tuple[str, str, str, date, str]]:
        answer = next(one for one in people[person].answers if one.criterion == criterion)
        return [(one.what, one.value, one.unit, one.day, one.source_row) for one in answer.evidence]

    day = TODAY - timedelta(days=30)
    assert shown("dna <20", "hbv_dna") == [("HBV DNA", "<20", "IU/mL", day, "row hbv_dna 30")]
    assert shown("dna later", "hbv_dna") == [("HBV DNA", "<10", "IU/mL", day, "row hbv_dna 30")]
    assert shown("60", "age") == [("age", "60", "years", TODAY, "person 60")]
    assert shown("year only", "age")[0][1] == "about 60"
    (event, test) = shown("hcv", "other_viruses")
    assert event[0] == "hepatitis C"
    assert event[4] == test[4] == "row anti_hcv 50"
    assert test[:2] == ("anti-HCV", "positive")
    assert shown("no hcv", "other_viruses")[0][:2] == ("anti-HCV", "negative")


def test_costs_add_up_and_tell_what_relaxing_would_yield(everybody: Screened) -> None:
    found = summary(everybody)
    for cost in found.costs:
        assert cost.met + cost.not_met + cost.unknown == found.candidates
        assert 0 <= cost.alone <= cost.not_met
    cost = {one.name: one for one in found.costs}
    assert (cost["hbv_dna"].not_met, cost["hbv_dna"].alone) == (2, 2)
    assert (cost["other_clearance"].not_met, cost["other_clearance"].alone) == (1, 0)
    out = [one for one in everybody.candidates if one.not_met]
    assert found.left == found.candidates - len(out)
    assert sum(one.alone for one in found.costs) == sum(len(one.not_met) == 1 for one in out)


def test_milder_criteria_tell_what_they_would_yield(everybody: Screened) -> None:
    found = summary(everybody)
    cost = {one.name: one for one in found.costs}
    milder = {(one.criterion, one.label): one for one in found.milder}
    dna = milder["hbv_dna", "below 20 IU/mL"]
    assert dna.met == cost["hbv_dna"].met + 2  # 15 and <20
    assert dna.more == 1  # 15; <20 had not been kept out
    older = milder["age", "18 to 65 years"]
    assert (older.met - cost["age"].met, older.more) == (2, 1)  # 61; of the year alone, 61 or 60
    assert milder["hbv_dna", "of the last year"].met == cost["hbv_dna"].met + 1
    for one in found.milder:
        assert cost[one.criterion].met <= one.met
        assert one.more <= cost[one.criterion].alone
    assert "hbv dna: below 20 IU/mL" in in_words(found, 0)


def test_small_counts_are_hidden_with_what_reveals_them(everybody: Screened) -> None:
    shown, open_text = in_words(summary(everybody), 5), in_words(summary(everybody), 0)
    assert "[c]" not in open_text
    assert "fit" not in shown.split()  # no patient in the summary
    for cost in summary(everybody).costs:
        if 0 < cost.alone < 5:
            row = next(
                text
                for text in shown.splitlines()
                if text.removeprefix("not: ").startswith(cost.name.replace("_", " "))
            )
            assert row.split("  a person")[0].rstrip().endswith("[c]")


def test_of_few_people_nothing_is_shown_and_no_identifier_is_run(tmp_path: Path) -> None:
    with screened(tmp_path, candidate("=1+1"), candidate("b"), today=None) as found:
        assert found.today == TODAY  # the last day on record
        table = in_words(summary(found), 5).splitlines()[5:-3]
        assert not {"1", "2"} & set(" ".join(table).split())
        assert "[c] of [c] persons" in in_words(summary(found), 5)
        assert "2 of 2 persons" in in_words(summary(found), 0)
        assert "\n'=1+1," in worklist_as(found, ".csv").decode()


def test_the_worklist_holds_those_who_fail_nothing(everybody: Screened) -> None:
    listed = worklist(everybody)
    assert listed
    assert all(not one.not_met for one in listed)
    counts = [len(one.unknown) for one in listed]
    assert counts == sorted(counts)
    rows = list(csv.DictReader(worklist_as(everybody, ".csv").decode().splitlines()))
    assert {row["patient_id"] for row in rows} == {one.patient_id for one in listed}
    dna = next(
        row for row in rows if (row["patient_id"], row["criterion"]) == ("dna <20", "hbv_dna")
    )
    assert (dna["requirement"], dna["value"], dna["unit"]) == ("unknown", "<20", "IU/mL")
    page = worklist_as(everybody, ".html").decode()
    assert "dna &lt;20" in page
    assert "hcv" not in {row["patient_id"] for row in rows}


def test_the_command_writes_a_worklist_only_where_asked(tmp_path: Path) -> None:
    write_store(tmp_path / "store", [candidate(f"p{k}") for k in range(8)])
    command = ["trial", "screen", str(tmp_path / "store")]
    before = set(tmp_path.rglob("*"))
    file = tmp_path / "list.csv"
    done = CliRunner().invoke(main, [*command, "--worklist", str(file)])
    assert done.exit_code == 0, done.output
    assert "8 of 8 persons in the records" in done.output
    assert "p1" not in done.output
    assert set(tmp_path.rglob("*")) - before == {file}
    assert file.stat().st_mode & 0o077 == 0
    wrong = CliRunner().invoke(main, [*command, "--worklist", str(tmp_path / "list.pdf")])
    assert wrong.exit_code == 1
    assert "must end in .csv or .html" in wrong.output


def test_nobody_to_screen_is_no_empty_success(tmp_path: Path) -> None:
    never = candidate("a", hbsag=[result("hbsag", 900, status="positive")])
    write_store(tmp_path / "store", [never])
    done = CliRunner().invoke(main, ["trial", "screen", str(tmp_path / "store")])
    assert done.exit_code == 3
    assert "no candidates: nobody in" in done.output


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'include(\n                "hbv_dna"',
            'include(\n                "hbv_dnaa"',
            "'hbv_dna'",
        ),
        ("def screening(", "def screen(", "has no function screening(today)"),
        ("return Screening(", "return dict(", "must return a Screening"),
        ('exclude(\n                "decomp', 'include(\n                "decomp', "an exclusion"),
        ('ever("death"', 'ever("deth"', "did you mean 'death'"),
    ],
)
def test_a_mistake_in_the_criteria_is_named(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    toml = protocol_file("nct07328711")
    (tmp_path / toml.name).write_text(toml.read_text("utf-8"), "utf-8")
    text = toml.with_name("nct07328711_criteria.py").read_text("utf-8")
    assert old in text
    criteria = tmp_path / "nct07328711_criteria.py"
    criteria.write_text(text.replace(old, new, 1), "utf-8")
    store = write_store(tmp_path / "store", [candidate("a")])
    name = str(tmp_path / toml.name)
    with DuckDB(threads=1) as engine, pytest.raises(SeroclearError) as error:
        screen(read_protocol(name), name, course_of(store, "default"), engine, TODAY)
    assert sentence in str(error.value)


def test_words_check_themselves() -> None:
    today = FixedDay(TODAY)
    with pytest.raises(SeroclearError, match="can be negative"):
        below("alt", 40, before=today, within="90 days")
    with pytest.raises(SeroclearError, match="needs a flag"):
        include("age", today)
    assert replace(include("x", ever("hcc")), name="y").name == "y"
