"""Derives the courses of a store under a definition, and opens courses that were derived before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from seroclear.course.alt import alt_events
from seroclear.course.antibody import seroconversion, vaccine_response
from seroclear.course.breakthrough import breakthrough_events
from seroclear.course.course import MANIFEST, TABLES, Course, course_of
from seroclear.course.definition import Definition, presets
from seroclear.course.dna import dna_tests
from seroclear.course.findings import findings
from seroclear.course.hbeag import hbeag_events
from seroclear.course.hbsag import hbsag_events
from seroclear.course.infection import infection_state
from seroclear.course.liver import coinfections, liver_events
from seroclear.course.na_treatment import na_treatments, under_treatment
from seroclear.course.relapse import relapse_events
from seroclear.course.state import COLUMNS as STATE_COLUMNS
from seroclear.course.state import hbsag_state, treatment_state
from seroclear.course.treatment import regimens, with_purpose
from seroclear.course.viraemia import response_events
from seroclear.engine import Engine
from seroclear.files import whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

STEPS = 4  # calls of progress.step

# Tables that hang on some topics of the definition only, so that presets which differ elsewhere
# share them.
_FINDING_TOPICS = (
    "hbsag",
    "anti_hbs",
    "passive_antibody",
    "hbeag",
    "antibody",
    "hbv_dna",
    "alt",
)
SHARED = {"finding": _FINDING_TOPICS, "regimen": (*_FINDING_TOPICS, "exposure")}


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
    with whole_folder(
        course.path, mark=MANIFEST, overwrite=True, superseded=course.is_current
    ) as new:
        shared = {table: file for table in SHARED if (file := _derived_before(course, table))}
        ready = {table: engine.con.read_parquet(str(file)) for table, file in shared.items()}
        tables = derive(engine, store, course.definition, progress or Silent(), ready)
        for table in TABLES:
            if table in shared:
                shutil.copy(shared[table], new / f"{table}.parquet")
            else:
                engine.write(tables[table], new / f"{table}.parquet")
        (new / MANIFEST).write_text(course.manifest(), encoding="utf-8")
    return course


def _derived_before(course: Course, table: str) -> Path | None:
    """The file of a table that another preset derived with the same parameters, if there is one."""

    def relevant(rules: Definition) -> list[tuple[str, object]]:
        return [
            (parameter.name, parameter.value)
            for parameter in rules.parameters
            if parameter.name.split(".")[0] in SHARED[table]
        ]

    for name in presets():
        other = course_of(course.store, name)
        if other.is_current() and relevant(other.definition) == relevant(course.definition):
            return Path(other.parquet(table))
    return None


def derive(
    engine: Engine,
    store: Store,
    rules: Definition,
    progress: Progress,
    ready: dict[str, ir.Table] | None = None,
) -> dict[str, ir.Table]:
    """The four tables of a course as Ibis tables: finding, regimen, event, state.

    Args:
        engine: where to compute.
        store: the records.
        rules: the definition.
        progress: told before each step.
        ready: tables of SHARED that need not be derived again.
    """
    ready = ready or {}
    patient = engine.store_table(store, "patient")
    condition = engine.store_table(store, "condition")
    procedure = engine.store_table(store, "procedure")
    exposure = engine.store_table(store, "exposure")
    progress.step("What each day's results show")
    found = ready.get("finding")
    if found is None:
        found = findings(engine, store, rules)
    progress.step("Treatment")
    coinfected = [engine.keep(table) for table in coinfections(found, condition)]
    regimen = ready.get("regimen")
    if regimen is None:
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
    events += _on_and_after_treatment(engine, found, regimen, rules)
    events += alt_events(engine, found, rules)
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


def _on_and_after_treatment(
    engine: Engine, found: ir.Table, regimen: ir.Table, rules: Definition
) -> list[ir.Table]:
    """What HBV DNA and ALT did on a nucleos(t)ide analogue and after it was stopped."""
    treatments = engine.keep(na_treatments(regimen, rules))
    tests = engine.keep(dna_tests(found, rules))
    treated = engine.keep(under_treatment(tests, treatments))
    on = treated.filter(treated.on)
    return [
        *response_events(engine, tests, on, treatments, rules),
        *breakthrough_events(engine, on, rules),
        *relapse_events(engine, treated, found, treatments, rules),
    ]
