"""Functional and partial cure: what lasts after the end of all treatment.

Functional cure: HBsAg loss with HBV DNA undetectable, both sustained off treatment. Partial cure:
HBV DNA undetectable with little HBsAg left, sustained after the end of treatment. Both are dated on
the day on which they are first proven; what happens later does not rewrite them. Cure in the sense
of no cccDNA left cannot be seen in hospital records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.losses import during, losses_of
from seroclear.course.occult import occult_viraemia
from seroclear.course.spans import treated_spans
from seroclear.course.sustained import sustained
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def functional_cure(
    engine: Engine,
    findings: ir.Table,
    periods: ir.Table,
    spans: ir.Table,
    definition: Definition,
) -> ir.Table:
    """functional_cure: at most one for each loss.

    The clock starts with the loss or, when later, the end of all treatment; it starts anew with
    every HBsAg positive and every detectable HBV DNA. HBsAg negative and HBV DNA undetectable must
    both be shown when it has run out.

    Args:
        engine: where to compute.
        findings: of every marker.
        periods: of `loss_periods`.
        spans: of `treated_spans`.
        definition: for the section functional_cure.
    """
    against = _tests(findings, "hbsag", "positive").union(_tests(findings, "hbv_dna", "detectable"))
    against = engine.keep(against.semi_join(periods, "patient_id"))
    ends = spans.filter(spans.until.notnull()).select("patient_id", date="until")
    restarts = ibis.union(against.select("patient_id", "date"), ends, distinct=True)
    of_loss = ("patient_id", "loss", "loss_rows", "reverted")
    starts = ibis.union(
        periods.mutate(start=periods.loss).select(*of_loss, "start"),
        during(periods, restarts).select(*of_loss, start="date"),
        distinct=True,
    )
    proofs = {
        "hbsag": _tests(findings, "hbsag", "negative"),
        "dna": _tests(findings, "hbv_dna", "undetectable"),
    }
    days = definition["functional_cure.off_treatment_days"]
    found = sustained(engine, starts, against, spans, proofs, days)
    if definition["functional_cure.anti_hbs_required"]:
        found = _with_antibody(found, findings)
    else:
        found = found.mutate(antibody_row=ibis.null("string"))
    cured = _earliest(found, "loss")
    known = _with_last_line(cured, spans)
    since = ibis.cases(
        ((known.start == known.until).fill_null(False), "the end of treatment"),
        (known.start == known.loss, "HBsAg loss"),
        else_="the last HBsAg positive or detectable HBV DNA",
    )
    treated = known.line_row.isnull().ifelse("never treated", "off treatment")
    return event(
        known,
        "functional_cure",
        date=known.proven,
        earliest=known.start,
        detail=treated + ibis.literal("; counted from ") + since,
        evidence=[
            known.loss_rows,
            known.line_row,
            known.hbsag_row,
            known.dna_row,
            known.antibody_row,
        ],
    )


def partial_cure(
    engine: Engine, findings: ir.Table, spans: ir.Table, definition: Definition
) -> ir.Table:
    """partial_cure: at most one after each treatment.

    The clock starts with the end of all treatment, and anew with every detectable HBV DNA and every
    HBsAg at or above the limit. HBsAg positive below the limit and HBV DNA undetectable must both
    be shown when it has run out. Who was never treated cannot be partially cured.

    Args:
        engine: where to compute.
        findings: of every marker.
        spans: of `treated_spans`.
        definition: for functional_cure.off_treatment_days and partial_cure.hbsag_upper (IU/mL).
    """
    upper = ibis.literal(float(definition["partial_cure.hbsag_upper"]))
    positive = findings.filter(findings.marker == "hbsag", findings.status == "positive")
    much = positive.filter(positive.value >= upper).select("patient_id", "date", "source_row")
    little = positive.filter(positive.comparator == "=", positive.value < upper)
    against = much.union(_tests(findings, "hbv_dna", "detectable"))
    # Little HBsAg was ever shown of few.
    against = engine.keep(against.semi_join(little, "patient_id"))
    ends = spans.filter(spans.until.notnull()).select("patient_id", date="until")
    restarts = ibis.union(against.select("patient_id", "date"), ends, distinct=True)
    starts = _with_last_line(restarts.semi_join(little, "patient_id").rename(start="date"), spans)
    proofs = {
        "hbsag": little.select("patient_id", "date", "source_row"),
        "dna": _tests(findings, "hbv_dna", "undetectable"),
    }
    days = definition["functional_cure.off_treatment_days"]
    treated = starts.filter(starts.line_row.notnull())
    found = _earliest(sustained(engine, treated, against, spans, proofs, days), "line_start")
    since = (found.start == found.until).ifelse(
        "the end of treatment", "the last high HBsAg or detectable HBV DNA"
    )
    return event(
        found,
        "partial_cure",
        date=found.proven,
        earliest=found.start,
        detail=ibis.literal("off treatment; counted from ") + since,
        evidence=[found.line_row, found.hbsag_row, found.dna_row],
    )


def _tests(findings: ir.Table, marker: str, status: str) -> ir.Table:
    found = findings.filter(findings.marker == marker, findings.status == status)
    return found.select("patient_id", "date", "source_row")


def _earliest(found: ir.Table, stretch: str) -> ir.Table:
    """The first proof within each stretch of time."""
    in_order = ibis.window(group_by=["patient_id", stretch], order_by=["proven", "start"])
    ranked = found.mutate(rank=ibis.row_number().over(in_order))
    return ranked.filter(ranked["rank"] == 0).drop("rank")


def _with_last_line(starts: ir.Table, spans: ir.Table) -> ir.Table:
    """Adds line_start, until and line_row of the last treatment line up to the start."""
    lines = spans.select("line_start", "until", "line_row", line_patient="patient_id")
    before = starts.join(
        lines, [starts.patient_id == lines.line_patient, lines.line_start <= starts.start]
    )
    last = before.group_by("patient_id", "start").agg(
        until=before.until.argmax(before.line_start),
        line_row=before.line_row.argmax(before.line_start),
        line_start=before.line_start.max(),
    )
    joined = starts.left_join(last, ["patient_id", "start"])
    return joined.drop("patient_id_right", "start_right")


def _with_antibody(found: ir.Table, findings: ir.Table) -> ir.Table:
    """Cures with anti-HBs of the patient's own, from the loss on; proven when that is shown too."""
    positive = _tests(findings, "anti_hbs", "positive").select(
        test_patient="patient_id", day="date", row="source_row"
    )
    shown = found.join(
        positive,
        [
            found.patient_id == positive.test_patient,
            positive.day >= found.loss,
            found.contradicted.isnull() | (positive.day < found.contradicted),
            found.treated_from.isnull() | (positive.day <= found.treated_from),
        ],
    )
    first = shown.group_by("patient_id", "start").agg(
        day=shown.day.min(), antibody_row=shown.row.argmin(shown.day)
    )
    joined = found.join(first, ["patient_id", "start"])
    return joined.mutate(proven=(joined.day > joined.proven).ifelse(joined.day, joined.proven))


def derive(given: Inputs) -> Derived:
    """Functional and partial cure, and occult viraemia after a loss."""
    losses = losses_of(given)
    spans = given.engine.keep(treated_spans(given.regimen))
    return Derived(
        event=[
            functional_cure(given.engine, given.found, losses, spans, given.rules),
            partial_cure(given.engine, given.found, spans, given.rules),
            occult_viraemia(given.engine, given.found, losses),
        ]
    )
