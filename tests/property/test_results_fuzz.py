"""What must hold for every text a laboratory could print."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seroclear.records.dates import BadDate, read_date
from seroclear.records.results import REASONS, Rejected, read_result
from seroclear.records.units import Conversion, find_conversion, vocabulary
from seroclear.records.units import tests as all_tests

TESTS = sorted(all_tests())
WORDS = sorted({row["word"] for row in vocabulary("result_words")})
NEGATIONS = ["not", "no", "non", "non-", "without", "never", "未", "无", "不", "没有", "非", "un"]
POSITIVES = ["positive", "reactive", "detected", "阳性", "检出", "反应性", "POS", "检测到"]
full_width = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})

# Texts made of what reports are made of find more than random characters do.
pieces = st.sampled_from(
    [
        *WORDS,
        *"<>=≤≥＜＋－±(),.;:*/-~×^_e",
        "10^2",
        "0.05",
        "250",
        "1,234",
        "IU/mL",
        "log",
        "COI",
        "x",
    ]
)
reports = st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=8).flatmap(
    lambda parts: st.sampled_from(["", " ", ". "]).map(lambda glue: glue.join(parts))
)
texts = st.one_of(st.text(max_size=40), reports)
units = st.one_of(st.none(), st.sampled_from(["IU/mL", "COI", "log10 IU/mL", "U/L", "x", "log"]))
positive_numbers = st.decimals(min_value="0.01", max_value="100000", places=2)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TESTS), texts, units, st.one_of(st.none(), texts))
def test_any_text_gives_a_reading_or_a_reason(
    test: str, text: str, unit: str | None, reference: str | None
) -> None:
    read = read_result(test, text, unit, reference=reference)
    if isinstance(read, Rejected):
        assert read.reason in REASONS
        return
    assert read
    for one in read:
        limits = all_tests()[one.test]
        if one.value is not None:
            assert limits.possible_low <= one.value <= limits.possible_high
            assert one.comparator in ("<", "=", ">", "range")
            assert one.unit == limits.unit
        assert (one.value_high is not None) == (one.comparator == "range")
        assert one.status in (None, "positive", "negative", "indeterminate")
        assert one.rule


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TESTS), texts.filter(lambda t: not any(c.isdigit() for c in t)), units)
def test_without_a_digit_there_is_no_number(test: str, text: str, unit: str | None) -> None:
    read = read_result(test, text, unit)
    assert isinstance(read, Rejected) or all(one.value is None for one in read)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["<", ">", "≤", "≥", "＜", "＞", "<=", ">=", "less than ", "大于", "above "]),
    positive_numbers,
    st.sampled_from(["", " "]),
    st.sampled_from(["", ".", " IU/mL", "IU/mL."]),
)
def test_a_comparator_is_never_lost(sign: str, number: object, gap: str, end: str) -> None:
    read = read_result("hbv_dna", f"{sign}{gap}{number}{end}", "IU/mL")
    assert not isinstance(read, Rejected)
    expected = "<" if sign[0] in "<≤＜l" else ">"
    assert [one.comparator for one in read] == [expected]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(NEGATIONS),
    st.lists(
        st.sampled_from(["hbsag", "the", "表面抗原", "result is", "a", "clearly"]), max_size=2
    ),
    st.sampled_from(POSITIVES),
    st.sampled_from(["", ".", " (see comment)", " 5.2"]),
    st.sampled_from([" ", ""]),
)
def test_a_negation_is_never_missed(
    negation: str, between: list[str], positive: str, end: str, gap: str
) -> None:
    text = gap.join([negation, *between, positive]) + end
    for test in ("hbsag", "hbv_dna"):
        read = read_result(test, text, "IU/mL")
        if not isinstance(read, Rejected):
            assert all(one.status != "positive" for one in read), text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TESTS), reports, units, st.sampled_from(["", " ", "\t", "\n ", "\u3000"]))
def test_surrounding_space_and_width_do_not_matter(
    test: str, text: str, unit: str | None, space: str
) -> None:
    read = read_result(test, text, unit)
    assert read_result(test, space + text + space, unit) == read
    assert read_result(test, text.translate(full_width), unit) == read


LINEAR = [row for row in vocabulary("conversions") if row["assay"] == "" and row["transform"] == ""]


@pytest.mark.parametrize("row", LINEAR, ids=lambda row: f"{row['test']} {row['from_unit']}")
def test_a_value_comes_back_from_every_unit(row: dict[str, str]) -> None:
    conversion = find_conversion(row["test"], row["from_unit"])
    assert isinstance(conversion, Conversion)
    to = all_tests()[row["to_test"]]
    value = 7.0
    if not to.possible_low <= value <= to.possible_high:
        value = (to.possible_low + to.possible_high) / 2
    read = read_result(row["test"], repr(value / conversion.factor), row["from_unit"])
    assert not isinstance(read, Rejected)
    assert read[0].test == to.name
    assert read[0].value == pytest.approx(value)


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2299, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}"):
        assert read_date(text) == day
    day_first, month_first = f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"
    for text in (day_first, month_first):
        assert read_date(text) in (day, BadDate("ambiguous day and month"))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_reason(text: str) -> None:
    assert isinstance(read_date(text), date | BadDate)
