"""Findings: what each marker showed on each day, reconciled from all of that day's results.

A finding has a status in the marker's own words (HBsAg positive, HBV DNA undetectable, ALT
elevated), the value behind it, and the source row that decides it. Two results of one day that
contradict each other, a bare index in the grey zone and a limit too high to tell are indeterminate:
neither evidence for nor against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.marker import INDETERMINATE, Marker, by_sex, row_status
from seroclear.course.records import Records
from seroclear.course.set_aside import doses, set_aside, setting_aside

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

COLUMNS = (
    "patient_id",
    "date",
    "marker",
    "status",
    "reason",
    "value",
    "comparator",
    "threshold",  # what the value was held against; ALT: its upper limit of normal
    "assay_limit",  # the limit of quantification of the assay, where it is known
    "source_row",
)


DAY = ("patient_id", "date")


def findings(records: Records, marker: Marker, definition: Definition) -> ir.Table:
    """Findings of a marker (columns: COLUMNS), one row a patient and day."""
    results = results_of(records, marker, definition)
    tested = results.select(*DAY)
    several = records.engine.keep(_days_with_several(tested))
    # Nearly every day has one result: the windows that compare results are for the other days only.
    one = _said(results.anti_join(several, DAY), marker, definition)
    more = _said(results.semi_join(several, DAY), marker, definition)
    daily = ibis.union(
        _read(one, one.status_here, ibis.literal(False), marker).select(*COLUMNS),
        _decisive(more, marker, definition).select(*COLUMNS),
    )
    for status, drug_class, days in setting_aside(marker, definition):
        daily = set_aside(daily, tested, doses(records, drug_class), status, days)
    return daily


def results_of(records: Records, marker: Marker, definition: Definition) -> ir.Table:
    """Results of a marker, with what their statuses hang on."""
    results = records.results(*marker.tests)
    if by_sex(marker, definition):
        sexes = records.table("patient").select("patient_id", "sex")
        results = results.left_join(sexes, "patient_id").drop("patient_id_right")
    return results.rename(date="taken_at")


def _days_with_several(tested: ir.Table) -> ir.Table:
    """Days on which a patient has more than one result."""
    counted = tested.group_by(DAY).agg(results=tested.count())
    return counted.filter(counted.results > 1).select(*DAY)


def _said(results: ir.Table, marker: Marker, definition: Definition) -> ir.Table:
    """The results that say something, with what they say."""
    read = row_status(results, marker, definition)
    return read.filter(read.status_here.notnull())


def _decisive(said: ir.Table, marker: Marker, definition: Definition) -> ir.Table:
    """One finding a patient and day, with the value and source of the result that decides it.

    That is, of the results that show the day's status (of all, when they contradict each other),
    the one with the largest number; ties go to the first source row.
    """
    day = ibis.window(group_by=DAY)
    any_above = (said.status_here == marker.above).max().over(day)
    any_below = (said.status_here == marker.below).max().over(day)
    conflict = any_above & any_below
    wins = marker.name == "hbsag" and definition["hbsag.same_day_conflict"] == "positive"
    if marker.name == "alt":  # the worst value of the day counts
        conflict = ibis.literal(False)
    status = ibis.cases(
        (conflict, marker.above if wins else INDETERMINATE),
        (any_above, marker.above),
        (any_below, marker.below),
        else_=INDETERMINATE,
    )
    read = _read(said, status, conflict, marker)
    by_weight = ibis.window(
        group_by=DAY,
        order_by=[
            (read.status_here == read.status).cast("int64").desc(),
            read.value.fill_null(-1.0).desc(),
            read.source_row,
        ],
    )
    ranked = read.mutate(weight=ibis.row_number().over(by_weight))
    return ranked.filter(ranked.weight == 0)


def _read(
    said: ir.Table, status: ir.StringValue, conflict: ir.BooleanValue, marker: Marker
) -> ir.Table:
    """Results with the status of their day and the other columns of a finding."""
    index = (said.unit == "S/CO").fill_null(False)
    return said.mutate(
        marker=ibis.literal(marker.name),
        status=status,
        reason=conflict.ifelse("contradictory results on one day", ""),
        value=index.ifelse(ibis.null("float64"), said.value),
        comparator=index.ifelse(ibis.null("string"), said.comparator),
        threshold=(index | said.value.isnull()).ifelse(ibis.null("float64"), said.threshold_here),
        assay_limit=said.lower_limit,
    )


def derive(marker: Marker, given: Inputs) -> Derived:
    """Findings of a marker of the laboratory."""
    return Derived(finding=[findings(given.records, marker, given.rules)])
