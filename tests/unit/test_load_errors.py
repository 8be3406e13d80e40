"""What cannot be loaded ends in one sentence with the place and the mend, and leaves nothing."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.records.check import check
from seroclear.records.load import load
from seroclear.records.store import Store

Hospital = Callable[..., Path]
PATIENT_SECTION = '[patients]\nfile = "patients.csv"\npatient_id = "id"\n'
RESULT_SECTION = (
    '[results]\nfile = "results.csv"\npatient_id = "id"\ntaken_at = "day"\nname = "item"\n'
    'value = "result"\nunit = "unit"\n'
)


def failure(records: Path, tmp_path: Path, extra_map: Path | None = None) -> str:
    """The error of a load that must fail, after a look that nothing was left behind."""
    places = tmp_path / "stores"
    with pytest.raises(SeroclearError) as caught:
        load(records, places / "store", extra_map=extra_map)
    assert not places.exists() or list(places.iterdir()) == []
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_missing_folder(tmp_path: Path) -> None:
    assert "no such file or folder" in failure(tmp_path / "nowhere", tmp_path)


def test_a_folder_of_nothing_known(tmp_path: Path) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"x")
    message = failure(folder, tmp_path)
    assert "hospital.toml" in message
    assert "OMOP" in message


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[patients", "not valid TOML"),
        (RESULT_SECTION, "section [patients] is missing"),
        (PATIENT_SECTION, "section [results] is missing"),
        (PATIENT_SECTION + RESULT_SECTION + "[drug]\n", "did you mean 'drugs'"),
        (PATIENT_SECTION + RESULT_SECTION + 'colour = "red"\n', "unknown key 'colour'"),
        (PATIENT_SECTION + RESULT_SECTION + 'untis = "u"\n', "did you mean 'unit'"),
        (PATIENT_SECTION.replace('"id"', '"idd"') + RESULT_SECTION, "did you mean 'id'"),
        (PATIENT_SECTION + RESULT_SECTION.replace('"day"', '"dayy"'), "did you mean 'day'"),
        (PATIENT_SECTION + RESULT_SECTION.replace('"day"', "3"), "must name a column"),
        (PATIENT_SECTION.replace("patients.csv", "p.csv") + RESULT_SECTION, "does not exist"),
        (PATIENT_SECTION + '[results]\nfile = "results.csv"\npatient_id = "id"\n', "'taken_at'"),
        ("patients = 3\n" + RESULT_SECTION, "must be a section"),
        ('date_formats = "%d"\n' + PATIENT_SECTION + RESULT_SECTION, "date_formats"),
        ("copies_per_iu = 0\n" + PATIENT_SECTION + RESULT_SECTION, "copies_per_iu"),
        (PATIENT_SECTION + RESULT_SECTION + '[units]\nalatt = "U/L"\n', "nearest: alt"),
        (PATIENT_SECTION + RESULT_SECTION + '[units]\nalt = "furlongs"\n', "'furlongs'"),
    ],
)
def test_mistakes_in_hospital_toml(
    hospital: Hospital, tmp_path: Path, settings: str, said: str
) -> None:
    message = failure(hospital(settings=settings), tmp_path)
    assert said in message
    assert "hospital.toml" in message


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (b"", "empty"),
        (b"\n1,2\n", "no header line"),
        (b"id,day,item,result,unit\n", "no laboratory results"),
        (b"id,day,item,result,result,unit\n", "two columns 'result'"),
        (b"id,day,item,result,unit\n1,2010-01-01,\xff\xfe,1,\n", "line 2 is neither UTF-8"),
        (
            "id,day,item,result,unit\n1,2010-01-01,表面抗原,阳性,\n".encode()
            + "1,2010-01-02,表面抗原,阳性,\n".encode("gb18030"),
            "mixes UTF-8 (line 2)",
        ),
    ],
)
def test_broken_csv_files(hospital: Hospital, tmp_path: Path, results: bytes, said: str) -> None:
    assert said in failure(hospital(results), tmp_path)


def test_patients_that_all_lack_an_id(hospital: Hospital, tmp_path: Path) -> None:
    message = failure(hospital(patients="id,sex,born,died\n,F,1970-01-01,\n"), tmp_path)
    assert "no patient that could be read" in message


def test_a_truncated_gzip(tmp_path: Path) -> None:
    folder = tmp_path / "mimic" / "hosp"
    folder.mkdir(parents=True)
    whole = gzip.compress(os.urandom(5000))
    for table in ("patients", "labevents", "d_labitems"):
        (folder / f"{table}.csv.gz").write_bytes(whole[:-100])
    message = failure(tmp_path / "mimic", tmp_path)
    assert "incomplete gzip" in message
    assert "patients.csv.gz" in message


def test_a_corrupt_parquet(tmp_path: Path) -> None:
    folder = tmp_path / "omop"
    folder.mkdir()
    for table in ("person", "measurement"):
        (folder / f"{table}.parquet").write_bytes(b"PAR1 this is not Parquet PAR1")
    assert "person.parquet cannot be read" in failure(folder, tmp_path)


def test_a_duckdb_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "cdm.duckdb"
    file.write_bytes(b"hello" * 1000)
    assert "is not a DuckDB file" in failure(file, tmp_path)


def test_a_missing_omop_table_and_column(tmp_path: Path) -> None:
    folder = tmp_path / "omop"
    folder.mkdir()
    (folder / "person.csv").write_text("person_id,gender_concept_id,year_of_birth\n1,8507,1970\n")
    assert "the OMOP table measurement is missing" in failure(folder, tmp_path)
    (folder / "measurement.csv").write_text(
        "measurement_id,person_id,measurement_concept,measurement_date\n1,1,1,2010-01-01\n"
    )
    message = failure(folder, tmp_path)
    assert "no column 'measurement_concept_id'; did you mean 'measurement_concept'" in message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tests,a,alt,", "line 2: kind 'tests'"),
        ("test,a,altt,", "nearest: alt"),
        ("test,a,,", "line 2: the meaning is empty"),
        ("test,,alt,", "line 2: the name is empty"),
        ("test,a,alt ast,", "one test only"),
        ("test,a,alt,furlongs", "the unit 'furlongs'"),
        ("test", "line 2: the name is empty"),
    ],
)
def test_mistakes_in_a_mapping(hospital: Hospital, tmp_path: Path, line: str, said: str) -> None:
    extra = tmp_path / "extra.csv"
    extra.write_text(f"kind,name,meaning,unit\n{line}\n")
    message = failure(hospital(), tmp_path, extra_map=extra)
    assert said in message
    assert "extra.csv" in message


def test_a_mapping_without_its_columns_or_that_is_absent(
    hospital: Hospital, tmp_path: Path
) -> None:
    extra = tmp_path / "extra.csv"
    assert "no such mapping file" in failure(hospital(), tmp_path, extra_map=extra)
    extra.write_text("kind,name\ntest,a\n")
    assert "column 'meaning' is missing" in failure(hospital(), tmp_path, extra_map=extra)


def test_a_target_that_exists_is_kept(hospital: Hospital, tmp_path: Path) -> None:
    folder, target = hospital(), tmp_path / "store"
    load(folder, target)
    before = (target / "store.toml").read_bytes()
    with pytest.raises(SeroclearError, match="exists already"):
        load(folder, target)
    assert (target / "store.toml").read_bytes() == before


def test_overwriting_never_replaces_what_is_no_store(hospital: Hospital, tmp_path: Path) -> None:
    target = tmp_path / "thesis"
    target.mkdir()
    (target / "chapter1.txt").write_text("ten years of work")
    with pytest.raises(SeroclearError, match="no store"):
        load(hospital(), target, overwrite=True)
    assert (target / "chapter1.txt").read_text() == "ten years of work"


def test_a_target_under_a_file_cannot_be_written(hospital: Hospital, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(SeroclearError, match="cannot be written"):
        load(hospital(), file / "store")


def test_a_full_disk_is_said_in_one_sentence(
    hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seroclear.records.load.write_manifest", full)
    assert "No space left on device" in failure(hospital(), tmp_path)


def test_memory_that_is_no_amount(hospital: Hospital, tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="--memory 'much'"):
        load(hospital(), tmp_path / "store", memory_limit="much")


class _Interrupting:
    """Presses Ctrl-C at one step."""

    def __init__(self, at: int) -> None:
        self.left = at

    def step(self, description: str) -> None:
        del description
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt

    def part(self, done: float, description: str) -> None:
        del done, description


@pytest.mark.parametrize("at", [1, 4, 9])
def test_an_interruption_leaves_the_previous_store_whole(
    hospital: Hospital, tmp_path: Path, at: int
) -> None:
    folder, places = hospital(), tmp_path / "stores"
    load(folder, places / "store")
    before = {file: file.read_bytes() for file in places.rglob("*") if file.is_file()}
    with pytest.raises(KeyboardInterrupt):
        load(folder, places / "store", overwrite=True, progress=_Interrupting(at))
    after = {file: file.read_bytes() for file in (places / "store").rglob("*") if file.is_file()}
    assert after == before
    # What is finished stays for the next run, and for its owner's eyes alone.
    left = {entry.name for entry in places.iterdir()} - {"store"}
    assert left == (set() if at == 1 else {".store.loading"})
    for name in left:
        assert (places / name).stat().st_mode & 0o777 == 0o700
    load(folder, places / "store", overwrite=True)
    assert [entry.name for entry in places.iterdir()] == ["store"]
    again = {file: file.read_bytes() for file in places.rglob("*") if file.is_file()}
    assert again == before


def test_no_message_shows_a_patient(hospital: Hospital, tmp_path: Path) -> None:
    results = b"id,day,item,result,unit\nSECRET-ID,2010-01-01,\xff\xfe,SECRET,\n"
    assert "SECRET" not in failure(hospital(results), tmp_path)


def test_a_damaged_store_is_named(hospital: Hospital, tmp_path: Path) -> None:
    store = load(hospital(), tmp_path / "store").store
    (store.path / "patient.parquet").unlink()
    with pytest.raises(SeroclearError, match="not whole"):
        check(store)
    (store.path / "store.toml").write_text("format = ")
    with pytest.raises(SeroclearError, match="damaged"):
        Store.open(store.path)
    with pytest.raises(SeroclearError, match="is no store"):
        Store.open(tmp_path)
