"""Deriving less gives the same rows: some topics, of some people, or what is on disk."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import ibis
import pytest
from reference.patients import random_patients
from reference.stores import Rows, by_patient, stored

from seroclear.course.build import build
from seroclear.course.catalogue import EVENTS, MARKER_LABELS, STATES
from seroclear.course.course import TABLES, Course, course_of, courses_on_disk
from seroclear.course.definition import definition
from seroclear.course.derivation import Derivation
from seroclear.course.one import patient_rows
from seroclear.course.records import Records
from seroclear.course.topics import OF_EVENT, OF_MARKER, OF_STATE, TOPICS
from seroclear.engines.duckdb import DuckDB
from seroclear.records.store import Store

CODES = 30  # histories a topic
OTHER = "confirmed_both"
SOME = ("laboratory_hbsag", "treatment", "hbsag", "antibody", "liver", "pregnancy")


@pytest.fixture(scope="module")
def session() -> Iterator[DuckDB]:
    with DuckDB(threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with stored(random_patients(5, CODES)) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(store: Store, session: DuckDB) -> dict[tuple[str, str, str], Rows]:
    """Definition, topic and kind -> the rows of courses that were derived for everybody, once."""
    found = {}
    for preset, topics in (("default", [topic.name for topic in TOPICS]), (OTHER, SOME)):
        derived = Derivation(Records(session, store), definition(preset))
        for topic, kind in itertools.product(topics, TABLES):
            found[preset, topic, kind] = _rows(session, derived, topic, kind)
    return found


def _rows(session: DuckDB, derived: Derivation, topic: str, kind: str) -> Rows:
    table = session.fetch(derived.rows(topic, kind))
    return by_patient(row.values() for row in table.to_pylist())


def _people(session: DuckDB, store: Store, remainder: int) -> ibis.Table:
    """Some of the patients."""
    patient = session.store_table(store, "patient").select("patient_id")
    return session.keep(patient.filter(patient.patient_id.right(1).isin(list("036"[remainder:]))))


def _of(people: ibis.Table, rows: Rows, session: DuckDB) -> Rows:
    those = set(session.fetch(people)["patient_id"].to_pylist())
    return {patient: found for patient, found in rows.items() if patient in those}


def test_topics_make_what_they_say(whole: dict[tuple[str, str, str], Rows]) -> None:
    assert sorted(OF_EVENT) == sorted(EVENTS)
    assert sorted(OF_MARKER) == sorted(MARKER_LABELS)
    assert sorted(OF_STATE) == sorted(STATES)
    assert sum(len(topic.events) for topic in TOPICS) == len(EVENTS)
    assert sum(len(topic.markers) for topic in TOPICS) == len(MARKER_LABELS)
    seen = set()
    for topic in TOPICS:
        for kind, column, said in (
            ("event", 1, topic.events),
            ("finding", 2, topic.markers),
            ("state", 1, topic.states),
        ):
            rows = whole["default", topic.name, kind].values()
            made = {row[column] for of_one in rows for row in of_one}
            assert made <= set(said), topic.name
            seen |= made
    assert len(seen) > len(EVENTS) * 3 // 4  # test_histories_reach.py sees every one


def test_narrowing_changes_no_row(
    store: Store, session: DuckDB, whole: dict[tuple[str, str, str], Rows]
) -> None:
    derived = Derivation(Records(session, store), definition("default"))
    derived.rows("hbsag", "event")  # of everybody, before
    derived.narrow(_people(session, store, 0))
    derived.rows("cure", "event")  # of some, before
    people = _people(session, store, 1)
    derived.narrow(people)
    for topic, kind in itertools.product([topic.name for topic in TOPICS], TABLES):
        found = _of(people, _rows(session, derived, topic, kind), session)
        assert found == _of(people, whole["default", topic, kind], session), (topic, kind)
        assert found or kind != "finding" or topic not in ("laboratory_hbsag", "kidney")


@pytest.mark.parametrize("remainder", [0, 1])
def test_what_another_definition_derived_is_shared_where_it_is_the_same(
    remainder: int,
    store: Store,
    session: DuckDB,
    whole: dict[tuple[str, str, str], Rows],
) -> None:
    """Also where these people are not all among those of the other definition."""
    before = Derivation(Records(session, store), definition("default"))
    before.rows("hbsag", "event")
    before.narrow(_people(session, store, 1))
    for topic, kind in itertools.product(SOME, TABLES):
        before.rows(topic, kind)
    derived = Derivation(Records(session, store), definition(OTHER), before)
    people = _people(session, store, remainder)
    derived.narrow(people)
    for topic, kind in itertools.product(SOME, TABLES):
        found = _of(people, _rows(session, derived, topic, kind), session)
        assert found == _of(people, whole[OTHER, topic, kind], session), (topic, kind)


def test_one_patient_alone(store: Store, whole: dict[tuple[str, str, str], Rows]) -> None:
    """Some of them, and of those whose rows hang on the mother's or a child's."""
    course = course_of(store, "default")
    assert not course.is_current()
    everybody = {patient for rows in whole.values() for patient in rows}
    families = [sorted(whole["default", topic, "event"]) for topic in ("pregnancy", "infant")]
    for patient in [*sorted(everybody)[::40], *families[0][:6], *families[1][:6]]:
        with patient_rows(course, patient) as con:
            for kind in TABLES:
                found = by_patient(con.execute(f"FROM course_{kind}").fetchall())
                said = [whole["default", topic.name, kind].get(patient, []) for topic in TOPICS]
                rows = sorted(itertools.chain(*said), key=repr)
                assert found == ({patient: rows} if rows else {}), (patient, kind)
    assert course.path.with_name("default.sql").is_file()


def test_courses_on_disk_are_read(
    store: Store, session: DuckDB, whole: dict[tuple[str, str, str], Rows]
) -> None:
    built = build(store, "default", engine=session)
    assert [course.definition.name for course in courses_on_disk(store)] == ["default"]
    other = course_of(store, OTHER)
    derived = Derivation(Records(session, store), other.definition, courses=[built])
    for topic, kind in itertools.product(SOME, TABLES):
        assert _rows(session, derived, topic, kind) == whole[OTHER, topic, kind], (topic, kind)
    again = build(store, OTHER, engine=session)
    _shares(built, again)


def _shares(one: Course, other: Course) -> None:
    """A topic whose rules are the same is one file; the chain of HBsAg is not."""
    same = "state/treatment.parquet"
    assert (one.path / same).samefile(other.path / same)
    differs = "event/hbsag.parquet"
    assert not (one.path / differs).samefile(other.path / differs)
