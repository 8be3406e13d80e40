"""The cohort of the durability study agrees with a plain reading of it, patient by patient."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from reference.cohort import CRITERIA, Facts, left_at, member
from reference.histories import BEGIN, GAPS
from reference.rows import code, death, number, result, supply, transplantation
from reference.stores import History, stored
from servers import DUCKDB, POSTGRES, SPARK, started

from seroclear.course.build import build
from seroclear.course.course import course_of
from seroclear.course.definition import definition, presets
from seroclear.studies import load_study
from seroclear.study.assemble import assemble, cohorts
from seroclear.study.cohort import Cohort
from seroclear.study.evaluate import Evaluator

PATIENTS = 4000
MOST_ROWS = 14
# Also the boundaries of this study's own windows.
DAYS = (*GAPS, *(179, 180, 180, 181, 183, 183, 364, 365, 365, 366, 730, 730, 731))
POSITIVE, NEGATIVE, INDETERMINATE = (
    result("hbsag", status=status) for status in ("positive", "negative", "indeterminate")
)
# What nearly everybody begins with, so that many lose HBsAg on treatment.
OPENINGS = (
    (POSITIVE, code("chronic_hbv"), supply("ETV", "NA", 400)),
    (POSITIVE, code("chronic_hbv"), supply("PEGIFN2A", "IFN", 48 * 7)),
    (POSITIVE, code("chronic_hbv"), supply("TDF", "NA", 90, inferred=True)),
    (POSITIVE, code("chronic_hbv")),
    (POSITIVE, supply("ETV", "NA", 400)),
    (),
)
ROWS = (
    *[NEGATIVE] * 12,
    *[POSITIVE] * 5,
    INDETERMINATE,
    *[result("anti_hbs", status=status) for status in ("positive", "negative", "indeterminate")],
    *[number("alt", "U/L", value) for value in (20.0, 40.0, 41.0)],  # 20: normal in both sexes
    *[result("hbeag", status=status) for status in ("positive", "negative")],
    *[number("hbv_dna", "IU/mL", value) for value in (10.0, 500.0)],
    supply("ETV", "NA", 90),
    supply("PEGIFN2A", "IFN", 7, inferred=True),
    supply("HBIG", "HBIG", 1),
    supply("HBIG", "HBIG", 60),
    supply("HBVAX", "vaccine", 1),
    *[code(name) for name in ("cirrhosis", "hcv", "hiv", "hdv")],
    transplantation,
    transplantation,
    death,
    death,
)


def a_history(number_of_patient: int, dice: random.Random) -> History:
    patient = f"p{number_of_patient:04d}"
    history = History({"patient_id": patient, "source_row": f"{patient}:1"})
    history.patient["sex"] = dice.choice(("female", "male", None))
    history.patient["birth_date"] = dice.choice((date(1970, 2, 28), date(1984, 2, 29), None))
    rows = [*dice.choice(OPENINGS), *dice.choices(ROWS, k=dice.randrange(MOST_ROWS + 1))]
    day = BEGIN
    for line, add in enumerate(rows, start=2):
        add(history, day, f"{patient}:{line:02d}")
        day += timedelta(dice.choice(DAYS))
    days = [row["taken_at"] for row in history.result]
    days += [row["start"] for row in history.exposure]
    days += [row["date"] for row in history.condition]
    history.patient["observed_from"] = min(days, default=None)
    history.patient["observed_to"] = max(days, default=None)
    return history


@dataclass(frozen=True)
class Both:
    """One study under one definition, by the reference and by the engine."""

    left: list[int]
    expected: dict[str, dict[str, Any]]
    cohort: Cohort


BUILT, ASKED = "built before", "derived when asked for"
AFTER = "sharing what was found under the default"
SHARES = ("chronic_two_positives", "confirmed_both")  # nearly everything; very little
RUNS = [
    (DUCKDB, "default", BUILT),
    (DUCKDB, "default", ASKED),
    *[(DUCKDB, preset, AFTER) for preset in SHARES],
    *[
        pytest.param((DUCKDB, preset, AFTER), marks=pytest.mark.slow)
        for preset in presets()[1:]
        if preset not in SHARES
    ],
    *[pytest.param((*one.values, "default", ASKED), marks=one.marks) for one in (POSTGRES, SPARK)],
]


@pytest.fixture(scope="module", params=RUNS, ids=" ".join)
def both(request: pytest.FixtureRequest) -> Both:
    engine, preset, how = request.param
    dice = random.Random(7)
    patients = [a_history(number_of_patient, dice) for number_of_patient in range(PATIENTS)]
    facts = [Facts.of(patient, definition(preset)) for patient in patients]
    name, study = load_study("durability")
    with stored(patients) as store:
        # The courses are compared elsewhere, on every engine.
        course = build(store, preset) if how == BUILT else course_of(store, preset)
        with started(engine) as session:
            before = None
            if how == AFTER:
                before = Evaluator(session, course_of(store, "default"))
                next(cohorts(study, name, before))
            cohort = assemble(study, name, course, session, before)
    members = [member(one) for one in facts if left_at(one) == CRITERIA]
    expected = {one["patient_id"]: one for one in members}
    return Both([left_at(one) for one in facts], expected, cohort)


def test_everybody_leaves_at_the_same_line(both: Both) -> None:
    _, *steps = both.cohort.steps
    assert len(steps) == CRITERIA
    kept = [sum(met > line for met in both.left) for line in range(CRITERIA)]
    assert [step.kept for step in steps] == kept
    assert all(step.entered == step.kept + step.left for step in steps)
    assert all(after.entered == before.kept for before, after in pairwise(both.cohort.steps))
    # No line is idle, so each has been compared.
    assert all(step.left for step in steps)


def test_every_member_has_the_same_row(both: Both) -> None:
    columns = both.cohort.columns
    assert list(columns["patient_id"]) == sorted(both.expected)
    wrong = [
        (patient_id, name, wanted, columns[name][row])
        for row, patient_id in enumerate(columns["patient_id"])
        for name, wanted in both.expected[patient_id].items()
        if wanted is not None and not _same(wanted, columns[name][row])
    ]
    assert not wrong, (len(wrong), wrong[:5])


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, float):
        return math.isclose(wanted, found, abs_tol=1e-12) or (
            math.isnan(wanted) and math.isnan(found)
        )
    return bool(found.item() == wanted if hasattr(found, "item") else found == wanted)


def test_the_histories_reach_what_is_compared(both: Both) -> None:
    rows = list(both.expected.values())
    assert len(rows) > 100
    assert {row["group"] for row in rows} == {"NA", "IFN"}
    assert sum(row["event"] for row in rows) > 5
    assert {row["died"] for row in rows} == {row["retested"] for row in rows} == {True, False}
    assert any(0 < row["lower"] < row["time"] for row in rows if not row["event"])
    for name in ("sex", "alt_at_loss", "anti_hbs_at_loss", "hbeag_at_loss", "hbv_dna_at_loss"):
        assert len({row[name] for row in rows}) == 3
    for name in ("treatment_at_loss", "cirrhosis_before_the_loss"):
        assert len({row[name] for row in rows}) == 2
