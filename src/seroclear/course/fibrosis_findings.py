"""Tests of fibrosis: APRI and FIB-4 from the tests that they are made of, and liver stiffness.

A score is dated by its AST, with the last platelets and the last ALT up to it that are near enough:
never a later one, so that nothing is known before it could be. Stiffness is no measure of fibrosis
while the liver is inflamed, so it counts only where the last ALT is near and low enough. FIB-4
needs an adult of known age. The middle of a score's range is 'intermediate': a result, unlike
'indeterminate'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.age import adults
from seroclear.course.definition import Definition
from seroclear.course.fibrosis_scores import apri, fib4
from seroclear.course.first import first_rows
from seroclear.course.measurement import measurements, number_findings
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.records import Records


def score_findings(records: Records, patient: ir.Table, definition: Definition) -> list[ir.Table]:
    """APRI and FIB-4 of each AST that has the other tests on its day or shortly before.

    Args:
        records: to read.
        patient: of the store.
        definition: topic fibrosis.
    """
    window = definition["fibrosis.window"]
    platelets = _above_zero(measurements(records, "platelets", "lowest"))
    alt = _above_zero(measurements(records, "alt", "highest"))
    ast = measurements(records, "ast", "highest")
    counted = records.engine.keep(_with_last(ast, platelets, "platelets", window))
    aged = adults(counted, patient, definition["fibrosis.adult_age"])
    return [_apri(counted, definition), _fib4(_with_last(aged, alt, "alt", window), definition)]


def stiffness_findings(
    stiffness: ir.Table, laboratory: ir.Table, definition: Definition
) -> ir.Table:
    """Liver stiffness, indeterminate unless the last ALT is near and low enough.

    Args:
        stiffness: measurements, kPa.
        laboratory: findings of every laboratory marker.
        definition: topic fibrosis.
    """
    window = definition["fibrosis.window"]
    multiple = float(definition["fibrosis.stiffness_alt_multiple"])
    told = _with_last(stiffness, _inflammation(laboratory, multiple), "alt", window)
    known = told.select("patient_id", "date", "alt", "alt_row")
    tested = stiffness.left_join(known, ["patient_id", "date"]).drop("patient_id_right")
    valid = (tested.alt == 0.0).fill_null(False)
    high = tested.value >= float(definition["fibrosis.stiffness_cirrhosis"])
    reason = ibis.cases(
        (valid, ""),
        (tested.alt.isnull(), f"no ALT within {window} days before"),
        else_=f"ALT above {multiple:g} times its upper limit",
    )
    row = tested.alt_row.isnull().ifelse("", ibis.literal(" ") + tested.alt_row)
    return number_findings(
        tested,
        "liver_stiffness",
        status=ibis.cases((~valid, "indeterminate"), (high, "high"), else_="not high"),
        value=valid.ifelse(tested.value, ibis.null("float64")),
        source_row=tested.source_row + row,
        reason=reason,
    )


def _apri(counted: ir.Table, definition: Definition) -> ir.Table:
    otherwise = ibis.literal(float(definition["fibrosis.ast_uln"]))
    limit = (
        (counted.reference_high > 0.0).fill_null(False).ifelse(counted.reference_high, otherwise)
    )
    scored = counted.mutate(score=apri(counted.value, limit, counted.platelets))
    status = ibis.cases(
        (scored.score <= float(definition["fibrosis.apri_low"]), "low"),
        (scored.score > float(definition["fibrosis.apri_high"]), "high"),
        else_="intermediate",
    )
    rows = scored.source_row + ibis.literal(" ") + scored.platelets_row
    return number_findings(scored, "apri", status=status, value=scored.score, source_row=rows)


def _fib4(tested: ir.Table, definition: Definition) -> ir.Table:
    scored = tested.mutate(score=fib4(tested.age, tested.value, tested.alt, tested.platelets))
    status = ibis.cases(
        (scored.score < float(definition["fibrosis.fib4_low"]), "low"),
        (scored.score > float(definition["fibrosis.fib4_high"]), "high"),
        else_="intermediate",
    )
    space = ibis.literal(" ")
    rows = scored.source_row + space + scored.alt_row + space + scored.platelets_row
    return number_findings(scored, "fib4", status=status, value=scored.score, source_row=rows)


def _inflammation(laboratory: ir.Table, multiple: float) -> ir.Table:
    """ALT of each day as 1 (above so many upper limits) or 0; what tells neither is left out."""
    alt = laboratory.filter(laboratory.marker == "alt", laboratory.value.notnull())
    alt = alt.filter((alt.status != "indeterminate") | (alt.comparator == "<"))
    limit = alt.threshold * multiple
    above = (alt.comparator.isin(["=", "range"]) & (alt.value > limit)) | (
        (alt.comparator == ">") & (alt.value >= limit)
    )
    below = alt.comparator.isin(["=", "<"]) & (alt.value <= limit)
    level = ibis.cases(
        (above.fill_null(False), 1.0), (below.fill_null(False), 0.0), else_=ibis.null("float64")
    )
    told = alt.select("patient_id", "date", "source_row", value=level)
    return told.filter(told.value.notnull())


def _above_zero(tests: ir.Table) -> ir.Table:
    return tests.filter(tests.value > 0.0)


def _with_last(tests: ir.Table, other: ir.Table, name: str, window: int) -> ir.Table:
    """Adds the last value of another test up to that day, as `name`, and its source row; leaves out
    tests without one within so many days."""
    others = other.select(
        other_patient="patient_id",
        other_date="date",
        **{name: other.value, f"{name}_row": other.source_row},
    )
    pairs = tests.join(
        others,
        [
            tests.patient_id == others.other_patient,
            others.other_date <= tests.date,
            others.other_date >= days_after(tests.date, -window),
        ],
    )
    last = first_rows(pairs, ["patient_id", "date"], pairs.other_date.desc())
    return last.drop("other_patient", "other_date")
