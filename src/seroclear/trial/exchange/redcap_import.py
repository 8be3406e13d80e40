"""A REDCap export (CSV, raw values, one row an event) taken in: all of it, or nothing.

Values go through the actions that staff use, so the same checks, queries and orders follow. The
file's hash and number of rows are those that the sender announced; every value of the file is
entered, or the file is refused. Participants are the trial's codes: a record of another name is
refused, so that a hospital's number never comes in.
"""

from __future__ import annotations

import csv
import hashlib
import inspect
import io
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.events import record_adverse_event
from seroclear.trial.conduct.results import add_result
from seroclear.trial.conduct.subjects import record_consent, record_eligibility, screen_subject
from seroclear.trial.conduct.visits import record_visit
from seroclear.trial.database import rows
from seroclear.trial.database.clinical import eligibility
from seroclear.trial.database.clinical import subject as subjects
from seroclear.trial.database.tables import audit
from seroclear.trial.exchange.redcap_project import (
    RECORD,
    REPEATING,
    Field,
    events,
    fields,
    tests,
)
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

# The actions whose permission a person needs to import.
INNER: Final = (
    *("subject.screen", "consent.record", "eligibility.record", "visit.record", "result.add"),
    "adverse_event.record",
)
_KEYS: Final = (RECORD, "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance")
# Columns of REDCap's own, which tell nothing of the participant.
_BESIDE: Final = ("redcap_data_access_group", "redcap_survey_identifier")


@action("redcap.import")
def import_redcap(
    work: Work, site: str, content: bytes, expected: int, sha256: str
) -> dict[str, Any]:
    """Takes a REDCap export in.

    Args:
        site: whose participants the file holds.
        content: the file's bytes, UTF-8.
        expected: number of its rows, the head not counted, as the sender says.
        sha256: of the file, as the sender says.

    Returns:
        What was entered: rows, values, and how many of each kind.

    Raises:
        SeroclearError: hash or count differ, it was imported before, or something cannot be
            entered: the sentence names the line, and nothing of the file is kept.
    """
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256.strip().lower():
        raise SeroclearError("the file is not the one announced: its SHA-256 differs.")
    if _known(work, digest):
        raise SeroclearError("this file was imported already: nothing is entered twice.")
    lines = _lines(work, content)
    if len(lines) != expected:
        raise SeroclearError(f"the file has {len(lines)} rows and {expected} were announced.")
    counts = dict.fromkeys(("subjects", "consents", "assessments", "visits", "results"), 0)
    counts["adverse_events"] = values = 0
    visits = list(events(work.protocol).values())
    lines.sort(key=lambda one: (visits.index(one[1]["event"]), one[0]))
    for number, line in lines:
        try:
            values += _enter(work, site, line, counts)
        except SeroclearError as error:
            raise SeroclearError(f"line {number}: {error}") from None
    found = {"rows": len(lines), "values": values, **counts}
    work.tell("redcap", digest, **{name: str(value) for name, value in found.items()})
    return found


def _known(work: Work, digest: str) -> bool:
    before = select(audit.c.seq).where(
        audit.c.entity == "redcap", audit.c.entity_id == digest, audit.c.outcome == "done"
    )
    return work.connection.execute(before.limit(1)).first() is not None


def _lines(work: Work, content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Number and content of each row: subject, event, form that repeats, values by column."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        read = [(reader.line_num, one) for one in reader]
    except (UnicodeDecodeError, csv.Error):
        raise SeroclearError("the file is no CSV in UTF-8: export it again.") from None
    listed = fields(work.protocol)
    forms = {one.form for one in listed}
    taken = {one.field for one in listed}
    ignored = {*_BESIDE, *(f"{form}_complete" for form in forms)}
    for column in reader.fieldnames or ():
        if column not in taken | ignored | set(_KEYS):
            raise SeroclearError(f"the dictionary has no field {column!r}: leave its column out.")
    known = events(work.protocol)
    found = []
    for number, line in read:
        if None in line or None in line.values():
            raise SeroclearError(f"line {number}: it has more or fewer cells than the head.")
        event = known.get(line.get("redcap_event_name") or "")
        if event is None:
            raise SeroclearError(f"line {number}: the protocol has no such event.")
        values = {name: line[name].strip() for name in taken & set(line) if line[name].strip()}
        row = {"subject": line.get(RECORD, ""), "event": event, "values": values}
        found.append((number, row | {"repeats": line.get("redcap_repeat_instrument") or ""}))
    return found


def _enter(work: Work, site: str, line: dict[str, Any], counts: dict[str, int]) -> int:
    """Enters the values of a row through the actions; how many there were."""
    subject, event, values = line["subject"], line["event"], dict(line["values"])
    listed = fields(work.protocol)
    allowed = (
        {REPEATING}
        if line["repeats"]
        else {"screening", "consent", "eligibility", "laboratory"}
        if event == "screening"
        else {"visit", "laboratory"}
    )
    given = {
        form: {one: values[one.field] for one in listed if one.form == form and one.field in values}
        for form in allowed
    }
    count = sum(len(one) for one in given.values())
    if count != len(values) or line["repeats"] not in ("", REPEATING):
        raise SeroclearError("a value is given where its form is not part of the event.")
    if given.get("screening"):
        code = _do(work, screen_subject, site, **_arguments(given["screening"]))
        if code != subject:
            raise SeroclearError(f"the next code of site {site} is another than the record's.")
        counts["subjects"] += 1
    known = rows.row(work.connection, subjects, subject)
    if known is None or known["site"] != site:
        raise SeroclearError(f"there is no such participant at site {site}.")
    if given.get("consent"):
        _do(work, record_consent, subject, **_arguments(given["consent"]))
        counts["consents"] += 1
    if given.get("eligibility"):
        _assess(work, subject, _arguments(given["eligibility"]))
        counts["assessments"] += 1
    if given.get("visit"):
        _do(work, record_visit, subject, event, **_arguments(given["visit"]))
        counts["visits"] += 1
    if given.get("laboratory"):
        named = {one.field: value for one, value in given["laboratory"].items()}
        counts["results"] += _results(work, subject, event, named)
    if given.get(REPEATING):
        _event(work, subject, _arguments(given[REPEATING]))
        counts["adverse_events"] += 1
    return count


def _assess(work: Work, subject: str, given: dict[str, str]) -> None:
    if rows.row(work.connection, eligibility, subject):
        raise SeroclearError("the criteria are assessed already: correct them instead.")
    on = given.pop("assessed_on", "")
    _do(work, record_eligibility, subject, on, given)


def _results(work: Work, subject: str, event: str, given: dict[str, str]) -> int:
    on = given.pop("lab_taken_on", "")
    count = 0
    for test in tests(work.protocol):
        text, unit = given.pop(test, None), given.pop(f"{test}_unit", None)
        if text is None and unit is not None:
            raise SeroclearError("a unit is given without its result.")
        if text is not None:
            _do(work, add_result, subject, test, text, unit, on, visit=event)
            count += 1
    if not count:
        raise SeroclearError("a sample is given without a result.")
    return count


def _event(work: Work, subject: str, given: dict[str, Any]) -> None:
    given |= {
        name: given[name].replace("_", " ") for name in ("related", "outcome") if name in given
    }
    if given.get("serious") not in ("0", "1"):
        raise SeroclearError("whether the event is serious is 0 or 1.")
    given["serious"] = given["serious"] == "1"
    _do(work, record_adverse_event, subject, **given)


def _arguments(given: dict[Field, str]) -> dict[str, Any]:
    return {one.argument: value for one, value in given.items()}


def _do(work: Work, perform: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """An action's own work within this transaction.

    Raises:
        SeroclearError: it refuses, or needs something that is not given.
    """
    function, reason = inspect.unwrap(perform), work.reason
    try:
        inspect.signature(function).bind(work, *args, **kwargs)
    except TypeError:
        raise SeroclearError("a field that the form needs is empty.") from None
    try:
        return function(work, *args, **kwargs)
    finally:
        work.reason = reason  # one that the action gave by itself is not that of the next
