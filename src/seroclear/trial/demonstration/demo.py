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
from seroclear.trial.demonstration.staff import ADMINISTRATOR, PASSWORD, Staff
from seroclear.trial.protocol import Protocol, read_protocol
from seroclear.trial.randomisation.commit import commit_scheme
from seroclear.trial.randomisation.replay import replay
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
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    with whole_folder(out, mark=MARK, overwrite=overwrite) as folder:
        _whole(folder, protocol, wanted, seed, trials, memory_limit, tell)
    tell(f"done: {out / MARK}")
    return out / MARK


def _whole(
    folder: Path,
    protocol: Protocol,
    participants: int,
    seed: int,
    trials: int,
    memory_limit: str,
    tell: Tell,
) -> None:
    from seroclear.trial.demonstration.hospital import screened_hospital
    from seroclear.trial.design.report import design_report

    tell(f"designing: {trials:,} simulated trials for each truth")
    design_report(protocol, folder / "design", trials=trials, seed=seed)
    tell("simulating a hospital, loading its records and screening them")
    name = protocol.identity.number.lower()
    screened = screened_hospital(protocol, name, folder, participants, seed, memory_limit)
    candidates = worklist(screened)
    tell(f"{len(candidates)} candidates fail no criterion")
    conduct(folder, protocol, candidates, screened.today + PREPARED, participants, seed, tell)


def conduct(
    folder: Path,
    protocol: Protocol,
    candidates: list[Candidate],
    start: date,
    participants: int,
    seed: int,
    tell: Tell,
) -> Path:
    """Runs a trial in `folder` from its making to the lock, and proves it; the database's file.

    Args:
        candidates: who may be asked, in this order.
        start: not before this day.

    Raises:
        SeroclearError: a proof at the end fails, or too few candidates were left.
    """
    start += timedelta(days=-start.weekday() % 7)  # a Monday
    clock = Clock(start)
    tell("making the trial, its accounts and its sites")
    with closing(_made(folder, protocol, clock)) as database:
        staff = Staff(database, folder / KEY, protocol)
        _open(staff, protocol, folder, start, seed)
        seeds = np.random.SeedSequence(seed).spawn(3)
        enrolment = Enrolment(protocol, staff, clock, candidates, participants, seeds[0])
        random = np.random.default_rng(seeds[1])
        _run(protocol, staff, clock, enrolment, random, tell)
        if len(enrolment.people) < participants:
            raise SeroclearError(
                f"{len(enrolment.people)} of {participants} participants were found among "
                f"{len(candidates)} candidates; take another seed."
            )
        tell("adjudicating, signing and locking")
        settle(protocol, staff, sorted(enrolment.people), np.random.default_rng(seeds[2]))
        digest = sign_and_lock(protocol, staff, sorted(enrolment.people))
        (folder / "dataset.sha256").write_text(f"{digest}\n", encoding="ascii")
        back_up(staff.as_(ADMINISTRATOR[0]), folder / "backup.gz")
        _prove(database, folder, tell)
    return folder / DATABASE


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


def _open(staff: Staff, protocol: Protocol, folder: Path, start: date, seed: int) -> None:
    staff.hire()
    key = hashlib.sha256(f"key of demonstration {seed}".encode()).digest()
    commit_scheme(staff.as_("custodian"), folder / KEY, key)
    for number, site in enumerate(protocol.sites, 1):
        approved = str(start - timedelta(days=30))
        activate_site(staff.as_("data_manager"), site.code, f"2025-KY-{number:03d}", approved)


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


def _prove(database: Database, folder: Path, tell: Tell) -> None:
    tell("verifying the trail and replaying every allocation")
    with database.read() as connection:
        verified, replayed = verify(connection), replay(connection)
        (folder / "head.txt").write_text(f"{head(connection)}\n", encoding="ascii")
    for found in (verified, replayed):
        if not found.good:
            raise SeroclearError(f"the demonstration is not proven: {found.problem}.")
    tell(f"{verified.lines:,} lines of the trail and {verified.rows:,} rows verified")
    tell(f"{replayed.allocations} allocations replayed, each as the key draws it")
