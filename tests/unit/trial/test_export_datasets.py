"""SDTM and ADaM of a locked trial, and their Dataset-JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from exported import locked_trial
from odmlib.dataset_json_1_1 import model

from seroclear.trial.export.dataset_json import dataset_json
from seroclear.trial.export.definitions import Dataset
from seroclear.trial.export.source import Source, read_for_export
from seroclear.trial.export.write import datasets

# The rules of CDISC's dataset.schema.json of Dataset-JSON 1.1.0, written out: it is in no package.
REQUIRED = {
    *("datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records", "name"),
    *("label", "columns"),
}
OPTIONAL = {
    *("fileOID", "dbLastModifiedDateTime", "originator", "sourceSystem", "studyOID"),
    *("metaDataVersionOID", "metaDataRef", "isReferenceData", "rows"),
}
OF_A_COLUMN = {"itemOID", "name", "label", "dataType"}
MAY_A_COLUMN = {"targetDataType", "length", "displayFormat", "keySequence"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    trial = locked_trial(tmp_path_factory.mktemp("trial"))
    return read_for_export(trial.as_("stat"), ("dataset-json",))


@pytest.fixture(scope="module")
def made(source: Source) -> dict[str, Dataset]:
    return {one.name: one for one in datasets(source)}


def test_each_file_follows_the_rules_of_dataset_json(
    source: Source, made: dict[str, Dataset]
) -> None:
    for data in made.values():
        content = json.loads(dataset_json(source, data))
        assert set(content) >= REQUIRED
        assert set(content) <= REQUIRED | OPTIONAL
        assert re.fullmatch(r"1\.1(\.\d+)?", content["datasetJSONVersion"])
        assert content["records"] == len(content["rows"])
        for column in content["columns"]:
            assert OF_A_COLUMN <= set(column) <= OF_A_COLUMN | MAY_A_COLUMN
            assert column["dataType"] in (
                *("string", "integer", "decimal", "float", "double", "boolean", "datetime"),
                *("date", "time", "URI"),
            )
        names = [column["name"] for column in content["columns"]]
        assert len(names) == len(set(names))
        for row in content["rows"]:
            assert len(row) == len(names)
            for column, value in zip(content["columns"], row, strict=True):
                assert _fits(column["dataType"], value), (data.name, column["name"], value)


def test_odmlib_reads_every_file(source: Source, made: dict[str, Dataset]) -> None:
    for data in made.values():
        content = json.loads(dataset_json(source, data))
        columns = [model.Column(**one) for one in content.pop("columns")]
        system = model.SourceSystem(**content.pop("sourceSystem"))
        read = model.DatasetJSON(**content, columns=columns, sourceSystem=system).to_dict()
        assert read["rows"] == [list(row) for row in data.rows]


def test_sdtm_holds_every_row_of_the_database(source: Source, made: dict[str, Dataset]) -> None:
    dm = {one["SUBJID"]: one for one in made["DM"].records()}
    assert set(dm) == {one["id"] for one in source.tables["subject"]}
    assert {
        one["EXREFID"]: (one["EXDOSE"], one["EXSTDTC"], one["EXLOT"])
        for one in made["EX"].records()
    } == {one["id"]: (one["amount"], one["given_on"], one["lot"]) for one in source.tables["dose"]}
    lb = {(one["LBREFID"], one["LBORRES"], one["LBDTC"]) for one in made["LB"].records()}
    assert lb == {(one["id"], one["text"], one["taken_on"]) for one in source.tables["result"]}
    assert {one["AESPID"] for one in made["AE"].records()} == {
        one["id"] for one in source.tables["adverse_event"]
    }
    assert len(made["SV"].rows) == len(source.tables["visit"]) == 4


def test_arms_are_those_of_the_allocated_alone(source: Source, made: dict[str, Dataset]) -> None:
    for one in made["DM"].records():
        allocated = source.allocations.get(one["SUBJID"])
        assert (one["ARM"] is None) == (allocated is None)
        assert (one["ARM"] is None) <= (one["ARMNRS"] in ("SCREEN FAILURE", "NOT ASSIGNED"))
        if allocated:
            assert one["ARMCD"] == allocated["arm"].upper()
            assert one["RFSTDTC"] == allocated["randomised_on"]
    reasons = [one["ARMNRS"] for one in made["DM"].records() if one["ARM"] is None]
    assert sorted(reasons) == ["NOT ASSIGNED", "SCREEN FAILURE"]
    assert {one["SUBJID"] for one in made["ADSL"].records()} == set(source.allocations)


def test_study_days_have_no_day_zero(source: Source) -> None:
    code, allocated = next(iter(source.allocations.items()))
    start = allocated["randomised_on"]
    assert start == "2026-03-02"
    assert source.day(code, start) == 1
    assert source.day(code, "2026-03-03") == 2
    assert source.day(code, "2026-03-01") == -1


def test_a_criterion_not_answered_is_not_met(made: dict[str, Dataset]) -> None:
    found = {one["IETESTCD"]: one["IEORRES"] for one in made["IE"].records()}
    assert found["INCL01"] == "N"  # age
    assert found["INCL02"] == "U"  # left out
    assert "INCL06" not in found  # consent, given
    assert [code for code, said in found.items() if said == "Y"] == ["EXCL07"]  # BMI above 28


def test_a_result_is_read_and_never_guessed(made: dict[str, Dataset]) -> None:
    by_text = {one["LBORRES"]: one for one in made["LB"].records()}
    below, negative, exact = by_text["<0.05"], by_text["未检出"], by_text["60"]
    assert (below["LBSTRESC"], below["LBSTRESN"]) == ("<0.05", None)
    assert (negative["LBTESTCD"], negative["LBSTRESC"]) == ("HBVDNA", "NEGATIVE")
    assert (exact["LBSTRESC"], exact["LBSTRESN"], exact["LBSTRESU"]) == ("60", 60.0, "mIU/mL")
    assert "300" not in by_text  # it was corrected to 30
    assert "31" not in by_text  # it was withdrawn
    assert by_text["30"]["VISIT"] == "WEEK 4"


def test_the_primary_outcome_and_the_time_to_relapse(
    source: Source, made: dict[str, Dataset]
) -> None:
    primary = {
        one["USUBJID"]: one["AVAL"]
        for one in made["ADEFF"].records()
        if one["PARAMCD"] == "PRIMARY"
    }
    assert primary == {
        source.person(code): int(answer == "sustained") for code, answer in source.outcomes.items()
    }
    times = {one["USUBJID"]: one for one in made["ADTTE"].records()}
    [relapsed] = [one for one in times.values() if one["CNSR"] == 0]
    assert (relapsed["USUBJID"].split("-")[1], relapsed["AVAL"], relapsed["LASTNEG"]) == (
        "02",
        34,
        0,
    )
    followed = [one for one in times.values() if one["AVAL"] == 336]
    assert len(followed) == 2
    assert {one["CNSR"] for one in followed} == {1}


def test_changes_are_from_the_last_value_before_randomisation(made: dict[str, Dataset]) -> None:
    [later] = [
        one
        for one in made["ADLB"].records()
        if one["PARAMCD"] == "HBSAB" and one["AVISIT"] == "WEEK 4"
    ]
    assert (later["BASE"], later["AVAL"], later["CHG"]) == (5.0, 60.0, 55.0)
    assert later["PARAM"] == "Hepatitis B Virus Surface Antibody (mIU/mL)"


def test_a_long_text_is_cut_and_says_so(made: dict[str, Dataset]) -> None:
    texts = [one["IETEST"] for one in made["TI"].records()]
    cut = [text for text in texts if text.endswith("...")]
    assert len(cut) == 1
    assert all(len(text.encode()) <= 200 for text in texts)


def _fits(type: str, value: Any) -> bool:
    if value is None:
        return True
    if type == "integer":
        return isinstance(value, int)
    if type == "float":
        return isinstance(value, float)
    return isinstance(value, str) and (
        type != "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    )
