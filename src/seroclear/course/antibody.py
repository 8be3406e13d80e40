"""Anti-HBs: seroconversion after a loss, and the response to a vaccine.

Antibody within the washout after HBIG is passive: `findings` has already made it indeterminate, so
it can neither count as seroconversion nor as a vaccine's response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.course.event import event, per_day

if TYPE_CHECKING:
    import ibis.expr.types as ir


def seroconversion(findings: ir.Table, chain: ir.Table) -> ir.Table:
    """First active anti-HBs at or above the threshold from a loss on, before any seroreversion.

    Args:
        findings: of every marker.
        chain: the events hbsag_loss and hbsag_seroreversion.
    """
    antibody = findings.filter(findings.marker == "anti_hbs", findings.status == "positive")
    losses = chain.filter(chain.event == "hbsag_loss").select(
        loss_patient="patient_id", loss="date", number="occurrence"
    )
    ends = chain.filter(chain.event == "hbsag_seroreversion").select(
        end_patient="patient_id", reverted="date"
    )
    until = (
        losses.left_join(
            ends, [losses.loss_patient == ends.end_patient, ends.reverted > losses.loss]
        )
        .group_by("loss_patient", "loss", "number")
        .agg(reverted=lambda t: t.reverted.min())
    )
    after = antibody.join(
        until,
        [
            antibody.patient_id == until.loss_patient,
            antibody.date >= until.loss,
            (until.reverted.isnull()) | (antibody.date < until.reverted),
        ],
    )
    first = after.group_by("patient_id", "loss").agg(
        first=after.date.min(), row=after.source_row.argmin(after.date)
    )
    return event(first, "hbsag_seroconversion", date=first["first"], evidence=[first.row])


def vaccine_response(findings: ir.Table, exposure: ir.Table) -> ir.Table:
    """First anti-HBs at or above the threshold after a first vaccine dose, in people whose last
    anti-HBs before it was not positive and who never had HBsAg or anti-HBc."""
    dose = exposure.filter(exposure.drug_class == "vaccine")
    days = per_day(dose.select("patient_id", "source_row", date="start"))
    first_dose = days.group_by("patient_id").agg(
        dose=days.date.min(), dose_row=days.source_row.argmin(days.date)
    )
    infected = findings.filter(
        findings.marker.isin(["hbsag", "anti_hbc"]), findings.status == "positive"
    )
    antibody = findings.filter(findings.marker == "anti_hbs", findings.status == "positive")
    rows = antibody.join(first_dose, "patient_id").anti_join(infected, "patient_id")
    later = rows.filter(rows.date > rows.dose).anti_join(
        _already_positive(findings, first_dose), "patient_id"
    )
    first = later.group_by("patient_id", "dose_row").agg(
        first=later.date.min(), row=later.source_row.argmin(later.date)
    )
    return event(
        first, "vaccine_response", date=first["first"], evidence=[first.dose_row, first.row]
    )


def _already_positive(findings: ir.Table, first_dose: ir.Table) -> ir.Table:
    """People whose last anti-HBs up to their first vaccine dose was positive."""
    tests = findings.filter(findings.marker == "anti_hbs").join(first_dose, "patient_id")
    before = tests.filter(tests.date <= tests.dose)
    last = before.group_by("patient_id").agg(status=before.status.argmax(before.date))
    return last.filter(last.status == "positive")
