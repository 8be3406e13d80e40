"""The real engine agrees with the plain reference, row for row, on random histories."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from reference.engine import by_reference
from reference.histories import TOPICS, histories
from reference.stores import History, by_engine, stored

from seroclear.course.definition import definition, presets

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
    expected = by_reference(patients, definition(preset))
    with stored(patients) as store:
        derived = by_engine(store, preset)
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
