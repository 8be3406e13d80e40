"""Checks of what a site entered. They ask; they never change anything."""

from __future__ import annotations

import json
from typing import Any

from seroclear.trial.conduct.findings import titre_of
from seroclear.trial.database import rows
from seroclear.trial.database.clinical import consent
from seroclear.trial.protocol.parts import RangeCheck
from seroclear.trial.trust.work import Work, day


def questions(work: Work, row: dict[str, Any]) -> list[tuple[str, str]]:
    """The kind and text of each query that a result calls for."""
    asked = []
    if row["unread"]:
        asked.append(
            ("unreadable", f"This result cannot be read ({row['unread']}): see the source.")
        )
    for reading in json.loads(row["readings"]):
        check = work.protocol.range_check(reading["test"])
        if check is not None and _is_beyond(reading, check):
            text = f"Beyond {check.low:g} to {check.high:g} {check.unit}: is it right?"
            asked.append(("range", text))
    taken = day(row["taken_on"], "the day of the sample")
    if taken > work.today:
        asked.append(("date", "The day of this sample lies in the future: is it right?"))
    given = rows.row(work.connection, consent, row["subject"])
    if given is not None and row["visit"] and row["taken_on"] < given["given_on"]:
        asked.append(("date", "This sample of a visit was taken before the consent: is it right?"))
    trigger = work.protocol.trigger
    if row["test"] == trigger.marker and titre_of(row, trigger) == "unknown":
        text = (
            f"Whether this is below {trigger.below:g} {trigger.unit} cannot be told, and a dose "
            "may depend on it: ask the laboratory, or take a new sample."
        )
        asked.append(("titre", text))
    return asked


def _is_beyond(reading: dict[str, Any], check: RangeCheck) -> bool:
    value = reading.get("value")
    if value is None:
        return False
    if reading["comparator"] == "<":
        return bool(value < check.low)
    if reading["comparator"] == ">":
        return bool(value > check.high)
    return not check.low <= value <= check.high
