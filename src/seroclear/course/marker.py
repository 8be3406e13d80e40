"""Markers: the status that one result gives, by its number and by the laboratory's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition

if TYPE_CHECKING:
    import ibis.expr.types as ir

INDETERMINATE = "indeterminate"


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

MARKER = {marker.name: marker for marker in MARKERS}


def row_status(results: ir.Table, marker: Marker, definition: Definition) -> ir.Table:
    """Adds `status_here`: the laboratory's own word and the number, which must not contradict.

    Also `threshold_here`: what the number was held against."""
    number = ibis.null("string")
    limit = ibis.null("float64")
    if by_sex(marker, definition):
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


def by_sex(marker: Marker, definition: Definition) -> bool:
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


def _limit_too_high(
    results: ir.Table, said: ir.StringValue, definition: Definition
) -> ir.BooleanValue:
    """An assay that cannot see below the limit cannot show that nothing is there."""
    too_high = results.lower_limit > ibis.literal(float(definition["hbv_dna.llod"]))
    return (too_high & (said == "undetectable")).fill_null(False)
