"""Every format in, the same records out; what is no paper is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.evidence.read.files import read, read_file, read_text, sniff
from seroclear.evidence.record import Record

PUBMED = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">123</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2021</Year></PubDate></JournalIssue></Journal>
<ArticleTitle>HBsAg <i>loss</i></ArticleTitle><ELocationID EIdType="doi">10.1000/xyz</ELocationID>
<Abstract><AbstractText Label="FINDINGS" NlmCategory="RESULTS">Loss in 12/40 (30.0%), HBV DNA
10<sup>5</sup>. NCT01234567</AbstractText></Abstract></Article>
<CommentsCorrectionsList><CommentsCorrections><PMID>999</PMID></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
MEDLINE = """
PMID- 123
DP  - 2021 Mar
TI  - HBsAg loss
AB  - BACKGROUND: Little is known. RESULTS: Loss in 12/40
      (30.0%).
LID - 10.1000/xyz [doi]
SI  - ClinicalTrials.gov/NCT01234567

PMID- 124
TI  - Another
AB  - Nothing.
"""
RIS = (
    "TY  - JOUR\nTI  - HBsAg loss\nPY  - 2021/03/01\n"
    "AB  - Loss in 12/40\n(30.0%).\nDO  - 10.1000/xyz\nER  - \n"
)
JATS = """<article><front><article-meta><article-id pub-id-type="doi">10.1000/xyz</article-id>
<title-group><article-title>HBsAg loss</article-title></title-group>
<abstract><sec><title>Results</title><p>Loss in 12/40 (30.0%)<xref
ref-type="bibr">3</xref>.</p></sec>
</abstract></article-meta></front><body><sec><title>Methods</title><p>We counted.</p></sec>
<table-wrap><label>Table 1</label><caption><p>Baseline, n (%)</p></caption><table><thead>
<tr><th rowspan="2">Item</th><th colspan="2">Groups</th></tr>
<tr><th>A (n = 40)</th><th>B (n = 50)</th></tr>
</thead><tbody><tr><td>Male</td><td>22 (55.0)</td><td>31 (62.0)</td></tr>
<tr><td>Cirrhosis</td><td>10 (27.0)</td><td>9 (99.0)</td></tr></tbody></table></table-wrap>
</body></article>"""
CTGOV_XML = """<clinical_study><id_info><nct_id>NCT01234567</nct_id></id_info>
<brief_title>HBIG</brief_title>
<brief_summary><textblock>A multicenter trial.</textblock></brief_summary>
<phase>Phase 2</phase><enrollment type="Actual">100</enrollment>
<location><facility><name>A</name></facility></location>
<condition>Hepatitis B</condition></clinical_study>"""
CTGOV = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT01234567", "briefTitle": "HBIG"},
        "statusModule": {
            "startDateStruct": {"date": "2020-01-01"},
            "completionDateStruct": {"date": "2019-01-01"},
            "studyFirstSubmitDate": "2020-03-01",
        },
        "descriptionModule": {"briefSummary": "A multicenter trial; the primary endpoint is loss."},
        "designModule": {"enrollmentInfo": {"count": 100, "type": "ACTUAL"}, "phases": ["PHASE2"]},
        "contactsLocationsModule": {"locations": [{"country": "China"}]},
        "conditionsModule": {"conditions": ["Hepatitis B"]},
    },
    "resultsSection": {
        "participantFlowModule": {
            "groups": [{"id": "FG000", "title": "HBIG"}],
            "periods": [
                {
                    "milestones": [
                        {"type": t, "achievements": [{"groupId": "FG000", "numSubjects": str(n)}]}
                        for t, n in (("STARTED", 50), ("COMPLETED", 44), ("NOT COMPLETED", 5))
                    ]
                }
            ],
        }
    },
}


def one(text: str) -> Record:
    (record,) = read_text(text, "a")
    return record


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PUBMED, "pubmed-xml"),
        (MEDLINE, "medline"),
        (RIS, "ris"),
        (JATS, "jats"),
        (CTGOV_XML, "ctgov-xml"),
        (json.dumps(CTGOV), "ctgov-json"),
        ("<!DOCTYPE html><html><body>a</body></html>", "html"),
        ("RESUMO\nA trial.\nAssuntos\nHumanosRESUMO\nAnother.", "lilacs"),
        ("Just words.", "text"),
    ],
)
def test_the_format_is_seen_in_the_text(text: str, kind: str) -> None:
    assert sniff("\ufeff" + text) == kind


def test_pubmed_keeps_both_names_of_a_part() -> None:
    record = one(PUBMED)
    (part,) = record.sections
    assert (part.label, part.category) == ("FINDINGS", "RESULTS")
    assert part.text.startswith("Loss in 12/40 (30.0%), HBV DNA 10^5")
    assert (record.pmid, record.doi, record.year) == ("123", "10.1000/xyz", "2021")
    assert record.title == "HBsAg loss"
    assert record.trials == ("NCT01234567",)


def test_medline_and_ris_say_the_same() -> None:
    first, second = read_text(MEDLINE, "a")
    assert [part.label for part in first.sections] == ["BACKGROUND", "RESULTS"]
    assert first.sections[1].text == "Loss in 12/40 (30.0%)."
    assert (first.pmid, first.doi, first.trials) == ("123", "10.1000/xyz", ("NCT01234567",))
    assert second.title == "Another"
    record = one(RIS)
    assert (record.title, record.doi, record.year) == ("HBsAg loss", "10.1000/xyz", "2021")
    assert record.text == "Loss in 12/40 (30.0%)."


def test_pubmed_s_ris_is_medline() -> None:
    assert sniff("PMID- 123\nTI  - A\nAB  - B\n") == "medline"


def test_jats_has_its_tables() -> None:
    record = one(JATS)
    assert "3" not in record.sections[0].text.replace("30.0", "")
    (table,) = record.tables
    assert table.columns == ("Item", "Groups A (n = 40)", "Groups B (n = 50)")
    assert table.lines[0] == ("Male", "22 (55.0)", "31 (62.0)")


def test_one_record_of_three_exports(tmp_path: Path) -> None:
    for name, text in (("a.xml", PUBMED), ("b.nbib", MEDLINE), ("c.ris", RIS)):
        (tmp_path / name).write_text(text, "utf-8")
    records, refused = read(sorted(tmp_path.iterdir()))
    assert not refused
    assert [record.title for record in records] == ["HBsAg loss", "Another"]
    assert records[0].sources == ("a.xml", "b.nbib", "c.ris")


def test_texts_that_differ_in_a_number_are_two(tmp_path: Path) -> None:
    words = "In this study of treatment with entecavir the rate of HBsAg loss after five years was "
    for name, number in (("a", "3.1"), ("b", "3.1"), ("c", "3.2")):
        (tmp_path / name).write_text(f"{words}{number}% and no patient was lost to follow-up.")
    records, _ = read(sorted(tmp_path.iterdir()))
    assert [record.sources for record in records] == [("a", "b"), ("c",)]


def test_registries_of_both_ages() -> None:
    old, new = one(CTGOV_XML).registration, one(json.dumps(CTGOV)).registration
    assert old
    assert new
    assert (old.enrolment, old.sites, old.conditions) == (100, 1, ("Hepatitis B",))
    assert (new.enrolment, new.sites, new.outcomes) == (100, 1, 0)
    assert new.flow == (("HBIG", 50, 44, 5),)


REFUSED = {
    "a.pdf": (b"%PDF-1.7 ...", "pdftotext"),
    "a.docx": (b"PK\x03\x04...", "ZIP"),
    "nul.txt": (b"abc\0def", "zero bytes"),
    "bad.txt": (bytes(range(128, 255)) * 20, "UTF-8"),
    "digits.txt": (b"7" * 10_000_000, "longer than any paper"),
    "data.txt": (b"12 34 " * 20_000, "data file"),
    "broken.xml": (b"<PubmedArticle><a></PubmedArticle>", "broken XML"),
    "deep.json": (b'{"a":' * 50_000, "broken JSON"),
    "other.json": (b'{"a": 1}', "protocolSection"),
    "other.xml": (b"<feed></feed>", "not of PubMed"),
    "bomb.xml": (
        b'<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]><PubmedArticle>&d;</PubmedArticle>',
        "entities",
    ),
    "outside.xml": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><PubmedArticle>&b;</PubmedArticle>',
        "entities",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_paper_is_refused(name: str, tmp_path: Path) -> None:
    data, words = REFUSED[name]
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(SeroclearError, match=words) as error:
        read_file(file)
    assert name in str(error.value)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Loss in 12/40 (30.0%) patients.")
    records, refused = read([tmp_path / "a.txt", tmp_path / "absent.txt"])
    assert len(records) == 1
    assert len(refused) == 1


def test_lost_characters_are_no_reason_to_refuse() -> None:
    record = one("Loss in 12/40 (30.0%) \ud800 patients. \x00".replace("\x00", ""))
    assert "12/40" in record.text


def test_deep_nesting_is_read() -> None:
    assert one("<article>" + "<sec>" * 900 + "</sec>" * 900 + "</article>").text == ""
