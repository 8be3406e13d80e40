"""Accounts and roles: one person an account, and roles that keep duties apart."""

from __future__ import annotations

from seroclear.errors import SeroclearError
from seroclear.trial.database import rows
from seroclear.trial.database.tables import account as accounts
from seroclear.trial.database.tables import role_grant
from seroclear.trial.database.tables import site as sites
from seroclear.trial.trust import passwords
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.trust.session import check_password
from seroclear.trial.trust.work import Work


@action("account.add")
def add_account(work: Work, account: str, name: str, password: str) -> str:
    """Opens an account for one person; `name` is printed with what the person signs.

    The password is temporary: its owner can do nothing but choose another, which nobody else knows.
    """
    return new_account(work, account, name, password, temporary=True)


@action("account.password")
def change_password(work: Work, password: str, new_password: str) -> str:
    """Changes one's own password."""
    check_password(work, work.account, password)
    if new_password == password:
        raise SeroclearError("this is the same password; choose another.")
    work.reason = work.reason or "changed by its owner"
    digest = passwords.hash_password(new_password)
    work.revise(accounts, work.account, password=digest, temporary=False)
    return work.account


@action("account.reset")
def reset_password(work: Work, account: str, new_password: str) -> str:
    """Gives somebody a new password, a temporary one, and ends a lock-out."""
    work.revise(accounts, account, password=passwords.hash_password(new_password), temporary=True)
    return account


@action("account.close")
def close_account(work: Work, account: str) -> str:
    """Closes an account: its owner can do nothing any more, what was done stays."""
    work.revise(accounts, account, active=False)
    return account


@action("role.grant")
def grant_role(work: Work, account: str, role: str, site: str | None = None) -> str:
    """Gives a role, at one site or at all.

    Raises:
        SeroclearError: there is no such account, role or site, or the person holds a role that may
            not be held beside it.
    """
    return new_grant(work, account, role, site)


@action("role.take")
def take_role(work: Work, account: str, role: str, site: str | None = None) -> str:
    """Takes a role away."""
    for grant in work.rows(role_grant, account=account, role=role):
        if grant["site"] == site:
            return str(work.withdraw(role_grant, grant["id"])["id"])
    raise SeroclearError("this account has no such role there.")


def new_account(work: Work, account: str, name: str, password: str, *, temporary: bool) -> str:
    """Adds an account. For an action, or for the making of a trial."""
    if not account.isidentifier() or not account.isascii() or not account.islower():
        raise SeroclearError("an account's name is small letters, digits and '_', such as li_wei.")
    if rows.latest_version(work.connection, accounts, account):
        raise SeroclearError(f"there is an account {account!r} already, and names are not reused.")
    if not name.strip():
        raise SeroclearError("an account needs its owner's name: signatures are printed with it.")
    work.add(
        accounts,
        id=account,
        name=name.strip(),
        password=passwords.hash_password(password),
        temporary=temporary,
        active=True,
    )
    return account


def new_grant(work: Work, account: str, role: str, site: str | None) -> str:
    """Adds a role to an account. For an action, or for the making of a trial."""
    permissions().check_role(role)
    work.row(accounts, account)
    if site is not None:
        work.row(sites, site)
    grants = work.rows(role_grant, account=account)
    if any(one["role"] == role and one["site"] == site for one in grants):
        raise SeroclearError(f"this account is {role} there already.")
    other = permissions().conflict((one["role"] for one in grants), role)
    if other is not None:
        raise SeroclearError(f"nobody may be {role} and {other} in one trial.")
    return str(work.add(role_grant, prefix="G", account=account, role=role, site=site)["id"])
