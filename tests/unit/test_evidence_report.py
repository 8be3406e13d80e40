"""The audit as a page, as tables and on the screen; the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seroclear.cli import main
from seroclear.evidence.audit.audit import Audited, audit_all
from seroclear.evidence.read.files import read_text
from seroclear.evidence.report.page import page
from seroclear.evidence.report.rows import FINDING_COLUMNS, as_csv, findings_of

WRONG = (
    "<script>alert(1)</script> & HBsAg loss\n\n"
    "=cmd() HBsAg loss was seen in 31/88 (32.5%) and 9/91 (9.9%) patients, P = 0.03."
)


def result(text: str = WRONG) -> list[Audited]:
    return audit_all(read_text(text, "<b>a.txt"))


def command(*words: str) -> Result:
    return CliRunner().invoke(main, ["evidence", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(WRONG, "utf-8")
    return path


def test_everything_is_escaped() -> None:
    html = page(result())
    assert "<script>alert" not in html
    assert "<b>a.txt" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_page_shows_quote_computation_and_light() -> None:
    html = page(result())
    assert "<mark>31/88 (32.5%)</mark>" in html
    assert "31/88 = 35.227%, printed 32.5%" in html
    assert 'class="lamp bad"' in html
    assert html == page(result())
    assert "http://" not in html


def test_a_page_of_nothing() -> None:
    html = page(audit_all(read_text("Nothing is claimed here.", "a")))
    assert "No claims that a rule could compute with." in html


def test_csv_runs_no_formula() -> None:
    rows = findings_of(result("=1+1 (12/40 (99.0%)) patients"))
    read = list(csv.DictReader(io.StringIO(as_csv(rows, FINDING_COLUMNS))))
    assert len(read) == len(rows) > 0
    assert not any(value.startswith(("=", "+", "-", "@")) for row in read for value in row.values())


def test_exit_codes(file: Path, tmp_path: Path) -> None:
    assert command("audit", str(file)).exit_code == 0
    assert command("audit", str(file), "--fail-on", "inconsistent").exit_code == 4
    assert command("audit", str(file), "--fail-on", "impossible").exit_code == 0
    absent = command("audit", str(tmp_path / "absent.txt"))
    assert absent.exit_code == 1
    assert "is no file" in absent.stderr
    both = command("audit", str(file), str(tmp_path / "absent.txt"))
    assert both.exit_code == 1
    assert "INCONSISTENT" in both.stdout


def test_read_and_claims(file: Path, tmp_path: Path) -> None:
    assert "a.txt · text" in command("read", str(file)).stdout
    (record,) = json.loads(command("read", str(file), "--json").stdout)
    assert "31/88" in record["text"]
    claims = json.loads(command("claims", str(file), "--json").stdout)
    first = next(claim for claim in claims if claim["kind"] == "proportion")
    assert record["text"][first["start"] : first["end"]] == first["quote"] == "31/88 (32.5%)"
    assert first["values"] == {"count": "31", "denominator": "88", "percent": "32.5%"}
    table = tmp_path / "claims.csv"
    assert command("claims", str(file), "--csv", str(table)).exit_code == 0
    assert table.read_text("utf-8").startswith("record,kind,quote")


def test_json_of_an_audit(file: Path) -> None:
    rows = json.loads(command("audit", str(file), "--json").stdout)
    assert rows[0]["verdict"] == "inconsistent"
    assert set(rows[0]) == set(FINDING_COLUMNS)
