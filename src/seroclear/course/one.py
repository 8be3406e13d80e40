"""One patient's rows of a store and its courses, at once: with plain DuckDB, without Ibis.

Where the courses are not on disk, they are derived for this patient alone. To say all topics in SQL
takes Ibis some seconds, and the SQL is the same for every patient: it is kept beside the courses.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from seroclear.course.course import TABLES, Course
from seroclear.errors import SeroclearError
from seroclear.records.tables import STORE_TABLES
from seroclear.records.tabular import literal

_NOT_WORTH_IT = "common_subexpressions,compressed_materialization,join_order"


@contextmanager
def patient_rows(course: Course, patient_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with one patient's rows of the store's tables and, as course_finding,
    course_regimen, course_event and course_state, of the course.

    Raises:
        SeroclearError: the store has no such patient.
    """
    with duckdb.connect() as con:
        course.store.attach(con)
        family = _family(con, patient_id)
        if not family:
            raise SeroclearError(f"{course.store.path} has no such patient.")
        on_disk = course.is_current()
        sources = {table: table for table, of in STORE_TABLES.items() if "patient_id" in of}
        if on_disk:
            family = [patient_id]
            sources |= {
                table: f"read_parquet({literal(course.parquet(table))})" for table in TABLES
            }
        ids = ", ".join(map(literal, family))  # parameters would make DuckDB import pandas
        for table, source in sources.items():
            con.execute(
                f"CREATE TEMPORARY TABLE their_{table} AS FROM {source} WHERE patient_id IN ({ids})"
            )
        if not on_disk:
            _derive(con, course)
        for table in dict.fromkeys([*sources, *TABLES]):
            name = f"course_{table}" if table in TABLES else table
            con.execute(
                f"CREATE OR REPLACE VIEW {name} AS FROM their_{table} "
                f"WHERE patient_id = {literal(patient_id)}"
            )
        yield con


def _family(con: duckdb.DuckDBPyConnection, patient_id: str) -> list[str]:
    """The patient, the mother and the children: a course hangs on nobody else's records."""
    said = literal(patient_id)
    found = con.execute(f"SELECT mother_id FROM patient WHERE patient_id = {said}").fetchone()
    if found is None:
        return []
    children = con.execute(f"SELECT patient_id FROM patient WHERE mother_id = {said}").fetchall()
    mother = [found[0]] if found[0] is not None else []
    return [patient_id, *mother, *sorted(child for (child,) in children)]


def _derive(con: duckdb.DuckDBPyConnection, course: Course) -> None:
    script = _script(course)
    # For so few rows, planning a query costs more than running it.
    con.execute("SET threads = 1")
    con.execute(f"SET disabled_optimizers = '{_NOT_WORTH_IT}'")
    # The script lies in a folder of data: whoever wrote it, it reaches nothing but these tables.
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    con.execute(script)


def _script(course: Course) -> str:
    """The SQL that derives the course; as it was kept, unless the rules have changed since."""
    file = course.path.with_name(f"{course.definition.name}.sql")
    said = "".join(f"-- {line}\n" for line in course.rules_said().splitlines())
    with suppress(OSError):
        kept = file.read_text(encoding="utf-8")
        if kept.startswith(said):
            return kept
    from seroclear.course.script import script_of  # heavy, and mostly not needed

    script = said + script_of(course.definition)
    with suppress(OSError):  # a store that cannot be written is read all the same
        _keep(file, script)
    return script


def _keep(file: Path, text: str) -> None:
    """Under its name only when it is whole."""
    file.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=file.parent) as folder:
        new = Path(folder) / file.name
        new.write_text(text, encoding="utf-8")
        new.replace(file)
