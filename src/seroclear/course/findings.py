"""Findings: what each marker showed on each day, reconciled from all of that day's results.

A finding has a status in the marker's own words (HBsAg positive, HBV DNA undetectable, ALT
elevated), the value behind it, and the source row that decides it. Two results of one day that
contradict each other, a bare index in the grey zone and a limit too high to tell are indeterminate:
neither evidence for nor against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.set_aside import INDETERMINATE, immunising_doses, set_aside
from seroclear.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs
    from seroclear.records.store import Store

COLUMNS = (
    "patient_id",
    "date",
    "marker",
    "status",
    "reason",
    "value",
    "comparator",
    "threshold",  # what the value was held against; ALT: its upper limit of normal
    "assay_limit",  # the limit of quantification of the assay, where it is known
    "source_row",
)


@dataclass(frozen=True, slots=True)
class Marker:
    """How a marker's results become a status.

    Attributes:
        name: the marker, and the test that carries its quantitative results.
        tests: every test that speaks of it.
        above, below: status at or above the threshold, and below it.
        threshold: parameter of the definition for quantitative results.
        index_cutoff: parameter for bare signal-to-cut-off numbers, None when they say nothing.
        strict: above means greater than the threshold, not equal (upper limits of normal).
    """

    name: str
    tests: tuple[str, ...]
    threshold: str | None
    index_cutoff: str | None = None
    above: str = "positive"
    below: str = "negative"
    strict: bool = False


MARKERS = (
    Marker("hbsag", ("hbsag", "hbsag_index"), "hbsag.llod", "hbsag.index_cutoff"),
    Marker(
        "anti_hbs", ("anti_hbs", "anti_hbs_index"), "anti_hbs.positive", "antibody.index_cutoff"
    ),
    Marker("hbeag", ("hbeag",), None, "hbeag.index_cutoff"),
    # Competitive assays: results.py has already read their reversed index, where it could.
    Marker("anti_hbe", ("anti_hbe",), None),
    Marker("anti_hbc", ("anti_hbc",), None),
    Marker("anti_hcv", ("anti_hcv",), None, "antibody.index_cutoff"),
    Marker("anti_hdv", ("anti_hdv",), None, "antibody.index_cutoff"),
    Marker("hiv", ("hiv",), None, "antibody.index_cutoff"),
    Marker("hbv_dna", ("hbv_dna",), "hbv_dna.llod", None, "detectable", "undetectable"),
    Marker("hcv_rna", ("hcv_rna",), "hbv_dna.llod", None, "detectable", "undetectable"),
    Marker("hdv_rna", ("hdv_rna",), "hbv_dna.llod", None, "detectable", "undetectable"),
    Marker("alt", ("alt",), "alt.uln", None, "elevated", "normal", strict=True),
)


def findings(engine: Engine, store: Store, definition: Definition) -> ir.Table:
    """Findings of every marker (columns: COLUMNS), one row a patient, day and marker."""
    doses = engine.keep(immunising_doses(engine, store))
    tables = []
    for marker in MARKERS:
        results = engine.results(store, *marker.tests)
        if _by_sex(marker, definition):
            sexes = engine.store_table(store, "patient").select("patient_id", "sex")
            results = results.left_join(sexes, "patient_id").drop("patient_id_right")
        daily = _by_day(_row_status(results, marker, definition), marker, definition)
        if marker.name == "hbsag":
            daily = set_aside(
                daily, doses, "vaccine", "positive", definition["hbsag.ignore_after_vaccine"]
            )
        if marker.name in ("hbsag", "anti_hbs"):
            status = "negative" if marker.name == "hbsag" else "positive"
            daily = set_aside(daily, doses, "HBIG", status, definition.washout_days)
        tables.append(daily.select(*COLUMNS))
    return engine.keep(ibis.union(*tables))


def _numeric_status(
    results: ir.Table, threshold: ir.NumericValue, marker: Marker
) -> ir.StringValue:
    """Status of a number against a threshold; null when there is no number."""
    value, high, sign = results.value, results.value_high, results.comparator
    exact_above: Callable[[ir.NumericValue], ir.BooleanValue]
    exact_above = (lambda x: x > threshold) if marker.strict else (lambda x: x >= threshold)
    above = (
        ((sign == "=") & exact_above(value))
        | ((sign == ">") & (value >= threshold))
        | ((sign == "range") & exact_above(value))
    )
    below = (
        ((sign == "=") & ~exact_above(value))
        | ((sign == "<") & (value <= threshold))
        | ((sign == "range") & ~exact_above(high))
    )
    return ibis.cases(
        (value.isnull(), ibis.null("string")),
        (above, marker.above),
        (below, marker.below),
        else_=INDETERMINATE,
    )


def _index_status(results: ir.Table, marker: Marker, definition: Definition) -> ir.StringValue:
    """Status of a bare signal-to-cut-off number; HBsAg has a grey zone around the cut-off."""
    assert marker.index_cutoff is not None
    status = _numeric_status(results, ibis.literal(float(definition[marker.index_cutoff])), marker)
    if marker.name != "hbsag":
        return status
    grey = (results.comparator == "=") & results.value.between(
        definition["hbsag.grey_low"], definition["hbsag.grey_high"]
    )
    return grey.ifelse(INDETERMINATE, status)


def _by_sex(marker: Marker, definition: Definition) -> bool:
    return marker.name == "alt" and bool(definition["alt.uln"] == "sex")


def _status_by_sex(
    results: ir.Table, marker: Marker, definition: Definition
) -> tuple[ir.StringValue, ir.NumericValue]:
    """Status and limit by sex; of unknown sex, what holds for both sexes, and no limit."""
    men = ibis.literal(float(definition["alt.uln_male"]))
    women = ibis.literal(float(definition["alt.uln_female"]))
    by_men = _numeric_status(results, men, marker)
    by_women = _numeric_status(results, women, marker)
    male, female = results.sex == "male", results.sex == "female"
    both = results.value.isnull() | (by_men == by_women)
    status = ibis.cases((male, by_men), (female, by_women), (both, by_men), else_=INDETERMINATE)
    return status, ibis.cases((male, men), (female, women), else_=ibis.null("float64"))


def _threshold(results: ir.Table, marker: Marker, definition: Definition) -> ir.NumericValue:
    assert marker.threshold is not None
    limit = definition[marker.threshold]
    if limit == "laboratory":
        return ibis.coalesce(
            results.reference_high, ibis.literal(float(definition["alt.uln_otherwise"]))
        )
    return ibis.literal(float(limit))


def _row_status(results: ir.Table, marker: Marker, definition: Definition) -> ir.Table:
    """Adds `status_here`: the laboratory's own word and the number, which must not contradict.

    Also `threshold_here`: what the number was held against."""
    number = ibis.null("string")
    limit = ibis.null("float64")
    if _by_sex(marker, definition):
        number, limit = _status_by_sex(results, marker, definition)
    elif marker.threshold is not None:
        limit = _threshold(results, marker, definition)
        number = _numeric_status(results, limit, marker)
    if marker.index_cutoff is not None:
        index = _index_status(results, marker, definition)
        number = (results.unit == "S/CO").ifelse(index, number)
    said = ibis.cases(
        (results.status == "positive", marker.above),
        (results.status == "negative", marker.below),
        (results.status == "indeterminate", INDETERMINATE),
        (results.detection == "not detected", marker.below),
        else_=ibis.null("string"),
    )
    if marker.threshold == "hbv_dna.llod":
        said = _limit_too_high(results, said, definition).ifelse(INDETERMINATE, said)
    agreed = ibis.cases(
        # Below the limit of quantification, yet seen: virus is there, and HBV DNA is neither
        # detectable nor undetectable in the sense of a response.
        (
            (results.detection == "detected below limit").fill_null(False),
            INDETERMINATE if marker.name == "hbv_dna" else marker.above,
        ),
        (number.isnull(), said),
        (said.isnull(), number),
        (said == number, said),
        # The laboratory's word stands over a bare index (its own cut-off and grey zone).
        (results.unit == "S/CO", said),
        else_=INDETERMINATE,
    )
    return results.mutate(status_here=agreed.cast("string"), threshold_here=limit)


def _limit_too_high(
    results: ir.Table, said: ir.StringValue, definition: Definition
) -> ir.BooleanValue:
    """An assay that cannot see below the limit cannot show that nothing is there."""
    too_high = results.lower_limit > ibis.literal(float(definition["hbv_dna.llod"]))
    return (too_high & (said == "undetectable")).fill_null(False)


def _by_day(results: ir.Table, marker: Marker, definition: Definition) -> ir.Table:
    """One finding a patient and day, with the value and source of the result that decides it.

    That is, of the results that show the day's status (of all, when they contradict each other),
    the one with the largest number; ties go to the first source row.
    """
    said = results.filter(results.status_here.notnull())
    day = ibis.window(group_by=["patient_id", "taken_at"])
    any_above = (said.status_here == marker.above).max().over(day)
    any_below = (said.status_here == marker.below).max().over(day)
    conflict = any_above & any_below
    wins = marker.name == "hbsag" and definition["hbsag.same_day_conflict"] == "positive"
    if marker.name == "alt":  # the worst value of the day counts
        conflict = ibis.literal(False)
    status = ibis.cases(
        (conflict, marker.above if wins else INDETERMINATE),
        (any_above, marker.above),
        (any_below, marker.below),
        else_=INDETERMINATE,
    )
    index = (said.unit == "S/CO").fill_null(False)
    read = said.mutate(
        status=status,
        reason=conflict.ifelse("contradictory results on one day", ""),
        value=index.ifelse(ibis.null("float64"), said.value),
        comparator=index.ifelse(ibis.null("string"), said.comparator),
        threshold=(index | said.value.isnull()).ifelse(ibis.null("float64"), said.threshold_here),
        assay_limit=said.lower_limit,
    )
    by_weight = ibis.window(
        group_by=["patient_id", "taken_at"],
        order_by=[
            (read.status_here == read.status).cast("int64").desc(),
            read.value.fill_null(-1.0).desc(),
            read.source_row,
        ],
    )
    ranked = read.mutate(weight=ibis.row_number().over(by_weight), marker=ibis.literal(marker.name))
    return ranked.filter(ranked.weight == 0).select(
        *[name for name in COLUMNS if name != "date"], date="taken_at"
    )


def derive(given: Inputs) -> Derived:
    """Findings of every marker of the laboratory."""
    return Derived(finding=[findings(given.engine, given.store, given.rules)])
