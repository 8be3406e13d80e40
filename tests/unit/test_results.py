"""Every form of result that laboratories are known to write, with the reading beside it.

The MIMIC-IV forms are real strings of its demo (ODbL); the Chinese forms are those of hospital
code and dictionaries.
"""

from __future__ import annotations

import math

import pytest

from seroclear.errors import SeroclearError
from seroclear.records.results import REASONS, Reading, Rejected, read_result


def one(*args: str | None, **more: object) -> Reading:
    read = read_result(*args, **more)  # type: ignore[arg-type]
    assert not isinstance(read, Rejected), read
    assert len(read) == 1, read
    return read[0]


def refused(*args: str | None, **more: object) -> str:
    read = read_result(*args, **more)  # type: ignore[arg-type]
    assert isinstance(read, Rejected), read
    assert read.reason in REASONS
    return read.reason


@pytest.mark.parametrize(
    ("test", "text", "unit", "comparator", "value", "high"),
    [
        ("hbsag", "0.03", "IU/mL", "=", 0.03, None),
        ("hbsag", "0.00", "IU/mL", "=", 0.0, None),
        ("hbsag", "<0.05", "IU/mL", "<", 0.05, None),
        ("hbsag", "＜0.05", "IU/mL", "<", 0.05, None),
        ("hbsag", "≤0.05", "IU/ml", "<", 0.05, None),
        ("hbsag", "<=0.05", "IU/mL", "<", 0.05, None),
        ("hbsag", ">250", "IU/mL", ">", 250.0, None),
        ("hbsag", "＞250.00", "IU/mL", ">", 250.0, None),
        ("hbsag", ">=250", "IU/mL", ">", 250.0, None),
        ("hbsag", ">52000", "iu/mL", ">", 52000.0, None),
        ("hbsag", "1.25", "kIU/mL", "=", 1250.0, None),
        ("hbsag", "50", "mIU/mL", "=", 0.05, None),
        ("hbsag", "1,234.5", "IU/mL", "=", 1234.5, None),
        ("anti_hbs", ">1000", "mIU/mL", ">", 1000.0, None),
        ("anti_hbs", "12.5", "IU/L", "=", 12.5, None),
        ("hbv_dna", "5.00E+02", "IU/mL", "=", 500.0, None),
        ("hbv_dna", "5.0×10^2", "IU/mL", "=", 500.0, None),
        ("hbv_dna", "5.0×10²", "IU/mL", "=", 500.0, None),
        ("hbv_dna", "1.2*10^7", "IU/mL", "=", 1.2e7, None),
        ("hbv_dna", "1.2e7", "IU/mL", "=", 1.2e7, None),
        ("hbv_dna", "1.70 E+08", "IU/mL", "=", 1.7e8, None),
        ("hbv_dna", ">1.70E+08", "IU/mL", ">", 1.7e8, None),
        ("hbv_dna", "170 million", "IU/mL", "=", 1.7e8, None),
        ("hbv_dna", "< 20 IU/mL", None, "<", 20.0, None),
        ("hbv_dna", "HBV DNA: 2.35E+03IU/mL", None, "=", 2350.0, None),
        ("hbv_dna", "100-200", "IU/mL", "range", 100.0, 200.0),
        ("hbv_dna", "100～200", "IU/mL", "range", 100.0, 200.0),
        ("hbv_dna", "between 100 and 500", "IU/mL", "range", 100.0, 500.0),
        ("hbv_dna", "3", "log10 IU/mL", "=", 1000.0, None),
        ("hbv_dna", "<2.0 log", "IU/mL", "<", 100.0, None),
        ("hbv_dna", "2.0 Lg IU/mL", None, "=", 100.0, None),
        ("hbv_dna", "1,000 IU/mL (3.00 log IU/mL)", None, "=", 1000.0, None),
        ("hbcrag", "<3.0", "LogU/mL", "<", 3.0, None),
        ("hbcrag", "4.2 log", None, "=", 4.2, None),
        ("alt", "<5.", "IU/L", "<", 5.0, None),
        ("alt", "45 ↑", "U/L", "=", 45.0, None),
        ("alt", "45 H", "U/L", "=", 45.0, None),
        ("alt", "45*", "U/L", "=", 45.0, None),
        ("albumin", "LESS THAN 1.0.", "g/dL", "<", 10.0, None),
        ("platelets", "150 x10^9/L", None, "=", 150.0, None),
        ("platelets", "150", "K/uL", "=", 150.0, None),
        ("inr", "1.1", None, "=", 1.1, None),
        ("stiffness", ">75", "kPa", ">", 75.0, None),
    ],
)
def test_numbers(
    test: str, text: str, unit: str | None, comparator: str, value: float, high: float | None
) -> None:
    read = one(test, text, unit)
    assert (read.test, read.comparator) == (test, comparator)
    assert read.value == pytest.approx(value)
    assert read.value_high == high
    assert read.status is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        *[(t, "positive") for t in ("阳性", "陽性", "(+)", "＋", "++", "3+", "POS", "POS.")],
        *[
            (t, "positive")
            for t in ("Reactive", "POSITIVE*.", "阳性(+)", "（＋）", "+ve", "弱阳性")
        ],
        *[(t, "positive") for t in ("Weakly positive", "HBsAg: positive", "检出", "阳 性")],
        *[(t, "positive") for t in ("POSITIVE.  VERIFIED BY REPLICATE ANALYSIS.",)],
        ("阴性，建议复查", "negative"),
        *[(t, "negative") for t in ("阴性", "陰性", "(-)", "－", "-", "（－）", "NEG", "NEG.")],
        *[(t, "negative") for t in ("Negative.", "Non-reactive", "NONREACTIVE", "not reactive")],
        *[
            (t, "negative")
            for t in ("非反应性", "无反应", "无反应性", "未检出", "not detected", "-ve")
        ],
        *[(t, "negative") for t in ("not positive", "HBsAg is not detected", "no HBsAg detected")],
        *[(t, "indeterminate") for t in ("±", "(±)", "＋／－", "borderline", "Equivocal", "灰区")],
        *[(t, "indeterminate") for t in ("Indeterminate", "Borderline Positive", "可疑")],
    ],
)
def test_status_words(text: str, status: str) -> None:
    assert one("hbsag", text) == Reading("hbsag", status=status, rule=one("hbsag", text).rule)


@pytest.mark.parametrize(
    "text", ["0.389 (-)", "0.389（－）", "(-) 0.389", "< 0.4, (-)", "0.389\t(-)"]
)
def test_a_sign_in_brackets_beside_a_number(text: str) -> None:
    read = one("hbeag", text, "S/CO")
    assert (read.status, read.value) == ("negative", 0.4 if "<" in text else 0.389)


def test_of_a_garbled_printed_range_nothing_is_a_result() -> None:
    text = "HBV DNA not detected.  Detection Range: 20-10,00,000 IU/mL."
    assert refused("hbv_dna", text) == "unreadable"


def test_weak_positive_says_so() -> None:
    assert one("hbsag", "弱阳性").rule == one("hbsag", "WEAKLY POSITIVE").rule == "weak positive"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no result"),
        ("", "no result"),
        ("/", "no result"),
        ("--", "no result"),
        ("N/A", "no result"),
        ("Pending", "no result"),
        ("___", "redacted"),
        ("HBsAg ___ IU/mL", "redacted"),
        ("未做", "test not done"),
        ("Test not performed", "test not done"),
        ("UNABLE TO REPORT.", "test failed"),
        ("ERROR", "test failed"),
        ("haemolysed", "test failed"),
        ("标本溶血", "test failed"),
        ("nan", "unreadable"),
        ("inf", "unreadable"),
        ("<", "unreadable"),
        ("ND", "unreadable"),  # not detected or not done
        ("NR", "unreadable"),  # non-reactive or not reported
        ("not negative", "unreadable"),
        ("positive? no", "unreadable"),
        ("positive control", "unreadable"),
        ("1:160", "unreadable"),
        ("Specimen of Tuesday. 5", "unreadable"),  # nothing unknown before the result
        ("0,05", "unreadable"),
        ("1.2.3", "unreadable"),
        ("2021-03-05", "unreadable"),
        ("200-100", "unreadable"),
        ("5..3", "unreadable"),
        ("28.,3 c", "unreadable"),
        ("3+.250.5", "unreadable"),
        ("25.½", "unreadable"),  # not 25
        ("阳性-)", "unreadable"),  # half a sign
        ("Reactive. Verified.-)", "unreadable"),
        ("(-检出", "unreadable"),
        ("(+) 1250.5 (-)", "contradictory"),
        ("POSITIVE.  VERIFIED BY REPLI并非ATE", "unreadable"),  # a negation within a strange word
        ("positive negative", "contradictory"),
        ("NEGATIVE. POSITIVE ON REPEAT.", "contradictory"),
        ("POSITIVE. NOT CONFIRMED BY NEUTRALIZATION.", "in doubt"),
        ("POSITIVE. RESULT COULD NOT BE REPRODUCED.", "unreadable"),
        ("疑似阳性", "in doubt"),
        ("False positive", "in doubt"),
        ("anti-HBs positive", "names another test"),
        ("HCV antibody negative", "names another test"),
        ("1e999", "impossible value"),
        ("-5", "impossible value"),
        ("- 5", "unreadable"),
        ("阴性 -5", "unreadable"),
        ("<0", "impossible value"),
        (">0.05", "swapped comparator"),
        ("<250", "swapped comparator"),
        ("<52000", "swapped comparator"),
    ],
)
def test_refused(text: str | None, reason: str) -> None:
    assert refused("hbsag", text, "IU/mL") == reason


@pytest.mark.parametrize(
    ("test", "unit", "reason"),
    [
        ("hbsag", None, "no unit"),
        ("hbsag", "N/A", "no unit"),
        ("hbsag", "bananas", "unknown unit"),
        ("hbsag", "mg/dL", "unit does not fit the test"),
        ("hbv_dna", "copies/mL", "no conversion factor"),
        ("hbv_dna", "log10 copies/mL", "no conversion factor"),
        ("hbv_dna", "log", "no unit"),
        ("hcv_rna", "copies/mL", "no conversion factor"),
        ("anti_hbc", "IU/mL", "unit does not fit the test"),
    ],
)
def test_a_number_needs_a_unit_that_fits(test: str, unit: str | None, reason: str) -> None:
    assert refused(test, "5", unit) == reason


def test_the_default_unit_is_used_only_without_one() -> None:
    assert one("hbsag", "5", None, default_unit="IU/mL").value == 5
    assert one("hbsag", "5", "kIU/mL", default_unit="IU/mL").value == 5000
    assert refused("hbsag", "5", "bananas", default_unit="IU/mL") == "unknown unit"
    assert one("hbv_dna", "3", "log", default_unit="IU/mL").value == pytest.approx(1000)


@pytest.mark.parametrize(
    ("text", "status", "comparator", "value", "detection"),
    [
        ("1250", None, "=", 1250.0, "quantified"),
        ("0", None, "=", 0.0, None),
        ("0 log", None, "=", 1.0, None),  # nobody measures one unit: a placeholder
        (">1.7e8", None, ">", 1.7e8, "quantified"),
        ("<20", None, "<", 20.0, None),
        ("检测到<20", "positive", "<", 20.0, "detected below limit"),
        ("Detected, <20", "positive", "<", 20.0, "detected below limit"),
        ("<20 DETECTED", "positive", "<", 20.0, "detected below limit"),
        ("Detected but below LLOQ (20 IU/mL)", "positive", "<", 20.0, "detected below limit"),
        ("Not detected (<20)", "negative", "<", 20.0, "not detected"),
        ("Detected 1250", "positive", "=", 1250.0, "quantified"),
        ("阴性-<400", "negative", "<", 400.0, None),
        ("TND", "negative", None, None, "not detected"),
        ("Target Not Detected", "negative", None, None, "not detected"),
        ("未检出", "negative", None, None, "not detected"),
        ("未检测到HBV DNA", "negative", None, None, "not detected"),
        ("no HBV DNA detected", "negative", None, None, "not detected"),
        ("undetectable", "negative", None, None, "not detected"),
        ("Negative", "negative", None, None, None),
        ("<LLOQ", None, "<", None, None),
        ("低于检测下限", None, "<", None, None),
        ("低于检测下限<20", None, "<", 20.0, None),
        ("检测到，低于定量下限", "positive", "<", None, "detected below limit"),
    ],
)
def test_detection_states_stay_apart(
    text: str,
    status: str | None,
    comparator: str | None,
    value: float | None,
    detection: str | None,
) -> None:
    read = one("hbv_dna", text, "IU/mL")
    assert (read.status, read.comparator, read.value, read.detection) == (
        status,
        comparator,
        value,
        detection,
    )


def test_not_detected_with_a_number_contradicts_itself() -> None:
    assert refused("hbv_dna", "Not detected 1250", "IU/mL") == "contradictory"


@pytest.mark.parametrize(
    ("test", "text", "status", "comparator", "value", "high", "rule"),
    [
        (
            "anti_hbs",
            "POS.  Titer is above  500 mIU/mL.   Protective titers are greater than >10.0 mIU/mL.",
            *("positive", ">", 500.0, None, "free text: titre"),
        ),
        (
            "anti_hbs",
            "POSITIVE.   TITER IS BETWEEN 100 AND 500 MIU/ML.   PROTECTIVE TITERS ARE >10 MIU/ML.",
            *("positive", "range", 100.0, 500.0, "free text: titre"),
        ),
        (
            "anti_hbs",
            "Borderline Positive - C/W Titer of roughly 10 mIU/mL.",
            *("indeterminate", "=", 10.0, None, "free text: rough titre"),
        ),
        (
            "anti_hbs",
            "BORDERLINE POSITIVE -- C/W TITER OF ROUGHLY 10 MIU/ML.",
            *("indeterminate", "=", 10.0, None, "free text: rough titre"),
        ),
        (
            "anti_hcv",
            "NEGATIVE.  RECOMMENDED FOLLOW-UP FOR POSITIVE HCV ANTIBODY: HCV VIRAL LOAD.",
            *("negative", None, None, None, "status"),
        ),
        (
            "anti_hcv",
            "POSITIVE*.  RECOMMENDED FOLLOW-UP FOR POSITIVE HCV ANTIBODY: HCV VIRAL LOAD.",
            *("positive", None, None, None, "status"),
        ),
    ],
)
def test_free_text(
    test: str,
    text: str,
    status: str,
    comparator: str | None,
    value: float | None,
    high: float | None,
    rule: str,
) -> None:
    read = one(test, text, "N/A")
    found = (read.status, read.comparator, read.value, read.value_high, read.rule)
    assert found == (status, comparator, value, high, rule)


@pytest.mark.parametrize(
    ("test", "text", "lower", "upper"),
    [
        (
            "hbv_dna",
            (
                "HBV DNA not detected.  Performed using the ___ HBV Test v2.0.  Linear range of "
                "quantification: 20 IU/mL - 170 million IU/mL.  Limit of detection: 20 IU/mL."
            ),
            *(20.0, 1.7e8),
        ),
        (
            "hcv_rna",
            (
                "HCV-RNA NOT DETECTED.  Performed using ___ HCV v2.0 Test.  Linear range of quan"
                "tification: 1.50E+01 IU/mL - 1.00E+08 IU/mL.  Limit of detection: 1.50E+01 IU/mL."
            ),
            *(15.0, 1e8),
        ),
        (
            "hiv_rna",
            (
                "HIV-1 RNA is not detected.  Performed using the ___ HIV-1 Test v2.0.  Detection "
                "Range: 20-10,000,000 copies/mL.  This test is approved for monitoring HIV-1 viral "
                "load in known HIV-positive patients. It is not approved for diagnosis of acute "
                "HIV infection."
            ),
            *(20.0, 1e7),
        ),
        ("hbv_dna", "未检出(检测下限 20 IU/mL)", 20.0, None),
    ],
)
def test_the_assays_range_is_not_the_result(
    test: str, text: str, lower: float, upper: float | None
) -> None:
    read = one(test, text)
    assert (read.value, read.comparator, read.detection) == (None, None, "not detected")
    assert (read.lower_limit, read.upper_limit) == (lower, upper)


def test_a_printed_limit_without_a_unit_is_not_guessed() -> None:
    assert one("hbv_dna", "Not detected. Limit of detection: 20.").lower_limit is None
    assert one("hbv_dna", "Not detected. Limit of detection: 20.", "IU/mL").lower_limit == 20


def test_limits_come_from_the_text_first_and_the_assay_next() -> None:
    assert one("hbv_dna", "<20", "IU/mL").lower_limit == 20
    assert one("hbsag", ">250", "IU/mL").upper_limit == 250
    cobas = one("hbv_dna", "<LLOQ", None, assay="cobas 6800 HBV")
    assert (cobas.comparator, cobas.value, cobas.unit) == ("<", 10.0, "IU/mL")
    elecsys = one("hbsag", "1250", "IU/mL", assay="Elecsys HBsAg II quant")
    assert (elecsys.lower_limit, elecsys.upper_limit) == (0.05, 52000)
    assert one("hbsag", "12", "IU/mL", assay="Elecsys HBsAg II quant").upper_limit == 130
    assert one("hbv_dna", "5", "IU/mL", assay="cobas 6800").detection is None  # below its limit


def test_sign_and_number_in_one() -> None:
    read = one("hbsag", "阳性(+) 1250.5", "IU/mL")
    assert (read.status, read.value, read.rule) == ("positive", 1250.5, "status+number")


def test_sign_and_index_are_two_readings() -> None:
    read = read_result("hbsag", "阳性(+) 1250.5", "COI")
    assert not isinstance(read, Rejected)
    assert [(r.test, r.status, r.value) for r in read] == [
        ("hbsag", "positive", None),
        ("hbsag_index", None, 1250.5),
    ]


@pytest.mark.parametrize("unit", [None, "bananas"])
def test_a_sign_survives_a_number_without_a_usable_unit(unit: str | None) -> None:
    read = one("hbsag", "阳性(+) 1250.5", unit)
    assert (read.status, read.value, read.comparator) == ("positive", None, None)
    expected = "without unit" if unit is None else "dropped: unknown unit"
    assert read.rule == f"status, number {expected}"


def test_index_and_mass_never_become_international_units() -> None:
    index, mass = one("hbsag", "1250", "S/CO"), one("hbsag", "150", "µg/L")
    assert (index.test, index.value, index.status) == ("hbsag_index", 1250, None)
    assert (mass.test, mass.value, mass.unit) == ("hbsag_mass", 150, "ng/mL")
    assert one("anti_hbc", "COI: 0.21").value == 0.21
    assert one("hbsag_index", "阳性").test == "hbsag"
    assert one("anti_hbs", "3.2", "COI").test == "anti_hbs_index"
    assert one("hbeag", "12", "PEIU/mL").test == "hbeag_pei"


def test_copies_need_a_named_assay_or_the_callers_own_factor() -> None:
    taqman = one("hbv_dna", "5.82e4", "拷贝/mL", assay="COBAS TaqMan HBV", copies_per_iu=5.6)
    assert taqman.value == pytest.approx(1e4)
    assert taqman.rule == "number, copies / 5.82 (taqman)"
    abbott = one("hbv_dna", "3.41e4", "cps/mL", assay="Abbott RealTime HBV")
    assert abbott.value == pytest.approx(1e4)
    given = one("hbv_dna", "5.6e4", "copies/mL", copies_per_iu=5.6)
    assert given.value == pytest.approx(1e4)
    assert given.rule.endswith("(given)")
    # 2000 IU/mL is 4.07 log copies on TaqMan and 3.83 on Abbott
    for log, assay in ((4.07, "taqman"), (3.83, "m2000")):
        read = one("hbv_dna", str(log), "log10 copies/mL", assay=assay)
        assert read.value == pytest.approx(2000, rel=0.02)


@pytest.mark.parametrize(
    ("test", "text", "assay", "reference", "status"),
    [
        ("anti_hbe", "0.02", "Elecsys Anti-HBe", None, "positive"),
        ("anti_hbe", "1.00", "Elecsys Anti-HBe", None, "positive"),
        ("anti_hbe", "1.52", "Elecsys Anti-HBe", None, "negative"),
        ("anti_hbc", "0.01", "Elecsys Anti-HBc II", None, "positive"),
        # Architect anti-HBc is not competitive, though Architect anti-HBe is.
        ("anti_hbc", "7.5", "ARCHITECT Anti-HBc II", None, "positive"),
        ("anti_hbc", "0.12", "ARCHITECT Anti-HBc II", None, "negative"),
        ("anti_hbe", "0.02", "ARCHITECT Anti-HBe", None, "positive"),
        ("anti_hbc", "0.01", None, ">1", "positive"),
        ("anti_hbc", "1.9", None, "＞1.0", "negative"),
        ("anti_hbc", "0.01", None, "<1", "negative"),
        ("anti_hbc", "7.5", None, "0-1", "positive"),
        ("anti_hbc", "<0.1", None, ">1", "positive"),
        ("anti_hbc", "<1.5", None, ">1", None),
        ("anti_hbc", ">1", None, ">1", "negative"),
        ("anti_hbc", "7.5", None, None, None),
        ("anti_hbc", "7.5", None, "阴性", None),
        ("anti_hbc", "7.5", "Elecsys Anti-HBc II", "<1", None),  # in dispute
        ("hbeag", "7.5", "Elecsys HBeAg", "<1", None),  # the course applies that cut-off
        ("hbsag", "7.5", "Elecsys HBsAg", "<1", None),
    ],
)
def test_polarity_must_be_known(
    test: str, text: str, assay: str | None, reference: str | None, status: str | None
) -> None:
    assert one(test, text, "COI", assay=assay, reference=reference).status == status


def test_the_laboratorys_own_word_beats_the_polarity() -> None:
    assert one("anti_hbc", "阴性 0.2", "COI", reference=">1").status == "negative"


@pytest.mark.parametrize(
    ("reference", "low", "high"),
    [
        ("0-40", 0, 40),
        ("9～50", 9, 50),
        ("0--40", 0, 40),
        ("≤40", None, 40),
        ("<40", None, 40),
        (">3", 3, None),
        ("阴性", None, None),
        ("", None, None),
        ("40-9", None, None),
        ("男:9-50", None, None),
    ],
)
def test_reference_ranges(reference: str, low: float | None, high: float | None) -> None:
    read = one("alt", "30", "U/L", reference=reference)
    assert (read.reference_low, read.reference_high) == (low, high)


def test_reference_range_is_converted_with_the_result() -> None:
    read = one("bilirubin", "1.0", "mg/dL", reference="0.2-1.2")
    assert read.reference_high == pytest.approx(1.2 * 17.104)
    log = one("hbv_dna", "3.0", "log10 IU/mL", reference="<1.0")
    assert log.reference_high == pytest.approx(10)
    assert one("hbsag", "5 COI", "IU/mL", reference="<0.05").reference_high is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大三阳", {"hbsag": "positive", "hbeag": "positive", "anti_hbc": "positive"}),
        ("乙肝小三陽", {"hbsag": "positive", "anti_hbe": "positive", "anti_hbc": "positive"}),
        ("1,3,5阳性", {"hbsag": "positive", "hbeag": "positive", "anti_hbc": "positive"}),
        ("１、４、５阳性", {"hbsag": "positive", "anti_hbe": "positive", "anti_hbc": "positive"}),
        ("145(+)", {"hbsag": "positive", "anti_hbe": "positive", "anti_hbc": "positive"}),
        ("2阳性", {"anti_hbs": "positive"}),
        (
            "1,4,5阳性;2,3阴性",
            {
                "hbsag": "positive",
                "anti_hbe": "positive",
                "anti_hbc": "positive",
                "anti_hbs": "negative",
                "hbeag": "negative",
            },
        ),
        ("HBsAg(+) HBeAb(-)", {"hbsag": "positive", "anti_hbe": "negative"}),
        (
            "两对半全阴",
            dict.fromkeys(("hbsag", "anti_hbs", "hbeag", "anti_hbe", "anti_hbc"), "negative"),
        ),
    ],
)
def test_panels(text: str, expected: dict[str, str]) -> None:
    read = read_result("hbv_panel", text)
    assert not isinstance(read, Rejected)
    assert {r.test: r.status for r in read} == expected
    assert all(r.rule.startswith("panel: ") and r.value is None for r in read)


@pytest.mark.parametrize(
    "text", ["非大三阳", "疑似小三阳", "1阳性1阴性", "6阳性", "1-5阳性", "阳性"]
)
def test_panels_that_say_something_else(text: str) -> None:
    assert refused("hbv_panel", text) == "unreadable"


def test_a_thousands_comma_is_named_in_the_rule() -> None:
    assert one("hbsag", "1,234", "IU/mL").rule == "number, thousands comma"


def test_numbers_in_two_units_must_agree() -> None:
    text = "1,250 IU/mL (5.10 log IU/mL)"
    assert refused("hbv_dna", text) == "contradictory"
    assert refused("hbv_dna", "5 5", "IU/mL") == "unreadable"


def test_a_sign_does_not_fit_a_chemistry_test() -> None:
    assert refused("alt", "NEG", "U/L") == "status does not fit the test"
    assert refused("alt", "-", "U/L") == "no result"


def test_rejections_never_show_the_text() -> None:
    read = read_result("hbsag", "Zhang Wei phoned 13800000000 positive", "IU/mL")
    assert isinstance(read, Rejected)
    assert "zhang" not in read.detail
    assert "138" not in read.detail


@pytest.mark.parametrize(
    "arguments",
    [
        {"test": "no such test"},
        {"test": "hbsag", "default_unit": "bananas"},
        {"test": "hbv_dna", "copies_per_iu": 0.0},
        {"test": "hbv_dna", "copies_per_iu": math.nan},
    ],
)
def test_a_wrong_call_is_an_error_with_its_mend(arguments: dict[str, object]) -> None:
    with pytest.raises(SeroclearError):
        read_result(**{"text": "1", **arguments})  # type: ignore[arg-type]
