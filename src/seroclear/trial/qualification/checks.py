"""The checks of the operational qualification: each does in a scratch trial what a person would."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.actions import ACTIONS
from seroclear.trial.conduct.adjudication import SHOWN
from seroclear.trial.conduct.backup import back_up
from seroclear.trial.conduct.lock import lock_trial
from seroclear.trial.conduct.orders import list_orders
from seroclear.trial.conduct.queries import list_queries
from seroclear.trial.conduct.randomise import list_allocations, randomise
from seroclear.trial.conduct.results import add_result, correct_result, import_results
from seroclear.trial.conduct.subjects import correct_eligibility
from seroclear.trial.database import Database, chain
from seroclear.trial.database.backup import restore
from seroclear.trial.database.verify import verify
from seroclear.trial.qualification.scratch import TODAY, Scratch
from seroclear.trial.randomisation.key import read_key
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.trust.signatures import list_signatures
from seroclear.trial.trust.trail import trail_of_subject

Check = Callable[[Scratch], None]


class CheckFailed(Exception):
    """What was not as it must be."""


def corrections_are_told(scratch: Scratch) -> None:
    """A corrected result keeps its first version, and the trail has old, new, who and why."""
    code = scratch.assessed()
    result = add_result(scratch.as_("laboratory"), code, "alt", "35", "U/L", TODAY)["id"]
    _refused(correct_result, scratch.as_("laboratory"), result, text="53")
    correct_result(scratch.as_("laboratory").because("typing error"), result, text="53")
    lines = trail_of_subject(scratch.as_("monitor"), code, "text")
    last = [line for line in lines if line["entity_id"] == result][-1]
    told = (last["old"], last["new"], last["account"], last["reason"])
    _require(told == ("35", "53", "laboratory", "typing error"), "the trail tells it otherwise")


def raw_sql_is_refused(scratch: Scratch) -> None:
    """The database refuses to change, delete or replace a row, whatever asks it to."""
    for sql in (
        "UPDATE audit SET new = ''",
        "DELETE FROM result",
        "INSERT OR REPLACE INTO account SELECT * FROM account",
    ):
        connection = sqlite3.connect(scratch.file)
        try:
            connection.execute(sql)
        except sqlite3.IntegrityError:
            continue
        finally:
            connection.close()
        raise CheckFailed(f"the database did what it must refuse: {sql}")


def tampering_is_found(scratch: Scratch) -> None:
    """A copy in which one byte is edited without the triggers does not verify."""
    add_result(scratch.as_("laboratory"), scratch.assessed(), "alt", "35", "U/L", TODAY)
    copy = scratch.folder / "tampered.db"
    copy.write_bytes(scratch.file.read_bytes())
    connection = sqlite3.connect(copy)
    connection.executescript(
        "DROP TRIGGER result_no_update; UPDATE result SET text = '36' WHERE test = 'alt'"
    )
    connection.close()
    with Database(copy).read() as opened:
        _require(not verify(opened).good, "an edited result was not found")
    with scratch.database.read() as opened:
        head = chain.head(opened)
        _require(verify(opened).good, "a trial that nobody touched does not verify")
        longer = chain.Head(head.seq + 1, head.hash)
        _require(not verify(opened, [longer]).good, "a trail that was cut off was not found")


def what_is_not_allowed_is_refused(scratch: Scratch) -> None:
    """Each action, by each role that may not do it."""
    for name, perform in ACTIONS.items():
        rule = permissions().rule(name)
        for role in permissions().roles:
            if not rule.permits(role, locked=False):
                _refused(perform, scratch.as_(role))


def nobody_is_allocated_out_of_order(scratch: Scratch) -> None:
    """Neither before the signatures, nor with a criterion that is unknown."""
    code = scratch.assessed()
    _refused(randomise, scratch.as_("randomiser"), code)
    first = scratch.protocol.eligibility.criteria[0].name
    unknown = scratch.signed(**{first: "unknown"})
    _refused(randomise, scratch.as_("randomiser"), unknown)


def allocations_are_told_once_and_proven(scratch: Scratch) -> None:
    """Six allocations: asked twice answered alike, and drawn anew alike from the key."""
    for _ in range(6):
        code = scratch.signed()
        first = randomise(scratch.as_("randomiser"), code)
        _require(randomise(scratch.as_("randomiser"), code) == first, "two answers to one request")
    with scratch.database.read() as connection:
        key = read_key(scratch.key_file)
        proven = replay(connection, key)
        _require(proven.good and proven.allocations >= 6, proven.problem or "some are not proven")
        raw = scratch.file.read_bytes()
    _require(key not in raw and key.hex().encode() not in raw, "the key is in the database")
    _refused(list_allocations, scratch.as_("data_manager"))


def doses_are_ordered_once_and_never_in_the_control_arm(scratch: Scratch) -> None:
    """One order at enrolment in the dosed arm, none in the other, for however low a titre."""
    trigger = scratch.protocol.trigger
    seen: set[str] = set()
    while len(seen) < 2:  # blocks are small: each arm comes soon
        code = scratch.signed()
        arm = randomise(scratch.as_("randomiser"), code)["arm"]
        seen.add(arm)
        for text in ("<2", "negative"):
            add_result(scratch.as_("laboratory"), code, trigger.marker, text, trigger.unit, TODAY)
        everybody = list_orders(scratch.as_("pharmacist"), all=True)
        orders = [one for one in everybody if one["subject"] == code]
        wanted = int(arm in trigger.arms and trigger.at_enrolment)
        _require(len(orders) == wanted, f"{len(orders)} orders where there must be {wanted}")


def a_result_that_cannot_be_read_is_asked_about(scratch: Scratch) -> None:
    """It is kept as it was written, and a query is raised."""
    result = add_result(
        scratch.as_("laboratory"), scratch.assessed(), "alt", "haemolysed", "U/L", TODAY
    )
    asked = [one["entity_id"] for one in list_queries(scratch.as_("monitor"))]
    _require(result["id"] in asked, "nobody is asked about it")


def adjudicators_are_shown_no_antibody(scratch: Scratch) -> None:
    """The dossier holds neither the antibody that tells the arm nor anything but named tests."""
    _require(scratch.protocol.endpoint.passive_marker not in SHOWN, "anti-HBs is shown")
    rule = permissions().rule("allocation.read")
    _require("adjudicator" not in rule.roles | rule.after_lock, "adjudicators may read the arm")


def a_changed_record_loses_its_signature(scratch: Scratch) -> None:
    """A signature on the criteria no longer holds once an answer is corrected."""
    code = scratch.signed()
    coordinator = scratch.as_("coordinator").because("asked again")
    correct_eligibility(coordinator, code, TODAY, {})
    holds = {one["entity"]: one["holds"] for one in list_signatures(scratch.as_("monitor"), code)}
    _require(holds == {"consent": True, "eligibility": False}, "a signature holds that must not")


def an_import_is_whole_or_nothing(scratch: Scratch) -> None:
    """A file with one bad row leaves nothing behind."""
    code = scratch.assessed()
    lines = f"subject,test,text,unit,taken_on\n{code},alt,35,U/L,{TODAY}\n{code},alt,35,U/L,x\n"
    with scratch.database.read() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM result").scalar()
    _refused(import_results, scratch.as_("laboratory"), scratch.site, lines, 2)
    with scratch.database.read() as connection:
        after = connection.exec_driver_sql("SELECT count(*) FROM result").scalar()
    _require(before == after, "a part of the file was kept")


def a_trial_that_is_not_settled_is_not_locked(scratch: Scratch) -> None:
    """With a casebook that is not signed."""
    randomise(scratch.as_("randomiser"), scratch.signed())
    _refused(lock_trial, scratch.as_("data_manager"))


def a_backup_is_restored_and_verifies(scratch: Scratch) -> None:
    """To another place, its trail and its allocations proven there."""
    back_up(scratch.as_("administrator"), scratch.folder / "backup.gz")
    elsewhere = Database(scratch.folder / "restored.db")
    _require(restore(elsewhere, scratch.folder / "backup.gz").good, "it does not verify")
    elsewhere.close()


CHECKS: Final[tuple[tuple[tuple[str, ...], Check], ...]] = (
    (("A1", "A4"), corrections_are_told),
    (("A3",), raw_sql_is_refused),
    (("A5",), tampering_is_found),
    (("A2", "A6"), what_is_not_allowed_is_refused),
    (("A7", "R6"), nobody_is_allocated_out_of_order),
    (("R1", "R2", "R4", "R5"), allocations_are_told_once_and_proven),
    (("D1",), doses_are_ordered_once_and_never_in_the_control_arm),
    (("D2",), a_result_that_cannot_be_read_is_asked_about),
    (("E1",), adjudicators_are_shown_no_antibody),
    (("S1",), a_changed_record_loses_its_signature),
    (("X2",), an_import_is_whole_or_nothing),
    (("L1",), a_trial_that_is_not_settled_is_not_locked),
    (("V2",), a_backup_is_restored_and_verifies),
)


def _require(true: bool, otherwise: str) -> None:
    if not true:
        raise CheckFailed(otherwise)


def _refused(perform: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    try:
        perform(*args, **kwargs)
    except SeroclearError:
        return
    raise CheckFailed(f"{perform.__name__} was done and must be refused")
