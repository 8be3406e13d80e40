"""`seroclear trial site` and `subject`: sites and participants."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli.options import JSON, as_text
from seroclear.cli.trial_session import (
    KEY,
    ON,
    SITE,
    SUBJECT,
    password,
    signed_in,
    table,
)
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session


@click.group()
def site() -> None:
    """Sites."""


@site.command("activate")
@signed_in
@click.argument("code")
@click.option("--approval", required=True, help="Reference of the ethics approval.")
@click.option("--approved-on", required=True, metavar="YYYY-MM-DD")
def site_activate(session: Session, code: str, approval: str, approved_on: str) -> None:
    """Opens the site CODE to participants."""
    from seroclear.trial.conduct.sites import activate_site

    click.echo(f"site {activate_site(session, code, approval, approved_on)} is active")


@site.command("close")
@signed_in
@click.argument("code")
def site_close(session: Session, code: str) -> None:
    """Closes the site CODE to new participants, with --reason."""
    from seroclear.trial.conduct.sites import close_site

    click.echo(f"site {close_site(session, code)} is closed")


@click.group()
def subject() -> None:
    """Participants, from screening to randomisation."""


@subject.command("new")
@signed_in
@click.argument("site_code")
@click.option("--on", required=True, metavar="YYYY-MM-DD", help="The day of screening.")
def subject_new(session: Session, site_code: str, on: str) -> None:
    """Gives somebody the next code of a site."""
    from seroclear.trial.conduct.subjects import screen_subject

    click.echo(screen_subject(session, site_code, on))


@subject.command("list")
@signed_in
@SITE
@JSON
def subject_list(session: Session, site: str | None, as_json: bool) -> None:
    """The participants of your sites."""
    from seroclear.trial.conduct.subjects import list_subjects

    rows = list_subjects(session, site)
    if as_json:
        click.echo(as_text(rows))
    else:
        table(rows, "id", "site", "screened_on", "randomised")


@subject.command("consent")
@signed_in
@SUBJECT
@ON
@click.option("--form", required=True, help="Version of the consent form.")
def subject_consent(session: Session, subject: str, on: str, form: str) -> None:
    """Records the consent of SUBJECT."""
    from seroclear.trial.conduct.subjects import record_consent

    click.echo(record_consent(session, subject, on, form))


@subject.command("eligibility")
@signed_in
@SUBJECT
@click.argument("answers", nargs=-1, metavar="CRITERION=yes|no|unknown...")
@ON
@click.option("--stratum", "strata", multiple=True, metavar="FACTOR=LEVEL")
@click.option("--correct", is_flag=True, help="Corrects what was recorded, with --reason.")
def subject_eligibility(
    session: Session,
    subject: str,
    answers: tuple[str, ...],
    on: str,
    strata: tuple[str, ...],
    correct: bool,
) -> None:
    """Records whether the text of each criterion is true of SUBJECT; left out is unknown."""
    from seroclear.trial.conduct.subjects import correct_eligibility, record_eligibility

    record = correct_eligibility if correct else record_eligibility
    eligible = record(session, subject, on, _pairs(answers), _pairs(strata) or None)
    click.echo("eligible" if eligible else "not eligible, or not known to be")


@subject.command("sign")
@signed_in
@SUBJECT
@click.argument("record", type=click.Choice(["consent", "eligibility", "casebook"]))
def subject_sign(session: Session, subject: str, record: str) -> None:
    """Signs a record of SUBJECT, with the password once more."""
    from seroclear.trial.trust.signatures import MEANINGS, sign

    click.echo(f"{session.name} will sign: {MEANINGS[record]}.")
    click.echo(sign(session, subject, record, password("Password, once more")))


@subject.command("randomise")
@signed_in
@SUBJECT
@KEY
def subject_randomise(session: Session, subject: str, key_file: Path) -> None:
    """Allocates SUBJECT; asked again, the first allocation is the answer."""
    from seroclear.trial.conduct.randomise import randomise

    allocated = randomise(session, subject)
    click.echo(f"{allocated['subject']}: {allocated['arm']} ({allocated['randomised_on']})")


@subject.command("arm")
@signed_in
@SUBJECT
def subject_arm(session: Session, subject: str) -> None:
    """The arm of SUBJECT, who is randomised; the audit trail tells who asked."""
    from seroclear.trial.conduct.randomise import read_allocation

    click.echo(read_allocation(session, subject)["arm"])


@subject.command("withdraw")
@signed_in
@SUBJECT
@click.argument("what", type=click.Choice(["treatment", "follow-up", "consent"]))
@ON
@click.option("--why", required=True)
def subject_withdraw(session: Session, subject: str, what: str, on: str, why: str) -> None:
    """SUBJECT leaves the treatment, the follow-up, or withdraws the consent."""
    from seroclear.trial.conduct.events import record_withdrawal

    click.echo(record_withdrawal(session, subject, what, on, why))


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise SeroclearError(f"{word!r} is no NAME=ANSWER.")
    return dict(word.split("=", 1) for word in words)


COMMANDS = (site, subject)
