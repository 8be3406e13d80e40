"""What the records say of the infection as a whole: one state a patient.

A diagnosis code alone proves nothing, and serology can contradict it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.derived import Derived
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

HBV_CODES = ("chronic_hbv", "hbv_carrier", "hbv_unspecified", "acute_hbv")

CHRONIC = "chronic hepatitis B"
POSITIVE = "HBsAg positive, chronicity not shown"
CONTRADICTED = "code contradicted by serology"
UNCONFIRMED = "coded, unconfirmed by any test"
RESOLVED = "resolved infection, loss not observed"
ISOLATED = "isolated anti-HBc"
NOT_INFECTED = "not infected"
HBSAG_NEGATIVE = "HBsAg negative, rest unknown"
UNKNOWN = "unknown"


def infection_state(
    engine: Engine, patient: ir.Table, findings: ir.Table, condition: ir.Table, chronic: ir.Table
) -> ir.Table:
    """State of marker 'infection' for every patient (columns of the state table)."""
    seen = findings.group_by("patient_id").agg(
        **{
            f"{marker}_{status}": ((findings.marker == marker) & (findings.status == status)).max()
            for marker in ("hbsag", "anti_hbc", "anti_hbs")
            for status in ("positive", "negative")
        }
    )
    coded = condition.filter(condition.condition.isin(HBV_CODES)).select("patient_id").distinct()
    everything = patient.select("patient_id", "observed_from", "observed_to")
    for table, flag in (
        (coded, "coded"),
        (chronic.select("patient_id").distinct(), "chronic"),
    ):
        flagged = table.mutate(**{flag: True})
        everything = everything.left_join(flagged, "patient_id").drop("patient_id_right")
    everything = everything.left_join(seen, "patient_id").drop("patient_id_right")
    t = engine.keep(
        everything.mutate(
            **{
                column: everything[column].fill_null(False)
                for column in everything.columns
                if column not in ("patient_id", "observed_from", "observed_to")
            }
        )
    )
    never_positive = ~t.hbsag_positive & ~t.anti_hbc_positive
    state = ibis.cases(
        (t.chronic, CHRONIC),
        (t.hbsag_positive, POSITIVE),
        (t.coded & never_positive & t.hbsag_negative & t.anti_hbc_negative, CONTRADICTED),
        (t.anti_hbc_positive & t.hbsag_negative & t.anti_hbs_positive, RESOLVED),
        (t.anti_hbc_positive & t.hbsag_negative & t.anti_hbs_negative, ISOLATED),
        (never_positive & t.hbsag_negative & t.anti_hbc_negative, NOT_INFECTED),
        (t.coded & ~t.hbsag_negative & ~t.anti_hbc_positive, UNCONFIRMED),
        (t.hbsag_negative, HBSAG_NEGATIVE),
        else_=UNKNOWN,
    )
    return t.select(
        "patient_id",
        marker=ibis.literal("infection"),
        state=state,
        start=t.observed_from,
        end=t.observed_to,
    )


def derive(given: Inputs) -> Derived:
    """The one state of everybody's infection."""
    chronic = given.events("chronic", "chronic_hbv")
    state = infection_state(given.engine, given.patient, given.found, given.condition, chronic)
    return Derived(state=[state])
