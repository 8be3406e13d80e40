"""Derives the courses of a store under a definition, topic by topic."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from seroclear.course.course import MANIFEST, TABLES, Course, course_of
from seroclear.course.definition import presets
from seroclear.course.derived import empty
from seroclear.course.inputs import Inputs, Topic
from seroclear.course.topics import TOPICS, sections_of
from seroclear.engine import Engine
from seroclear.engines import open_engine
from seroclear.files import whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.definition import Definition

STEPS = len(TOPICS)  # calls of progress.step


def build(
    store: Store,
    name: str = "default",
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Course:
    """The courses of a store; derived only when the records or the definition have changed.

    Args:
        store: an open store.
        name: a definition preset or the path of a definition file.
        engine: where to compute, DuckDB by default.
        progress: told before each step.
    """
    course = course_of(store, name)
    if course.is_current():
        return course
    if engine is None:
        with open_engine() as opened:
            return build(store, name, engine=opened, progress=progress)
    progress = progress or Silent()
    with (
        engine.scratch(),
        whole_folder(
            course.path, mark=MANIFEST, overwrite=True, superseded=course.is_current
        ) as new,
    ):
        for kind in TABLES:
            (new / kind).mkdir()
        given = Inputs(engine, store, course.definition)
        for topic in TOPICS:
            progress.step(topic.name)
            given.begin(topic, sections_of(topic))
            same = _derived_before(course, topic)
            if same is None:
                _write(engine, topic, given, new)
            else:
                _copy(same, topic, new)
            given.finish(_written(engine, topic, new))
        (new / MANIFEST).write_text(course.manifest(), encoding="utf-8")
    return course


def _write(engine: Engine, topic: Topic, given: Inputs, folder: Path) -> None:
    for kind, table in _derived(topic, given).items():
        engine.write(table, folder / kind / f"{topic.name}.parquet")


def _copy(course: Course, topic: Topic, folder: Path) -> None:
    for kind in TABLES:
        file = course.path / kind / f"{topic.name}.parquet"
        if file.is_file():
            shutil.copy(file, folder / kind)


def _written(engine: Engine, topic: Topic, folder: Path) -> dict[str, ir.Table]:
    files = {kind: folder / kind / f"{topic.name}.parquet" for kind in TABLES}
    return {kind: engine.read_parquet(file) for kind, file in files.items() if file.is_file()}


def _derived_before(course: Course, topic: Topic) -> Course | None:
    """The courses of another preset under which the topic's rules are the same."""
    sections = sections_of(topic)

    def rules(definition: Definition) -> list[tuple[str, object]]:
        return [(one.name, one.value) for one in definition.only(sections).parameters]

    for name in presets():
        other = course_of(course.store, name)
        if other.is_current() and rules(other.definition) == rules(course.definition):
            return other
    return None


def _derived(topic: Topic, given: Inputs) -> dict[str, ir.Table]:
    tables = topic.derive(given).tables()
    return {kind: ibis.union(*parts) for kind, parts in tables.items()}


def derive(engine: Engine, store: Store, rules: Definition) -> dict[str, ir.Table]:
    """The tables of a course (finding, regimen, event, state), without writing them.

    Args:
        engine: where to compute.
        store: the records.
        rules: the definition.
    """
    given = Inputs(engine, store, rules)
    parts: dict[str, list[ir.Table]] = {kind: [] for kind in TABLES}
    for kind, table in _each(engine, given):
        parts[kind].append(table)
    return {kind: ibis.union(*tables) if tables else empty(kind) for kind, tables in parts.items()}


def _each(engine: Engine, given: Inputs) -> Iterator[tuple[str, ir.Table]]:
    for topic in TOPICS:
        given.begin(topic, sections_of(topic))
        kept = {kind: engine.keep(table) for kind, table in _derived(topic, given).items()}
        given.finish(kept)
        yield from kept.items()
