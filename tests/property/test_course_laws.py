"""What must hold for every course, whatever the records say."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference.histories import TOPICS, histories
from reference.stores import History, Rows, by_engine, stored

from seroclear.course.catalogue import LOSS_CAUSES

CODES = 120
PATIENTS = histories(CODES)  # for each topic
few = settings(
    max_examples=1,  # of more than a thousand patients
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # shrinking would run the engine for minutes
)
Courses = dict[str, Rows]
CURES = ("functional_cure", "partial_cure")
CLINICAL = ("result", "exposure", "condition", "procedure")
DATES = (
    "taken_at",
    "start",
    "end",
    "date",
    "death_date",
    "observed_from",
    "observed_to",
    "birth_date",
)
FOUR_YEARS = 1461  # days; ages in completed years stay as they are
# Dated on the last day that was covered, not on the day of a row.
WITHDRAWALS = ("hbig_withdrawal", "na_withdrawal")
# columns of a course's tables, counted with patient_id as 0
EVENT, EVENT_DATE, EARLIEST, LATEST, CONFIRMED_ON, EVIDENCE = 1, 3, 4, 5, 6, 8


def courses(patients: list[History], preset: str = "default") -> Courses:
    with stored(patients) as store:
        return by_engine(store, preset)


def changed(patients: list[History], change: Callable[[History], None]) -> list[History]:
    """Copies of the histories after `change`."""
    copies = deepcopy(patients)
    for history in copies:
        change(history)
    return copies


def side_by_side(one: list[History], other: list[History]) -> tuple[Courses, Courses]:
    """Courses of both lists, derived in one run as different patients."""
    pair = ("one:", "other:")

    def rename(history: History, prefix: str) -> None:
        for row in [history.patient, *(r for t in CLINICAL for r in getattr(history, t))]:
            row["patient_id"] = prefix + row["patient_id"]

    together = [
        history
        for prefix, patients in zip(pair, (one, other), strict=True)
        for history in changed(patients, lambda h, prefix=prefix: rename(h, prefix))  # type: ignore[misc]
    ]
    derived = courses(together)
    first, second = (
        {
            table: {
                patient.removeprefix(prefix): [
                    (row[0].removeprefix(prefix), *row[1:]) for row in of
                ]
                for patient, of in rows.items()
                if patient.startswith(prefix)
            }
            for table, rows in derived.items()
        }
        for prefix in pair
    )
    return first, second


def difference(one: Courses, other: Courses) -> list[Any]:
    """The first patient whose rows differ; empty when the courses are the same."""
    for table, rows in one.items():
        for patient in sorted(rows.keys() | other[table].keys()):
            here, there = rows.get(patient, []), other[table].get(patient, [])
            if set(here) != set(there) or len(here) != len(there):
                return [table, *(set(here) ^ set(there))]
    return []


@few
@given(PATIENTS, st.integers(0, 2**32))
def test_row_order_never_matters(patients: list[History], seed: int) -> None:
    dice = random.Random(seed)

    def shuffle(history: History) -> None:
        for table in CLINICAL:
            dice.shuffle(getattr(history, table))

    shuffled = changed(patients, shuffle)
    dice.shuffle(shuffled)
    assert not difference(*side_by_side(shuffled, patients))


@few
@given(PATIENTS)
def test_duplicate_rows_never_matter(patients: list[History]) -> None:
    def twice(history: History) -> None:
        for table in CLINICAL:
            rows = getattr(history, table)
            rows += [{**row, "source_row": row["source_row"] + " again"} for row in rows]

    assert not difference(*side_by_side(changed(patients, twice), patients))


@few
@given(PATIENTS)
def test_splitting_a_supply_changes_nothing(patients: list[History]) -> None:
    """Two abutting supplies are one, whatever the boundary, unless another agent begins in them: a
    supply after that says that the first agent was given again, and was not replaced."""

    def split(history: History) -> None:
        treated = [row for row in history.exposure if row["drug_class"] in ("NA", "IFN")]
        for row in treated:
            days = (row["end"] - row["start"]).days
            others = [other["start"] for other in treated if other["agent"] != row["agent"]]
            if days and not any(row["start"] <= start <= row["end"] for start in others):
                half = row["start"] + timedelta(days // 2)
                rest = {**row, "start": half, "source_row": row["source_row"] + " rest"}
                row["end"], row["end_inferred"] = half - timedelta(1), True
                history.exposure.append(rest)

    cut = changed(patients, split)
    assert any(len(a.exposure) < len(b.exposure) for a, b in zip(patients, cut, strict=True))
    assert not difference(*side_by_side(cut, patients))


@few
@given(PATIENTS, st.sampled_from([-3 * FOUR_YEARS, FOUR_YEARS]))
def test_translating_all_dates_translates_the_course(patients: list[History], days: int) -> None:
    def later(value: Any) -> Any:
        if isinstance(value, str):  # dates in words, such as an event's detail
            return re.sub(r"\d{4}-\d\d-\d\d", lambda day: _later_in_words(day[0], days), value)
        return value + timedelta(days) if isinstance(value, date) else value

    def translate(history: History) -> None:
        rows = [row for table in CLINICAL for row in getattr(history, table)]
        for row in [history.patient, *rows]:
            row.update({name: later(row[name]) for name in DATES if name in row})

    moved, unmoved = side_by_side(changed(patients, translate), patients)
    expected = {
        table: {p: [tuple(map(later, row)) for row in rows] for p, rows in of_table.items()}
        for table, of_table in unmoved.items()
    }
    assert not difference(moved, expected)


def _later_in_words(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


@few
@given(PATIENTS)
def test_another_patient_changes_nobody(patients: list[History]) -> None:
    """Unless it is the mother or a child."""
    patients = changed(patients, _without_mother)
    half = patients[::2]
    those = {history.patient["patient_id"] for history in half}
    among = {
        table: {patient: one for patient, one in rows.items() if patient in those}
        for table, rows in courses(patients).items()
    }
    assert not difference(courses(half), among)


def _without_mother(history: History) -> None:
    history.patient["mother_id"] = None


@pytest.mark.parametrize("preset", ["default", "confirmed_both"])
@few
@given(PATIENTS)
def test_later_results_never_change_what_was_confirmed(
    preset: str, patients: list[History]
) -> None:
    """Cutting the records after any confirming day leaves that confirmed loss as it was."""
    whole = courses(patients, preset)["event"]
    confirmed = {
        patient: min(row[CONFIRMED_ON] for row in rows if row[EVENT] == "hbsag_loss_confirmed")
        for patient, rows in whole.items()
        if any(row[EVENT] == "hbsag_loss_confirmed" for row in rows)
    }
    known = [history for history in patients if history.patient["patient_id"] in confirmed]
    assert known

    def cut(history: History) -> None:
        last = confirmed[history.patient["patient_id"]]
        history.result = [row for row in history.result if row["taken_at"] <= last]

    before = courses(changed(known, cut), preset)["event"]
    names = ("hbsag_loss", "hbsag_loss_confirmed")
    for patient, last in confirmed.items():
        then, now = (
            {row for row in rows[patient] if row[EVENT] in names and row[EVENT_DATE] <= last}
            for rows in (before, whole)
        )
        assert then
        assert then == now


@few
@given(PATIENTS)
def test_every_loss_has_one_cause(patients: list[History]) -> None:
    names: set[str] = set()
    for rows in courses(patients)["event"].values():
        losses = sorted(row[EVENT_DATE] for row in rows if row[EVENT] == "hbsag_loss")
        causes = sorted((row[EVENT_DATE], row[EVENT]) for row in rows if row[EVENT] in LOSS_CAUSES)
        assert losses == [day for day, _ in causes]
        names |= {name for _, name in causes}
    assert names == set(LOSS_CAUSES)


@few
@given(PATIENTS)
def test_what_comes_later_never_undoes_a_cure(patients: list[History]) -> None:
    """Without the results and drugs after a patient's first cure, that cure is as it was."""
    cures = {
        patient: min((row for row in rows if row[EVENT] in CURES), key=lambda row: row[EVENT_DATE])
        for patient, rows in courses(patients)["event"].items()
        if any(row[EVENT] in CURES for row in rows)
    }
    assert {row[EVENT] for row in cures.values()} == set(CURES)

    def cut(history: History) -> None:
        last = cures[history.patient["patient_id"]][EVENT_DATE]
        history.result = [row for row in history.result if row["taken_at"] <= last]
        history.exposure = [row for row in history.exposure if row["start"] <= last]
        history.patient["observed_to"] = last

    known = [history for history in patients if history.patient["patient_id"] in cures]
    assert any(h.result != c.result for h, c in zip(known, changed(known, cut), strict=True))
    before = courses(changed(known, cut))["event"]
    assert all(cure in before[patient] for patient, cure in cures.items())


@few
@given(PATIENTS)
def test_events_rest_on_rows_of_the_store_up_to_that_day(patients: list[History]) -> None:
    """Evidence exists; the last of it is of the day on which the event was known."""
    dated: dict[str, date] = {}
    for history in patients:
        if history.patient.get("birth_date"):
            dated[history.patient["source_row"]] = history.patient["birth_date"]
        for table in CLINICAL:
            for row in getattr(history, table):
                dated[row["source_row"]] = row.get("taken_at") or row.get("start") or row["date"]
        if history.patient.get("death_date"):
            dated[history.patient["source_row"]] = history.patient["death_date"]
    rows = [row for of_one in courses(patients)["event"].values() for row in of_one]
    assert rows
    for row in rows:
        sources = row[EVIDENCE].split()
        assert sources
        known_on = row[CONFIRMED_ON] or row[EVENT_DATE]
        last = max(dated[source] for source in sources)
        assert last <= known_on, row
        assert last == known_on or row[EVENT] in WITHDRAWALS, row


@few
@given(PATIENTS)
def test_the_window_of_an_event_is_a_window(patients: list[History]) -> None:
    rows = [row for of_one in courses(patients)["event"].values() for row in of_one]
    assert any(row[EARLIEST] for row in rows)
    for row in rows:
        assert row[LATEST] == row[EVENT_DATE]
        assert row[EARLIEST] is None or row[EARLIEST] < row[LATEST]
        assert row[CONFIRMED_ON] is None or row[CONFIRMED_ON] >= row[EVENT_DATE]


@few
@given(PATIENTS)
def test_regimens_and_hbsag_states_never_overlap(patients: list[History]) -> None:
    derived = courses(patients)
    assert len(patients) == CODES * len(TOPICS)
    stretches = [sorted(row[4:6] for row in rows) for rows in derived["regimen"].values()]
    stretches += [
        sorted(row[3:5] for row in rows if row[1] == "hbsag") for rows in derived["state"].values()
    ]
    for of_one in stretches:
        assert all(start <= end for start, end in of_one)
        assert all(a[1] < b[0] for a, b in pairwise(of_one))
