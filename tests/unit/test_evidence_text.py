"""From damaged text to tokens that know where they came from."""

from __future__ import annotations

from fractions import Fraction

import pytest

from seroclear.evidence.text.lexer import reported, tokens
from seroclear.evidence.text.normalise import normalise
from seroclear.evidence.text.number_words import number_of
from seroclear.evidence.text.sentences import sentence_starts
from seroclear.evidence.text.token import Token


def lexed(raw: str, *kinds: str) -> list[Token]:
    return [token for token in tokens(normalise(raw).text) if token.kind in kinds]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("44. 4% and P = 0. 005", "44.4% and P = 0.005"),
        ("in 2011. 24% of donors", "in 2011. 24% of donors"),
        ("HBV DNA ＜ 2 000 IU/ml", "HBV DNA < 2000 IU/ml"),
        ("94·0%", "94.0%"),
        ("3,2 % (6/188) and 41,5", "3.2 % (6/188) and 41.5"),
        ("12,23% and 3.1%", "12,23% and 3.1%"),
        ("<i>P</i>&lt;0.05", "P<0.05"),
        ("10<sup>5</sup> copies", "10^5 copies"),
        (r"\<0.05 IU/mL", "<0.05 IU/mL"),
        ("@*Methods@#We", "\nMethods: We"),
        ("A​B﻿C", "ABC"),
    ],
)
def test_damage_is_undone(raw: str, text: str) -> None:
    assert normalise(raw).text == text


def test_every_token_knows_what_was_printed() -> None:
    raw = "rate was ４４. ４％ (<i>P</i> = 0. 005), 62.62% (603/963)"
    normalised = normalise(raw)
    shown = []
    for token in tokens(normalised.text):
        if token.number:
            start, end = normalised.span(token.start, token.end)
            shown.append(raw[start:end])
    assert shown == ["４４. ４％", "P</i> = 0. 005", "62.62%", "603/963"]


def test_numbers_that_belong_to_names_are_no_numbers() -> None:
    text = "HA3 (49.57%), C1-C2, ES10/20, rtM204I/V, IL-6, FIB-4, HBV genotype C2, NCT07328711"
    assert [token.text for token in lexed(text, "number", "fraction", "percent")] == ["49.57%"]


@pytest.mark.parametrize(
    ("text", "name", "df", "value"),
    [
        ("χ2 = 7.983", "chi2", (), "7.983"),
        ("x2 =16.145", "chi2", (), "16.145"),
        ("c2=3.1", "chi2", (), "3.1"),
        ("χ²(2) = 14.6", "chi2", (2,), "14.6"),
        ("Wald χ2 = 9.1", "wald", (), "9.1"),
        ("t(38) = -1.21", "t", (38,), "-1.21"),
        ("F(2, 117) = 4.86", "F", (2, 117), "4.86"),
        ("F(1.5, 38.25) = 4.86", "F", (1.5, 38.25), "4.86"),
        ("rs = 0.38", "r", (), "0.38"),
    ],
)
def test_statistics(text: str, name: str, df: tuple[float, ...], value: str) -> None:
    (token,) = lexed(text, "statistic")
    assert (token.name, tuple(k.value for k in token.df), str(token.number)) == (name, df, value)


def test_p_values() -> None:
    found = lexed("P<0.001; p = .04, P-value: 0.03, P for trend = 0.2, PDE 5", "p")
    assert [str(token.number) for token in found] == ["<0.001", ".04", "0.03", "0.2"]
    assert found[3].mark == "trend"


def test_confidence_is_no_percentage() -> None:
    text = "445/2111, 95% CI 19.4-22.9; 95 % confidence interval [CI]: 1 to 2; 90%CrI"
    assert not lexed(text, "percent")
    assert [str(token.number) for token in lexed(text, "ci")] == ["95", "95", "90"]


def test_a_lost_superscript_is_marked() -> None:
    marked = [t for t in lexed("DNA >105 IU/mL in 105 patients", "number") if t.mark]
    assert len(marked) == 1


def test_decimals_are_kept() -> None:
    printed = reported("44.40")
    assert printed is not None
    assert printed.decimals == 2
    assert (printed.lowest, printed.highest) == (Fraction("44.395"), Fraction("44.405"))
    assert reported("1" * 20) is None


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Six hundred and forty", 640),
        ("Thirty-nine", 39),
        ("Two hundred and two", 202),
        ("one thousand two hundred", 1200),
        ("two three", None),
        ("twelve", 12),
    ],
)
def test_number_words(words: str, number: int | None) -> None:
    assert number_of(words) == number


def test_sentences() -> None:
    text = "A rate (e.g. 4.4%) vs. 3. No .2 Hospital.Methods We did. In E. coli 0.05.(P<0.1)."
    pieces = [
        text[a:b].strip()
        for a, b in zip(sentence_starts(text), [*sentence_starts(text)[1:], len(text)], strict=True)
    ]
    assert "Methods We did." in pieces
    assert any(piece.startswith("In E. coli") for piece in pieces)
    assert max(map(len, pieces)) < 60
