"""Children of mothers who were HBsAg positive at their birth: prophylaxis, and whether it held.

Only children whose mother is linked and whose day of birth is known. A mother whose HBsAg at the
birth is unknown makes no event, nor does a child who was not tested from the age at which a test
tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event
from seroclear.course.pregnancy import born
from seroclear.engine import Engine, days_after, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs


def exposed_children(patient: ir.Table, found: ir.Table, definition: Definition) -> ir.Table:
    """Children (child, birth, mother_row) whose mother's last HBsAg up to the birth was positive.

    Args:
        patient: table of the store.
        found: findings of every marker.
        definition: for mtct.mother_window, in days: a test so long after the birth still counts.
    """
    children = born(patient).select("mother_id", child="patient_id", birth="birth_date")
    tests = found.filter(found.marker == "hbsag", found.status.isin(["positive", "negative"]))
    of_mother = children.join(
        tests,
        [
            children.mother_id == tests.patient_id,
            tests.date <= days_after(children.birth, definition["mtct.mother_window"]),
        ],
    )
    last = of_mother.group_by("child", "birth").agg(
        status=of_mother.status.argmax(of_mother.date),
        mother_row=of_mother.source_row.argmax(of_mother.date),
    )
    return last.filter(last.status == "positive").drop("status")


def infant_events(
    engine: Engine,
    children: ir.Table,
    found: ir.Table,
    exposure: ir.Table,
    definition: Definition,
) -> list[ir.Table]:
    """infant_prophylaxis, mother_to_child_transmission, mother_to_child_prevented.

    The first HBsAg or HBV DNA from mtct.test_from_days of age on decides. A child who was negative
    then and positive later makes neither event: the infection may have come from elsewhere.

    Args:
        engine: where to compute.
        children: as of `exposed_children`.
        found: findings of every marker.
        exposure: table of the store.
        definition: for mtct.prophylaxis_days and mtct.test_from_days, in days.
    """
    days = engine.keep(_tested(children, found, definition))
    ever = days.group_by("patient_id").agg(day=days.date.min(), ever=days.positive.max())
    first = engine.keep(
        days.join(ever, [days.patient_id == ever.patient_id, days.date == ever.day]).select(
            *days.columns, "ever"
        )
    )
    infected = first.filter(first.positive)
    spared = first.filter(~first.ever)
    both = infected.hbsag_row.notnull() & infected.dna_row.notnull()
    what = ibis.cases(
        (both, "HBsAg and HBV DNA"),
        (infected.hbsag_row.notnull(), "HBsAg"),
        else_="HBV DNA",
    )
    return [
        _prophylaxis(children, exposure, definition),
        event(
            infected,
            "mother_to_child_transmission",
            date=infected.date,
            detail=what + " at " + _age(infected),
            evidence=[infected.mother_row, infected.hbsag_row, infected.dna_row],
        ),
        event(
            spared,
            "mother_to_child_prevented",
            date=spared.date,
            detail=ibis.literal("HBsAg negative at ") + _age(spared),
            evidence=[spared.mother_row, spared.negative_row],
        ),
    ]


def _age(rows: ir.Table) -> ir.StringValue:
    return days_between(rows.birth, rows.date).cast("string") + " days of age"


def _tested(children: ir.Table, found: ir.Table, definition: Definition) -> ir.Table:
    """Days of a test that tells: patient_id, date, birth, mother_row, positive, hbsag_row (of a
    positive), dna_row (detectable), negative_row."""
    tests = found.join(children, found.patient_id == children.child)
    tests = tests.filter(tests.date >= days_after(tests.birth, definition["mtct.test_from_days"]))
    hbsag = (tests.marker == "hbsag") & (tests.status == "positive")
    dna = (tests.marker == "hbv_dna") & (tests.status == "detectable")
    negative = (tests.marker == "hbsag") & (tests.status == "negative")
    days = (
        tests.filter(hbsag | dna | negative)
        .group_by("patient_id", "date", "birth", "mother_row")
        .agg(
            hbsag_row=lambda t: t.source_row.min(
                where=(t.marker == "hbsag") & (t.status == "positive")
            ),
            dna_row=lambda t: t.source_row.min(where=t.marker == "hbv_dna"),
            negative_row=lambda t: t.source_row.min(where=t.status == "negative"),
        )
    )
    return days.mutate(positive=days.hbsag_row.notnull() | days.dna_row.notnull())


def _prophylaxis(children: ir.Table, exposure: ir.Table, definition: Definition) -> ir.Table:
    """HBIG or vaccine on the day of birth or soon after; the first dose of each."""
    doses = exposure.join(children, exposure.patient_id == children.child)
    early = doses.filter(
        doses.drug_class.isin(["HBIG", "vaccine"]),
        doses.start >= doses.birth,
        doses.start <= days_after(doses.birth, definition["mtct.prophylaxis_days"]),
    )
    days = early.group_by("patient_id", "mother_row", "drug_class", "start").agg(
        row=early.source_row.min()
    )
    hbig, vaccine = days.drug_class == "HBIG", days.drug_class == "vaccine"
    given = days.group_by("patient_id", "mother_row").agg(
        first=days.start.min(),
        hbig_row=days.row.argmin(days.start, where=hbig),
        vaccine_row=days.row.argmin(days.start, where=vaccine),
    )
    detail = ibis.cases(
        (given.vaccine_row.isnull(), "HBIG only"),
        (given.hbig_row.isnull(), "vaccine only"),
        else_="HBIG and vaccine",
    )
    return event(
        given,
        "infant_prophylaxis",
        date=given["first"],
        detail=detail,
        evidence=[given.mother_row, given.hbig_row, given.vaccine_row],
    )


def derive(given: Inputs) -> Derived:
    """Children exposed at birth."""
    engine, rules = given.engine, given.rules
    children = engine.keep(exposed_children(given.patient, given.found, rules))
    return Derived(event=infant_events(engine, children, given.found, given.exposure, rules))
