"""Derives the courses of a store under a definition, and opens courses that were derived before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.antibody import seroconversion, vaccine_response
from seroclear.course.course import MANIFEST, TABLES, Course, course_of
from seroclear.course.definition import Definition
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

STEPS = 4  # calls of progress.step


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
    course = course_of(store, name)
    if course.is_current():
        return course
    engine = engine or Engine()
    with whole_folder(course.path, overwrite=True) as new:
        tables = derive(engine, store, course.definition, progress or Silent())
        for table in TABLES:
            engine.write(tables[table], new / f"{table}.parquet")
        (new / MANIFEST).write_text(course.manifest(), encoding="utf-8")
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
