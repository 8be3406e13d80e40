"""Making a trial: its database, its protocol, its planned sites and its first account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.trial.database import Database, chain
from seroclear.trial.database.schema import HEAD, schema_of, upgrade
from seroclear.trial.database.tables import site, trial
from seroclear.trial.protocol import Protocol
from seroclear.trial.trust.accounts import new_account, new_grant
from seroclear.trial.trust.work import Work


def create_trial(
    address: str | Path,
    protocol: Protocol,
    *,
    account: str,
    name: str,
    password: str,
    demonstration: bool = False,
    clock: Callable[[], str] | None = None,
) -> Database:
    """Makes an empty trial, whose first account is an administrator.

    Args:
        address: the path of an SQLite file that does not exist yet, or an empty PostgreSQL
            database.
        demonstration: not a real trial: the time may be told to it, and its exports say so.

    Raises:
        SeroclearError: something is there already, or the account cannot be made.
    """
    database = Database(address, clock if demonstration else None)
    if database.is_there:
        raise SeroclearError("there is a trial at this address already; choose another.")
    _for_its_owner_alone(database)
    with database.write() as connection:
        upgrade(connection)
        work = Work(
            connection=connection,
            account=account,
            role="administrator",
            sites=None,
            at=database.now(connection),
            action="trial.init",
        )
        work.add(
            trial,
            id=protocol.identity.number,
            name=protocol.identity.title,
            protocol_hash=protocol.hash(),
            protocol=protocol.canonical().decode(),
            demonstration=demonstration,
        )
        for planned in protocol.sites:
            work.add(
                site,
                id=planned.code,
                name=planned.name,
                utc_offset=planned.utc_offset,
                state="planned",
            )
        new_account(work, account, name, password, temporary=False)
        new_grant(work, account, "administrator", None)
        work.finish()
    return database


def _for_its_owner_alone(database: Database) -> None:
    """A new SQLite file that nobody else can read; it holds patient data and passwords' hashes."""
    if database.engine.dialect.name == "sqlite":
        Path(database.address).touch(mode=0o600, exist_ok=True)


def upgrade_trial(address: str | Path) -> tuple[str, str]:
    """Brings a trial to the schema of this program, which the trail tells; the schemas before and
    after.

    Raises:
        SeroclearError: there is no trial at the address.
    """
    database = Database(address)
    if not database.is_there:
        raise SeroclearError("there is no trial at this address.")
    with database.write() as connection:
        before = schema_of(connection) or ""
        if before != HEAD:
            upgrade(connection)
            line = {"at": database.now(connection), "utc_offset": "+00:00", "outcome": "done"}
            who = {"account": "(operator)", "role": "(operator)", "action": "trial.upgrade"}
            chain.append(connection, [line | who | {"field": "schema", "old": before, "new": HEAD}])
    database.close()
    return before, HEAD
