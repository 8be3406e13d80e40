"""The demonstration from an empty folder to the verified, locked and reported trial."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from seroclear.errors import SeroclearError
from seroclear.files import whole_folder
from seroclear.trial.conduct.backup import back_up
from seroclear.trial.conduct.sites import activate_site
from seroclear.trial.conduct.start import create_trial
from seroclear.trial.database import Database
from seroclear.trial.database.chain import head
from seroclear.trial.database.verify import verify
from seroclear.trial.demonstration.clock import Clock
from seroclear.trial.demonstration.closing import answer_queries, settle, sign_and_lock
from seroclear.trial.demonstration.enrolment import CLINICS, Enrolment
from seroclear.trial.demonstration.follow_up import WEEK, FollowUp
from seroclear.trial.demonstration.hospital import screened_hospital
from seroclear.trial.demonstration.page import write_index
from seroclear.trial.demonstration.staff import ADMINISTRATOR, PASSWORD, Staff
from seroclear.trial.design.report import design_report
from seroclear.trial.documents import page
from seroclear.trial.export.write import export_trial
from seroclear.trial.protocol import Protocol, read_protocol
from seroclear.trial.protocol.show import as_sections
from seroclear.trial.randomisation.commit import commit_scheme
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.report.report import trial_report
from seroclear.trial.screening.candidates import Candidate
from seroclear.trial.screening.worklist import worklist

MARK: Final = "index.html"
DATABASE, KEY = "trial.db", "randomisation.key"
DOSES_LATER: Final = timedelta(days=3)  # the second dosing day of a week
PREPARED: Final = timedelta(weeks=4)  # from the screening of the records to the first clinic
QUERIES_EVERY: Final = 4  # weeks

Tell = Callable[[str], None]


def run_trial_demo(
    out: Path,
    *,
    participants: int | None = None,
    seed: int = 1,
    trials: int = 2_000,
    memory_limit: str = "1GB",
    overwrite: bool = False,
) -> Path:
    """Designs, screens, enrols, follows, adjudicates, locks, proves, reports; the index page.

    The same participants, seed and version give the same trial, salts of passwords apart.

    Args:
        out: folder; appears only when it is whole.
        participants: to randomise; None: as many as the protocol plans.
        seed: of every random number, the randomisation's key included (a demonstration may).
        trials: simulated for each truth of the design report.
        overwrite: replace an earlier demonstration.

    Raises:
        SeroclearError: the folder is something else, or a proof at the end fails.
    """
    protocol = read_protocol()
    wanted = participants or protocol.size.participants
    command = f"seroclear trial demo --participants {wanted} --seed {seed}"
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    with whole_folder(out, mark=MARK, overwrite=overwrite) as folder:
        tell(f"designing: {trials:,} simulated trials for each truth")
        _plan(folder, protocol, trials, seed)
        tell("simulating a hospital, loading its records and screening them")
        screened = screened_hospital(protocol, folder, wanted, seed, memory_limit)
        candidates = worklist(screened)
        tell(f"{len(candidates)} candidates fail no criterion")
        start = screened.today + PREPARED
        run_trial(folder, protocol, candidates, start, wanted, seed, command, tell)
    tell(f"done: {out / MARK}")
    return out / MARK


def run_trial(
    folder: Path,
    protocol: Protocol,
    candidates: list[Candidate],
    start: date,
    participants: int,
    seed: int,
    command: str,
    tell: Tell,
) -> None:
    """Runs a trial in `folder` from its making to the proof at its end, and writes index.html.

    Args:
        candidates: who may be asked, in this order.
        start: not before this day.

    Raises:
        SeroclearError: a proof at the end fails, or too few candidates were left.
    """
    clock = Clock(start + timedelta(days=-start.weekday() % 7))  # a Monday
    first = clock.today
    tell("making the trial, its accounts and its sites")
    with closing(_made(folder, protocol, clock)) as database:
        staff = Staff(database, folder / KEY, protocol)
        accounts = _open(staff, protocol, folder, first, seed)
        seeds = np.random.SeedSequence(seed).spawn(3)
        enrolment = Enrolment(protocol, staff, clock, candidates, participants, seeds[0])
        _run(protocol, staff, clock, enrolment, np.random.default_rng(seeds[1]), tell)
        if len(enrolment.people) < participants:
            raise SeroclearError(
                f"{len(enrolment.people)} of {participants} participants were found among "
                f"{len(candidates)} candidates; take another seed."
            )
        tell("adjudicating, signing and locking")
        settle(protocol, staff, sorted(enrolment.people), np.random.default_rng(seeds[2]))
        digest = sign_and_lock(protocol, staff, sorted(enrolment.people))
        (folder / "dataset.sha256").write_text(f"{digest}\n", encoding="ascii")
        tell("analysing and reporting")
        trial_report(staff.as_("statistician"), folder / "report", seed=seed, command=command)
        tell("exporting")
        export_trial(staff.as_("statistician"), folder / "exports")
        back_up(staff.as_(ADMINISTRATOR[0]), folder / "backup.gz")
        tell("verifying the trail and replaying every allocation")
        proofs = _proofs(database, folder)
    told = [
        f"{len(enrolment.candidate_of)} candidates were screened from {first} on.",
        f"{participants} were randomised at {len(protocol.sites)} sites.",
        f"Their last visits were before {clock.today}.",
        *proofs,
    ]
    for sentence in told:
        tell(sentence)
    write_index(folder, protocol, told, accounts, command)


def _plan(folder: Path, protocol: Protocol, trials: int, seed: int) -> None:
    """The protocol as a page, and the design report."""
    number = protocol.identity.number
    title = f"{number}: {protocol.identity.title}"
    shown = page(title, number, as_sections(protocol))
    (folder / "protocol.html").write_text(shown, encoding="utf-8")
    design_report(protocol, folder / "design", trials=trials, seed=seed)


def _made(folder: Path, protocol: Protocol, clock: Clock) -> Database:
    account, name = ADMINISTRATOR
    return create_trial(
        folder / DATABASE,
        protocol,
        account=account,
        name=name,
        password=PASSWORD,
        demonstration=True,
        clock=clock,
    )


def _open(
    staff: Staff, protocol: Protocol, folder: Path, start: date, seed: int
) -> list[tuple[str, str, str]]:
    accounts = staff.hire()
    key = hashlib.sha256(f"key of demonstration {seed}".encode()).digest()
    commit_scheme(staff.as_("custodian"), folder / KEY, key)
    for number, site in enumerate(protocol.sites, 1):
        approved = str(start - timedelta(days=30))
        activate_site(staff.as_("data_manager"), site.code, f"2025-KY-{number:03d}", approved)
    return accounts


def _run(
    protocol: Protocol,
    staff: Staff,
    clock: Clock,
    enrolment: Enrolment,
    random: np.random.Generator,
    tell: Tell,
) -> None:
    """Week by week until the last visit."""
    follow_up = FollowUp(protocol, staff, clock, enrolment, random)
    sites = [one.code for one in protocol.sites]
    start = clock.today
    week = 0
    while not enrolment.done or follow_up.open:
        day = start + week * WEEK
        for site in sites:
            clock.go_to(day)
            if not enrolment.done and (day - start) % CLINICS == timedelta(0):
                for subject in enrolment.clinic(site):
                    follow_up.enrol(subject)
            follow_up.clinic(site)
            follow_up.escalate(site)
            follow_up.doses(site, later=False)
            if week % QUERIES_EVERY == 0:
                _ask(staff, site, enrolment)
        for site in sites:
            clock.go_to(day + DOSES_LATER)
            follow_up.doses(site, later=True)
        if week % 26 == 0:
            tell(f"{day}: {len(enrolment.people)} randomised")
        week += 1
    for site in sites:  # nothing is left open
        follow_up.close(site)
        _ask(staff, site, enrolment)


def _ask(staff: Staff, site: str, enrolment: Enrolment) -> None:
    own = [one for one in enrolment.people if one.startswith(f"{site}-")]
    answer_queries(staff, site, own, enrolment.meant)


def _proofs(database: Database, folder: Path) -> list[str]:
    """What was proven, in sentences.

    Raises:
        SeroclearError: something was not.
    """
    with database.read() as connection:
        verified, replayed = verify(connection), replay(connection)
        (folder / "head.txt").write_text(f"{head(connection)}\n", encoding="ascii")
    for problem in (verified.problem, replayed.problem):
        if problem:
            raise SeroclearError(f"the demonstration is not proven: {problem}.")
    return [
        f"{verified.lines:,} lines of the audit trail and {verified.rows:,} rows were verified.",
        f"{replayed.allocations} allocations were replayed, each as the key draws it.",
    ]
