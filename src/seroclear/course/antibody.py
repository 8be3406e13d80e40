"""Anti-HBs: after a loss, its height over time, and the response to a vaccine.

Antibody within the washout after HBIG is passive: `findings` has already made it indeterminate, so
it can neither count as seroconversion nor as a vaccine's response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event, later_day, per_day
from seroclear.course.losses import during, losses_of
from seroclear.course.turns import held

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def seroconversion(findings: ir.Table, periods: ir.Table) -> ir.Table:
    """First active anti-HBs at or above the threshold from a loss on, before any seroreversion.

    Args:
        findings: of every marker.
        periods: of `loss_periods`.
    """
    antibody = findings.filter(findings.marker == "anti_hbs", findings.status == "positive")
    return _first_of_loss(antibody, periods, "hbsag_seroconversion")


def protective(findings: ir.Table, periods: ir.Table, definition: Definition) -> ir.Table:
    """anti_hbs_protective: as seroconversion, quantified at or above anti_hbs.target (mIU/mL)."""
    antibody = findings.filter(findings.marker == "anti_hbs", findings.status == "positive")
    target = ibis.literal(float(definition["anti_hbs.target"]))
    return _first_of_loss(antibody.filter(antibody.value >= target), periods, "anti_hbs_protective")


def _first_of_loss(antibody: ir.Table, periods: ir.Table, name: str) -> ir.Table:
    tests = antibody.select("patient_id", "date", "source_row")
    after = during(periods, tests)
    first = after.group_by("patient_id", "loss", "loss_rows", "loss_confirmed").agg(
        first=after.date.min(), row=after.source_row.argmin(after.date)
    )
    return event(
        first,
        name,
        date=first["first"],
        confirmed_on=later_day(first.loss_confirmed, first["first"]),
        evidence=[first.loss_rows, first.row],
    )


def antibody_lost(findings: ir.Table, seroconversions: ir.Table) -> ir.Table:
    """anti_hbs_lost: the first anti-HBs below the threshold after each seroconversion.

    Args:
        findings: of every marker.
        seroconversions: events hbsag_seroconversion.
    """
    in_order = ibis.window(group_by="patient_id", order_by="date")
    converted = seroconversions.mutate(following=seroconversions.date.lead().over(in_order)).select(
        "following", "evidence", "confirmed_on", converted_patient="patient_id", converted="date"
    )
    tests = findings.filter(
        findings.marker == "anti_hbs", findings.status.isin(["positive", "negative"])
    ).select("patient_id", "date", "status", "source_row")
    tests = tests.semi_join(seroconversions, "patient_id")
    before = tests.mutate(
        previous=tests.date.lag().over(in_order), previous_row=tests.source_row.lag().over(in_order)
    )
    negative = before.filter(before.status == "negative")
    after = negative.join(
        converted,
        [
            negative.patient_id == converted.converted_patient,
            negative.date > converted.converted,
            converted.following.isnull() | (negative.date < converted.following),
        ],
    )
    first = after.group_by("patient_id", "converted", "evidence", "confirmed_on").agg(
        date=after.date.min(),
        row=after.source_row.argmin(after.date),
        # The test before the first negative is positive: since the seroconversion, all were.
        previous=after.previous.argmin(after.date),
        previous_row=after.previous_row.argmin(after.date),
    )
    return event(
        first,
        "anti_hbs_lost",
        date=first.date,
        earliest=first.previous,
        confirmed_on=later_day(first.confirmed_on, first.date),
        evidence=[first.evidence, first.previous_row, first.row],
    )


def antibody_state(findings: ir.Table, definition: Definition) -> ir.Table:
    """State of marker 'anti_hbs': the height of the antibody, from each test until the day before
    one that shows another; until the last test.

    Args:
        findings: of every marker.
        definition: for anti_hbs.positive and anti_hbs.target, in mIU/mL.
    """
    low, high = definition["anti_hbs.positive"], definition["anti_hbs.target"]
    tests = findings.filter(findings.marker == "anti_hbs")
    positive = tests.status == "positive"
    target = ibis.literal(float(high))
    height = ibis.cases(
        (tests.status == "negative", f"below {low:g}"),
        (positive & (tests.value >= target), f"{high:g} or more"),
        (positive & (tests.comparator == "="), f"{low:g} to under {high:g}"),
        (positive, f"{low:g} or more, not quantified"),
        (tests.reason.contains("HBIG"), "passive"),
        else_="indeterminate",
    )
    known = held(tests.select("patient_id", "date", "source_row", status=height))
    return known.select(
        "patient_id", marker=ibis.literal("anti_hbs"), state="status", start="start", end="end"
    )


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


def derive(given: Inputs) -> Derived:
    """Anti-HBs after losses and after a vaccine, and its height over time."""
    losses = losses_of(given)
    converted = given.engine.keep(seroconversion(given.found, losses))
    return Derived(
        event=[
            converted,
            protective(given.found, losses, given.rules),
            antibody_lost(given.found, converted),
            vaccine_response(given.found, given.exposure),
        ],
        state=[antibody_state(given.found, given.rules)],
    )
