"""Every event explains itself: its evidence alone, derived again, gives the event."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from reference.evidence import EVIDENCE, NAME, not_rederived, relatives_of, rows_of_family
from reference.histories import MOST_ROWS, TOPICS, decode
from reference.stores import History, by_engine, histories_of, stored

from seroclear.course.catalogue import EVENTS
from seroclear.records.load import load
from seroclear.simulate import Scenario, simulate, write_csv

CODES = 80  # histories a topic
PEOPLE = 2500  # of the simulated hospital, of whom so many are asked:
SAMPLE = 1000


@pytest.fixture(scope="module")
def patients() -> dict[str, History]:
    dice = random.Random(7)
    codes = [dice.randbytes(1 + 2 * MOST_ROWS) for _ in range(CODES)]
    made = [
        decode(f"p{number:03d}-{topic}", code, topic)
        for number, code in enumerate(codes)
        for topic in range(len(TOPICS))
    ]
    return {one.patient["patient_id"]: one for one in made}


def test_events_of_random_histories_follow_from_their_evidence(
    patients: dict[str, History],
) -> None:
    with stored(patients.values()) as store:
        courses = by_engine(store, "default")
    events = [event for of_one in courses["event"].values() for event in of_one]
    assert {event[NAME] for event in events} == set(EVENTS)
    for event in events:
        named = event[EVIDENCE].split()
        assert named
        assert set(named) <= rows_of_family(event[0], patients), event
    lost = not_rederived(events, patients, courses["regimen"])
    assert not lost, (Counter(event[NAME] for event in lost), lost[0])


def test_events_of_a_hospital_follow_from_lines_of_its_files(tmp_path: Path) -> None:
    records = tmp_path / "records"
    write_csv(simulate(Scenario(n_patients=PEOPLE, seed=11, transplant_share=0.1)), records)
    store = load(records, tmp_path / "store").store
    courses = by_engine(store, "default")
    everybody = histories_of(store)
    sample = random.Random(5).sample(sorted(courses["event"]), SAMPLE)
    events = [event for patient in sample for event in courses["event"][patient]]
    lines = {file.name: _lines(file) for file in records.glob("*.csv")}  # line 0 is the header
    for event in events:
        family = {event[0], *relatives_of(event[0], everybody)}
        for row in event[EVIDENCE].split():
            file, number = row.rsplit(":", 1)
            assert any(patient in lines[file][int(number)] for patient in family), event
    lost = not_rederived(events, everybody, courses["regimen"])
    assert not lost, (Counter(event[NAME] for event in lost), lost[0])


def _lines(file: Path) -> list[str]:
    content = file.read_bytes()
    try:
        return content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return content.decode("gb18030").splitlines()
