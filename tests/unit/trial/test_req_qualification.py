"""V1: each requirement has a test, and the qualification runs where the program is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from trials import cheap_passwords, protocol

from seroclear.cli import main
from seroclear.trial.qualification import checks, report

TESTS = Path(__file__).resolve().parents[2]


def test_req_V1_each_requirement_has_a_test_named_by_it() -> None:
    named = {
        id
        for file in TESTS.rglob("test_*.py")
        for id in re.findall(r"def test_req_([A-Z][0-9])_", file.read_text("utf-8"))
    }
    assert named == set(report.requirements())


def test_req_V1_each_requirement_is_whole() -> None:
    for id, one in report.requirements().items():
        assert {"risk", "source", "given", "when", "then"} <= set(one), id
        assert one["risk"] in ("high", "medium", "low")
    checked = {id for ids, _ in checks.CHECKS for id in ids}
    assert checked <= set(report.requirements())


def test_req_V1_qualification_passes_and_is_written(tmp_path: Path) -> None:
    with cheap_passwords():
        done = CliRunner().invoke(main, ["trial", "qualify", "--output", str(tmp_path / "q.md")])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "q.md").read_text()
    assert text.count("| passed |") >= len(checks.CHECKS)
    assert "FAILED" not in text
    for expected in (protocol().hash(), "SQLite", "## Open", "- E2:"):
        assert expected in text


def test_req_V1_a_check_that_fails_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trigger's guard is broken: the qualification says so, and the command fails."""

    def fails(scratch: object) -> None:
        raise checks.CheckFailed("two orders")

    def breaks(scratch: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(report, "CHECKS", ((("D1",), fails), (("D2",), breaks)))
    with cheap_passwords():
        done = CliRunner().invoke(main, ["trial", "qualify"])
    assert done.exit_code == 4
    assert "FAILED: two orders" in done.output
    assert "FAILED: broke down: ZeroDivisionError" in done.output
