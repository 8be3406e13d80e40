"""The demonstration, small: a whole trial through the functions that staff use, and its report."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from trials import cheap_passwords, small_trial

from seroclear.cli import main
from seroclear.trial.database import Database, rows
from seroclear.trial.database.tables import account, audit
from seroclear.trial.demonstration.demo import DATABASE, run_trial
from seroclear.trial.demonstration.staff import PASSWORD
from seroclear.trial.protocol import read_protocol
from seroclear.trial.report.report import trial_report
from seroclear.trial.screening.candidates import Answer, Candidate
from seroclear.trial.trust.gateway import NotPermitted
from seroclear.trial.trust.session import open_trial, sign_in

PARTICIPANTS = 12


def candidates(count: int) -> list[Candidate]:
    """People whose records settle what records can settle."""
    return [
        Candidate(
            f"P{number:04d}",
            tuple(
                Answer(one.name, "met" if one.known_from == "records" else "unknown")
                for one in read_protocol().eligibility.criteria
            ),
        )
        for number in range(count)
    ]


def demonstration(folder: Path) -> list[str]:
    """Runs one; what it told."""
    told: list[str] = []
    folder.mkdir()
    with cheap_passwords():
        run_trial(
            *(folder, read_protocol(), candidates(2 * PARTICIPANTS), date(2026, 3, 1)),
            *(PARTICIPANTS, 1, "the command", told.append),
        )
    return told


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "one"
    told = demonstration(folder)
    assert any("12 allocations were replayed" in one for one in told)
    return folder


def numbers(folder: Path) -> list[dict[str, str]]:
    with (folder / "report" / "results.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_everything_lies_there(made: Path) -> None:
    index = (made / "index.html").read_text("utf-8")
    for name in ("trial.db", "report/report.html", "report/report.docx", "backup.gz", "head.txt"):
        assert (made / name).exists(), name
        assert f'href="{name}"' in index


def test_everybody_who_acted_had_an_account_and_every_role_was_used(made: Path) -> None:
    database = Database(made / DATABASE)
    with database.read() as connection:
        accounts = {one["id"] for one in rows.rows(connection, account)}
        acted = {(one.account, one.role) for one in connection.execute(audit.select())}
    database.close()
    assert {who for who, _ in acted} == accounts
    roles = {role for _, role in acted}
    assert {"statistician", "custodian", "monitor", "pharmacist", "adjudicator"} <= roles


def test_arms_of_the_report_add_up(made: Path) -> None:
    shares = [
        one
        for one in numbers(made)
        if one["analysis"] == "proportion" and one["definition"] == "estimand primary, set itt"
    ]
    assert sum(int(one["n"]) for one in shares) == PARTICIPANTS
    treated, control = shares
    difference = next(
        one
        for one in numbers(made)
        if one["analysis"] == "risk_difference"
        and one["estimate"] == "risk difference"
        and one["definition"] == "estimand primary, set itt"
    )
    expected = int(treated["events"]) / int(treated["n"]) - int(control["events"]) / int(
        control["n"]
    )
    assert float(difference["value"]) == pytest.approx(expected)


def test_the_same_seed_gives_the_same_trial(made: Path, tmp_path: Path) -> None:
    demonstration(tmp_path / "same")
    for name in (
        "dataset.sha256",
        "report/report.html",
        "report/report.docx",
        "report/results.csv",
    ):
        assert (tmp_path / "same" / name).read_bytes() == (made / name).read_bytes(), name


def test_the_report_names_the_data_that_were_locked(made: Path) -> None:
    digest = (made / "dataset.sha256").read_text("ascii").strip()
    assert digest in (made / "report" / "report.html").read_text("utf-8")


def test_there_is_no_report_before_the_lock_and_none_for_another_role(
    made: Path, tmp_path: Path
) -> None:
    (tmp_path / "open").mkdir()
    unlocked = small_trial(tmp_path / "open")
    with pytest.raises(NotPermitted, match="before the trial is locked"):
        trial_report(unlocked.as_("statistician"), tmp_path / "report")
    database = open_trial(made / DATABASE)
    session = sign_in(database, "data_manager", PASSWORD)
    with pytest.raises(NotPermitted, match="role data_manager may not do"):
        trial_report(session, tmp_path / "report")
    database.close()
    assert not (tmp_path / "report").exists()


def test_the_command_writes_the_same_report(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEROCLEAR_PASSWORD", PASSWORD)
    file, out = str(made / DATABASE), str(tmp_path / "report")
    given = ["trial", "report", file, "--as", "statistician", "--out", out]
    found = CliRunner().invoke(main, given)
    assert found.exit_code == 0, found.output
    for name in ("results.csv", "figures/consort.svg", "figures/tipping.png"):
        mine = (tmp_path / "report" / name).read_bytes()
        assert mine == (made / "report" / name).read_bytes(), name
