"""Participants before randomisation: a code, the consent, the criteria one by one."""

from __future__ import annotations

from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.sites import require_active
from seroclear.trial.database import rows
from seroclear.trial.database.canonical import canonical
from seroclear.trial.database.clinical import allocation, consent, eligibility
from seroclear.trial.database.clinical import subject as subjects
from seroclear.trial.protocol import Protocol
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work, day

ANSWERS: Final = ("yes", "no", "unknown")


@action("subject.screen")
def screen_subject(work: Work, site: str, screened_on: str) -> str:
    """Gives somebody the next code of a site (site-number); nothing that names a person is kept."""
    require_active(work, site)
    code = rows.next_id(work.connection, subjects, f"{site}-", digits=3, site=site)
    work.add(subjects, id=code, site=site, screened_on=not_future(work, screened_on, "screening"))
    return code


@action("subject.list")
def list_subjects(work: Work, site: str | None = None) -> list[dict[str, Any]]:
    """The participants whom the role reaches, with whether they are randomised; never the arm."""
    randomised = {one["subject"] for one in work.rows(allocation)}
    return [
        {name: one[name] for name in ("id", "site", "screened_on")}
        | {"randomised": one["id"] in randomised}
        for one in work.rows(subjects)
        if within_reach(work, one["site"], site)
    ]


@action("consent.record")
def record_consent(work: Work, subject: str, given_on: str, form_version: str) -> str:
    """Records the consent that was given, and on which version of its form.

    Given anew on a later form it is a correction, which needs a reason.
    """
    values = {
        "given_on": not_future(work, given_on, "consent"),
        "form_version": form_version.strip(),
    }
    if not values["form_version"]:
        raise SeroclearError("which version of the consent form was signed? Give it.")
    if rows.row(work.connection, consent, subject):
        work.revise(consent, subject, **values)
    else:
        work.add(consent, id=subject, subject=subject, **values)
    return subject


@action("eligibility.record")
def record_eligibility(
    work: Work,
    subject: str,
    assessed_on: str,
    criteria: dict[str, str],
    strata: dict[str, str] | None = None,
) -> bool:
    """Records the answer to each criterion: whether its text is true of the participant.

    Args:
        criteria: criterion to 'yes', 'no' or 'unknown'; one that is left out is unknown.
        strata: levels of the factors that are read from no result and are not the site.

    Returns:
        Whether the participant is eligible: unknown never is.
    """
    values = _eligibility(work, assessed_on, criteria, strata or {})
    work.add(eligibility, id=subject, subject=subject, **values)
    return is_eligible(work.protocol, criteria)


@action("eligibility.correct")
def correct_eligibility(
    work: Work,
    subject: str,
    assessed_on: str,
    criteria: dict[str, str],
    strata: dict[str, str] | None = None,
) -> bool:
    """Corrects the answers, with a reason; a signature on the former ones no longer holds."""
    values = _eligibility(work, assessed_on, criteria, strata or {})
    if work.rows(allocation, subject=subject) and strata:
        raise SeroclearError(
            "strata are frozen at allocation: record the correction as a deviation (stratum)."
        )
    if strata is None:
        values["strata"] = work.row(eligibility, subject)["strata"]
    work.revise(eligibility, subject, **values)
    return is_eligible(work.protocol, criteria)


def is_eligible(protocol: Protocol, criteria: dict[str, str]) -> bool:
    """Every inclusion criterion answered yes and every exclusion criterion no."""
    wanted = {"inclusion": "yes", "exclusion": "no"}
    return all(
        criteria.get(one.name, "unknown") == wanted[one.kind]
        for one in protocol.eligibility.criteria
    )


def within_reach(work: Work, code: str, asked: str | None = None) -> bool:
    """Whether a site is one that was asked for and that the role reaches."""
    return asked in (None, code) and (work.sites is None or code in work.sites)


def not_future(work: Work, on: str, what: str) -> str:
    """A day that is not after today.

    Raises:
        SeroclearError: it is, or it is no day.
    """
    if day(on, f"the day of {what}") > work.today:
        raise SeroclearError(f"the day of {what} lies in the future.")
    return str(on)


def _eligibility(
    work: Work, assessed_on: str, criteria: dict[str, str], strata: dict[str, str]
) -> dict[str, str]:
    known = [one.name for one in work.protocol.eligibility.criteria]
    for name, answer in criteria.items():
        if name not in known:
            raise SeroclearError(f"the protocol has no criterion {name!r}.")
        if answer not in ANSWERS:
            raise SeroclearError(f"the answer to {name!r} is yes, no or unknown.")
    for factor in strata:
        if factor not in [one.name for one in work.protocol.allocation.strata if not one.marker]:
            raise SeroclearError(f"{factor!r} is no factor that a person answers.")
    return {
        "assessed_on": not_future(work, assessed_on, "the assessment"),
        "criteria": canonical(criteria),
        "strata": canonical(strata),
    }
