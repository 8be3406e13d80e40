"""The tables by their migrations, and one writer after another on SQLite."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from trials import Trial, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.randomise import randomise
from seroclear.trial.conduct.start import upgrade_trial
from seroclear.trial.database import Database
from seroclear.trial.database.clinical import metadata
from seroclear.trial.database.schema import HEAD, schema_of
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.key import read_key
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.trust.session import open_trial


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def test_the_migrations_make_the_tables(trial: Trial) -> None:
    with trial.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert schema_of(connection) == HEAD
    config = Config()
    config.set_main_option("script_location", "seroclear.trial.database:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_an_older_schema_is_named_at_opening_and_upgraded(trial: Trial, tmp_path: Path) -> None:
    trial.database.close()
    connection = sqlite3.connect(tmp_path / "trial.db")
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    with pytest.raises(SeroclearError, match="run 'seroclear trial upgrade'"):
        open_trial(tmp_path / "trial.db")
    connection.execute(f"UPDATE alembic_version SET version_num = '{HEAD}'")
    connection.commit()
    connection.close()
    assert upgrade_trial(tmp_path / "trial.db") == (HEAD, HEAD)
    open_trial(tmp_path / "trial.db").close()


def test_what_is_no_trial_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="there is no trial at"):
        open_trial(tmp_path / "absent.db")
    assert not (tmp_path / "absent.db").exists()  # asking makes no file
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(SeroclearError, match="there is no trial at"):
        open_trial(tmp_path / "other.db")
    (tmp_path / "text.db").write_text("a list of people, and no database " * 9)
    with pytest.raises(SeroclearError, match="no database: restore a backup"):
        open_trial(tmp_path / "text.db")
    with pytest.raises(SeroclearError, match="SQLite file or at postgresql"):
        Database("mysql://host/database")


def test_req_R2_two_writers_on_sqlite_share_and_skip_nothing(trial: Trial) -> None:
    waiting = [trial.eligible() for _ in range(8)]
    trial.as_("rao")

    def ask(code: str) -> str:
        return str(randomise(trial.as_("rao"), code)["arm"])

    with ThreadPoolExecutor(4) as pool:
        first, second = (list(pool.map(ask, waiting)) for _ in range(2))
    assert first == second
    with trial.database.read() as connection:
        numbers = connection.exec_driver_sql("SELECT number FROM allocation ORDER BY 1").scalars()
        assert list(numbers) == list(range(1, 9))
        assert replay(connection, read_key(trial.key_file)).good
        assert verify(connection).good
