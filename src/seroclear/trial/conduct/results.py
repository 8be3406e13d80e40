"""Laboratory results: kept as written, read by the store's grammar, checked, never changed."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.records.reading import Rejected
from seroclear.records.results import read_result
from seroclear.trial.conduct.checks import questions
from seroclear.trial.conduct.orders import assess
from seroclear.trial.conduct.queries import ask
from seroclear.trial.conduct.subjects import within_reach
from seroclear.trial.conduct.visits import VISITS_BESIDE
from seroclear.trial.database.canonical import canonical
from seroclear.trial.database.clinical import result as results
from seroclear.trial.database.clinical import subject as subjects
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work, day

IMPORTED: Final = ("subject", "test", "text", "unit", "taken_on", "visit", "assay", "reference")
_NEEDED: Final = IMPORTED[:5]


@action("result.add")
def add_result(
    work: Work,
    subject: str,
    test: str,
    text: str,
    unit: str | None,
    taken_on: str,
    *,
    visit: str | None = None,
    assay: str | None = None,
    reference: str | None = None,
) -> dict[str, Any]:
    """Enters one result as the laboratory wrote it.

    Args:
        test: a name of the store's vocabulary, such as anti_hbs.
        text, unit, assay, reference: as printed.
        taken_on: the day of the sample.
        visit: at which it was taken, where it belongs to one.

    Returns:
        Its id, what was read, the queries that it raised, and what it means for a dose.
    """
    return _add(work, subject, test, text, unit, taken_on, visit, assay, reference)


@action("result.correct")
def correct_result(work: Work, /, result: str, **changes: str | None) -> dict[str, Any]:
    """Corrects a result (text, unit, taken_on, visit, assay or reference), with a reason.

    What was entered before stays; checks and the meaning for a dose are asked anew.
    """
    before = work.row(results, result)
    for name in changes:
        if name not in IMPORTED[2:]:
            raise SeroclearError(f"{name!r} of a result cannot be corrected; withdraw it instead.")
    values = {name: before[name] for name in IMPORTED[1:]} | changes
    row = work.revise(results, result, **_read(work, **values))
    return _checked(work, row)


@action("result.withdraw")
def withdraw_result(work: Work, result: str) -> str:
    """Takes back a result that is not this participant's; it stays readable, and counts no more."""
    row = work.withdraw(results, result)
    assess(work, row)
    return result


@action("result.import")
def import_results(work: Work, site: str, content: str, expected: int) -> dict[str, Any]:
    """Enters a file of results: all of them, or none.

    Args:
        content: CSV with the columns of `IMPORTED`, the last three may be left out.
        expected: how many rows the sender says there are.

    Raises:
        SeroclearError: the count differs, a column is missing, or a row cannot be entered: the
            sentence names the line, and nothing of the file is kept.
    """
    lines = list(csv.DictReader(io.StringIO(content)))
    if len(lines) != expected:
        raise SeroclearError(f"the file has {len(lines)} rows and {expected} were announced.")
    entered = []
    for number, line in enumerate(lines, 2):
        missing = [name for name in _NEEDED if name not in line]
        if missing:
            raise SeroclearError(f"the file has no column {missing[0]!r}.")
        if work.row(subjects, line["subject"])["site"] != site:
            raise SeroclearError(f"line {number}: this participant is not of site {site}.")
        given = [line.get(name) or None for name in IMPORTED]
        try:
            entered.append(_add(work, *given)["id"])
        except SeroclearError as error:
            raise SeroclearError(f"line {number}: {error}") from None
    return {"rows": len(entered), "first": entered[0] if entered else None}


@action("result.list")
def list_results(work: Work, subject: str | None = None) -> list[dict[str, Any]]:
    """The results that count of one participant, or of all whom the role reaches."""
    reached = {one["id"] for one in work.rows(subjects) if within_reach(work, one["site"])}
    found = work.rows(results, subject=subject) if subject else work.rows(results)
    return [one for one in found if one["subject"] in reached]


def _add(
    work: Work,
    subject: str | None,
    test: str | None,
    text: str | None,
    unit: str | None,
    taken_on: str | None,
    visit: str | None,
    assay: str | None,
    reference: str | None,
) -> dict[str, Any]:
    read = _read(work, test, text, unit, taken_on, visit, assay, reference)
    row = work.add(results, prefix="R", subject=subject, **read)
    return _checked(work, row)


def _read(
    work: Work,
    test: str | None,
    text: str | None,
    unit: str | None,
    taken_on: str | None,
    visit: str | None,
    assay: str | None,
    reference: str | None,
) -> dict[str, Any]:
    """The columns of a result."""
    if not test or not text or not taken_on:
        raise SeroclearError("a result needs its test, its text and the day of its sample.")
    day(taken_on, "the day of the sample")
    planned = [one.name for one in work.protocol.schedule.visits]
    if visit is not None and visit not in (*planned, *VISITS_BESIDE):
        raise SeroclearError(f"the protocol has no visit {visit!r}.")
    read = read_result(test, text, unit, assay=assay, reference=reference)
    rejected = isinstance(read, Rejected)
    readings = [] if isinstance(read, Rejected) else [_known(asdict(one)) for one in read]
    return {
        "test": test,
        "text": text,
        "unit": unit,
        "taken_on": str(taken_on),
        "visit": visit,
        "assay": assay,
        "reference": reference,
        "readings": canonical(readings),
        "unread": read.reason if rejected and isinstance(read, Rejected) else None,
    }


def _known(reading: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reading.items() if value not in (None, "")}


def _checked(work: Work, row: dict[str, Any]) -> dict[str, Any]:
    """Raises the queries that a result calls for, and the dose; the result stays as it is."""
    queries = [ask(work, row, kind, question) for kind, question in questions(work, row)]
    meaning = assess(work, row)
    return {"id": row["id"], "readings": row["readings"], "queries": queries, **meaning}
