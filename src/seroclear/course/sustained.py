"""What lasts off treatment: shown again long enough after the last evidence against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEY = ("patient_id", "start")


def sustained(
    engine: Engine,
    starts: ir.Table,
    against: ir.Table,
    spans: ir.Table,
    proofs: dict[str, ir.Table],
    days: int,
) -> ir.Table:
    """Starts of a stretch off treatment, each with the first tests that prove that it lasted.

    A stretch ends with the next evidence against it or the next day on treatment. Every proof must
    come from a test at least `days` after the start and before that end.

    Args:
        engine: where to compute.
        starts: patient_id, start and more (such as the loss); one row a patient and start.
        against: patient_id, date: days with evidence against it.
        spans: of `treated_spans`.
        proofs: name -> tests (patient_id, date, source_row) that show it, one a day.
        days: how long it must last.

    Returns:
        The starts that every proof was found for, with proven (the day of the last of the proofs)
        and a column `<name>_row` for each proof.
    """
    starts = engine.keep(starts)
    found = engine.keep(_until_treated(_until_contradicted(starts, against), spans))
    for name, tests in proofs.items():
        found = engine.keep(_proven(found, tests, name, days))
    return found


def _until_contradicted(starts: ir.Table, against: ir.Table) -> ir.Table:
    known = against.select(against_patient="patient_id", against_day="date")
    later = starts.join(
        known, [starts.patient_id == known.against_patient, known.against_day > starts.start]
    )
    first = later.group_by(*KEY).agg(contradicted=later.against_day.min())
    return starts.left_join(first, KEY).drop("patient_id_right", "start_right")


def _until_treated(starts: ir.Table, spans: ir.Table) -> ir.Table:
    lines = spans.select(line_patient="patient_id", on_after="line_start", on_to="until")
    later = starts.join(
        lines,
        [
            starts.patient_id == lines.line_patient,
            lines.on_to.isnull() | (lines.on_to > starts.start),
        ],
    )
    on_from = (later.on_after > later.start).ifelse(later.on_after, later.start)
    first = later.mutate(on_from=on_from).group_by(*KEY).agg(treated_from=lambda t: t.on_from.min())
    joined = starts.left_join(first, KEY).drop("patient_id_right", "start_right")
    return joined.mutate(proven=joined.start)


def _proven(starts: ir.Table, tests: ir.Table, name: str, days: int) -> ir.Table:
    known = tests.select(test_patient="patient_id", day="date", row="source_row")
    shown = starts.join(
        known,
        [
            starts.patient_id == known.test_patient,
            known.day >= days_after(starts.start, days),
            starts.contradicted.isnull() | (known.day < starts.contradicted),
            # The sample of the day on which treatment begins was taken before it.
            starts.treated_from.isnull() | (known.day <= starts.treated_from),
        ],
    )
    first = shown.group_by(*KEY).agg(day=shown.day.min(), row=shown.row.argmin(shown.day))
    joined = starts.join(first, KEY)
    proven = (joined.day > joined.proven).ifelse(joined.day, joined.proven)
    return joined.mutate(proven=proven, **{f"{name}_row": joined.row}).drop("day", "row")
