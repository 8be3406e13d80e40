"""Continuous treatment with a nucleos(t)ide analogue (NA): the clock of the response to it.

Lines that hold an NA and follow each other within the gap are one treatment, whatever was switched
or added. It has stopped when its last line ended by a stop: not when interferon took over, nor when
it is still on at the end of the records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.runs import runs
from seroclear.engine import Engine, days_after, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEY = ("patient_id", "treatment")


def na_treatments(regimen: ir.Table, definition: Definition) -> ir.Table:
    """Treatments with an NA for hepatitis B.

    Args:
        regimen: every line, in the columns of the regimen table.
        definition: for exposure.gap, in days.

    Returns:
        patient_id, treatment (1, 2, ...), start, source_row (of the start), end (last day covered),
        on_until (last day on which a test counts as on treatment: the end, or the gap later when
        treatment is still on), stopped, next_start and next_row (first line of NA or interferon
        after the end, null when there is none).
    """
    gap = definition["exposure.gap"]
    lines = regimen.filter(
        regimen.regimen_class.isin(["NA", "NA+IFN"]), regimen.purpose == "hepatitis B"
    )
    in_order = ibis.window(group_by="patient_id", order_by="start")
    follows = lines.start <= days_after(lines.end.lag().over(in_order), gap + 1)
    opened = lines.mutate(opens=(~follows).fill_null(True).cast("int64"))
    numbered = opened.mutate(
        treatment=opened.opens.sum().over(
            ibis.cumulative_window(group_by="patient_id", order_by="start")
        )
    )
    joined = numbered.group_by(*KEY).agg(
        start=numbered.start.min(),
        source_row=numbered.source_row.argmin(numbered.start),
        end=numbered.end.max(),
        why_ended=numbered.why_ended.argmax(numbered.start),
    )
    known = joined.mutate(
        on_until=(joined.why_ended == "still on").ifelse(days_after(joined.end, gap), joined.end),
        stopped=joined.why_ended == "stop",
    ).drop("why_ended")
    return _with_next_line(known, regimen)


def _with_next_line(treatments: ir.Table, regimen: ir.Table) -> ir.Table:
    """Adds the first line of any treatment after the end."""
    lines = regimen.select(line_patient="patient_id", line_start="start", line_row="source_row")
    later = treatments.join(
        lines,
        [treatments.patient_id == lines.line_patient, lines.line_start > treatments.end],
    )
    first = later.group_by(*KEY).agg(
        next_start=later.line_start.min(), next_row=later.line_row.argmin(later.line_start)
    )
    return treatments.left_join(first, KEY).drop("patient_id_right", "treatment_right")


def under_treatment(tests: ir.Table, treatments: ir.Table) -> ir.Table:
    """Tests from the day after the start until the treatment ends or, when it was stopped, until
    the day on which the next one starts.

    Args:
        tests: patient_id, date, source_row and more.
        treatments: of `na_treatments`.

    Returns:
        The tests with the treatment's columns (its source_row is `start_row`), `day` (1 is the day
        after the start) and `on`: taken while on treatment.
    """
    known = treatments.rename(na_patient="patient_id", start_row="source_row")
    joined = tests.join(
        known,
        [
            tests.patient_id == known.na_patient,
            tests.date > known.start,
            (tests.date <= known.on_until)
            | (known.stopped & (known.next_start.isnull() | (tests.date <= known.next_start))),
        ],
    )
    return joined.mutate(
        day=days_between(joined.start, joined.date), on=joined.date <= joined.on_until
    ).drop("na_patient")


def treatment_runs(
    engine: Engine, tests: ir.Table, treatments: ir.Table, confirm_gap: dict[str, int]
) -> ir.Table:
    """Runs of one status within each treatment, with what stood before and after.

    Args:
        engine: where to compute.
        tests: of `under_treatment`, with a decisive status each.
        treatments: of `na_treatments`.
        confirm_gap: as for `runs`.

    Returns:
        The runs with start_row, previous_last, previous_row, next_first, next_row, next_status.
    """
    found = engine.keep(runs(tests, confirm_gap, KEY))
    in_order = ibis.window(group_by=KEY, order_by="run")
    known = found.mutate(
        previous_last=found["last"].lag().over(in_order),
        previous_row=found.last_row.lag().over(in_order),
        next_first=found["first"].lead().over(in_order),
        next_row=found.first_row.lead().over(in_order),
        next_status=found.status.lead().over(in_order),
    )
    starts = treatments.select(*KEY, start_row="source_row")
    return known.join(starts, KEY)
