"""Hospital CSVs as hospitals write them: what is read, what is rejected, and that rows add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from seroclear.records.load import Loaded, load

HEADER = "id,day,item,result,unit\n"
Hospital = Callable[..., Path]


def rows(loaded: Loaded, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        loaded.store.attach(con)
        return con.execute(query).fetchall()


def rejected(loaded: Loaded) -> dict[str, int]:
    found = rows(loaded, "SELECT reason, sum(rows)::INT FROM rejected GROUP BY 1")
    return dict(found)


def load_adding_up(folder: Path, target: Path, **more: Any) -> Loaded:
    loaded = load(folder, target, **more)
    for table, counts in loaded.counts.items():
        assert counts.read == counts.used + counts.rejected, table
    return loaded


def test_a_number_with_its_unit_and_source_row(hospital: Hospital, tmp_path: Path) -> None:
    loaded = load_adding_up(hospital(), tmp_path / "store")
    found = rows(
        loaded,
        "SELECT patient_id, taken_at, test, value, unit, raw_value, source_row FROM result "
        "ORDER BY patient_id",
    )
    assert found == [
        ("1", date(2010, 1, 2), "hbsag", 250.5, "IU/mL", "250.5", "results.csv:1"),
        ("2", date(2011, 3, 4), "alt", 35.0, "U/L", "35", "results.csv:2"),
    ]
    assert rejected(loaded) == {}


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("", "no date"),
        ("soon", "date: not a date"),
        ("05/03/21", "date: two-digit year"),
        ("05/03/2021", "date: ambiguous day and month"),
        ("2021-02-30", "date: impossible date"),
        ("1969-12-31", "before birth"),
        ("1215-06-15", "date: out of range"),
    ],
)
def test_a_result_without_a_certain_day_is_rejected_by_reason(
    hospital: Hospital, tmp_path: Path, day: str, reason: str
) -> None:
    results = f"{HEADER}1,{day},HBsAg,阳性,\n1,2010-01-02,HBsAg,阴性,\n"
    loaded = load_adding_up(hospital(results), tmp_path / "store")
    assert rejected(loaded) == {reason: 1}
    assert loaded.counts["result"].used == 1


def test_declared_date_formats_settle_day_and_month(hospital: Hospital, tmp_path: Path) -> None:
    results = f"{HEADER}1,05/03/2021,ALT,35,U/L\n"
    settings = (
        'date_formats = ["%d/%m/%Y"]\n[patients]\nfile = "patients.csv"\npatient_id = "id"\n'
        '[results]\nfile = "results.csv"\npatient_id = "id"\ntaken_at = "day"\nname = "item"\n'
        'value = "result"\nunit = "unit"\n'
    )
    loaded = load_adding_up(hospital(results, settings=settings), tmp_path / "store")
    assert rows(loaded, "SELECT taken_at FROM result") == [(date(2021, 3, 5),)]


def test_days_after_death_are_allowed_only_for_reporting(
    hospital: Hospital, tmp_path: Path
) -> None:
    results = f"{HEADER}2,2015-06-04,ALT,35,U/L\n2,2015-06-05,ALT,35,U/L\n"
    loaded = load_adding_up(hospital(results), tmp_path / "store")
    assert rejected(loaded) == {"after death": 1}


def test_birth_after_death_makes_both_unknown(hospital: Hospital, tmp_path: Path) -> None:
    patients = "id,sex,born,died\n1,F,1970-01-01,1960-01-01\n2,M,1980-06-30,\n"
    loaded = load_adding_up(hospital(patients=patients), tmp_path / "store")
    found = rows(loaded, "SELECT birth_date, death_date FROM patient WHERE patient_id = '1'")
    assert found == [(None, None)]
    assert loaded.store.manifest["unread_fields"] == {"birth_date: after death_date": 1}


def test_two_rows_of_one_patient_keep_only_what_they_agree_on(
    hospital: Hospital, tmp_path: Path
) -> None:
    patients = "id,sex,born,died\n1,F,1970-01-01,\n1,F,1971-01-01,\n2,M,1980-06-30,\n"
    loaded = load_adding_up(hospital(patients=patients), tmp_path / "store")
    found = rows(loaded, "SELECT sex, birth_date FROM patient WHERE patient_id = '1'")
    assert found == [("female", None)]
    assert rejected(loaded) == {"second row for one patient": 1}
    assert loaded.store.manifest["unread_fields"] == {"birth_date: rows differ": 1}


def test_a_mother_is_another_older_woman_of_the_records(hospital: Hospital, tmp_path: Path) -> None:
    patients = (
        "id,sex,born,died,mother\n1,F,1970-01-01,,\n2,M,1980-06-30,,\n3,F,2005-01-01,, 1 \n"
        "4,M,2005-01-01,,2\n5,,2005-01-01,,77\n6,,1960-01-01,,1\n7,,,,1\n7,,,,3\n"
    )
    folder = hospital(patients=patients)
    settings = (folder / "hospital.toml").read_text()
    (folder / "hospital.toml").write_text(
        settings.replace("[patients]", '[patients]\nmother_id = "mother"')
    )
    loaded = load_adding_up(folder, tmp_path / "store")
    found = rows(loaded, "SELECT patient_id, mother_id FROM patient ORDER BY 1")
    assert found == [(str(n), "1" if n == 3 else None) for n in range(1, 8)]
    assert loaded.store.manifest["unread_fields"] == {
        "mother_id: male or not older": 2,
        "mother_id: not in the patient table": 1,
        "mother_id: rows differ": 1,
    }


def test_spaces_around_ids_go_and_leading_zeros_stay(hospital: Hospital, tmp_path: Path) -> None:
    patients = "id,sex,born,died\n 007 ,F,1970-01-01,\n2,M,1980-06-30,\n"
    results = f"{HEADER}007,2010-01-02,ALT,30,U/L\n7,2010-01-02,ALT,31,U/L\n"
    loaded = load_adding_up(hospital(results, patients), tmp_path / "store")
    assert rows(loaded, "SELECT patient_id, value FROM result") == [("007", 30.0)]
    assert rejected(loaded) == {"patient not in the patient table": 1}


def test_patients_without_an_id_are_rejected(hospital: Hospital, tmp_path: Path) -> None:
    patients = "id,sex,born,died\n1,F,1970-01-01,\n,M,1980-06-30,\n  ,M,1980-06-30,\n"
    loaded = load_adding_up(hospital(patients=patients), tmp_path / "store")
    assert rejected(loaded)["no patient id"] == 2


def test_a_swapped_comparator_is_rejected(hospital: Hospital, tmp_path: Path) -> None:
    results = f"{HEADER}1,2010-01-02,HBsAg,>0.05,IU/mL\n1,2010-01-03,HBsAg,<0.05,IU/mL\n"
    loaded = load_adding_up(hospital(results), tmp_path / "store")
    assert rejected(loaded) == {"swapped comparator": 1}


def test_a_line_with_the_wrong_number_of_cells_is_counted(
    hospital: Hospital, tmp_path: Path
) -> None:
    results = f"{HEADER}1,2010-01-02,ALT,35,U/L\n1,2010,ALT\n1,2010-01-04,ALT,3,5,U/L\n"
    loaded = load_adding_up(hospital(results), tmp_path / "store")
    assert loaded.counts["result"].read == 3
    assert rejected(loaded) == {"wrong number of cells": 2}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("GB18030", lambda text: text.encode("gb18030")),
        ("BOM", lambda text: text.encode("utf-8-sig")),
        ("CR LF", lambda text: text.replace("\n", "\r\n").encode()),
        ("mixed line ends", lambda text: text.replace("\n", "\r\n", 1).encode()),
        ("semicolons", lambda text: text.replace(",", ";").encode()),
        ("tabs", lambda text: text.replace(",", "\t").encode()),
    ],
)
def test_every_way_to_write_a_csv_gives_the_same_store(
    hospital: Hospital, tmp_path: Path, name: str, change: Callable[[str], bytes]
) -> None:
    text = f"{HEADER}1,2010-01-02,乙肝表面抗原,阳性,\n1,2010-01-03,乙肝表面抗原,阴性,\n"
    loaded = load_adding_up(hospital(change(text)), tmp_path / "store")
    assert rows(loaded, "SELECT status FROM result ORDER BY taken_at") == [
        ("positive",),
        ("negative",),
    ], name


def test_a_quoted_cell_may_hold_commas_quotes_and_newlines(
    hospital: Hospital, tmp_path: Path
) -> None:
    text = f'{HEADER}1,2010-01-02,HBsAg,"POSITIVE.\nVERIFIED, ""REPEATED"".",\n'
    loaded = load_adding_up(hospital(text), tmp_path / "store")
    assert rows(loaded, "SELECT status, raw_value FROM result") == [
        ("positive", 'POSITIVE.\nVERIFIED, "REPEATED".')
    ]


def test_same_records_give_the_same_bytes(hospital: Hospital, tmp_path: Path) -> None:
    folder = hospital()
    for name in ("one", "two"):
        load(folder, tmp_path / name)
    for file in (tmp_path / "one").rglob("*"):
        if file.is_file():
            twin = tmp_path / "two" / file.relative_to(tmp_path / "one")
            assert file.read_bytes() == twin.read_bytes(), file.name


def test_a_unit_printed_in_the_cell_is_read(hospital: Hospital, tmp_path: Path) -> None:
    text = (
        f"{HEADER}1,2010-01-02,PLT,145 10^9/L,\n1,2010-01-03,PLT,145 10*9/L,\n"
        "1,2010-01-04,PLT,145 ×10⁹/L,\n1,2010-01-05,PLT,145 x 10^9/L,\n"
    )
    loaded = load_adding_up(hospital(text), tmp_path / "store")
    assert rows(loaded, "SELECT DISTINCT test, value, unit FROM result") == [
        ("platelets", 145.0, "10^9/L")
    ]
    assert loaded.counts["result"].used == 4


def test_a_diagnosis_keeps_the_code_it_was_read_from(hospital: Hospital, tmp_path: Path) -> None:
    settings = (
        '[patients]\nfile = "patients.csv"\npatient_id = "id"\n'
        '[results]\nfile = "results.csv"\npatient_id = "id"\ntaken_at = "day"\nname = "item"\n'
        'value = "result"\nunit = "unit"\n'
        '[diagnoses]\nfile = "diagnoses.csv"\npatient_id = "id"\ndate = "day"\ncode = "code"\n'
        'code_system = "=ICD-10"\nname = "name"\nsetting = "where"\n'
    )
    diagnoses = "id,day,code,name,where\n1,2010-01-02,B18.1,,门诊\n1,2010-01-03,,肝硬化,住院\n"
    folder = hospital(settings=settings, diagnoses_csv=diagnoses)
    loaded = load_adding_up(folder, tmp_path / "store")
    found = rows(
        loaded, "SELECT condition, code_system, code, setting FROM condition ORDER BY date"
    )
    assert found == [
        ("chronic_hbv", "ICD-10", "B18.1", "outpatient"),
        ("cirrhosis", None, None, "inpatient"),
    ]


def test_an_unknown_name_is_counted_and_can_be_mapped(hospital: Hospital, tmp_path: Path) -> None:
    results = f"{HEADER}1,2010-01-02,our test 9,30,\n1,2010-01-03,our test 9,31,\n"
    folder = hospital(results)
    loaded = load_adding_up(folder, tmp_path / "store")
    assert rows(loaded, "SELECT detail, rows FROM rejected") == [("our test 9", 2)]
    extra = tmp_path / "extra.csv"
    extra.write_text("kind,name,meaning,unit\ntest,our test 9,alt,U/L\n")
    mapped = load_adding_up(folder, tmp_path / "mapped", extra_map=extra)
    assert rows(mapped, "SELECT test, value FROM result ORDER BY value") == [
        ("alt", 30.0),
        ("alt", 31.0),
    ]
    assert mapped.store.fingerprint != loaded.store.fingerprint
