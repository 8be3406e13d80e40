"""The vocabularies: every line means something the store can hold, and codes are read as codes."""

from __future__ import annotations

import pytest

from seroclear.records import units
from seroclear.records.units import find_conversion, read_unit, unit_spellings
from seroclear.records.vocabulary import (
    VOCABULARY_FILES,
    Vocabulary,
    known_meanings,
    read_csv,
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


@pytest.mark.parametrize("name", VOCABULARY_FILES)
def test_every_list_has_lines_as_wide_as_its_header(name: str) -> None:
    rows = read_csv(name)
    assert rows
    for number, row in enumerate(rows, start=2):
        assert None not in row, f"{name} line {number} has too many cells"
        assert None not in row.values(), f"{name} line {number} has too few cells"


def test_every_agent_has_a_class_and_every_code_an_agent() -> None:
    agents = known_meanings("drug")
    for row in read_csv("drug_names.csv"):
        assert set(row["agents"].split()) <= agents, row["pattern"]
    for row in read_csv("drug_codes.csv"):
        assert row["agent"] in agents, row["code"]


def test_every_test_name_and_code_is_a_test_and_its_unit_fits() -> None:
    known = known_meanings("test")
    for row in read_csv("test_names.csv"):
        assert row["test"] in known, row["name"]
    for row in read_csv("test_codes.csv"):
        assert row["test"] in known, row["code"]
        if row["unit"]:
            unit = read_unit(row["unit"])
            base = units.tests()[row["test"]].base
            found = find_conversion(base, unit or "")
            assert found != "unit does not fit the test", (row["code"], row["unit"])


def test_no_unit_is_spelled_in_two_ways_that_mean_different_things() -> None:
    for spelling, unit in unit_spellings().items():
        assert read_unit(spelling) == unit, spelling


@pytest.mark.parametrize(
    ("ucum", "unit"),
    [
        ("[IU]/mL", "IU/mL"),
        ("[iU]/mL", "IU/mL"),
        ("k[IU]/mL", "kIU/mL"),
        ("m[IU]/mL", "mIU/mL"),
        ("{log_IU}/mL", "log10 IU/mL"),
        ("{Log_copies}/mL", "log10 copies/mL"),
        ("{copies}/mL", "copies/mL"),
        ("[IU]/L", "IU/L"),
        ("U/L", "U/L"),
        ("10*9/L", "10^9/L"),
        ("10*3/uL", "10^9/L"),
        ("umol/L", "µmol/L"),
        ("mg/dL", "mg/dL"),
        ("{INR}", "1"),
        ("{s_co_ratio}", "S/CO"),
        ("mL/min/{1.73_m2}", "mL/min/1.73m2"),
    ],
)
def test_ucum_codes_are_units(ucum: str, unit: str) -> None:
    assert read_unit(ucum) == unit


@pytest.mark.parametrize(
    ("kind", "codes", "name", "names", "code"),
    [
        ("diagnosis", "ICD-10:B18.1", "", ("chronic_hbv",), ("ICD-10", "B18.1")),
        ("diagnosis", "OMOP:0 ICD:B18.1", "", ("chronic_hbv",), ("ICD-10", "B18.1")),
        ("diagnosis", "ICD-10:Z99.9 ICD-10:B18.1", "", ("chronic_hbv",), ("ICD-10", "B18.1")),
        ("diagnosis", "", "肝硬化", ("cirrhosis",), ("", "")),
        ("test", "LOINC:5196-1", "", ("hbsag",), ("LOINC", "5196-1")),
        ("drug", "ATC:J05AF10", "", ("ETV",), ("ATC", "J05AF10")),
    ],
)
def test_the_code_that_was_read_is_told(
    vocabulary: Vocabulary,
    kind: str,
    codes: str,
    name: str,
    names: tuple[str, ...],
    code: tuple[str, str],
) -> None:
    match = vocabulary.match(kind, codes, name)
    assert match is not None
    assert match.meaning.names == names
    assert (match.system, match.code) == code


def test_an_undeclared_edition_is_never_guessed(vocabulary: Vocabulary) -> None:
    # 070.32 begins like ICD-9-CM, V02.61 could be either edition.
    assert vocabulary.match("diagnosis", "ICD:070.32", "") is None
    assert vocabulary.match("diagnosis", "ICD:V02.61", "") is None
    assert vocabulary.match("diagnosis", "ICD-9-CM:070.32", "") is not None


def test_unknown_names_mean_nothing(vocabulary: Vocabulary) -> None:
    assert vocabulary.match("test", "LOINC:0-0", "potassium") is None
    assert vocabulary.match("drug", "", "aspirin") is None
