"""Which studies a store holds the inputs of: each verdict on a few patients."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.records.load import load
from seroclear.records.quality import few, quality
from seroclear.records.quality_page import page
from seroclear.records.store import Store
from seroclear.records.study_inputs import ROUNDED_TO, inputs, studies
from seroclear.records.vocabulary import known_meanings, read_csv

SETTINGS = """
[patients]
file = "patients.csv"
patient_id = "id"
sex = "sex"
birth_date = "born"
[results]
file = "results.csv"
patient_id = "id"
taken_at = "day"
name = "item"
value = "result"
unit = "unit"
[drugs]
file = "drugs.csv"
patient_id = "id"
start = "day"
name = "drug"
[diagnoses]
file = "diagnoses.csv"
patient_id = "id"
date = "day"
code = "code"
code_system = "=ICD-10"
"""
STUDIES = {
    *("durability", "clearance", "outcomes-after-loss", "low-level-viraemia", "withdrawal"),
    *("stop-rules", "hcc-in-cirrhosis", "hcc-ifn-vs-na", "hcc-by-agent-and-timing", "kidney"),
    *("effectiveness", "qhbsag-dynamics", "transplant", "mother-to-child", "children"),
    *("adjustment", "add-on-interferon", "innate-immunity", "resistance-surveillance"),
}
Hospital = Callable[..., Path]


def made(hospital: Hospital, target: Path, **lines: list[str]) -> Store:
    """A store of 20 adults, 1 to 20, with these lines of results, drugs and diagnoses."""

    def csv_of(header: str, name: str) -> str:
        return header + "\n" + "".join(f"{line}\n" for line in lines.get(name, []))

    people = "".join(f"{n},F,{lines.get('born', ['1970'])[0]}-01-01\n" for n in range(1, 21))
    return load(
        hospital(
            csv_of("id,day,item,result,unit", "results"),
            "id,sex,born\n" + people,
            SETTINGS,
            drugs_csv=csv_of("id,day,drug", "drugs"),
            diagnoses_csv=csv_of("id,day,code", "diagnoses"),
        ),
        target,
    ).store


def verdicts(store: Store) -> dict[str, str]:
    with duckdb.connect() as con:
        store.attach(con)
        return {row.level: row.note for row in studies(con) if row.rule == "studies"}


def every(item: str, value: str, unit: str, people: range) -> list[str]:
    return [f"{n},2010-01-02,{item},{value},{unit}" for n in people]


HBSAG = every("HBsAg", "250.5", "IU/mL", range(1, 21))
DNA = every("HBV DNA", "2000", "IU/mL", range(1, 21))
ON_NA = [f"{n},2010-02-01,entecavir" for n in range(1, 16)]
ON_IFN = [f"{n},2010-02-01,peginterferon alfa-2a" for n in range(14, 21)]


def test_every_study_is_listed_with_inputs_that_the_store_knows() -> None:
    assert {one.study for one in inputs()} == STUDIES
    known = {
        "test": known_meanings("test"),
        "number": known_meanings("test"),
        "drug": known_meanings("drug"),
        "drug class": {row["drug_class"] for row in read_csv("drugs.csv")},
        "diagnosis": known_meanings("diagnosis"),
        "diagnosis or procedure": known_meanings("diagnosis") & known_meanings("procedure"),
        "field": {"birth_date", "death_date", "sex", "mother_id"},
    }
    for one in inputs():
        assert one.need in ("needed", "must occur", "helpful")
        assert one.why
        assert one.label
        if one.kind in known:
            assert set(one.name.split("|")) <= known[one.kind], one
    assert all(any(i.need == "needed" for i in inputs() if i.study == s) for s in STUDIES)


def test_a_missing_test_is_named(hospital: Hospital, tmp_path: Path) -> None:
    found = verdicts(made(hospital, tmp_path / "store", results=HBSAG, drugs=ON_NA))
    assert found["low-level-viraemia"] == "cannot: no HBV DNA"
    assert found["clearance"].startswith("can, but without HBeAg")
    assert found["innate-immunity"] == "own file: not from hospital records"
    assert found["mother-to-child"].startswith("cannot: no link of mother and child")
    assert found["resistance-surveillance"] == "cannot: no polymerase mutations, no HBV DNA"


def test_a_comparison_needs_both_groups_but_not_in_one_patient(
    hospital: Hospital, tmp_path: Path
) -> None:
    one = made(hospital, tmp_path / "one", results=HBSAG, drugs=ON_NA)
    assert verdicts(one)["durability"] == "cannot: nobody among them with interferon"
    extra = every("ALT", "35", "U/L", range(1, 21)) + every("anti-HBs", "2", "mIU/mL", range(1, 21))
    extra += every("anti-HCV", "阴性", "", range(1, 21))
    both = [line for line in ON_IFN if int(line.split(",")[0]) > 15]
    two = made(hospital, tmp_path / "two", results=HBSAG + extra, drugs=ON_NA + both)
    assert verdicts(two)["durability"] == "can run"


def test_few_patients_and_a_rare_test_are_doubts(hospital: Hospital, tmp_path: Path) -> None:
    rare = every("ALT", "35", "U/L", range(1, 8))
    found = verdicts(
        made(hospital, tmp_path / "store", results=HBSAG + DNA + rare, drugs=ON_NA + ON_IFN[:1])
    )
    assert found["low-level-viraemia"] == "can, but without HBeAg; few have ALT"
    assert found["durability"].startswith("can, but fewer than 5 patients have interferon")


def test_inputs_must_meet_in_one_patient(hospital: Hospital, tmp_path: Path) -> None:
    apart = every("HBV DNA", "2000", "IU/mL", range(16, 21))
    store = made(hospital, tmp_path / "store", results=HBSAG + apart, drugs=ON_NA)
    verdict = verdicts(store)["low-level-viraemia"]
    assert verdict == "cannot: no patient has all that is needed: NA, HBV DNA"


@pytest.mark.parametrize(("born", "verdict"), [("1992", "can, but"), ("1991", "cannot: no HBsAg")])
def test_children_are_tested_before_18(
    hospital: Hospital, tmp_path: Path, born: str, verdict: str
) -> None:
    other = every("ALT", "35", "U/L", range(1, 21)) + every("HBeAg", "阳性", "", range(1, 21))
    results = [line.replace("2010-01-02", "2009-12-31") for line in HBSAG] + DNA + other
    store = made(hospital, tmp_path / "store", results=results, drugs=ON_NA, born=[born])
    assert verdicts(store)["children"].startswith(verdict)


def test_counts_are_rounded_and_few_are_hidden(hospital: Hospital, tmp_path: Path) -> None:
    few_dna = every("HBV DNA", "2000", "IU/mL", range(1, 4))
    store = made(hospital, tmp_path / "store", results=HBSAG + few_dna, drugs=ON_NA[:13])
    with duckdb.connect() as con:
        store.attach(con)
        rows = studies(con)
    assert all(row.value is None or row.value % ROUNDED_TO == 0 for row in rows)
    assert not any(row.value is not None and few(row.value) for row in rows)
    of = {(row.level, row.test): row.value for row in rows}
    assert of["low-level-viraemia", "HBV DNA"] is None
    assert of["low-level-viraemia", "NA"] == 15  # thirteen
    assert of["low-level-viraemia", ""] is None


def test_terminal_page_and_json_show_the_verdicts(hospital: Hospital, tmp_path: Path) -> None:
    store = made(hospital, tmp_path / "store", results=HBSAG, drugs=ON_NA)
    shown = CliRunner().invoke(main, ["records", "check", str(store.path)])
    assert shown.exit_code == 0, shown.output
    assert "low-level-viraemia              0  cannot: no HBV DNA\n" in shown.output
    assert all(len(line) <= 100 for line in shown.output.splitlines())
    text = page(quality(store), "hospital CSV")
    assert "cannot: no HBV DNA" in text
    assert text.count("<details>") == len(STUDIES)


def test_the_file_of_inputs_is_sound_csv() -> None:
    text = Path(__file__).parents[2].joinpath("src/seroclear/records/study_inputs.csv").read_text()
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {5}
    assert len({tuple(row[:3]) for row in rows}) == len(rows)
