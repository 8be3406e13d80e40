"""Spellings, factors and assays of the vocabulary."""

from __future__ import annotations

import pytest

from seroclear.errors import SeroclearError
from seroclear.records.units import (
    Conversion,
    assays,
    find_assay,
    find_conversion,
    fold,
    read_unit,
    unit_or_error,
    unit_spellings,
    vocabulary,
)
from seroclear.records.units import tests as all_tests


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        *[
            (s, "IU/mL")
            for s in ("IU/ml", "iu/mL", "ＩＵ／ｍＬ", " IU / mL ", "[IU]/mL", "k[arb'U]/L")
        ],
        *[(s, "mIU/mL") for s in ("MIU/ML", "m[IU]/mL")],
        *[(s, "copies/mL") for s in ("拷贝/mL", "cps/mL", "copies/ml", "{copies}/mL")],
        *[(s, "log10 IU/mL") for s in ("log10 IU/mL", "Lg IU/mL", "log₁₀IU/mL", "[log_IU]/mL")],
        *[(s, "log10 copies/mL") for s in ("log10 cop/mL", "lg拷贝/mL")],
        *[(s, "S/CO") for s in ("S/CO", "s/co", "COI", "C.O.I.", "Index")],
        *[(s, "µmol/L") for s in ("µmol/L", "μmol/L", "umol/L", "UMOL/L")],
        *[
            (s, "10^9/L")
            for s in ("10^9/L", "10⁹/L", "×10^9/L", "x10*9/L", "10*9/L", "K/uL", "K/μL")
        ],
        *[(s, "") for s in (None, "", "  ", "N/A", "无")],
        *[(s, None) for s in ("bananas", "%", "mg", "IU")],
    ],
)
def test_spellings(spelling: str | None, unit: str | None) -> None:
    assert read_unit(spelling) == unit


def test_a_superscript_is_a_power_not_a_digit() -> None:
    assert fold("5×10²") == "5x10^2"


def test_no_spelling_means_two_units() -> None:
    for spelling, unit in unit_spellings().items():
        assert read_unit(spelling) == unit, spelling


def test_every_test_takes_its_own_unit() -> None:
    for test in all_tests().values():
        if test.kind != "panel":
            found = find_conversion(test.base, test.unit)
            assert isinstance(found, Conversion), test.name
            assert (found.to_test, found.to_unit) == (test.name, test.unit)
            assert found(7.0) == 7.0


def test_conversions_lead_to_the_canonical_unit_of_a_sister_test() -> None:
    units = set(unit_spellings().values())
    for row in vocabulary("conversions"):
        assert row["from_unit"] in units, row
        to = all_tests()[row["to_test"]]
        assert row["to_unit"] == to.unit, row
        assert to.base == all_tests()[row["test"]].base, row
        assert row["source"], row
        assert row["confidence"] in ("V", "V2", "M"), row


def test_every_assay_names_a_test_and_a_source() -> None:
    for row in vocabulary("assays"):
        assert row["test"] in all_tests(), row
        assert row["source"], row
        assert row["confidence"] in ("V", "V2", "M"), row
    for assay in assays():
        if assay.lower_limit is not None and assay.upper_limit is not None:
            assert assay.lower_limit < assay.upper_limit


@pytest.mark.parametrize(
    ("test", "unit", "printed", "value"),
    [
        ("bilirubin", "mg/dL", 1.0, 17.104),  # 10 / 584.66 g/mol
        ("creatinine", "mg/dL", 1.0, 88.4),  # 10 / 113.12 g/mol
        ("albumin", "g/dL", 4.2, 42.0),
        ("phosphate", "mg/dL", 3.1, 1.001),  # 10 / 30.974 g/mol
        ("platelets", "10^4/µL", 15.0, 150.0),
        ("platelets", "/µL", 150000.0, 150.0),
        ("alt", "ukat/L", 1.0, 60.0),
        ("hbv_dna", "log10 IU/mL", 3.3010, 2000.0),
        ("sodium", "mEq/L", 140.0, 140.0),
    ],
)
def test_factors(test: str, unit: str, printed: float, value: float) -> None:
    found = find_conversion(test, unit)
    assert isinstance(found, Conversion)
    assert found(printed) == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("printed", "value"),
    [(1.30, 20.0), (1.301, 20.0), (3.30, 2000.0), (5.301, 200_000.0), (1.29, 19.5), (1.31, 20.4)],
)
def test_a_log10_gives_back_the_number_it_was_printed_for(printed: float, value: float) -> None:
    # 10**1.30 is 19.95, which a threshold of 20 would call undetectable
    found = find_conversion("hbv_dna", "log10 IU/mL")
    assert isinstance(found, Conversion)
    assert found(printed) == value


@pytest.mark.parametrize(
    ("test", "text", "name"),
    [
        ("hbv_dna", "COBAS AmpliPrep/COBAS TaqMan HBV Test v2.0", "ampliprep_taqman_v2"),
        ("hbv_dna", "COBAS TaqMan HBV", "taqman"),
        ("hbv_dna", "罗氏cobas 6800", "cobas_4800_6800_8800"),
        ("hbsag", "雅培 ARCHITECT", "architect_hbsag_qt"),
        ("hbsag", "Lumipulse HBsAg-HQ", "lumipulse_hbsag_hq"),
        ("hbsag", "COBAS TaqMan HBV", None),
        ("alt", "cobas e 801", None),
        ("hbv_dna", "domestic PCR", None),
        ("hbv_dna", None, None),
    ],
)
def test_assays_are_found_by_name_and_test(test: str, text: str | None, name: str | None) -> None:
    found = find_assay(test, text)
    assert (found.name if found else None) == name


def test_a_configured_unit_must_be_known() -> None:
    assert unit_or_error("iu/ml") == "IU/mL"
    with pytest.raises(SeroclearError, match=r"units\.csv"):
        unit_or_error("bananas")
