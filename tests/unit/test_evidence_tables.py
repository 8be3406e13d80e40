"""Counts in the tables of an article."""

from __future__ import annotations

import pytest

from seroclear.evidence.audit.audit import audit
from seroclear.evidence.audit.finding import Verdict
from seroclear.evidence.claims.claim import Proportion
from seroclear.evidence.claims.extract import extract
from seroclear.evidence.read.files import read_text

JATS = """<article><body><table-wrap><label>Table 1</label><caption><p>Baseline, n (%)</p></caption>
<table><thead><tr><th>Item</th><th>A (n = 40)</th><th>P</th></tr></thead><tbody>
<tr><td>Male</td><td>22 (55.0)</td><td>0.4</td></tr>
<tr><td>Cirrhosis</td><td>10 (27.0)</td><td>0.1</td></tr>
<tr><td>Ascites</td><td>9 (99.0)</td><td>0.2</td></tr>
<tr><td>Age</td><td>41 (12.0)</td><td>0.3</td></tr></tbody></table></table-wrap></body></article>"""


def test_counts_of_a_column_of_known_size() -> None:
    (record,) = read_text(JATS, "a")
    found = [claim for claim in extract(record).claims if isinstance(claim, Proportion)]
    said = [(str(c.count), str(c.denominator), str(c.percent)) for c in found]
    assert said == [("22", "40", "55.0%"), ("10", "40", "27.0%"), ("9", "40", "99.0%")]


def test_nothing_is_read_where_the_table_does_not_say_what_it_holds() -> None:
    (record,) = read_text(JATS.replace(", n (%)", ", mean (SD)"), "a")
    assert extract(record).claims == ()
    (record,) = read_text(JATS.replace("(n = 40)", ""), "a")
    assert extract(record).claims == ()


def test_missing_values_explain_a_table() -> None:
    (record,) = read_text(JATS, "article.xml")
    found = {
        finding.quote.split(",")[1].strip(): finding
        for finding in audit(record).findings
        if finding.rule == "percent-of-count"
    }
    assert found["Male"].verdict == Verdict.CONSISTENT
    assert found["Cirrhosis"].verdict == Verdict.CONSISTENT_IF
    assert "37" in found["Cirrhosis"].explanation
    assert found["Ascites"].verdict == Verdict.INCONSISTENT


TWO = """<article><body><table-wrap><label>Table 2</label><caption><p>CAPTION</p></caption>
<table><thead><tr><th>Item</th><th>A (n = 90)</th><th>B (n = 60)</th></tr></thead><tbody>
<tr><td>LABEL</td><td>FIRST</td><td>SECOND</td></tr></tbody></table></table-wrap></body></article>"""


@pytest.mark.parametrize(
    ("label", "first", "second", "caption"),
    [
        ("Haematocrit, %", "38 (5)", "32 (4)", "Baseline"),  # a mean and its SD
        ("Age, years", "48 (11)", "51 (8)", "Data are n (%), mean (SD) or median (IQR)"),
        ("HBsAg decline, mean (SD), %", "12 (4)", "9 (3)", "Values, n (%)"),
        ("FEV1, % of predicted", "62 (14%)", "58 (12%)", "Baseline"),
        ("Male, n (%)", "30 (54.5)", "25 (45.5)", "Sex"),  # of the line
        ("Genotype D, n (%)", "30 (20.0)", "15 (10.0)", "Genotypes"),  # of all columns together
        ("Adverse events, events (%)", "61 (10.2)", "40 (9.9)", "Safety"),
    ],
)
def test_cells_that_are_no_share_of_their_column(
    label: str, first: str, second: str, caption: str
) -> None:
    text = TWO.replace("LABEL", label).replace("CAPTION", caption)
    (record,) = read_text(text.replace("FIRST", first).replace("SECOND", second), "a")
    assert extract(record).claims == ()


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("Male", "54 (60%)", "33 (55%)"),
        ("Male, %", "54 (60)", "33 (55)"),
        ("Any adverse event, n (%)", "54 (60.0)", "33 (55.0)"),
    ],
)
def test_cells_that_say_or_show_that_they_are(label: str, first: str, second: str) -> None:
    text = TWO.replace("LABEL", label).replace("CAPTION", "Mean (SD) or n (%)")
    (record,) = read_text(text.replace("FIRST", first).replace("SECOND", second), "a")
    found = [claim for claim in extract(record).claims if isinstance(claim, Proportion)]
    assert [str(claim.denominator) for claim in found] == ["90", "60"]
