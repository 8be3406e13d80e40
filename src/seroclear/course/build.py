"""Derives the courses of a store under a definition, topic by topic."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from seroclear.course.course import MANIFEST, TABLES, Course, course_of, courses_on_disk
from seroclear.course.derivation import Derivation, derived_before, derived_by
from seroclear.course.derived import empty
from seroclear.course.inputs import Inputs, Topic
from seroclear.course.records import Records
from seroclear.course.topics import TOPICS
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
        _no_garbage_collection(),
        engine.scratch(),
        whole_folder(
            course.path, mark=MANIFEST, overwrite=True, superseded=course.is_current
        ) as new,
    ):
        for kind in TABLES:
            (new / kind).mkdir()
        known = courses_on_disk(store)
        before, step = partial(_written, engine, new), _steps(engine)
        given = Inputs(Records(engine, store), course.definition, before, step)
        for topic in TOPICS:
            progress.step(topic.name)
            same = derived_before(topic, course.definition, known)
            if same is None:
                _write(engine, topic, given, new)
            else:
                _copy(same, topic, new)
        (new / MANIFEST).write_text(course.manifest(), encoding="utf-8")
    return course


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Ibis makes millions of small objects, few of them in cycles: to look for these takes an
    eighth of the time that the queries of all topics take to be made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(engine: Engine, topic: Topic, given: Inputs, folder: Path) -> None:
    for kind, table in derived_by(topic, given).items():
        engine.write(table, folder / kind / f"{topic.name}.parquet")


def _steps(engine: Engine) -> Callable[[str, str, Callable[[], ir.Table]], ir.Table]:
    """See Inputs.step."""
    kept: dict[tuple[str, str], ir.Table] = {}

    def step(topic: str, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        if (topic, name) not in kept:
            kept[topic, name] = engine.keep(make())
        return kept[topic, name]

    return step


def _copy(course: Course, topic: Topic, folder: Path) -> None:
    for kind in TABLES:
        file = course.path / kind / f"{topic.name}.parquet"
        if file.is_file():
            _share(file, folder / kind / file.name)


def _share(file: Path, copy: Path) -> None:
    """The same file under another name; a copy where the file system knows no links."""
    try:
        copy.hardlink_to(file)
    except OSError:
        shutil.copy(file, copy)


def _written(engine: Engine, folder: Path, topic: str, kind: str) -> ir.Table:
    file = folder / kind / f"{topic}.parquet"
    return engine.read_parquet(file) if file.is_file() else empty(kind)


def derive(engine: Engine, store: Store, rules: Definition) -> dict[str, ir.Table]:
    """The tables of a course (finding, regimen, event, state), without writing them.

    Args:
        engine: where to compute.
        store: the records.
        rules: the definition.
    """
    derived = Derivation(Records(engine, store), rules)
    parts = {kind: [derived.rows(topic.name, kind) for topic in TOPICS] for kind in TABLES}
    return {kind: ibis.union(*tables) for kind, tables in parts.items()}
