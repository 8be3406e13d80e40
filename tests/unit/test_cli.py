"""The command line: quick help, one-sentence errors, exit codes, readable and complete checks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from seroclear.cli import main
from seroclear.course.definition import definition, presets

Hospital = Callable[..., Path]
HEAVY = (
    *("duckdb", "ibis", "numpy", "pyarrow", "pandas", "scipy"),
    *("matplotlib", "lifelines", "greenwood", "docx", "rich"),
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["records", "load", "--help"], ["study", "--help"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom seroclear.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        f"print('heavy:', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_loading_shows_the_check(hospital: Hospital, tmp_path: Path) -> None:
    done = run("records", "load", hospital(), tmp_path / "store")
    assert done.exit_code == 0, done.output
    assert "hospital CSV" in done.stdout
    assert "hbsag" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["records", "load", "nowhere", "store"],
        ["records", "check", "nowhere"],
        ["course", "build", "nowhere"],
        ["course", "show", "nowhere", "1"],
        ["study", "run", "durability", "nowhere"],
        ["study", "show", "no_such_study"],
    ],
)
def test_a_mistake_is_one_sentence_on_standard_error(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith("seroclear: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_the_check_fits_a_terminal_of_100_columns(hospital: Hospital, tmp_path: Path) -> None:
    long = "a very long name that no laboratory should ever give to one of its tests " * 3
    units = "".join(f"1,2010-01-0{n},ALT,35,{unit}\n" for n, unit in enumerate(UNITS, start=1))
    results = f"id,day,item,result,unit\n1,2010-01-02,{long},1,\n{units}"
    target = tmp_path / "store"
    assert run("records", "load", hospital(results), target).exit_code == 0
    done = run("records", "check", target)
    assert done.exit_code == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    complete = json.loads(run("records", "check", target, "--json").stdout)
    assert complete["unmapped"][0]["name"].strip() == long.strip()
    assert complete["tables"]["result"] == {"read": 10, "used": 9, "rejected": 1}
    assert complete["tests"][0]["units"].count(",") == 8


UNITS = ("U/L", "IU/L", "u/l", "iu/l", "Units/L", "unit/L", "U / L", "单位/升", "国际单位/升")


def test_nobody_fits_is_exit_code_3(hospital: Hospital, tmp_path: Path) -> None:
    target = tmp_path / "store"
    assert run("records", "load", hospital(), target).exit_code == 0
    done = run("study", "run", "durability", target)
    assert done.exit_code == 3, done.output
    assert "no patients" in done.stderr
    assert (target / "reports" / "durability" / "report.html").is_file()


def test_ctrl_c_during_a_query_is_no_traceback(
    hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise RuntimeError("Query interrupted") from KeyboardInterrupt()

    monkeypatch.setattr("seroclear.records.load_results.read_texts", interrupted)
    done = run("records", "load", hospital(), tmp_path / "stores" / "store")
    assert done.exit_code == 1
    assert "Aborted!" in done.stderr
    assert "Traceback" not in done.output
    assert [path.name for path in (tmp_path / "stores").iterdir()] == [".store.loading"]


def test_ended_by_a_scheduler_it_leaves_no_store_and_goes_on_later(
    hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("seroclear.records.load_results.read_texts", ended)
    try:
        done = run("records", "load", hospital(), tmp_path / "stores" / "store")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done.exit_code == 128 + signal.SIGTERM
    assert [path.name for path in (tmp_path / "stores").iterdir()] == [".store.loading"]
    monkeypatch.undo()
    assert run("records", "load", hospital(), tmp_path / "stores" / "store").exit_code == 0
    assert [path.name for path in (tmp_path / "stores").iterdir()] == ["store"]


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (OSError(28, "No space left on device", "store/x"), "store/x cannot be read or written"),
        (duckdb.OutOfMemoryException("no"), "raise --memory or free disk space"),
        (duckdb.IOException("No space left\npatient 12345"), "No space left\n"),
        ("\udce5".encode, "set PYTHONUTF8=1"),
    ],
)
def test_what_the_machine_did_wrong_is_one_sentence(
    raised: object, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        if isinstance(raised, Exception):
            raise raised
        raised()  # type: ignore[operator]

    monkeypatch.setattr("seroclear.records.store.Store.open", fail)
    done = run("records", "check", tmp_path)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_memory_is_an_amount_and_nothing_else(hospital: Hospital, tmp_path: Path) -> None:
    target = tmp_path / "store"
    assert run("records", "load", hospital(), target).exit_code == 0
    done = run("course", "build", target, "--memory", f"1GB'; COPY (SELECT 1) TO '{tmp_path}/x")
    assert done.exit_code == 1
    assert "no amount of memory" in done.stderr
    assert not (tmp_path / "x").exists()


def test_only_a_report_is_overwritten(hospital: Hospital, tmp_path: Path) -> None:
    target = tmp_path / "store"
    assert run("records", "load", hospital(), target).exit_code == 0
    done = run("study", "run", "durability", target, "--out", target, "--overwrite")
    assert done.exit_code == 1
    assert "holds something else" in done.stderr
    assert run("records", "check", target).exit_code == 0


def test_a_demo_replaces_a_demo_only(tmp_path: Path) -> None:
    (tmp_path / "hospital" / "truth").mkdir(parents=True)
    (tmp_path / "thesis.docx").write_text("years of work")
    for out in (tmp_path, tmp_path / "thesis.docx"):
        done = run("demo", "--out", out, "--patients", "100")
        assert done.exit_code == 1
        assert "no demo" in done.stderr
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_json_is_the_same_in_every_encoding(hospital: Hospital, tmp_path: Path) -> None:
    target = tmp_path / "store"
    results = "id,day,item,result,unit\n1,2010-01-02,不明,1,\n1,2010-01-02,HBsAg,1,IU/mL\n"
    assert run("records", "load", hospital(results), target).exit_code == 0
    done = run("records", "check", target, "--json")
    assert done.stdout.isascii()
    assert json.loads(done.stdout)["unmapped"][0]["name"] == "不明"


def test_the_definitions_are_listed_with_what_they_say() -> None:
    listed = CliRunner().invoke(main, ["course", "definitions"])
    assert listed.exit_code == 0
    names = [line.split()[0] for line in listed.output.splitlines()]
    assert names == presets()
    assert definition("confirmed_both").summary in listed.output
