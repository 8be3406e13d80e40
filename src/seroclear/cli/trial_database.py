"""`seroclear trial`: making, proving, keeping and locking a trial's database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli.options import PATH
from seroclear.cli.trial_session import KEY, TRIAL, new_password, signed_in
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session

_NOT_PROVEN = 4  # exit code of a proof that fails


@click.command("init")
@TRIAL
@click.option("--protocol", default="nct07328711", show_default=True, help="By name or .toml file.")
@click.option("--as", "account", required=True, help="Account of the first administrator.")
@click.option("--name", required=True, help="The administrator's own name.")
@click.option("--demonstration", is_flag=True, help="Not a real trial; its exports say so.")
def init(trial: str, protocol: str, account: str, name: str, demonstration: bool) -> None:
    """Makes an empty trial: an SQLite file, or the tables in an empty postgresql://... database."""
    from seroclear.trial.conduct.start import create_trial
    from seroclear.trial.protocol import read_protocol

    read = read_protocol(protocol)
    create_trial(
        trial,
        read,
        account=account,
        name=name,
        password=new_password(account),
        demonstration=demonstration,
    ).close()
    click.echo(f"{read.identity.number}: made, protocol {read.hash()[:16]}.")


@click.command("upgrade")
@TRIAL
def upgrade(trial: str) -> None:
    """Brings a trial's tables to the schema of this program."""
    from seroclear.trial.conduct.start import upgrade_trial

    before, after = upgrade_trial(trial)
    click.echo(f"schema {after}" + (" already" if before == after else f", was {before}"))


@click.command("commit")
@signed_in
@KEY
def commit(session: Session, key_file: Path) -> None:
    """Draws the key of the randomisation into a new file; prints the commitment to publish."""
    from seroclear.trial.randomisation.commit import commit_scheme

    click.echo(commit_scheme(session, key_file))


@click.command("reveal")
@signed_in
@KEY
def reveal(session: Session, key_file: Path) -> None:
    """After the lock: records the key, so that anybody can replay the allocations."""
    from seroclear.trial.randomisation.commit import reveal_seed

    click.echo(f"revealed; the commitment was {reveal_seed(session)}")


@click.command("replay")
@TRIAL
def replay(trial: str) -> None:
    """Proves every allocation anew from the key that was revealed."""
    from seroclear.trial.randomisation.replay import replay as replayed
    from seroclear.trial.trust.session import open_trial

    database = open_trial(trial)
    with database.read() as connection:
        found = replayed(connection)
    if not found.good:
        click.echo(f"NOT PROVEN: {found.problem}; {found.allocations} before it agree.")
        raise SystemExit(_NOT_PROVEN)
    click.echo(f"{found.allocations} allocations, each as the key draws it.")


@click.command("verify")
@TRIAL
@click.option("--head", "heads", multiple=True, metavar="NUMBER:HASH", help="Written down before.")
@click.option("--heads", "heads_file", type=PATH, help="A file of them, one a line.")
def verify(trial: str, heads: tuple[str, ...], heads_file: Path | None) -> None:
    """Reads the whole audit trail and every row, and names the first that is not what it was.

    A cut-off end is found only by a head that was written down outside (see 'trial head').
    """
    from seroclear.trial.database import Database
    from seroclear.trial.database.chain import read_head
    from seroclear.trial.database.schema import check_schema
    from seroclear.trial.database.verify import verify as verified

    lines = [*heads, *(heads_file.read_text("ascii").splitlines() if heads_file else ())]
    known = [read_head(line.split()[-1]) for line in lines if line.strip()]
    database = Database(trial)
    if not database.is_there:
        raise SeroclearError("there is no trial at this address.")
    with database.read() as connection:
        found = verified(connection, known)
        problem = found.problem
        try:
            check_schema(connection)
        except SeroclearError as error:
            problem = problem or str(error)
    if problem:
        click.echo(f"NOT VERIFIED: {problem}.")
        raise SystemExit(_NOT_PROVEN)
    held = f", {len(known)} heads of earlier times among them" if known else ""
    click.echo(f"{found.lines} lines of the trail{held}, {found.rows} rows: verified.")
    click.echo(f"head {found.head}")


@click.command("head")
@TRIAL
@click.option("--append", "file", type=PATH, help="Adds it to this file, with the time.")
def head(trial: str, file: Path | None) -> None:
    """Prints the last line of the audit trail as number:hash, to be kept outside the database."""
    from seroclear.trial.database import chain
    from seroclear.trial.trust.session import open_trial

    database = open_trial(trial)
    with database.read() as connection:
        last, now = chain.head(connection), database.now(connection)
    click.echo(str(last))
    if file:
        with file.open("a", encoding="ascii") as opened:
            opened.write(f"{now} {last}\n")


@click.command("backup")
@signed_in
@click.argument("file", type=PATH)
def backup(session: Session, file: Path) -> None:
    """Writes the whole trial to a new FILE; the key of the randomisation is not in it."""
    from seroclear.trial.conduct.backup import back_up

    click.echo(f"{file}: head {back_up(session, file)}")


@click.command("restore")
@click.argument("file", type=PATH)
@TRIAL
def restore(file: Path, trial: str) -> None:
    """Makes TRIAL, an empty place, from the backup FILE; it verifies, or nothing is kept."""
    from seroclear.trial.database import Database
    from seroclear.trial.database.backup import restore as restored

    found = restored(Database(trial), file)
    click.echo(f"{found.lines} lines of the trail, {found.rows} rows: restored and verified.")


@click.command("readiness")
@signed_in
def ready(session: Session) -> None:
    """What still stands against a lock."""
    from seroclear.trial.conduct.lock import readiness

    for obstacle in readiness(session) or ["nothing: the trial can be locked"]:
        click.echo(obstacle)


@click.command("lock")
@signed_in
def lock(session: Session) -> None:
    """Locks the trial; prints the hash of its data."""
    from seroclear.trial.conduct.lock import lock_trial

    click.echo(f"locked; data {lock_trial(session)}")


@click.command("unlock")
@signed_in
@click.option("--approve", is_flag=True, help="As the second person.")
def unlock(session: Session, approve: bool) -> None:
    """Asks for the lock to be opened (with --reason); another person approves."""
    from seroclear.trial.conduct.lock import approve_unlock, ask_unlock

    if approve:
        approve_unlock(session)
        click.echo("unlocked")
    else:
        ask_unlock(session)
        click.echo("asked; another person runs this with --approve")


@click.command("amend")
@signed_in
@click.argument("protocol")
def amend(session: Session, protocol: str) -> None:
    """Puts a later PROTOCOL (a .toml file) in force, with --reason; its new sites are planned."""
    from seroclear.trial.conduct.amendment import amend_protocol
    from seroclear.trial.protocol import read_protocol

    click.echo(f"protocol {amend_protocol(session, read_protocol(protocol))[:16]}")


@click.command("snapshot")
@signed_in
@click.argument("name")
def snapshot(session: Session, name: str) -> None:
    """Keeps the data as they are now, under a NAME, for an interim look."""
    from seroclear.trial.conduct.lock import take_snapshot

    click.echo(f"{name}: data {take_snapshot(session, name)}")


@click.command("qualify")
@click.option("--protocol", default="nct07328711", show_default=True, help="By name or .toml file.")
@click.option("--output", type=PATH, help="Writes the report (Markdown) to this file.")
def qualify(protocol: str, output: Path | None) -> None:
    """Checks this installation against the requirements, in a scratch trial; fails if one fails."""
    from datetime import UTC, datetime

    from seroclear.cli.options import write
    from seroclear.trial.protocol import read_protocol
    from seroclear.trial.qualification.report import qualification

    report, passed = qualification(read_protocol(protocol), str(datetime.now(UTC).date()))
    if output:
        write(output, report.encode())
        click.echo(f"{output}: {'every check passed' if passed else 'A CHECK FAILED'}")
    else:
        click.echo(report)
    if not passed:
        raise SystemExit(_NOT_PROVEN)


COMMANDS = (
    *(init, upgrade, commit, reveal, replay, verify, head, backup, restore),
    *(ready, lock, unlock, amend, snapshot, qualify),
)
