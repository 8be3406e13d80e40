"""A trial on PostgreSQL: sites at once, and what the server itself refuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
import trials
from servers import database
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from trials import PASSWORD, Clock, Trial, found_trial, protocol

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.backup import back_up
from seroclear.trial.conduct.dataset import dataset_hash
from seroclear.trial.conduct.lock import lock_trial
from seroclear.trial.conduct.randomise import randomise
from seroclear.trial.conduct.sites import activate_site
from seroclear.trial.conduct.subjects import record_consent, record_eligibility, screen_subject
from seroclear.trial.database import Database
from seroclear.trial.database.backup import restore
from seroclear.trial.database.clinical import TABLES, allocation
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.key import read_key
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.trust.session import open_trial, sign_in
from seroclear.trial.trust.signatures import sign

pytestmark = pytest.mark.xdist_group("postgres")
SITES = [f"{number:02}" for number in range(1, 9)]
EACH = 5  # participants a site


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A trial of eight sites, each with participants who wait for their allocation."""
    folder = tmp_path_factory.mktemp("trial")
    base = protocol()
    sites = tuple(dataclasses.replace(base.sites[0], code=code) for code in SITES)
    # The stratum is answered by a person, so that many can be made ready quickly.
    stratum = dataclasses.replace(base.allocation.strata[0], marker="", cuts=())
    eight = dataclasses.replace(
        base, sites=sites, allocation=dataclasses.replace(base.allocation, strata=(stratum,))
    )
    with database() as address, patch.object(trials, "protocol", lambda: eight):
        made = found_trial(address, folder / "key", Clock())
        for code in SITES[2:]:
            activate_site(made.as_("dai"), code, "2025-KY-117", "2026-01-15")
        for code in SITES:
            for role in ("coordinator", "investigator", "randomiser"):
                made.join(f"{role}_{code}", role, code)
        yield made
        made.database.close()


def ready(trial: Trial, site: str, number: int) -> str:
    """Somebody at a site who can be allocated."""
    enters, signs = trial.as_(f"coordinator_{site}"), trial.as_(f"investigator_{site}")
    today = trial.clock.today
    code = screen_subject(enters, site, today)
    record_consent(enters, code, today, "1")
    level = protocol().allocation.strata[0].levels[number % 2]
    record_eligibility(enters, code, today, trials.eligible_answers(), {"anti_hbs": level})
    for record in ("consent", "eligibility"):
        sign(signs, code, record, PASSWORD)
    return code


def test_req_R2_eight_sites_at_once_share_and_skip_nothing(trial: Trial) -> None:
    """Each participant is asked for twice, by two connections at once."""
    waiting = [ready(trial, site, number) for number in range(EACH) for site in SITES]

    def site_at_work(site: str) -> list[tuple[str, str]]:
        opened = open_trial(trial.database.address, Clock())
        try:
            session = sign_in(opened, f"randomiser_{site}", PASSWORD, key_file=trial.key_file)
            own = [code for code in waiting if code.startswith(f"{site}-")]
            return [(code, randomise(session, code)["arm"]) for code in own]
        finally:
            opened.close()

    with ThreadPoolExecutor(16) as pool:
        answers = [one for told in pool.map(site_at_work, SITES * 2) for one in told]
    assert len(answers) == 2 * len(waiting)
    assert len(set(answers)) == len(waiting)  # both connections were told the same arm
    with trial.database.read() as connection:
        rows = list(
            connection.execute(allocation.select().order_by(allocation.c.number)).mappings()
        )
        assert replay(connection, read_key(trial.key_file)).allocations == len(waiting)
        assert replay(connection, read_key(trial.key_file)).good
        assert verify(connection).good
    assert [row["number"] for row in rows] == list(range(1, len(waiting) + 1))
    for stratum in {row["stratum"] for row in rows}:
        numbers = [row["sequence"] for row in rows if row["stratum"] == stratum]
        assert numbers == list(range(1, len(numbers) + 1))
    sites_in_turn = [row["site"] for row in rows]
    assert any(one != other for one, other in pairwise(sites_in_turn))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "TRUNCATE {table} CASCADE",
        "INSERT INTO {table} TABLE {table} ON CONFLICT ({key}) DO UPDATE SET {column} = '1'",
    ],
)
def test_req_A3_the_server_refuses_changes_by_raw_sql(trial: Trial, sql: str) -> None:
    for table in TABLES:
        key = ", ".join(column.name for column in table.primary_key.columns)
        column = "hash" if table.name == "audit" else "id"
        statement = sql.format(table=table.name, key=key, column=column)
        with (
            pytest.raises(DBAPIError, match="never changed"),
            trial.database.engine.begin() as connection,
        ):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("mischief", "mend"),
    [
        (
            "ALTER TABLE audit DISABLE TRIGGER audit_never",
            "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_never",
        ),
        (
            "ALTER TABLE audit ENABLE TRIGGER audit_never",  # off for a replica's session
            "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_never",
        ),
    ],
)
def test_req_A3_a_trigger_that_is_off_is_found_at_opening(
    trial: Trial, mischief: str, mend: str
) -> None:
    with trial.database.engine.begin() as connection:
        connection.execute(text(mischief))
    try:
        with pytest.raises(SeroclearError, match="audit_never is missing, off or altered"):
            open_trial(trial.database.address)
    finally:
        with trial.database.engine.begin() as connection:
            connection.execute(text(mend))
    open_trial(trial.database.address).close()


def test_req_A3_a_replicas_session_is_refused_too(trial: Trial) -> None:
    with trial.database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        with pytest.raises(DBAPIError, match="never changed"):
            connection.execute(text("DELETE FROM audit"))
        connection.rollback()


def test_req_V2_a_backup_of_postgresql_is_restored_to_sqlite(trial: Trial, tmp_path: Path) -> None:
    back_up(trial.as_("admin"), tmp_path / "backup.gz")
    restored = Database(tmp_path / "restored.db")
    assert restore(restored, tmp_path / "backup.gz").good
    with trial.database.read() as one, restored.read() as other:
        assert dataset_hash(one) == dataset_hash(other)


def test_req_L1_after_the_lock_the_server_refuses_new_rows(trial: Trial) -> None:
    with patch("seroclear.trial.conduct.lock._obstacles", return_value=[]):
        lock_trial(trial.as_("dai"))
    with (
        pytest.raises(DBAPIError, match="the trial is locked"),
        trial.database.engine.begin() as connection,
    ):
        connection.execute(
            text("INSERT INTO subject VALUES ('09-001', 1, false, NULL, '09', '2026-03-02')")
        )
