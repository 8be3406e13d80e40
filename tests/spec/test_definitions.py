"""The definitions as examples, read from text and derived by the real engine."""

from __future__ import annotations

from typing import Any

import pytest
from spec.course_page import NO_EXAMPLE, course_page
from spec.examples import Example
from spec.hospital import actual, derive_tables, expected, load_examples
from spec.manual import COURSE, EXAMPLES, MANUAL, manual

from seroclear.course.definition import presets
from seroclear.records.store import Store

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return load_examples(tmp_path_factory.mktemp("spec"), EXAMPLES)


@pytest.fixture(scope="module")
def courses(store: Store) -> dict[str, Tables]:
    return {preset: derive_tables(store, preset) for preset in presets()}


def test_every_row_of_the_examples_is_read(store: Store) -> None:
    counts = store.manifest
    import pyarrow.parquet as pq

    rejected = pq.read_table(store.parquet("rejected")).to_pylist()
    assert not rejected, counts


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_definition(example: Example, courses: dict[str, Tables]) -> None:
    for answer in example.answers:
        assert actual(example, answer, courses[example.preset]) == expected(answer)


def test_the_manual_is_current() -> None:
    assert MANUAL.read_text(encoding="utf-8") == manual(), (
        "docs/definitions.md is stale: run 'python tests/spec/manual.py'"
    )


def test_the_list_of_events_and_states_is_current() -> None:
    assert COURSE.read_text(encoding="utf-8") == course_page(EXAMPLES), (
        "docs/course.md is stale: run 'python tests/spec/manual.py'"
    )


def test_every_event_and_state_has_an_example_but_for_these() -> None:
    lines = course_page(EXAMPLES).splitlines()
    assert [line.split("`")[1] for line in lines if f"| {NO_EXAMPLE} |" in line] == [
        "liver_transplant",
        "hdv",
    ]


def test_every_preset_has_an_example() -> None:
    assert {example.preset for example in EXAMPLES} == set(presets())


def test_titles_are_unique() -> None:
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)
