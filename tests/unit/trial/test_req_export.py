"""Exports of the locked trial: requirements L2 and X1 (ICH E6(R3) 3.16.1, 21 CFR 11.10(b), (c))."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from exported import locked_trial
from trials import PASSWORD, PEOPLE, small_trial

from seroclear.cli import main
from seroclear.trial.database import Database
from seroclear.trial.database.backup import restore
from seroclear.trial.export.source import read_for_export
from seroclear.trial.export.write import FORMATS, MANIFEST, export_trial, exported
from seroclear.trial.trust.gateway import NotPermitted
from seroclear.trial.trust.session import open_trial
from seroclear.trial.trust.trail import trail

_EXPORT = "from seroclear.cli import main; main()"
# (time zone, locale, hash seed, which of the places)
ELSEWHERE = (
    ("Asia/Shanghai", "C", "1", "as it is"),
    ("America/St_Johns", "zh_CN.UTF-8", "2", "backwards"),
    ("UTC", "C.UTF-8", "3", "restored"),
)


def test_req_x1_the_same_bytes_wherever_and_however_the_rows_lie(tmp_path: Path) -> None:
    """Other time zones, locales, hash seeds; rows stored in reverse; a restored backup."""
    locked_trial(tmp_path).database.close()
    places = {name: tmp_path / f"{name}.db" for name in ("as it is", "backwards", "restored")}
    (tmp_path / "trial.db").rename(places["as it is"])
    _backwards(places["as it is"], places["backwards"])
    _restored(places["as it is"], places["restored"], tmp_path / "backup")
    found = []
    for number, (zone, locale, seed, place) in enumerate(ELSEWHERE):
        out = tmp_path / f"out{number}"
        arguments = ("trial", "export", str(places[place]), "--as", "stat", "--out", str(out))
        done = subprocess.run(
            [sys.executable, "-c", _EXPORT, *arguments],
            env=os.environ
            | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "0"}
            | {"SEROCLEAR_PASSWORD": PASSWORD},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append({one.relative_to(out): one.read_bytes() for one in _files(out)})
    assert len(found[0]) > 30
    assert found[0] == found[1] == found[2]


def test_req_x1_an_export_does_not_change_the_next(tmp_path: Path) -> None:
    trial = locked_trial(tmp_path)
    formats = tuple(FORMATS)
    first = exported(read_for_export(trial.as_("stat"), formats), formats)
    trial.clock.pass_days(1)
    assert exported(read_for_export(trial.as_("dai"), formats), formats) == first


def test_req_l2_nothing_in_an_export_names_a_person(tmp_path: Path) -> None:
    """Participants are codes; whoever recorded is an account, never a printed name."""
    trial = locked_trial(tmp_path)
    formats = tuple(FORMATS)
    files = exported(read_for_export(trial.as_("stat"), formats), formats)
    for account in PEOPLE:
        name = f"Dr {account.title()}".encode()
        assert [path for path, content in files.items() if name in content] == []


def test_only_a_locked_trial_is_exported_and_the_trail_tells(tmp_path: Path) -> None:
    open_one = small_trial(tmp_path)
    with pytest.raises(NotPermitted, match="before the trial is locked"):
        export_trial(open_one.as_("stat"), tmp_path / "early")
    assert not (tmp_path / "early").exists()
    trial = locked_trial(tmp_path)
    for who in ("monitor", "coordinator", "administrator", "adjudicator"):
        with pytest.raises(NotPermitted):
            export_trial(trial.as_(who), tmp_path / "refused")
    export_trial(trial.as_("stat"), tmp_path / "out", ["odm"])
    with trial.database.read() as connection:
        told = [one for one in trail(connection) if one["action"] == "dataset.export"]
    assert [one["outcome"] for one in told] == ["refused"] * 4 + ["done"] * 2
    assert {one["account"] for one in told[4:]} == {"stat"}
    assert {one["field"]: one["new"] for one in told}["formats"] == "odm"


def test_export_by_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = locked_trial(tmp_path)
    trial.database.close()
    monkeypatch.setenv("SEROCLEAR_PASSWORD", PASSWORD)
    out = tmp_path / "out"

    def run(*words: str) -> tuple[int, str]:
        command = ["trial", "export", str(tmp_path / "trial.db"), "--as", "stat", *words]
        done = CliRunner().invoke(main, command, catch_exceptions=False)
        return done.exit_code, done.output

    code, said = run("--out", str(out), "--format", "define", "--format", "xpt")
    assert code == 0
    assert f"{out / 'sdtm' / 'dm.xpt'}" in said.splitlines()
    checked = subprocess.run(["sha256sum", "--check", "--quiet", MANIFEST], cwd=out, check=False)
    assert checked.returncode == 0
    assert run("--out", str(out))[1].endswith("is not empty: name a new folder.\n")
    assert "there is no format 'odm2'" in run("--out", f"{out}2", "--format", "odm2")[1]


def _backwards(place: Path, copy: Path) -> None:
    """The same rows, every table's stored in the reverse of the order they came in."""
    with sqlite3.connect(place) as old, sqlite3.connect(copy) as new:
        made = old.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        objects = made.fetchall()
        for kind, name, sql in objects:
            if kind == "table":
                new.execute(sql)
                for row in reversed(old.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()):
                    new.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)
        for kind, _, sql in objects:
            if kind != "table":
                new.execute(sql)


def _restored(place: Path, copy: Path, file: Path) -> None:
    from seroclear.trial.database.backup import write_backup

    database = open_trial(place)
    with database.read() as connection:
        write_backup(connection, file)
    database.close()
    other = Database(copy)
    restore(other, file)
    other.close()


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.rglob("*") if one.is_file())
