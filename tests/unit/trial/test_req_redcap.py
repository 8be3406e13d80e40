"""REDCap: the project's files, and requirement X2 (ICH E6(R3) 4.2.5) for its exports."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from trials import PASSWORD, Trial, eligible_answers, protocol, small_trial

from seroclear.cli import main
from seroclear.errors import SeroclearError
from seroclear.trial.conduct.queries import list_queries
from seroclear.trial.conduct.results import list_results
from seroclear.trial.conduct.subjects import list_subjects
from seroclear.trial.database.verify import verify
from seroclear.trial.exchange.redcap_import import INNER, import_redcap
from seroclear.trial.exchange.redcap_project import HEADER, project_files
from seroclear.trial.trust.permissions import permissions

DAY = "2026-03-02"
KEYS = ("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance")


def screened(code: str) -> dict[str, str]:
    """The row of somebody's screening."""
    answers = {f"crit_{name}": said for name, said in eligible_answers().items()}
    return {
        "record_id": code,
        "redcap_event_name": "screening_arm_1",
        "screened_on": DAY,
        "screening_complete": "2",
        "consent_given_on": DAY,
        "consent_form_version": "1.0",
        "eligibility_assessed_on": DAY,
        **answers,
        "lab_taken_on": DAY,
        "anti_hbs": "<2",
        "anti_hbs_unit": "mIU/mL",
        "alt": "3000",
        "alt_unit": "U/L",
    }


def visit(code: str, event: str, on: str, **values: str) -> dict[str, str]:
    """The row of a visit."""
    return {
        "record_id": code,
        "redcap_event_name": f"{event}_arm_1",
        "visit_held_on": on,
        "lab_taken_on": on,
        **values,
    }


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """A file as REDCap writes it: every column in every row."""
    names = list(dict.fromkeys([*KEYS, *(name for row in rows for name in row)]))
    written = io.StringIO()
    writer = csv.DictWriter(written, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def take(trial: Trial, rows: list[dict[str, str]], **other: Any) -> dict[str, Any]:
    """Imports rows with the count and the hash that are true of them, unless others are given."""
    content = as_csv(rows)
    given = {"expected": len(rows), "sha256": hashlib.sha256(content).hexdigest()} | other
    return import_redcap(trial.as_("chen"), "01", content, given["expected"], given["sha256"])


def state(trial: Trial) -> tuple[int, int, int]:
    """How many participants, results and queries there are."""
    chen = trial.as_("chen")
    return len(list_subjects(chen)), len(list_results(chen)), len(list_queries(chen))


def test_values_come_in_through_the_actions_of_staff(tmp_path: Path) -> None:
    trial = small_trial(tmp_path)
    rows = [screened("01-001"), screened("01-002")]
    found = take(trial, rows)
    cells = sum(1 for row in rows for name in row if name not in (*KEYS, "screening_complete"))
    assert found == {
        "rows": 2,
        "values": cells,
        "subjects": 2,
        "consents": 2,
        "assessments": 2,
        "visits": 0,
        "results": 4,
        "adverse_events": 0,
    }
    kinds = [one["kind"] for one in list_queries(trial.as_("chen"))]
    assert kinds.count("range") == 2  # an ALT of 3000 is asked about, as if typed in
    texts = {one["text"] for one in list_results(trial.as_("chen"))}
    assert texts == {"<2", "3000"}
    with trial.database.read() as connection:
        assert verify(connection).good


def test_visits_and_events_of_somebody_randomised(tmp_path: Path) -> None:
    trial = small_trial(tmp_path)
    code = trial.randomised()
    day = trial.clock.pass_days(28)
    event = {
        "record_id": code,
        "redcap_event_name": "screening_arm_1",
        "redcap_repeat_instrument": "adverse_event",
        "redcap_repeat_instance": "1",
        "ae_term": "headache",
        "ae_started_on": day,
        "ae_severity": "mild",
        "ae_serious": "0",
        "ae_related": "not_related",
        "ae_outcome": "not_recovered",
    }
    week = visit(code, "week_4", day, hbsag="阴性", anti_hbs="250", anti_hbs_unit="mIU/mL")
    found = take(trial, [event, week])
    assert (found["visits"], found["results"], found["adverse_events"]) == (1, 2, 1)
    taken = [one for one in list_results(trial.as_("chen"), code) if one["visit"] == "week_4"]
    assert sorted((one["test"], one["text"], one["unit"]) for one in taken) == [
        ("anti_hbs", "250", "mIU/mL"),
        ("hbsag", "阴性", None),
    ]


BAD = {
    "a day that is none": ({"lab_taken_on": "2 March"}, "line 3: the day of the sample"),
    "a day in the future": ({"consent_given_on": "2099-01-01"}, "line 3: .* in the future"),
    "an answer that is none": ({"crit_age": "1"}, "line 3: the answer to 'age'"),
    "a unit alone": ({"alt": ""}, "line 3: a unit is given without its result"),
    "a field left empty": ({"consent_form_version": ""}, "line 3: a field that the form needs"),
    "another's number": ({"record_id": "H0012345"}, "line 3: the next code of site 01"),
    "a form of another event": ({"visit_held_on": DAY}, "line 3: a value is given where"),
    "no such event": ({"redcap_event_name": "week_99_arm_1"}, "line 3: the protocol has no such"),
    "an unknown column": ({"patient_name": "x"}, "the dictionary has no field 'patient_name'"),
}


@pytest.mark.parametrize("kind", BAD)
def test_req_x2_a_file_that_is_wrong_anywhere_leaves_nothing(tmp_path: Path, kind: str) -> None:
    change, sentence = BAD[kind]
    trial = small_trial(tmp_path)
    before = state(trial)
    with pytest.raises(SeroclearError, match=sentence) as refused:
        take(trial, [screened("01-001"), screened("01-002") | change])
    assert "H0012345" not in str(refused.value)
    assert state(trial) == before == (0, 0, 0)
    assert take(trial, [screened("01-001")])["subjects"] == 1


def test_req_x2_count_and_hash_are_those_announced(tmp_path: Path) -> None:
    trial = small_trial(tmp_path)
    rows = [screened("01-001")]
    with pytest.raises(SeroclearError, match="1 rows and 2 were announced"):
        take(trial, rows, expected=2)
    with pytest.raises(SeroclearError, match="SHA-256 differs"):
        take(trial, rows, sha256="0" * 64)
    assert state(trial) == (0, 0, 0)
    take(trial, rows)
    with pytest.raises(SeroclearError, match="imported already"):
        take(trial, rows)
    assert state(trial)[0] == 1


def test_nobody_imports_who_may_not_enter() -> None:
    rules = permissions()
    importers = rules.rule("redcap.import").roles
    assert importers
    for name in INNER:
        assert importers <= rules.rule(name).roles, name


def test_the_dictionary_is_one_that_redcap_takes() -> None:
    files = project_files(protocol())
    head, *lines = csv.reader(io.StringIO(files["data_dictionary.csv"].decode()))
    assert tuple(head) == HEADER
    assert len(head) == 18
    names = [line[0] for line in lines]
    assert names[0] == "record_id"
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) for name in names), names
    forms = [line[1] for line in lines]
    assert [form for at, form in enumerate(forms) if at == 0 or forms[at - 1] != form] == list(
        dict.fromkeys(forms)
    )  # each form in one piece
    for line in lines:
        assert line[3] in ("text", "radio", "yesno")
        assert (line[3] == "radio") == bool(line[5])
        assert line[10] == ""  # no field is an identifier
    assert "hbig" not in " ".join(names)  # and none holds an arm


def test_redcap_by_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = small_trial(tmp_path)
    monkeypatch.setenv("SEROCLEAR_PASSWORD", PASSWORD)
    out = tmp_path / "project"
    run = CliRunner().invoke
    done = run(main, ["trial", "redcap", "project", "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert sorted(one.name for one in out.iterdir()) == [
        *("SHA256SUMS", "data_dictionary.csv", "event_forms.csv", "events.csv"),
        "repeating_forms.csv",
    ]
    content = as_csv([screened("01-001")])
    (tmp_path / "export.csv").write_bytes(content)
    where = [str(tmp_path / "trial.db"), "01", str(tmp_path / "export.csv"), "--as", "chen"]
    announced = ["--rows", "1", "--sha256", hashlib.sha256(content).hexdigest()]
    done = run(main, ["trial", "redcap", "import", *where, *announced], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("rows 1, values ")
    assert state(trial)[0] == 1
