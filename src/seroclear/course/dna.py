"""HBV DNA: what each day's test proves.

'<1000' proves that DNA is no higher than that, and neither that it is undetectable nor that it is
low-level viraemia; '>1.7E8' proves only that it is at least so high. Contradictory results of one
day prove nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEVELS = ("undetectable", "low", "high")


def dna_tests(findings: ir.Table, definition: Definition) -> ir.Table:
    """HBV DNA of each day with what it proves.

    Args:
        findings: of every marker.
        definition: for hbv_dna.llod and viraemia.low_level_upper, in IU/mL.

    Returns:
        patient_id, date, status, source_row; low and high: DNA is at least and at most so much
        (IU/mL, null: not known; below the limit of detection counts as at most that limit); level:
        one of LEVELS, null when the assay cannot tell; last_detectable and last_not_low: the last
        earlier day on which DNA was detectable, and on which it was certainly not low-level.
    """
    llod = ibis.literal(float(definition["hbv_dna.llod"]))
    upper = float(definition["viraemia.low_level_upper"])
    unknown = ibis.null("float64")
    dna = findings.filter(findings.marker == "hbv_dna")
    detectable, undetectable = dna.status == "detectable", dna.status == "undetectable"
    low = ibis.cases(
        (undetectable, 0.0),
        (detectable & dna.comparator.isin(["=", ">", "range"]), dna.value),
        else_=unknown,
    )
    only_limit = (dna.status == "indeterminate") & (dna.reason == "") & (dna.comparator == "<")
    high = ibis.cases(
        (undetectable, llod),
        (detectable & (dna.comparator == "="), dna.value),
        (only_limit, ibis.greatest(dna.value, llod)),
        else_=unknown,
    )
    bounded = dna.mutate(low=low, high=high)
    level = ibis.cases(
        (bounded.status == "undetectable", "undetectable"),
        ((bounded.low >= upper).fill_null(False), "high"),
        (
            (bounded.status == "detectable")
            & (bounded.high < upper).fill_null(False)
            # An assay that sees only part of the range would find only part of the patients.
            & (bounded.assay_limit.isnull() | (bounded.assay_limit <= llod)),
            "low",
        ),
        else_=ibis.null("string"),
    )
    tests = bounded.select("patient_id", "date", "status", "source_row", "low", "high", level=level)
    before = ibis.trailing_window(None, group_by="patient_id", order_by="date")
    return tests.mutate(
        last_detectable=_day_if(tests, tests.status == "detectable").max().over(before),
        last_not_low=_day_if(tests, tests.level.isin(["undetectable", "high"])).max().over(before),
    )


def _day_if(tests: ir.Table, condition: ir.BooleanValue) -> ir.DateValue:
    return condition.fill_null(False).ifelse(tests.date, ibis.null("date"))
