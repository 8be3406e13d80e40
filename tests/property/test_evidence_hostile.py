"""Whatever the text: no crash, spans that quote it, and no accusation of what is right."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from seroclear.evidence.audit.audit import audit
from seroclear.evidence.audit.finding import Verdict
from seroclear.evidence.audit.rounding import Window, counts_for
from seroclear.evidence.read.files import read_text
from seroclear.evidence.record import TEXT, Record, Section
from seroclear.evidence.text.lexer import reported, tokens
from seroclear.evidence.text.normalise import normalise

WORDS = (
    "12 (30.0%) 12/40 95% CI OR HR 1.2 - to – , ; . ( ) [ = < ≥ P χ2 t F(2, 30) vs and "
    "respectively n = 40 patients group divided into two at 5 years median IQR ± 0. 5 ３％ "
    "per 100 person-years AUC sensitivity r -0.3 1e5 105 IU/mL 20/40 Sixteen hundred "
    "cumulative \\< <sup>5</sup> &lt; 1,234 3,2 · \ud800 \u200b"
)
PIECES = st.sampled_from(WORDS.split(" "))
TEXTS = st.lists(PIECES, max_size=60).map(" ".join)
ACCUSING = (Verdict.INCONSISTENT, Verdict.IMPOSSIBLE)


@settings(max_examples=80, deadline=None)
@given(TEXTS | st.text(max_size=200))
def test_any_text_is_audited_and_quoted(text: str) -> None:
    record = Record("a", TEXT, "", (Section(text),))
    result = audit(record)
    for claim in result.claims:
        assert record.text[claim.start : claim.end] == claim.quote
    assert result == audit(record)


@settings(max_examples=150, deadline=None)
@given(TEXTS | st.text(max_size=200))
def test_tokens_cover_the_text_in_order(text: str) -> None:
    normalised = normalise(text)
    end = 0
    for token in tokens(normalised.text):
        assert normalised.text[token.start : token.end] == token.text
        assert not normalised.text[end : token.start].strip()
        end = token.end
    assert not normalised.text[end:].strip()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 3000), st.integers(1, 3000), st.integers(0, 3))
def test_a_rounded_share_is_never_accused(a: int, b: int, digits: int) -> None:
    a = min(a, b)
    text = f"Relapse was seen in {a}/{b} ({100 * a / b:.{digits}f}%) patients."
    (record,) = read_text(text, "a")
    assert not [f for f in audit(record).findings if f.verdict in ACCUSING]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400), st.integers(0, 2))
def test_counts_of_a_percentage(value: int, n: int, digits: int) -> None:
    percent = reported(f"{value / 100:.{digits}f}", unit="%")
    assert percent
    plain = [k for k in range(n + 1) if percent.lowest <= Fraction(100 * k, n) <= percent.highest]
    assert list(counts_for(percent, n)) == list(Window(percent).counts(n)) == plain
