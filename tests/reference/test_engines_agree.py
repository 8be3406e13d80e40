"""Every engine agrees with the plain reference, row for row, on random histories."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from reference.engine import by_reference
from reference.histories import MOST_ROWS, TOPICS, decode, histories
from reference.stores import History, Rows, by_engine, on_disk, stored
from servers import POSTGRES, SPARK

from seroclear.course.definition import definition, presets
from seroclear.engine import Engine

CODES = 200  # histories a topic in one example
EXAMPLES = 3  # for each preset


@pytest.mark.parametrize("preset", presets())
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a difference is shown for one patient, so it is small already
)
@given(histories(CODES))
def test_engines_agree(preset: str, patients: list[History]) -> None:
    assert len(patients) == CODES * len(TOPICS)
    with stored(patients) as store:
        derived = by_engine(store, preset)
    _compare(patients, by_reference(patients, definition(preset)), derived)


@pytest.mark.parametrize(
    ("engine", "preset"),
    [
        *[pytest.param(*POSTGRES.values, preset, marks=POSTGRES.marks) for preset in presets()],
        pytest.param(*SPARK.values, "default", marks=SPARK.marks),
    ],
    indirect=["engine"],
)
def test_other_engines_agree(engine: Engine, preset: str) -> None:
    """On fewer histories, for each of Spark's queries takes a second."""
    dice = random.Random(2)
    codes = [dice.randbytes(1 + 2 * MOST_ROWS) for _ in range(CODES)]
    patients = [
        decode(f"p{number:03d}-{topic}", code, topic)
        for number, code in enumerate(codes)
        for topic in range(len(TOPICS))
    ]
    with stored(patients) as store:
        written = on_disk(store, preset, engine)
    _compare(patients, by_reference(patients, definition(preset)), written)


def _compare(
    patients: list[History], expected: Mapping[str, Rows], derived: Mapping[str, Rows]
) -> None:
    for table, rows in expected.items():
        wrong = {
            patient_id: (rows.get(patient_id), derived[table].get(patient_id))
            for patient_id in sorted(rows.keys() | derived[table].keys())
            if rows.get(patient_id) != derived[table].get(patient_id)
        }
        assert not wrong, (table, len(wrong), *_first_difference(wrong, patients))


def _first_difference(
    wrong: Mapping[str, tuple[object, object]], patients: list[History]
) -> tuple[object, ...]:
    """The history of one patient with what the reference and the engine make of it."""
    patient_id, (reference, engine) = next(iter(wrong.items()))
    history = next(one for one in patients if one.patient["patient_id"] == patient_id)
    return history, "reference:", reference, "engine:", engine
