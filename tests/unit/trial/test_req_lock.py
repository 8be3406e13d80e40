"""Lock, snapshot, backup: requirements L1, L2, X1 and V2 (ICH E6(R3) 3.16.1(p)-(s), 4.3.3)."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from trials import PASSWORD, Trial, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.adjudication import adjudicate, list_endpoints, prepare_case
from seroclear.trial.conduct.backup import back_up
from seroclear.trial.conduct.dataset import dataset
from seroclear.trial.conduct.lock import (
    approve_unlock,
    ask_unlock,
    lock_trial,
    read_dataset,
    readiness,
    take_snapshot,
)
from seroclear.trial.conduct.queries import answer_query, close_query, raise_query
from seroclear.trial.conduct.randomise import list_allocations, randomise
from seroclear.trial.conduct.results import add_result, import_results
from seroclear.trial.conduct.sites import close_site
from seroclear.trial.conduct.subjects import screen_subject
from seroclear.trial.database import Database
from seroclear.trial.database.backup import restore
from seroclear.trial.database.canonical import sha256
from seroclear.trial.database.chain import read_head
from seroclear.trial.database.clinical import CLINICAL, LOCKED
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.key import read_key
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.trust.session import open_trial
from seroclear.trial.trust.signatures import sign


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


@pytest.fixture
def settled(trial: Trial) -> Trial:
    """A trial of one participant, without dose, that can be locked."""
    code = trial.randomised("control")
    with trial.database.read() as connection:
        everybody = connection.exec_driver_sql("SELECT subject, arm FROM allocation").all()
    from seroclear.trial.conduct.orders import cancel_order, list_orders

    for order in list_orders(trial.as_("pan")):
        cancel_order(trial.as_("li").because("the trial ended"), order["id"])
    for subject, _ in everybody:
        case = prepare_case(trial.as_("dai"), subject)
        for who in ("ada", "bo"):
            adjudicate(trial.as_(who), case, "sustained", "negative")
        sign(trial.as_("li"), subject, "casebook", PASSWORD)
    trial.code = code  # type: ignore[attr-defined]
    return trial


def test_req_L1_each_obstacle_keeps_the_trial_open(trial: Trial) -> None:
    code = trial.randomised("hbig")
    query = raise_query(trial.as_("mo"), code, "subject", code, "Is the source signed?")
    with pytest.raises(SeroclearError) as refused:
        lock_trial(trial.as_("dai"))
    for obstacle in (
        "queries not closed: 1",
        "orders open",
        "casebooks not signed",
        "outcomes not",
    ):
        assert obstacle in str(refused.value)
    answer_query(trial.as_("chen"), query, "yes")
    close_query(trial.as_("mo"), query)
    assert not any("queries" in one for one in readiness(trial.as_("dai")))


def test_req_L1_after_the_lock_every_way_of_writing_is_refused(
    settled: Trial, tmp_path: Path
) -> None:
    trial = settled
    waiting = trial.eligible()
    lock_trial(trial.as_("dai"))
    today = trial.clock.today
    lines = f"subject,test,text,unit,taken_on\n{waiting},alt,35,U/L,{today}\n"
    attempts = (
        lambda: screen_subject(trial.as_("chen"), "01", today),
        lambda: add_result(trial.as_("lab"), waiting, "alt", "35", "U/L", today),
        lambda: import_results(trial.as_("lab"), "01", lines, 1),
        lambda: randomise(trial.as_("rao"), waiting),
        lambda: sign(trial.as_("li"), waiting, "consent", PASSWORD),
        lambda: close_site(trial.as_("dai").because("x"), "02"),
    )
    for attempt in attempts:
        with pytest.raises(SeroclearError, match="the trial is locked"):
            attempt()
    connection = sqlite3.connect(tmp_path / "trial.db")
    for table in LOCKED:
        columns = ", ".join("1" for _ in table.columns)
        with pytest.raises(sqlite3.IntegrityError, match="the trial is locked"):
            connection.execute(f"INSERT INTO {table.name} VALUES ({columns})")
    connection.close()


def test_req_L1_two_persons_unlock_and_a_new_lock_has_a_new_hash(settled: Trial) -> None:
    trial = settled
    first = lock_trial(trial.as_("dai"))
    with pytest.raises(SeroclearError, match="locked already"):
        lock_trial(trial.as_("dai"))
    with pytest.raises(SeroclearError, match="Give a reason"):
        ask_unlock(trial.as_("dai"))
    with pytest.raises(SeroclearError, match="nobody has asked"):
        approve_unlock(trial.as_("dong"))
    ask_unlock(trial.as_("dai").because("a result came late"))
    with pytest.raises(SeroclearError, match="another person must"):
        approve_unlock(trial.as_("dai"))
    with pytest.raises(SeroclearError, match="the trial is locked"):
        screen_subject(trial.as_("chen"), "01", trial.clock.today)
    approve_unlock(trial.as_("dong"))
    code = trial.code  # type: ignore[attr-defined]
    add_result(trial.as_("lab"), code, "alt", "35", "U/L", trial.clock.today)
    with pytest.raises(SeroclearError, match="casebooks not signed, or changed since: 1"):
        lock_trial(trial.as_("dai"))
    sign(trial.as_("li"), code, "casebook", PASSWORD)
    prepare_case(trial.as_("dai"), code)
    for who in ("ada", "bo"):
        case = prepare_case(trial.as_("dai"), code)
        adjudicate(trial.as_(who), case, "sustained", "negative")
    assert lock_trial(trial.as_("dai")) != first


def test_req_L1_the_statistician_reads_after_the_lock_alone(settled: Trial) -> None:
    trial = settled
    for read in (list_allocations, list_endpoints, read_dataset):
        with pytest.raises(SeroclearError, match="before the trial is locked"):
            read(trial.as_("stat"))
    lock_trial(trial.as_("dai"))
    code = trial.code  # type: ignore[attr-defined]
    assert code in [one["subject"] for one in list_allocations(trial.as_("stat"))]
    assert list_endpoints(trial.as_("stat"))[code] == "sustained"


def test_req_L2_a_snapshot_stays_as_it_was(settled: Trial) -> None:
    trial = settled
    digest = take_snapshot(trial.as_("dai"), "interim")
    trial.eligible()
    with pytest.raises(SeroclearError, match="stays as it is"):
        take_snapshot(trial.as_("dai"), "interim")
    assert take_snapshot(trial.as_("dai"), "later") != digest
    with trial.database.read() as connection:
        kept = connection.exec_driver_sql(
            "SELECT dataset, dataset_hash FROM snapshot WHERE name = 'interim'"
        ).one()
    assert sha256(kept[0]) == kept[1] == digest


def test_req_L2_a_subject_has_a_code_and_nothing_that_names_a_person(settled: Trial) -> None:
    with settled.database.read() as connection:
        content = json.loads(dataset(connection))
    assert content["subject"][0]["id"] == "01-001"
    personal = {"name", "birth_date", "initials", "phone", "address", "medical_record", "id_card"}
    for table in CLINICAL:
        own = personal - {"name"} if table.name == "visit" else personal  # a visit has a name
        assert not own & set(table.columns.keys()), table.name
    assert "Dr " not in json.dumps({name: content[name] for name in content if name != "site"})


def test_req_X1_the_same_data_are_the_same_bytes_everywhere(settled: Trial, tmp_path: Path) -> None:
    """In another time zone, locale and hash seed, and after a backup was restored."""
    lock_trial(settled.as_("dai"))
    with settled.database.read() as connection:
        here = dataset(connection)
    back_up(settled.as_("admin"), tmp_path / "backup.gz")
    restore(Database(tmp_path / "restored.db"), tmp_path / "backup.gz")
    settled.database.close()
    program = (
        "import sys; from seroclear.trial.database import Database; "
        "from seroclear.trial.conduct.dataset import dataset; "
        "opened = Database(sys.argv[1]).read(); connection = opened.__enter__(); "
        "sys.stdout.buffer.write(dataset(connection).encode())"
    )
    for file, zone, seed in (("trial.db", "Asia/Shanghai", "1"), ("restored.db", "UTC", "2")):
        elsewhere = {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONUTF8": "0"}
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path / file],
            env=os.environ | elsewhere | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode() == here


def test_req_V2_a_backup_restores_and_verifies(settled: Trial, tmp_path: Path) -> None:
    lock_trial(settled.as_("dai"))
    head = back_up(settled.as_("admin"), tmp_path / "backup.gz")
    found = restore(Database(tmp_path / "restored.db"), tmp_path / "backup.gz")
    assert str(found.head) == head
    assert oct((tmp_path / "backup.gz").stat().st_mode)[-3:] == "600"
    opened = open_trial(tmp_path / "restored.db")
    with opened.read() as connection:
        assert verify(connection, [read_head(head)]).good
        assert replay(connection, read_key(settled.key_file)).good
    connection = sqlite3.connect(tmp_path / "restored.db")
    with pytest.raises(sqlite3.IntegrityError, match="the trial is locked"):
        connection.execute("INSERT INTO subject VALUES ('01-999', 1, 0, NULL, '01', '2026-03-02')")
    connection.close()


@pytest.mark.parametrize("damage", ["cut", "byte", "row", "other"])
def test_req_V2_a_damaged_backup_restores_nothing(
    settled: Trial, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "backup.gz"
    back_up(settled.as_("admin"), file)
    data = file.read_bytes()
    text = gzip.decompress(data)
    file.write_bytes(
        {
            "cut": data[: len(data) // 2],
            "byte": gzip.compress(text.replace(b"mIU/mL", b"mIU/dL", 1)),
            "row": gzip.compress(b"\n".join(text.splitlines()[:-1]) + b"\n"),
            "other": b"PK" + data,
        }[damage]
    )
    with pytest.raises(SeroclearError):
        restore(Database(tmp_path / "restored.db"), file)
    assert not Database(tmp_path / "restored.db").is_there


def test_req_V2_nothing_is_restored_over_a_trial(settled: Trial, tmp_path: Path) -> None:
    back_up(settled.as_("admin"), tmp_path / "backup.gz")
    with pytest.raises(SeroclearError, match="restore to an empty one"):
        restore(settled.database, tmp_path / "backup.gz")
    with pytest.raises(SeroclearError, match="name a new file"):
        back_up(settled.as_("admin"), tmp_path / "backup.gz")
