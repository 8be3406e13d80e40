"""Counts in the tables of an article."""

from __future__ import annotations

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
