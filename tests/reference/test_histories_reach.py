"""The random histories reach everything that they are meant to compare.

Agreement on histories in which nothing happens would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from reference.engine import by_reference, course, relatives_of
from reference.patients import random_patients
from reference.stores import History, Rows

from seroclear.course.catalogue import EVENTS, MARKER_STATUSES
from seroclear.course.definition import Definition, definition
from seroclear.course.phase import HBSAG_NEGATIVE, ON_TREATMENT, UNKNOWN
from seroclear.course.triad import INDETERMINATE, PHASES

CODES = 600  # histories a topic
# Numbers of the default definition, and a preset under which they count.
PRESET_OF = {
    "seroreversion.confirm_gap": "confirmed_reversion_4w",
    "loss.confirm_gap": "confirmed_loss_24w",
    "loss.min_prior_positives": "chronic_two_positives",
    "alt.uln_male": "alt_by_sex",
    "alt.uln_female": "alt_by_sex",
    "flare.baseline_multiple": "flare_over_baseline",
    "flare.above": "flare_over_baseline",
    "flare.baseline_window": "flare_over_baseline",
}
STEPS = {"hbsag.llod": 0.005, "hbsag.grey_low": 0.01, "hbsag.grey_high": 0.01}
NUMBERS = [
    parameter.name
    for parameter in definition("default").parameters
    if isinstance(parameter.value, (int, float)) and not isinstance(parameter.value, bool)
]


@pytest.fixture(scope="module")
def patients() -> list[History]:
    return random_patients(1, CODES)


@pytest.fixture(scope="module")
def courses(patients: list[History]) -> dict[str, Rows]:
    return by_reference(patients, definition("default"))


Course = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def course_of(patients: list[History]) -> Callable[[str, int], Course]:
    """The course of one patient, by number, under a preset; remembered."""
    relatives = cache(lambda preset: relatives_of(patients, definition(preset)))

    @cache
    def of(preset: str, number: int) -> Course:
        one = patients[number]
        return course(one, definition(preset), relatives(preset)(one))

    return of


def _column(rows: Rows, number: int) -> set[object]:
    return {row[number] for of_one in rows.values() for row in of_one}


def test_every_event_happens(courses: dict[str, Rows]) -> None:
    assert _column(courses["event"], 1) == set(EVENTS)


def test_every_marker_shows_every_status(courses: dict[str, Rows]) -> None:
    shown = {(row[2], row[3]) for rows in courses["finding"].values() for row in rows}
    one_sided = {("anti_hdv", "negative"), ("hcv_rna", "undetectable"), ("hdv_rna", "undetectable")}
    wanted = {(marker, status) for marker, both in MARKER_STATUSES.items() for status in both}
    assert wanted - one_sided <= shown


def test_lines_end_for_every_reason_and_purpose(courses: dict[str, Rows]) -> None:
    reasons = {"add-on", "step-down", "switch", "stop", "still on"}
    assert _column(courses["regimen"], 7) == reasons
    assert _column(courses["regimen"], 9) == {"hepatitis B", "HIV", "unknown"}
    assert _column(courses["regimen"], 6) == {True, False}


def test_every_state_of_the_infection_occurs(courses: dict[str, Rows]) -> None:
    states = {row[2] for rows in courses["state"].values() for row in rows if row[1] == "infection"}
    assert len(states) == 9


def test_every_phase_occurs(courses: dict[str, Rows]) -> None:
    states = {row[2] for rows in courses["state"].values() for row in rows if row[1] == "phase"}
    others = {HBSAG_NEGATIVE, ON_TREATMENT, INDETERMINATE, UNKNOWN}
    assert states == {*PHASES, *others}


@pytest.mark.slow
@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_of_the_definition_is_met_exactly(
    patients: list[History], course_of: Callable[[str, int], Course], name: str
) -> None:
    """Moved by the least step, it changes somebody's course."""
    preset = PRESET_OF.get(name, "default")
    rules = definition(preset)
    step = STEPS.get(name, 0.1 if isinstance(rules[name], float) else 1)
    for moved in (_moved(rules, name, -step), _moved(rules, name, step)):
        after = relatives_of(patients, moved)
        assert any(
            course(one, moved, after(one)) != course_of(preset, number)
            for number, one in enumerate(patients)
        )


def _moved(rules: Definition, name: str, by: float) -> Definition:
    parameters = tuple(
        replace(p, value=type(p.value)(float(p.value) + by)) if p.name == name else p
        for p in rules.parameters
    )
    return replace(rules, parameters=parameters)
