"""The audit trail: requirements A1 to A5 (21 CFR 11.10(e), ICH E6(R3) 4.2.2)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from trials import PASSWORD, Trial, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.events import correct_adverse_event, record_adverse_event
from seroclear.trial.conduct.randomise import read_allocation
from seroclear.trial.conduct.results import add_result, correct_result, withdraw_result
from seroclear.trial.database import Database, chain
from seroclear.trial.database.clinical import TABLES
from seroclear.trial.database.verify import Verified, verify
from seroclear.trial.trust.accounts import close_account, grant_role
from seroclear.trial.trust.session import open_trial, sign_in
from seroclear.trial.trust.trail import read_trail, trail_of_subject


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


@pytest.fixture
def entered(trial: Trial) -> tuple[Trial, str, str]:
    """A trial with a participant of whom one result is entered."""
    code = trial.eligible()
    result = add_result(trial.as_("lab"), code, "alt", "35", "U/L", trial.clock.today)
    return trial, code, result["id"]


def test_req_A1_every_field_has_who_when_why_old_and_new(entered: tuple[Trial, str, str]) -> None:
    trial, code, result = entered
    correct_result(trial.as_("lab").because("read wrongly").as_request("r-1"), result, text="53")
    lines = trail_of_subject(trial.as_("mo"), code)
    entered_line, corrected = (
        line for line in lines if line["entity_id"] == result and line["field"] == "text"
    )
    assert (entered_line["old"], entered_line["new"], entered_line["version"]) == (None, "35", 1)
    assert (corrected["old"], corrected["new"], corrected["version"]) == ("35", "53", 2)
    assert corrected["account"] == "lab"
    assert corrected["role"] == "laboratory"
    assert corrected["reason"] == "read wrongly"
    assert corrected["request_id"] == "r-1"
    assert corrected["at"].endswith("Z")


def test_req_A1_from_null_to_a_value_and_back(trial: Trial) -> None:
    code = trial.eligible()
    told = {"severity": "mild", "serious": False, "related": "possibly", "outcome": "recovering"}
    event = record_adverse_event(trial.as_("chen"), code, "rash", trial.clock.today, **told)
    for ended in (trial.clock.today, None):
        correct_adverse_event(trial.as_("chen").because("call"), event, ended_on=ended)
    changes = [
        (line["old"], line["new"])
        for line in trail_of_subject(trial.as_("mo"), code, "ended_on")
        if line["entity_id"] == event
    ]
    assert changes == [(None, trial.clock.today), (trial.clock.today, None)]


def test_req_A1_a_record_is_never_overwritten(entered: tuple[Trial, str, str]) -> None:
    trial, _, result = entered
    correct_result(trial.as_("lab").because("read wrongly"), result, text="53")
    withdraw_result(trial.as_("chen").because("of another person"), result)
    with trial.database.read() as connection:
        kept = connection.execute(
            text("SELECT version, text, withdrawn FROM result WHERE id = :id ORDER BY version"),
            {"id": result},
        ).all()
    assert [tuple(row) for row in kept] == [(1, "35", 0), (2, "53", 0), (3, "53", 1)]


def test_req_A2_accounts_roles_sign_ins_and_reads_are_told(trial: Trial) -> None:
    code = trial.randomised()
    read_allocation(trial.as_("chen"), code)
    grant_role(trial.as_("admin"), "chen", "investigator", "01")
    close_account(trial.as_("admin").because("left"), "deng")
    with pytest.raises(SeroclearError):
        sign_in(trial.database, "li", "not the password")
    with pytest.raises(SeroclearError):
        sign_in(trial.database, "hunter2 typed into the wrong field", "x")
    lines = read_trail(trial.as_("dai"))
    told = {(line["action"], line["outcome"]) for line in lines}
    assert {
        ("trial.init", "done"),
        ("account.add", "done"),
        ("account.close", "done"),
        ("role.grant", "done"),
        ("sign in", "done"),
        ("sign in", "refused"),
        ("allocation.read", "done"),
        ("scheme.commit", "done"),
        ("site.activate", "done"),
        ("record.sign", "done"),
    } <= told
    assert not any("hunter2" in str(line) for line in lines)


def test_req_A2_what_was_refused_is_told(trial: Trial) -> None:
    with pytest.raises(SeroclearError):
        add_result(trial.as_("mo"), "01-001", "alt", "35", "U/L", trial.clock.today)
    last = read_trail(trial.as_("dai"))[-2]
    assert (last["action"], last["outcome"], last["account"]) == ("result.add", "refused", "mo")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {table} SET version = 7",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} WHERE 1 ON CONFLICT DO UPDATE SET version = 9",
    ],
)
def test_req_A3_the_database_refuses_changes_by_raw_sql(
    entered: tuple[Trial, str, str], tmp_path: Path, sql: str
) -> None:
    for table in ("audit", "result", "account", "signature", "subject"):
        connection = sqlite3.connect(tmp_path / "trial.db")
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            connection.execute(sql.format(table=table))
        connection.close()


def test_req_A3_every_table_has_its_triggers(trial: Trial, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "trial.db")
    for table in TABLES:
        statements = [f"UPDATE {table.name} SET rowid = rowid", f"DELETE FROM {table.name}"]
        count = connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
        for sql in statements if count else []:
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(sql)
        names = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
            (table.name,),
        )
        assert names.fetchone()[0] >= 3
    connection.close()


@pytest.mark.parametrize("mischief", ["DROP TRIGGER audit_no_update", "weaken"])
def test_req_A3_a_missing_trigger_is_found_at_opening(
    trial: Trial, tmp_path: Path, mischief: str
) -> None:
    trial.database.close()
    connection = sqlite3.connect(tmp_path / "trial.db")
    connection.execute("DROP TRIGGER audit_no_update")
    if mischief == "weaken":
        connection.execute(
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT 1; END"
        )
    connection.commit()
    connection.close()
    with pytest.raises(SeroclearError, match="audit_no_update is missing, off or altered"):
        open_trial(tmp_path / "trial.db")


def test_req_A3_a_correction_needs_a_reason(entered: tuple[Trial, str, str]) -> None:
    trial, _, result = entered
    with pytest.raises(SeroclearError, match="Give a reason"):
        correct_result(trial.as_("lab"), result, text="53")
    with (
        pytest.raises(IntegrityError),
        trial.database.write() as connection,
    ):  # nor by another program
        connection.execute(
            text(
                "INSERT INTO result SELECT id, 2, withdrawn, NULL, subject, visit, test, text, "
                "unit, taken_on, assay, reference, readings, unread FROM result WHERE id = :id"
            ),
            {"id": result},
        )


def test_req_A4_time_is_utc_of_the_database_with_the_sites_offset(
    entered: tuple[Trial, str, str],
) -> None:
    import dataclasses

    trial, code, _ = entered
    session = dataclasses.replace(trial.as_("lab"), client_time="1999-12-31T23:59:59+08:00")
    add_result(session, code, "alt", "40", "U/L", trial.clock.today)
    line = trail_of_subject(trial.as_("mo"), code, "text")[-1]
    assert line["at"].startswith("2026-03-02T01:00")
    assert line["utc_offset"] == "+08:00"
    assert line["client_time"] == "1999-12-31T23:59:59+08:00"


def test_req_A4_only_a_demonstration_is_told_the_time(tmp_path: Path) -> None:
    import datetime

    from trials import found_trial

    trial = found_trial(tmp_path / "real.db", tmp_path / "key", None)
    with pytest.raises(SeroclearError, match="only a demonstration"):
        open_trial(tmp_path / "real.db", lambda: "1999-01-01T00:00:00.000Z")
    with trial.database.read() as connection:
        now = trial.database.now(connection)
    off = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(now)
    assert abs(off.total_seconds()) < 60


# A5: each of these is done with the triggers out of the way, as somebody with the file could.
TAMPERINGS = {
    "one byte of a line": (
        "UPDATE audit SET new = '36' WHERE entity = 'result' AND field = 'text'",
        "was altered",
    ),
    "a line dropped": ("DELETE FROM audit WHERE seq = 40", "line 40 is gone"),
    "two lines exchanged": (
        """UPDATE audit SET seq = CASE seq WHEN 40 THEN -41 WHEN 41 THEN -40 ELSE seq END;
        UPDATE audit SET seq = -seq WHERE seq < 0""",
        "line 40 does not follow",
    ),
    "one byte of a row": ("UPDATE result SET text = '36' WHERE test = 'alt'", "its text differs"),
    "the reason of a row": ("UPDATE result SET reason = 'x'", "its reason differs"),
    "a password": ("UPDATE account SET password = 'scrypt$2$00$00'", "its password differs"),
    "a row dropped": ("DELETE FROM result WHERE test = 'alt'", "of result is gone"),
    "a row slipped in": (
        "INSERT INTO withdrawal VALUES ('W9', 1, 0, NULL, '01-001', 'consent', '2026-03-02', '')",
        "is not in the trail",
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_req_A5_verify_names_the_first_bad_record(
    entered: tuple[Trial, str, str], tmp_path: Path, tampering: str
) -> None:
    trial, _, _ = entered
    sql, problem = TAMPERINGS[tampering]
    assert _verified(trial).good
    _tamper(trial, tmp_path, sql)
    found = _verified(trial)
    assert not found.good
    assert problem in found.problem
    if "line" in tampering and "byte" not in tampering:
        assert found.seq == 40


def test_req_A5_every_line_is_held_by_the_chain(
    entered: tuple[Trial, str, str], tmp_path: Path
) -> None:
    trial, _, _ = entered
    last = _verified(trial).lines
    for seq in (1, 2, last // 2, last):
        _tamper(trial, tmp_path, f"UPDATE audit SET account = account || ' ' WHERE seq = {seq}")
        assert _verified(trial).seq == seq
        _tamper(trial, tmp_path, f"UPDATE audit SET account = trim(account) WHERE seq = {seq}")
    assert _verified(trial).good


def test_req_A5_a_cut_off_end_is_found_by_a_head_kept_outside(
    entered: tuple[Trial, str, str], tmp_path: Path
) -> None:
    trial, _, _ = entered
    with trial.database.read() as connection:
        kept = chain.read_head(str(chain.head(connection)))
    _tamper(trial, tmp_path, f"DELETE FROM audit WHERE seq = {kept.seq}")
    found = _verified(trial, kept)
    assert found.seq == kept.seq
    assert "was written down" in found.problem


def test_req_A5_a_trail_written_anew_is_found_by_a_head_kept_outside(
    entered: tuple[Trial, str, str], tmp_path: Path
) -> None:
    """Whoever can write the file can compute the chain anew; not what was written down outside."""
    trial, _, _ = entered
    with trial.database.read() as connection:
        kept = chain.head(connection)
        lines = [dict(row) for row in connection.execute(text("SELECT * FROM audit")).mappings()]
    for line in lines:
        if line["entity"] == "result" and line["new"] == "35":
            line["new"] = "36"
    _tamper(trial, tmp_path, "DELETE FROM audit; UPDATE result SET text = '36' WHERE test = 'alt'")
    with trial.database.write() as connection:
        chain.append(connection, lines)
    assert _verified(trial).good
    found = _verified(trial, kept)
    assert "not the one that was written down" in found.problem


def _verified(trial: Trial, *heads: chain.Head) -> Verified:
    with trial.database.read() as connection:
        return verify(connection, heads)


def _tamper(trial: Trial, folder: Path, sql: str) -> None:
    """Runs SQL as somebody would who took the triggers away, and put them back."""
    trial.database.close()
    connection = sqlite3.connect(folder / "trial.db")
    connection.execute("PRAGMA synchronous = OFF")
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.executescript(sql)
    for _, made in triggers:
        connection.execute(made)
    connection.commit()
    connection.close()


def test_password_is_not_in_the_trail(trial: Trial) -> None:
    with Database(trial.database.address).read() as connection:
        everything = str(connection.execute(text("SELECT * FROM audit")).all())
    assert PASSWORD not in everything
    assert "scrypt$" not in everything
