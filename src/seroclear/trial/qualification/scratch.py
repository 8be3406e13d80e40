"""A trial that is made for the checks, beside any real one, and thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from seroclear.trial.conduct.results import add_result
from seroclear.trial.conduct.sites import activate_site
from seroclear.trial.conduct.start import create_trial
from seroclear.trial.conduct.subjects import record_consent, record_eligibility, screen_subject
from seroclear.trial.database import Database
from seroclear.trial.protocol import Protocol
from seroclear.trial.randomisation.commit import commit_scheme
from seroclear.trial.trust.accounts import add_account, change_password, grant_role
from seroclear.trial.trust.session import Session, open_trial, sign_in
from seroclear.trial.trust.signatures import sign

TODAY: Final = "2026-03-02"
_NOW: Final = f"{TODAY}T01:00:00.000Z"
_TEMPORARY: Final = "for the first sign-in"
_PASSWORD: Final = "only for the checks"
_AT_ALL_SITES: Final = ("monitor", "data_manager", "custodian", "adjudicator", "statistician")
_AT_ONE_SITE: Final = ("coordinator", "investigator", "randomiser", "pharmacist", "laboratory")


class Scratch:
    """A demonstration in a folder, with one person in each role (the account is the role)."""

    def __init__(self, folder: Path, protocol: Protocol) -> None:
        self.folder, self.protocol = folder, protocol
        self.file, self.key_file = folder / "trial.db", folder / "key"
        self._sessions: dict[str, Session] = {}
        create_trial(
            self.file,
            protocol,
            account="administrator",
            name="Administrator",
            password=_PASSWORD,
            demonstration=True,
            clock=lambda: _NOW,
        ).close()
        self.database: Database = open_trial(self.file, lambda: _NOW)
        self.database.close()
        event.listen(self.database.engine, "connect", _do_not_wait_for_the_disk)
        self.site = protocol.sites[0].code
        for role in (*_AT_ALL_SITES, *_AT_ONE_SITE):
            add_account(self.as_("administrator"), role, role.title(), _TEMPORARY)
            site = self.site if role in _AT_ONE_SITE else None
            grant_role(self.as_("administrator"), role, role, site)
            change_password(sign_in(self.database, role, _TEMPORARY), _TEMPORARY, _PASSWORD)
        self.commitment = commit_scheme(self.as_("custodian"), self.key_file)
        activate_site(self.as_("data_manager"), self.site, "for the checks", TODAY)

    def as_(self, role: str) -> Session:
        """The person of a role."""
        if role not in self._sessions:
            self._sessions[role] = sign_in(self.database, role, _PASSWORD, key_file=self.key_file)
        return self._sessions[role]

    def assessed(self, **answers: str) -> str:
        """Somebody screened, consented and assessed; nothing is signed yet."""
        enters = self.as_("coordinator")
        code = screen_subject(enters, self.site, TODAY)
        record_consent(enters, code, TODAY, "1")
        criteria = {
            one.name: "yes" if one.kind == "inclusion" else "no"
            for one in self.protocol.eligibility.criteria
        }
        factors = [one for one in self.protocol.allocation.strata if one.name != "site"]
        asked = {one.name: one.levels[0] for one in factors if not one.marker}
        record_eligibility(enters, code, TODAY, criteria | answers, asked)
        for factor in factors:
            if factor.marker:
                value = str(factor.cuts[0] / 2)
                add_result(enters, code, factor.marker, value, factor.unit, TODAY)
        return code

    def signed(self, **answers: str) -> str:
        """Somebody whose consent and eligibility are signed."""
        code = self.assessed(**answers)
        for record in ("consent", "eligibility"):
            self.sign(code, record)
        return code

    def sign(self, code: str, record: str) -> None:
        """The investigator's signature."""
        sign(self.as_("investigator"), code, record, _PASSWORD)


def _do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    """The scratch trial need not outlive a loss of power."""
    connection.execute("PRAGMA synchronous = OFF")
