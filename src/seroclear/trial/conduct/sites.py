"""Sites: planned by the protocol, open once their approval is there."""

from __future__ import annotations

from seroclear.errors import SeroclearError
from seroclear.trial.database.tables import site as sites
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work, day


@action("site.activate")
def activate_site(work: Work, site: str, approval: str, approved_on: str) -> str:
    """Opens a site to participants.

    Args:
        approval: reference of the ethics committee's approval.
        approved_on: its day.
    """
    if not approval.strip():
        raise SeroclearError("a site opens with the reference of its ethics approval; give it.")
    if day(approved_on, "the day of approval") > work.today:
        raise SeroclearError("the approval of this site lies in the future.")
    work.reason = work.reason or "approval received"
    work.revise(
        sites, site, state="active", approval=approval.strip(), approved_on=str(approved_on)
    )
    return site


@action("site.close")
def close_site(work: Work, site: str) -> str:
    """Closes a site to new participants; those who are in it go on."""
    work.revise(sites, site, state="closed")
    return site


def require_active(work: Work, site: str) -> None:
    """Raises SeroclearError unless the site takes participants."""
    state = work.row(sites, site)["state"]
    if state != "active":
        raise SeroclearError(f"site {site} is {state}: it takes nobody until it is activated.")
