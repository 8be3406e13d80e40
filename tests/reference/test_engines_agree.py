"""Every engine agrees with the plain reference, row for row, on random histories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from reference.engine import by_reference
from reference.patients import random_patients
from reference.stores import History, Rows, by_engine, on_disk, stored
from servers import POSTGRES, SPARK

from seroclear.course.definition import definition, presets
from seroclear.engine import Engine
from seroclear.records.store import Store

CODES = 80  # histories a topic under each preset; benchmarks/agreement.py takes many more
OTHER_CODES = 40  # on other engines, for each of Spark's queries takes a good part of a second


@pytest.mark.parametrize("preset", presets())
def test_engines_agree(preset: str) -> None:
    patients = random_patients(100 + presets().index(preset), CODES)
    with stored(patients) as store:
        derived = by_engine(store, preset)
    _compare(patients, by_reference(patients, definition(preset)), derived)


@pytest.fixture(scope="module")
def patients() -> list[History]:
    return random_patients(2, OTHER_CODES)


@pytest.fixture(scope="module")
def store(engine: Engine, patients: list[History]) -> Iterator[Store]:
    """One for all presets of an engine: what one derived, the next may share."""
    with stored(patients) as opened:
        yield opened


@pytest.mark.parametrize(
    ("engine", "preset"),
    [
        pytest.param(*POSTGRES.values, "default", marks=POSTGRES.marks),
        *[
            pytest.param(*POSTGRES.values, preset, marks=[*POSTGRES.marks, pytest.mark.slow])
            for preset in presets()[1:]
        ],
        pytest.param(*SPARK.values, "default", marks=SPARK.marks),
    ],
    indirect=["engine"],
)
def test_other_engines_agree(
    engine: Engine, preset: str, store: Store, patients: list[History]
) -> None:
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
