"""The commands of a trial: one participant by the command line, and its refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from trials import PASSWORD, cheap_passwords, eligible_answers, small_trial

from seroclear.cli import main

TODAY = "2026-03-02"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """seroclear trial COMMAND... as somebody, in a small trial at that trial's own time."""
    trial = small_trial(tmp_path)
    trial.database.close()
    monkeypatch.setenv("SEROCLEAR_PASSWORD", PASSWORD)
    monkeypatch.setenv("SEROCLEAR_TRIAL_KEY", str(tmp_path / "key"))
    monkeypatch.setattr(
        "seroclear.trial.database.connection.Database.now", lambda self, connection: trial.clock()
    )

    def command(*words: str, who: str = "", code: int = 0) -> str:
        by = ["--as", who] if who else []
        done: Result = CliRunner().invoke(main, ["trial", *words, *by], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.output.strip()

    command.trial = str(tmp_path / "trial.db")  # type: ignore[attr-defined]
    command.folder = tmp_path  # type: ignore[attr-defined]
    return command


def test_one_participant_by_the_command_line(run: Any) -> None:
    trial = run.trial
    code = run("subject", "new", trial, "01", "--on", TODAY, who="chen")
    assert code == "01-001"
    run("subject", "consent", trial, code, "--on", TODAY, "--form", "1.0", who="chen")
    answers = [f"{name}={said}" for name, said in eligible_answers().items()]
    assert run("subject", "eligibility", trial, code, *answers, "--on", TODAY, who="chen") == (
        "eligible"
    )
    refused = run("subject", "randomise", trial, code, who="rao", code=1)
    assert refused == (
        "seroclear: the consent is not signed, or was changed since: nobody is allocated before."
    )
    for record in ("consent", "eligibility"):
        assert "Dr Li will sign" in run("subject", "sign", trial, code, record, who="li")
    told = run(
        *("result", "add", trial, code, "anti_hbs", "<2", "--unit", "mIU/mL", "--taken", TODAY),
        who="lab",
    )
    assert told == "R000001: anti_hbs < 2.0 mIU/mL\ndose: not randomised"
    arm = run("subject", "randomise", trial, code, who="rao").split()[1]
    assert run("subject", "arm", trial, code, who="chen") == arm
    assert run("subject", "list", trial, who="chen").splitlines()[1].split() == [
        *(code, "01", TODAY, "True")
    ]
    assert (code in run("doses", "list", trial, who="pan")) == (arm == "hbig")
    assert "week_48" in run("visit", "list", trial, who="chen")
    trail = run("trail", trial, code, "--field", "arm", who="mo")
    assert arm in trail.splitlines()[1]
    head = run("head", trial)
    assert "verified" in run("verify", trial, "--head", head)
    assert "NOT VERIFIED" in run("verify", trial, "--head", f"99999:{'0' * 64}", code=4)
    assert "cannot be locked" in run("lock", trial, who="dai", code=1)
    assert "not revealed yet" in run("replay", trial, code=1)
    backup = str(run.folder / "b.gz")
    assert "head" in run("backup", trial, backup, who="admin")
    restored = str(run.folder / "r.db")
    assert "restored and verified" in run("restore", backup, restored)
    assert "verified" in run("verify", restored)


def test_an_account_and_its_stock_by_the_command_line(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = run.trial
    with cheap_passwords():
        monkeypatch.setenv("SEROCLEAR_NEW_PASSWORD", "given by the admin")
        assert run("user", "add", trial, "wu", "--name", "Wu Min", who="admin") == "wu"
        run("user", "grant", trial, "wu", "pharmacist", "--site", "01", who="admin")
        monkeypatch.setenv("SEROCLEAR_PASSWORD", "given by the admin")
        assert "is temporary" in run("doses", "stock", trial, "01", who="wu", code=1)
        monkeypatch.setenv("SEROCLEAR_NEW_PASSWORD", "known to wu alone")
        run("user", "password", trial, who="wu")
    monkeypatch.setenv("SEROCLEAR_PASSWORD", "known to wu alone")
    received = ("--kind", "received", "--lot", "L1", "--amount", "4000", "--on", TODAY)
    run("doses", "stock", trial, "01", *received, "--expires", "2027-12-31", who="wu")
    assert run("doses", "stock", trial, "01", who="wu").split() == ["lot", "left", "L1", "4000.0"]
    refused = run("doses", "stock", trial, "02", who="wu", code=1)
    assert refused == "seroclear: there is nothing of this name at the sites of this role."


def test_a_missing_library_is_named_with_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['sqlalchemy'] = None; from seroclear.cli import main; "
        "main(['trial', 'verify', 'trial.db'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == ("seroclear: this needs sqlalchemy: pip install 'seroclear[trial]'.\n")


def test_no_password_is_an_option_and_none_is_no_answer(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEROCLEAR_PASSWORD")
    assert "no password" in run("subject", "list", run.trial, who="chen", code=1)
    assert "--password" not in run("subject", "list", "--help")


def test_roles_are_listed_with_what_they_may_do(run: Any) -> None:
    listed = run("user", "roles")
    assert "statistician: Reads allocations and data after the lock" in listed
    assert "    allocation.list  (after the lock)" in listed
