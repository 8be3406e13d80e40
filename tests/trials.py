"""A small trial for the tests: a demonstration whose clock they set, somebody in every role."""

from __future__ import annotations

import atexit
import dataclasses
import shutil
import tempfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

from seroclear.trial.conduct.randomise import randomise
from seroclear.trial.conduct.results import add_result
from seroclear.trial.conduct.sites import activate_site
from seroclear.trial.conduct.start import create_trial
from seroclear.trial.conduct.subjects import record_consent, record_eligibility, screen_subject
from seroclear.trial.database import Database, connection
from seroclear.trial.protocol import Protocol, read_protocol
from seroclear.trial.randomisation.commit import commit_scheme
from seroclear.trial.trust import passwords
from seroclear.trial.trust.accounts import add_account, change_password, grant_role
from seroclear.trial.trust.session import Session, open_trial, sign_in
from seroclear.trial.trust.signatures import sign

# Waiting for the disk would take longer than all the rest of the tests.
connection.SYNCHRONOUS = "OFF"

PASSWORD = "correct horse battery"
TEMPORARY = "for the first sign-in"
START = "2026-03-02"
PEOPLE = {  # account: role, site
    "chen": ("coordinator", "01"),
    "li": ("investigator", "01"),
    "rao": ("randomiser", "01"),
    "pan": ("pharmacist", "01"),
    "lab": ("laboratory", "01"),
    "deng": ("coordinator", "02"),
    "liu": ("investigator", "02"),
    "ren": ("randomiser", "02"),
    "mo": ("monitor", None),
    "dai": ("data_manager", None),
    "dong": ("data_manager", None),
    "ada": ("adjudicator", None),
    "bo": ("adjudicator", None),
    "cai": ("adjudicator", None),
    "stat": ("statistician", None),
    "key": ("custodian", None),
}
ACCOUNT_OF = {role: account for account, (role, site) in reversed(PEOPLE.items())}
ACCOUNT_OF["administrator"] = "admin"


class Clock:
    """A time that a test sets; each question takes a millisecond."""

    def __init__(self, day: str = START) -> None:
        self.now = datetime.fromisoformat(f"{day}T01:00:00+00:00")

    def __call__(self) -> str:
        self.now += timedelta(milliseconds=1)
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def pass_days(self, days: int) -> str:
        """Lets days pass; the day that it is then."""
        self.now += timedelta(days=days)
        return self.today

    @property
    def today(self) -> str:
        """Today in Beijing, where it is morning."""
        return (self.now + timedelta(hours=8)).date().isoformat()


class Trial:
    """A trial at an address, with somebody for each role."""

    def __init__(self, database: Database, key_file: Path, clock: Clock) -> None:
        self.database, self.key_file, self.clock = database, key_file, clock
        self.people: dict[str, Session] = {}

    def as_(self, who: str) -> Session:
        """Somebody signed in, by account or by role."""
        account = ACCOUNT_OF.get(who, who)
        if account not in self.people:
            self.people[account] = sign_in(self.database, account, PASSWORD, key_file=self.key_file)
        return self.people[account]

    def join(self, account: str, role: str, site: str | None = None) -> None:
        """Opens an account, whose owner chooses the password."""
        with cheap_passwords():
            add_account(self.as_("admin"), account, f"Dr {account.title()}", TEMPORARY)
            grant_role(self.as_("admin"), account, role, site)
            change_password(sign_in(self.database, account, TEMPORARY), TEMPORARY, PASSWORD)

    def eligible(self, site: str = "01", anti_hbs: str = "5", **answers: str) -> str:
        """Somebody screened, consented and assessed, both signed, with an anti-HBs."""
        coordinator, investigator = ("chen", "li") if site == "01" else ("deng", "liu")
        enters = self.as_(coordinator)
        code = screen_subject(enters, site, self.clock.today)
        record_consent(enters, code, self.clock.today, "1.0")
        record_eligibility(enters, code, self.clock.today, eligible_answers() | answers)
        add_result(enters, code, "anti_hbs", anti_hbs, "mIU/mL", self.clock.today)
        for record in ("consent", "eligibility"):
            sign(self.as_(investigator), code, record, PASSWORD)
        return code

    def randomised(self, arm: str | None = None, site: str = "01") -> str:
        """Somebody randomised; to this arm, if one is named."""
        for _ in range(20):
            code = self.eligible(site)
            allocated = randomise(self.as_("rao" if site == "01" else "ren"), code)
            if arm in (None, allocated["arm"]):
                return code
        raise AssertionError("twenty allocations and not one to this arm")


@cache
def protocol(method: str = "permuted blocks") -> Protocol:
    """The registered trial's protocol; for minimisation, with the site as a factor."""
    read = read_protocol()
    return dataclasses.replace(read, allocation=dataclasses.replace(read.allocation, method=method))


@cache
def eligible_answers() -> dict[str, str]:
    """The answers of somebody who meets every criterion."""
    return {
        one.name: "yes" if one.kind == "inclusion" else "no"
        for one in protocol().eligibility.criteria
    }


def small_trial(folder: Path) -> Trial:
    """A trial on SQLite in this folder, its sites active: a copy of one that is made once."""
    template = _template()
    for name in ("trial.db", "key"):
        shutil.copy(template / name, folder / name)
    clock = Clock()
    with cheap_passwords():
        return Trial(open_trial(folder / "trial.db", clock), folder / "key", clock)


def cheap_passwords():  # type: ignore[no-untyped-def]
    """Hashes that cost little: a test signs in often."""
    return patch.object(passwords.hash_password, "__defaults__", (2,))


def found_trial(address: str | Path, key_file: Path, clock: Clock | None) -> Trial:
    """Makes a trial at an address, with all its people, and activates its sites."""
    with cheap_passwords():
        database = create_trial(
            address,
            protocol(),
            account="admin",
            name="Ada Admin",
            password=PASSWORD,
            demonstration=clock is not None,
            clock=clock,
        )
        trial = Trial(database, key_file, clock or Clock())
        for account, (role, site) in PEOPLE.items():
            trial.join(account, role, site)
    commit_scheme(trial.as_("key"), key_file)
    for site in ("01", "02"):
        activate_site(trial.as_("dai"), site, "2025-KY-117", "2026-01-15")
    return trial


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="trial-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    found_trial(folder / "trial.db", folder / "key", Clock()).database.close()
    return folder
