"""The kidney: eGFR with its KDIGO stage, chronic kidney disease, decline, and low phosphate.

Adults only; who is of unknown age or sex has no eGFR. Baselines are the first value on record as an
adult: a first value in acute illness hides a later decline, and invents none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.age import adults
from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.egfr import egfr
from seroclear.course.event import event
from seroclear.course.first import first_rows
from seroclear.course.measurement import hundredths, measurements, number_findings
from seroclear.course.runs import runs, with_previous
from seroclear.course.turns import held, of_whom, turns

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

# KDIGO GFR categories and their lower bounds, mL/min/1.73m2: a stage is its bounds.
STAGES = (("G1", 90), ("G2", 60), ("G3a", 45), ("G3b", 30), ("G4", 15))
LAST_STAGE = "G5"
REACHED = "reached"  # a threshold, by a test


def egfr_findings(creatinine: ir.Table, patient: ir.Table, definition: Definition) -> ir.Table:
    """eGFR of each creatinine.

    Args:
        creatinine: measurements (patient_id, date, value in µmol/L, source_row).
        patient: of the store.
        definition: topic kidney.
    """
    tested = adults(creatinine, patient, definition["kidney.adult_age"])
    tested = tested.filter(tested.sex.notnull())
    rate = egfr(definition["kidney.formula"], tested.value, tested.age, tested.sex == "female")
    rated = tested.mutate(rate=hundredths(rate))
    stage = ibis.cases(
        *[(rated.rate >= least, name) for name, least in STAGES], else_=LAST_STAGE
    ).cast("string")
    return number_findings(
        rated, "egfr", status=stage, value=rated.rate, source_row=rated.source_row
    )


def kidney_events(
    egfr: ir.Table,
    creatinine: ir.Table,
    phosphate: ir.Table,
    patient: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """ckd, egfr_decline, creatinine_rise, hypophosphataemia.

    Args:
        egfr: findings of eGFR.
        creatinine: measurements, µmol/L.
        phosphate: measurements, mmol/L.
        patient: of the store.
        definition: topic kidney.
    """
    grown = adults(creatinine, patient, definition["kidney.adult_age"])
    return [
        _ckd(egfr, definition),
        _decline(egfr, definition),
        _creatinine_rise(grown, definition),
        _hypophosphataemia(phosphate, definition),
    ]


def kidney_state(egfr: ir.Table) -> ir.Table:
    """The stage of the last eGFR, until the day before the next; ends with the last eGFR."""
    return held(egfr).select(
        "patient_id", marker=ibis.literal("kidney"), state="status", start="start", end="end"
    )


def _ckd(egfr: ir.Table, definition: Definition) -> ir.Table:
    """eGFR below the threshold twice, far enough apart, with none at or above it between."""
    low = egfr.value < float(definition["kidney.ckd_below"])
    classed = of_whom(_classed(egfr, low), REACHED)
    found = with_previous(runs(classed, {REACHED: definition["kidney.confirm_days"]}))
    first = first_rows(found.filter(found.confirmed_on.notnull()), "patient_id", "run")
    return event(
        first,
        "ckd",
        date=first["first"],
        earliest=first.previous_last,
        confirmed_on=first.confirmed_on,
        evidence=[first.previous_row, first.first_row, first.confirming_row],
    )


def _decline(egfr: ir.Table, definition: Definition) -> ir.Table:
    """eGFR so much below the first one, twice, far enough apart, with none higher between."""
    left = 100.0 - float(definition["kidney.decline_percent"])
    based = _with_baseline(egfr)
    classed = of_whom(_classed(based, based.value * 100.0 <= based.baseline * left), REACHED)
    within = ("patient_id", "baseline", "baseline_row")
    found = with_previous(runs(classed, {REACHED: definition["kidney.confirm_days"]}, within))
    first = first_rows(found.filter(found.confirmed_on.notnull()), "patient_id", "run")
    return event(
        first,
        "egfr_decline",
        date=first["first"],
        earliest=first.previous_last,
        confirmed_on=first.confirmed_on,
        detail=_baseline_words(first, "mL/min/1.73m2"),
        evidence=[first.baseline_row, first.first_row, first.confirming_row],
    )


def _creatinine_rise(creatinine: ir.Table, definition: Definition) -> ir.Table:
    """Creatinine so much above the first one."""
    based = _with_baseline(creatinine)
    rise = hundredths(based.value - based.baseline)
    classed = _classed(based, rise >= float(definition["kidney.creatinine_rise"]))
    found = turns(of_whom(classed, REACHED))
    first = first_rows(found.filter(found.status == REACHED), "patient_id", "date")
    return event(
        first,
        "creatinine_rise",
        date=first.date,
        earliest=first.previous_last,
        detail=_baseline_words(first, "µmol/L"),
        evidence=[first.baseline_row, first.source_row],
    )


def _hypophosphataemia(phosphate: ir.Table, definition: Definition) -> ir.Table:
    """Phosphate below the threshold; again after it was not."""
    low = phosphate.value < float(definition["kidney.phosphate_below"])
    found = turns(of_whom(_classed(phosphate, low), REACHED))
    fallen = found.filter(found.status == REACHED)
    return event(
        fallen,
        "hypophosphataemia",
        date=fallen.date,
        earliest=fallen.previous_last,
        evidence=[fallen.previous_row, fallen.source_row],
    )


def _classed(tests: ir.Table, reached: ir.BooleanValue) -> ir.Table:
    return tests.mutate(status=reached.ifelse(REACHED, "not reached"))


def _with_baseline(tests: ir.Table) -> ir.Table:
    """Adds the patient's first value and its source row."""
    first = tests.group_by("patient_id").agg(
        baseline=tests.value.argmin(tests.date), baseline_row=tests.source_row.argmin(tests.date)
    )
    return tests.join(first, "patient_id")


def _baseline_words(found: ir.Table, unit: str) -> ir.StringValue:
    whole = (found.baseline + 0.5).floor().cast("int64").cast("string")
    return ibis.literal("baseline ") + whole + f" {unit}"


def derive(given: Inputs) -> Derived:
    """eGFR, its events and its state."""
    creatinine = given.engine.keep(measurements(given.records, "creatinine", "highest"))
    phosphate = measurements(given.records, "phosphate", "lowest")
    egfr = given.engine.keep(egfr_findings(creatinine, given.patient, given.rules))
    return Derived(
        finding=[egfr],
        event=kidney_events(egfr, creatinine, phosphate, given.patient, given.rules),
        state=[kidney_state(egfr)],
    )
