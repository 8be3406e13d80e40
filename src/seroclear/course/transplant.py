"""Recipients of a liver: prophylaxis and its withdrawal, vaccination, reinfection of the graft.

Everything counts from the first sign of the transplantation. HBIG is given dose by dose; a long
time without one, within the time observed, is its withdrawal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event, per_day
from seroclear.course.first import first_rows
from seroclear.engine import Engine, days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def recipients(liver_transplant: ir.Table) -> ir.Table:
    """Who had a liver transplant (recipient), when (since), and the row that says so."""
    return liver_transplant.select(recipient="patient_id", since="date", transplant_row="evidence")


def hbig_events(
    engine: Engine,
    grafted: ir.Table,
    exposure: ir.Table,
    patient: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """hbig_withdrawal (on the last day covered) and hbig_resumption (on the next dose).

    Args:
        engine: where to compute.
        grafted: as of `recipients`.
        exposure, patient: tables of the store.
        definition: for transplant.hbig_gap, in days.
    """
    gap = definition["transplant.hbig_gap"]
    given = exposure.filter(exposure.drug_class == "HBIG")
    since = given.join(grafted, given.patient_id == grafted.recipient)
    since = since.filter(since.start >= since.since)
    longest = first_rows(since, ["patient_id", "start"], [since.end.desc(), since.source_row])
    days = longest.select("patient_id", "start", "end", "transplant_row", row="source_row")
    before = ibis.window(group_by="patient_id", order_by="start", preceding=(None, 1))
    covered = days.mutate(covered_to=days.end.max().over(before))
    opened = covered.mutate(
        opens=(
            covered.covered_to.isnull() | (covered.start > days_after(covered.covered_to, gap))
        ).cast("int64")
    )
    numbered = opened.mutate(
        course=opened.opens.sum().over(
            ibis.cumulative_window(group_by="patient_id", order_by="start")
        )
    )
    lasting = ibis.window(
        group_by=["patient_id", "course"], order_by=[numbered.end.desc(), numbered.start]
    )
    weighed = numbered.mutate(rank=ibis.row_number().over(lasting))
    courses = weighed.group_by("patient_id", "course", "transplant_row").agg(
        start=weighed.start.min(),
        end=weighed.end.max(),
        first_row=weighed.row.argmin(weighed.start),
        last_row=weighed.row.min(where=weighed["rank"] == 0),
    )
    in_order = ibis.window(group_by="patient_id", order_by="course")
    known = courses.mutate(
        next_start=courses.start.lead().over(in_order),
        previous_row=courses.last_row.lag().over(in_order),
    ).join(patient.select("patient_id", "observed_to"), "patient_id")
    known = engine.keep(known)
    withdrawn = known.filter(
        known.next_start.notnull() | (known.observed_to > days_after(known.end, gap))
    )
    resumed = known.filter(known.course > 1)
    return [
        event(
            withdrawn,
            "hbig_withdrawal",
            date=withdrawn.end,
            evidence=[withdrawn.transplant_row, withdrawn.last_row],
        ),
        event(
            resumed,
            "hbig_resumption",
            date=resumed.start,
            evidence=[resumed.transplant_row, resumed.previous_row, resumed.first_row],
        ),
    ]


def na_events(grafted: ir.Table, treatments: ir.Table) -> list[ir.Table]:
    """na_withdrawal and na_resumption.

    Args:
        grafted: as of `recipients`.
        treatments: continuous treatments with an NA for hepatitis B, as of `na_treatments`.
    """
    in_order = ibis.window(group_by="patient_id", order_by="treatment")
    known = treatments.mutate(
        was_stopped=treatments.stopped.lag().over(in_order),
        was_end=treatments.end.lag().over(in_order),
        was_row=treatments.source_row.lag().over(in_order),
    ).join(grafted, treatments.patient_id == grafted.recipient)
    withdrawn = known.filter(known.stopped, known.end >= known.since)
    resumed = known.filter(known.was_stopped.fill_null(False), known.was_end >= known.since)
    return [
        event(
            withdrawn,
            "na_withdrawal",
            date=withdrawn.end,
            evidence=[withdrawn.transplant_row, withdrawn.source_row],
        ),
        event(
            resumed,
            "na_resumption",
            date=resumed.start,
            evidence=[resumed.transplant_row, resumed.was_row, resumed.source_row],
        ),
    ]


def reinfection(grafted: ir.Table, found: ir.Table, condition: ir.Table) -> ir.Table:
    """First HBsAg positive or HBV DNA detectable after the same test had been negative since the
    transplantation, in people whose infection is known from before it.

    Args:
        grafted: as of `recipients`.
        found: findings of every marker.
        condition: table of the store.
    """
    shown = ((found.marker == "hbsag") & (found.status == "positive")) | (
        (found.marker == "hbv_dna") & (found.status == "detectable")
    )
    gone = ((found.marker == "hbsag") & (found.status == "negative")) | (
        (found.marker == "hbv_dna") & (found.status == "undetectable")
    )
    tests = _theirs(found.mutate(shown=shown, gone=gone).filter(shown | gone), grafted)
    codes = _theirs(condition.filter(condition.condition == "chronic_hbv"), grafted)
    signs = per_day(
        ibis.union(
            tests.filter(tests.shown).select("patient_id", "date", "source_row"),
            codes.select("patient_id", "date", "source_row"),
        )
    )
    known = signs.join(grafted, signs.patient_id == grafted.recipient)
    before_graft = known.filter(known.date <= known.since)
    infected = before_graft.group_by("patient_id").agg(
        infected_row=before_graft.source_row.argmin(before_graft.date)
    )
    since = tests.join(grafted, tests.patient_id == grafted.recipient)
    since = since.filter(since.date > since.since).join(infected, "patient_id")
    before = ibis.window(group_by=["patient_id", "marker"], order_by="date", preceding=(None, 1))
    last_gone = since.gone.ifelse(since.date, ibis.null("date")).max().over(before)
    marked = since.mutate(last_gone=last_gone)
    went = since.filter(since.gone).select(
        "patient_id", "marker", last_gone="date", gone_row="source_row"
    )
    again = marked.filter(marked.shown).join(went, ["patient_id", "marker", "last_gone"])
    days = again.group_by("patient_id", "infected_row", "transplant_row", "date").agg(
        earliest=again.last_gone.max(),
        hbsag_gone=again.gone_row.min(where=again.marker == "hbsag"),
        dna_gone=again.gone_row.min(where=again.marker == "hbv_dna"),
        hbsag_row=again.source_row.min(where=again.marker == "hbsag"),
        dna_row=again.source_row.min(where=again.marker == "hbv_dna"),
    )
    first = first_rows(days, "patient_id", "date")
    what = ibis.cases(
        (first.dna_row.isnull(), "HBsAg"),
        (first.hbsag_row.isnull(), "HBV DNA"),
        else_="HBsAg and HBV DNA",
    )
    return event(
        first,
        "hbv_reinfection",
        date=first.date,
        earliest=first.earliest,
        detail=what,
        evidence=[
            first.infected_row,
            first.transplant_row,
            first.hbsag_gone,
            first.dna_gone,
            first.hbsag_row,
            first.dna_row,
        ],
    )


def _theirs(rows: ir.Table, grafted: ir.Table) -> ir.Table:
    """Rows of recipients."""
    return rows.semi_join(grafted.select(patient_id="recipient"), "patient_id")


def vaccination_events(
    engine: Engine,
    grafted: ir.Table,
    found: ir.Table,
    exposure: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """posttransplant_vaccination, posttransplant_vaccine_response, posttransplant_booster.

    Args:
        engine: where to compute.
        grafted: as of `recipients`.
        found: findings of every marker.
        exposure: table of the store.
        definition: for transplant.response_level (mIU/mL) and transplant.after_hbig (days).
    """
    vaccine = exposure.filter(exposure.drug_class == "vaccine")
    doses = vaccine.join(grafted, vaccine.patient_id == grafted.recipient)
    doses = engine.keep(
        doses.filter(doses.start > doses.since).select(
            "patient_id", "transplant_row", "source_row", date="start"
        )
    )
    first = first_rows(doses, "patient_id", [doses.date, doses.source_row])
    first_dose = engine.keep(
        event(
            first,
            "posttransplant_vaccination",
            date=first.date,
            evidence=[first.transplant_row, first.source_row],
        )
    )
    response = engine.keep(_response(first_dose, found, exposure, definition))
    responders = response.select(responder="patient_id", responded="date", rows="evidence")
    later = doses.join(responders, doses.patient_id == responders.responder)
    boosters = later.filter(later.date > later.responded)
    booster = first_rows(boosters, "patient_id", [boosters.date, boosters.source_row])
    boosted = event(
        booster,
        "posttransplant_booster",
        date=booster.date,
        evidence=[booster.rows, booster.source_row],
    )
    return [first_dose, response, boosted]


def _response(
    first_dose: ir.Table, found: ir.Table, exposure: ir.Table, definition: Definition
) -> ir.Table:
    """First anti-HBs above the level after the vaccine, long enough after the last HBIG."""
    level = float(definition["transplant.response_level"])
    antibody = found.filter(
        found.marker == "anti_hbs",
        # Set aside as passive under the general washout: recipients have their own below.
        (found.status == "positive") | found.reason.startswith("within "),
    )
    above = ibis.cases(
        (antibody.comparator == ">", antibody.value >= level),
        (antibody.comparator.isin(["=", "range"]), antibody.value > level),
        else_=False,
    )
    vaccinated = first_dose.select(vaccinated="patient_id", dose="date", dose_row="evidence")
    high = antibody.filter(above.fill_null(False)).select("patient_id", "date", "source_row")
    high = high.join(vaccinated, high.patient_id == vaccinated.vaccinated)
    high = high.filter(high.date > high.dose)
    hbig = exposure.filter(exposure.drug_class == "HBIG").select(
        "start", "end", treated="patient_id"
    )
    passive = high.join(
        hbig,
        [
            high.patient_id == hbig.treated,
            hbig.start <= high.date,
            high.date < days_after(hbig.end, definition["transplant.after_hbig"]),
        ],
    )
    active = high.anti_join(passive, ["patient_id", "date"])
    first = active.group_by("patient_id", "dose_row").agg(
        first=active.date.min(), row=active.source_row.argmin(active.date)
    )
    return event(
        first,
        "posttransplant_vaccine_response",
        date=first["first"],
        evidence=[first.dose_row, first.row],
    )


def derive(given: Inputs) -> Derived:
    """Recipients of a liver."""
    engine, rules = given.engine, given.rules
    grafted = engine.keep(recipients(given.events("liver", "liver_transplant")))
    return Derived(
        event=[
            *hbig_events(engine, grafted, given.exposure, given.patient, rules),
            *na_events(grafted, given.treatments),
            reinfection(grafted, given.found, given.condition),
            *vaccination_events(engine, grafted, given.found, given.exposure, rules),
        ]
    )
