"""`seroclear trial user`: accounts and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seroclear.cli.trial_session import SITE, new_password, password, signed_in

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session


@click.group()
def user() -> None:
    """Accounts and roles."""


@user.command("add")
@signed_in
@click.argument("new")
@click.option("--name", required=True, help="Printed with what the person signs.")
def user_add(session: Session, new: str, name: str) -> None:
    """Opens the account NEW."""
    from seroclear.trial.trust.accounts import add_account

    click.echo(add_account(session, new, name, new_password(new)))


@user.command("grant")
@signed_in
@click.argument("whom")
@click.argument("new_role")
@SITE
def user_grant(session: Session, whom: str, new_role: str, site: str | None) -> None:
    """Gives WHOM the role NEW_ROLE, at one site or at all."""
    from seroclear.trial.trust.accounts import grant_role

    click.echo(grant_role(session, whom, new_role, site))


@user.command("take")
@signed_in
@click.argument("whom")
@click.argument("old_role")
@SITE
def user_take(session: Session, whom: str, old_role: str, site: str | None) -> None:
    """Takes the role OLD_ROLE from WHOM, with --reason."""
    from seroclear.trial.trust.accounts import take_role

    click.echo(take_role(session, whom, old_role, site))


@user.command("close")
@signed_in
@click.argument("whom")
def user_close(session: Session, whom: str) -> None:
    """Closes the account of WHOM, with --reason."""
    from seroclear.trial.trust.accounts import close_account

    click.echo(close_account(session, whom))


@user.command("reset")
@signed_in
@click.argument("whom")
def user_reset(session: Session, whom: str) -> None:
    """Gives WHOM a new password and ends a lock-out, with --reason."""
    from seroclear.trial.trust.accounts import reset_password

    click.echo(reset_password(session, whom, new_password(whom)))


@user.command("password")
@signed_in
def user_password(session: Session) -> None:
    """Changes your own password."""
    from seroclear.trial.trust.accounts import change_password

    click.echo(change_password(session, password(), new_password(session.account)))


@user.command("roles")
def user_roles() -> None:
    """What each role is for, and what it may do."""
    from seroclear.trial.trust.permissions import permissions

    table_of = permissions()
    for role, purpose in table_of.roles.items():
        click.echo(f"{role}: {purpose}")
        for name, rule in table_of.rules.items():
            if role in rule.roles | rule.after_lock:
                later = "" if role in rule.roles else "  (after the lock)"
                click.echo(f"    {name}{later}")


COMMANDS = (user,)
