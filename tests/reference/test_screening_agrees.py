"""The words of screening against plain Python, on every engine: random births and results."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from reference.stores import History, write_store

from seroclear.course.course import course_of
from seroclear.engine import Engine
from seroclear.study.evaluate import Evaluator
from seroclear.trial.screening import aged, below
from seroclear.trial.screening import answers as answers  # registers the words' answers
from seroclear.trial.screening.words import FixedDay

TODAY = date(2020, 6, 30)
PEOPLE = 150
LIMIT, WITHIN = 10.0, 90
SIGNS = ("=", "<", ">", None)
VALUES = (0.0, 5.0, 9.99, 10.0, 10.01, 20.0, 500.0)


def history(name: str, dice: random.Random) -> History:
    born = date(dice.choice((1958, 1959, 1960, 2001, 2002, 2003)), 6, 30)
    birth = dice.choice((None, born + timedelta(days=dice.choice((-1, 0, 1, 30)))))
    patient: dict[str, Any] = {
        "patient_id": name,
        "birth_date": birth,
        "birth_inferred": dice.random() < 0.3,
        "observed_from": date(2010, 1, 1),
        "observed_to": TODAY,
        "source_row": f"person {name}",
    }
    days = dice.sample((-3, 0, 1, 89, 90, 91, 200), dice.randrange(4))
    return History(patient, result=[one_result(name, day, dice) for day in days])


def one_result(name: str, ago: int, dice: random.Random) -> dict[str, Any]:
    sign = dice.choice(SIGNS)
    return {
        "patient_id": name,
        "test": "hbv_dna",
        "taken_at": TODAY - timedelta(days=ago),
        "comparator": sign,
        "value": None if sign is None else dice.choice(VALUES),
        "unit": None if sign is None else "IU/mL",
        "detection": dice.choice(("not detected", None)) if sign is None else None,
        "source_row": f"{name} {ago}",
    }


def plainly_below(person: History) -> bool | None:
    """The rule said once more, person by person; a row that says nothing is no result."""
    told = [
        row
        for row in person.result
        if TODAY - timedelta(days=WITHIN) <= row["taken_at"] <= TODAY and says(row)
    ]
    if not told:
        return None
    last = max(told, key=lambda row: row["taken_at"])
    value, sign = last["value"], last["comparator"]
    if sign is None:
        return True
    if sign == "=":
        return bool(value < LIMIT)
    if sign == "<":
        return True if value <= LIMIT else None
    return False if value >= LIMIT else None


def says(row: dict[str, Any]) -> bool:
    return row["comparator"] is not None or row["detection"] is not None


def plainly_aged(person: History, least: int, most: int) -> bool | None:
    birth = person.patient["birth_date"]
    if birth is None:
        return None
    years = TODAY.year - birth.year
    if person.patient["birth_inferred"]:
        possible = {years - 1, years}
        inside = {least <= age <= most for age in possible}
        return inside.pop() if len(inside) == 1 else None
    exact = years - ((TODAY.month, TODAY.day) < (birth.month, birth.day))
    return least <= exact <= most


@pytest.mark.parametrize("seed", [1])
def test_screening_is_what_plain_python_says(engine: Engine, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    people = {f"p{k:03}": history(f"p{k:03}", dice) for k in range(PEOPLE)}
    store = write_store(tmp_path / "store", people.values())
    today = FixedDay(TODAY)
    ask = Evaluator(engine, course_of(store, "default"))
    wide = ask.side_by_side(
        below("hbv_dna", LIMIT, before=today, within=f"{WITHIN} days"), aged(18, 60, on=today)
    )
    rows = engine.fetch(wide).to_pylist()
    assert len(rows) == PEOPLE
    seen = set()
    for row in rows:
        person = people[row["patient_id"]]
        assert row["v0"] == plainly_below(person), person.result
        assert row["v1"] == plainly_aged(person, 18, 60), person.patient
        seen |= {("below", row["v0"]), ("aged", row["v1"])}
    assert len(seen) == 6  # every answer came up
