"""The rows that histories are made of: each function gives one that adds to a history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from reference.stores import History, Row

Add = Callable[[History, date, str], None]


def result(test: str, **columns: object) -> Add:
    """Adds a result with these columns."""

    def add(history: History, day: date, source: str) -> None:
        history.result.append(_row(history, source, taken_at=day, test=test, **columns))

    return add


def number(test: str, unit: str, value: float, sign: str = "=", **columns: object) -> Add:
    """Adds a result with a number."""
    return result(test, value=value, comparator=sign, unit=unit, **columns)


def supply(
    agent: str, drug_class: str, days: int, *, inferred: bool = False, hiv: bool = False
) -> Add:
    """Adds a supply of a drug that covers so many days."""

    def add(history: History, day: date, source: str) -> None:
        history.exposure.append(
            _row(
                history,
                source,
                start=day,
                end=day + timedelta(days - 1),
                end_inferred=inferred,
                agent=agent,
                drug_class=drug_class,
                licensed_for="HIV" if hiv else None,
            )
        )

    return add


def code(condition: str, setting: str | None = "outpatient") -> Add:
    """Adds a diagnosis."""

    def add(history: History, day: date, source: str) -> None:
        history.condition.append(
            _row(history, source, date=day, condition=condition, setting=setting)
        )

    return add


def transplantation(history: History, day: date, source: str) -> None:
    """Adds a liver transplantation."""
    history.procedure.append(_row(history, source, date=day, procedure="liver_transplant"))


def death(history: History, day: date, source: str) -> None:
    """Lets the patient die on that day."""
    history.patient["death_date"] = day


def ago(days: int, *adds: Add) -> Add:
    """Adds so many days earlier."""

    def add(history: History, day: date, source: str) -> None:
        for number_of, one in enumerate(adds):
            one(history, day - timedelta(days), f"{source}:{days}-{number_of}")

    return add


def both(*adds: Add) -> Add:
    """Adds several rows of one scene."""

    def add(history: History, day: date, source: str) -> None:
        for number_of, one in enumerate(adds):
            one(history, day, f"{source}:{number_of}")

    return add


def _row(history: History, source: str, **columns: object) -> Row:
    return {"patient_id": history.patient["patient_id"], "source_row": source, **columns}
