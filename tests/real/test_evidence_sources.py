"""What the audit must say of real texts: a news page, an answer to a question, a trial's pages, and
an export of abstracts. They are not in the repository; SEROCLEAR_SHARED or ../shared names them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.evidence.audit.audit import Audited, audit_all
from seroclear.evidence.audit.finding import GRAVITY, Finding, Verdict
from seroclear.evidence.read.files import read

SHARED = Path(os.environ.get("SEROCLEAR_SHARED", Path(__file__).parents[3] / "shared"))
FILES = sorted((SHARED / "sources").glob("*.txt"))


@pytest.fixture(scope="module")
def audited() -> list[Audited]:
    if len(FILES) < 5:
        pytest.skip(f"NOT TESTED on real texts: {SHARED / 'sources'} is absent")
    records, refused = read(FILES)
    assert not refused
    return audit_all(records)


def about(audited: list[Audited], words: str) -> Audited:
    (one,) = [a for a in audited if words in a.record.text]
    return one


def serious(one: Audited) -> list[Finding]:
    return [f for f in one.findings if GRAVITY[f.verdict] > 0]


def test_nothing_else_is_found(audited: list[Audited]) -> None:
    found = sorted((f.verdict.value, f.rule) for one in audited for f in serious(one))
    assert found == [
        ("consistent-if", "contrast"),
        ("consistent-if", "rate"),
        ("consistent-if", "reachable-percent"),
        ("consistent-if", "reachable-percent"),
        ("consistent-if", "reconstruction"),
        ("consistent-if", "test-p"),
        ("inconsistent", "numerator-partition"),
        ("inconsistent", "numerator-partition"),
        ("inconsistent", "registry-outcomes"),
        ("inconsistent", "registry-phase"),
        ("inconsistent", "registry-sites"),
        ("inconsistent", "threshold-overlap"),
        ("inconsistent", "wald"),
        ("note", "percent-of-count"),
        ("note", "registry-condition"),
    ]


def test_the_answer_to_a_question_claims_nothing(audited: list[Audited]) -> None:
    one = about(audited, "Importance of HBsAg Clearance")
    assert one.record.kind == "question-and-answer"
    assert one.claims == ()
    assert one.findings == ()


def test_two_pages_are_one_trial(audited: list[Audited]) -> None:
    (trial,) = [one for one in audited if one.record.kind == "registry"]
    assert trial.record.trials == ("NCT07328711",)
    assert {source[:3] for source in trial.record.sources} == {"002", "004"}
    said = {f.rule: f for f in trial.findings}
    assert "Hepatitis instead of Hepaititis" in said["registry-condition"].repair
    assert "132 persons" in said["registry-phase"].computation
    assert said["registry-dates"].verdict == Verdict.NOT_AUDITABLE


def test_the_same_consensus_is_read_once(audited: list[Audited]) -> None:
    assert sum("Non-first-line Nucleos(t)ide" in one.record.text for one in audited) == 1


def test_the_news_page_is_read_once_without_its_menus(audited: list[Audited]) -> None:
    one = about(audited, "70,000 HBsAg-positive")
    assert one.record.kind == "news"
    assert one.record.doi == "10.1016/j.gendis.2022.03.003"
    assert one.record.text.count("4.9% vs. 33.3%") == 1
    assert "Bioengineer.org ©" not in one.record.text
    (found,) = serious(one)
    assert found.quote == "4.9%"
    for possible in ("41", "61", "81-82", "102-103", "122-123", "142-144", "162-164"):
        assert possible in found.explanation
    rules = {(f.rule, f.verdict.value) for f in one.findings}
    assert ("survival-crude", "consistent") in rules
    assert ("survival-falls", "consistent") in rules


def test_one_number_mends_both_sums(audited: list[Audited]) -> None:
    one = about(audited, "603/963")
    found = [f for f in one.findings if f.rule == "numerator-partition"]
    assert {f.repair for f in found} == {"851 instead of 871"}
    assert all("42.89%, not 41.91%" in f.explanation for f in found)
    assert {"2785" in f.computation for f in found} == {True, False}
    (note,) = [f for f in one.findings if f.verdict == Verdict.NOTE]
    assert "4.06%" in note.quote
    assert "truncated" in note.explanation


def test_an_odds_ratio_does_not_belong_to_its_interval(audited: list[Audited]) -> None:
    one = about(audited, "OR =4.336")
    (wrong,) = serious(one)
    assert wrong.rule == "wald"
    assert "4.366" in wrong.computation
    assert "16.344" in wrong.computation
    assert wrong.repair == ""
    assert sum(f.rule == "wald" and f.verdict == Verdict.CONSISTENT for f in one.findings) == 2


def test_tables_behind_percentages(audited: list[Audited]) -> None:
    one = about(audited, "64. 5% vs 15.0%")
    found = {f.quote[:6]: f for f in one.findings if f.rule == "reconstruction"}
    assert "11/14 and 25/67, χ² = 7.983" in found["78.6% "].computation
    assert "18/53 and 18/28, χ² = 6.823" in found["34. 0%"].computation
    assert "8/29 and 28/52, χ² = 5.199" in found["27. 6%"].computation
    odd = found["64. 5%"]
    assert odd.verdict == Verdict.CONSISTENT_IF
    assert "exactly one table" in odd.computation
    assert "20/31, 3/20 and 13/30, χ² = 12.096, df 2, p = 0.0024" in odd.computation


def test_the_rest_of_the_list(audited: list[Audited]) -> None:
    (percent,) = serious(about(audited, "Six hundred and forty patients"))
    assert percent.quote == "78.8%"
    assert "264/336 = 78.57%, 265/336 = 78.87%" in percent.computation
    (threshold,) = serious(about(audited, "hypoviremia"))
    assert threshold.repair == "HBV DNA ≥ 20 instead of HBV DNA < 20"
    (booster,) = serious(about(audited, "immune reconstitution after receiving"))
    assert booster.computation == "16 + 36 = 52, not 76"
    assert "only 12 + 9 + 3 fills the gap" in booster.explanation
    (incidence,) = serious(about(audited, "15 out of 141"))
    assert "3.93" in incidence.computation
    assert "33.6 months" in incidence.explanation


def test_from_the_command_line(audited: list[Audited], tmp_path: Path) -> None:
    page, table = tmp_path / "audit.html", tmp_path / "audit.csv"
    names = [str(file) for file in FILES]
    options = ["--fail-on", "inconsistent", "--html", str(page), "--csv", str(table), "--json"]
    done = CliRunner().invoke(main, ["evidence", "audit", *names, *options])
    assert done.exit_code == 4, done.output
    assert len(json.loads(done.stdout)) == sum(len(one.findings) for one in audited)
    assert "851 instead of 871" in page.read_text("utf-8")
    assert "851 instead of 871" in table.read_text("utf-8")
    calm = CliRunner().invoke(main, ["evidence", "audit", *names, "--fail-on", "impossible"])
    assert calm.exit_code == 0
