"""One stage of `performance.py` in a process of its own: python stage.py STAGE [ARGUMENT ...].

A stage prints one line of JSON. `scan` and `copy` measure themselves, so that neither the start of
Python nor a scan too short for the clock counts; all others are measured from outside.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STUDY = "durability"
MEMORY = "3GB"
# What the topics of the course read of a result.
COLUMNS = (
    *("patient_id", "taken_at", "value", "comparator", "unit", "status", "detection"),
    *("lower_limit", "reference_high", "source_row"),
)
MEASURABLE = 1.0  # CPU seconds: shorter work is repeated


def simulate(folder: str, patients: str) -> dict[str, Any]:
    """A hospital with about 100 results a patient: more of its people come back than by default."""
    from seroclear.simulate.parts import write_omop_in_parts
    from seroclear.simulate.scenario import Scenario

    scenario = Scenario(n_patients=int(patients), seed=1, followed_share=0.6)
    write_omop_in_parts(scenario, Path(folder))
    return {}


def load(hospital: str, store: str) -> dict[str, Any]:
    """`seroclear records load`."""
    from seroclear.records.load import load

    loaded = load(Path(hospital), Path(store), overwrite=True, memory_limit=MEMORY)
    return {"rows": sum(counts.read for counts in loaded.counts.values())}


def course(store: str) -> dict[str, Any]:
    """`seroclear course build`, telling which tests it reads."""
    from seroclear.course.build import build
    from seroclear.engines import open_engine
    from seroclear.records.store import Store

    with _tests_read() as read, open_engine(memory_limit=MEMORY) as engine:
        build(Store.open(Path(store)), "default", engine=engine)
    return {"tests": sorted(read)}


def study(store: str) -> dict[str, Any]:
    """Store to course to cohort to results under the default definition, telling which tests it
    reads. No course must be on disk."""
    from seroclear.course.course import course_of
    from seroclear.engines import open_engine
    from seroclear.records.store import Store
    from seroclear.studies import load_study
    from seroclear.study.assemble import assemble

    name, found = load_study(STUDY)
    opened = course_of(Store.open(Path(store)), "default")
    if opened.is_current():
        raise SystemExit(f"{opened.path} is there; the study would not derive the course")
    with _tests_read() as read, open_engine(memory_limit=MEMORY) as engine:
        cohort = assemble(found, name, opened, engine)
        rows = [row for analysis in found.analyses for row in analysis(cohort)]
    return {"people": len(cohort), "rows": len(rows), "tests": sorted(read)}


@contextmanager
def _tests_read() -> Iterator[set[str]]:
    """The tests whose results are asked for meanwhile."""
    from seroclear.engine import Engine

    read: set[str] = set()
    results = Engine.results

    def noted(engine: Engine, opened: Any, *tests: str) -> Any:
        read.update(tests)
        return results(engine, opened, *tests)

    Engine.results = noted  # type: ignore[method-assign]
    try:
        yield read
    finally:
        Engine.results = results  # type: ignore[method-assign]


def report(store: str) -> dict[str, Any]:
    """`seroclear study run`: the same under every definition of the study, and the report."""
    from seroclear.engines import open_engine
    from seroclear.records.store import Store
    from seroclear.run import run
    from seroclear.studies import load_study

    name, found = load_study(STUDY)
    folder = Path(store) / "reports" / name
    with open_engine(memory_limit=MEMORY) as engine:
        run(found, name, Store.open(Path(store)), folder, engine=engine, overwrite=True)
    return {}


def scan(store: str, tests: str) -> dict[str, Any]:
    """DuckDB reads the columns of results that a course hangs on, of some tests."""
    import duckdb

    folders = (Path(store) / "result" / f"test={test}" for test in tests.split(","))
    files = [str(file) for folder in folders for file in folder.glob("*.parquet")]
    columns = ", ".join(f"max({column})" for column in COLUMNS)
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        return _measured(lambda: con.read_parquet(files).aggregate(columns).fetchall())


def copy(hospital: str) -> dict[str, Any]:
    """DuckDB copies the tables that a load reads, Parquet to Parquet, compressed as a store is."""
    import duckdb

    tables = [path for path in Path(hospital).iterdir() if path.name != "truth"]
    with duckdb.connect() as con, tempfile.TemporaryDirectory(dir=Path(hospital).parent) as out:
        con.execute(f"SET memory_limit = '{MEMORY}'")

        def copied() -> None:
            for table in tables:
                files = table / "*.parquet" if table.is_dir() else table
                con.execute(
                    f"COPY (FROM read_parquet('{files}')) TO '{out}/{table.stem}.parquet' "
                    "(FORMAT parquet, COMPRESSION zstd)"
                )

        return _measured(copied)


def _measured(work: Callable[[], object]) -> dict[str, Any]:
    """CPU and wall seconds of one repetition."""
    times, began, cpu = 0, time.perf_counter(), _cpu()
    while not times or _cpu() - cpu < MEASURABLE:
        work()
        times += 1
    return {"cpu": (_cpu() - cpu) / times, "wall": (time.perf_counter() - began) / times}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


STAGES: dict[str, Callable[..., dict[str, Any]]] = {
    function.__name__: function for function in (simulate, load, course, study, report, scan, copy)
}

if __name__ == "__main__":
    print(json.dumps(STAGES[sys.argv[1]](*sys.argv[2:])))
