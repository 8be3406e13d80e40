"""Derives the courses of a store under a definition, and opens courses that were derived before."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from seroclear import __version__
from seroclear.course.antibody import seroconversion, vaccine_response
from seroclear.course.definition import Definition, definition
from seroclear.course.findings import findings
from seroclear.course.hbeag import hbeag_events
from seroclear.course.hbsag import hbsag_events
from seroclear.course.infection import infection_state
from seroclear.course.liver import coinfections, liver_events
from seroclear.course.state import COLUMNS as STATE_COLUMNS
from seroclear.course.state import hbsag_state, treatment_state
from seroclear.course.treatment import regimens, with_purpose
from seroclear.engine import Engine
from seroclear.files import whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

MANIFEST = "course.toml"
TABLES = ("finding", "regimen", "event", "state")
STEPS = 4  # calls of progress.step


@dataclass(frozen=True, slots=True)
class Course:
    """The courses of a store under one definition, on disk."""

    path: Path
    store: Store
    definition: Definition

    def table(self, engine: Engine, name: str) -> ir.Table:
        """One of TABLES as an Ibis table."""
        return engine.con.read_parquet(str(self.path / f"{name}.parquet"))

    def parquet(self, name: str) -> str:
        """Path of a table's Parquet file."""
        return str(self.path / f"{name}.parquet")


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
        engine: where to compute, a new DuckDB session by default.
        progress: told before each step.
    """
    rules = definition(name)
    folder = store.path / "course" / rules.name
    course = Course(folder, store, rules)
    if _is_current(course):
        return course
    engine = engine or Engine()
    with whole_folder(folder, overwrite=True) as new:
        tables = derive(engine, store, rules, progress or Silent())
        for table in TABLES:
            engine.write(tables[table], new / f"{table}.parquet")
        (new / MANIFEST).write_text(_manifest(course), encoding="utf-8")
    return course


def derive(
    engine: Engine, store: Store, rules: Definition, progress: Progress
) -> dict[str, ir.Table]:
    """The four tables of a course as Ibis tables: finding, regimen, event, state."""
    patient = engine.store_table(store, "patient")
    condition = engine.store_table(store, "condition")
    procedure = engine.store_table(store, "procedure")
    exposure = engine.store_table(store, "exposure")
    progress.step("What each day's results show")
    found = findings(engine, store, rules)
    progress.step("Treatment")
    coinfected = [engine.keep(table) for table in coinfections(found, condition)]
    hbv = found.filter(
        ((found.marker == "hbsag") & (found.status == "positive"))
        | ((found.marker == "hbv_dna") & (found.status == "detectable"))
    )
    lines = engine.keep(regimens(engine, exposure, patient, rules))
    regimen = engine.keep(with_purpose(lines, hbv, coinfected[2]))
    progress.step("Events")
    events = hbsag_events(engine, found, regimen, condition, rules)
    events += hbeag_events(found)
    events += liver_events(condition, procedure, patient, rules)
    events += [*coinfected, vaccine_response(found, exposure)]
    known = engine.keep(ibis.union(*events))
    chain = known.filter(known.event.isin(["hbsag_loss", "hbsag_seroreversion"]))
    event = engine.keep(ibis.union(known, seroconversion(found, chain)))
    progress.step("States")
    chronic = event.filter(event.event == "chronic_hbv")
    state = ibis.union(
        hbsag_state(found, chain).select(*STATE_COLUMNS),
        treatment_state(regimen).select(*STATE_COLUMNS),
        infection_state(engine, patient, found, condition, chronic).select(*STATE_COLUMNS),
    )
    return {"finding": found, "regimen": regimen, "event": event, "state": state}


def _manifest(course: Course) -> str:
    lines = {
        "seroclear": __version__,
        "definition": course.definition.name,
        "definition_fingerprint": course.definition.fingerprint,
        "store_fingerprint": course.store.fingerprint,
    }
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())


def _is_current(course: Course) -> bool:
    file = course.path / MANIFEST
    return file.is_file() and tomllib.loads(file.read_text("utf-8")) == tomllib.loads(
        _manifest(course)
    )
