"""Hepatitis C, hepatitis D and HIV, from diagnoses and serology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.derived import Derived
from seroclear.course.event import first_of, per_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

# Event and diagnosis -> what shows it in the laboratory.
COINFECTIONS = {
    "hcv": (("anti_hcv", "positive"), ("hcv_rna", "detectable")),
    "hdv": (("anti_hdv", "positive"), ("hdv_rna", "detectable")),
    "hiv": (("hiv", "positive"),),
}


def coinfections(findings: ir.Table, condition: ir.Table) -> dict[str, ir.Table]:
    """hcv, hdv, hiv: a positive antibody, detectable RNA or a diagnosis code."""
    events = {}
    for name, markers in COINFECTIONS.items():
        tables = [per_day(condition.filter(condition.condition == name))]
        for marker, status in markers:
            seen = findings.filter(findings.marker == marker, findings.status == status)
            tables.append(per_day(seen))
        events[name] = first_of(ibis.union(*tables), name)
    return events


def derive(given: Inputs) -> Derived:
    """Events hcv, hdv and hiv."""
    return Derived(event=list(coinfections(given.found, given.condition).values()))
