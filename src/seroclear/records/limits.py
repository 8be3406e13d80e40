"""What an assay's limits and cut-offs say about a number in the canonical unit."""

from __future__ import annotations

import math
from typing import Final

from seroclear.records.grammar import Said
from seroclear.records.units import Assay, Test, assays

# Index assays (S/CO, COI) are calibrated so that the cut-off is 1. On a competitive assay a number
# at or below it is positive, on a sandwich assay a number at or above it (Roche product page
# Elecsys Anti-HBe: COI <= 1.0 reactive; Architect HBsAg: S/CO >= 1.0 reactive).
INDEX_CUTOFF: Final = 1.0
# A limit printed as a log with two decimals (1.30) is the limit (20) within half a per cent.
SAME_LIMIT_WITHIN: Final = 0.005


def limits_of(
    test: Test, assay: Assay | None, comparator: str, value: float
) -> tuple[float | None, float | None]:
    """Lower and upper limit: the one a comparator prints ('<20', '>250'), else the assay's own."""
    lower = upper = None
    if assay is not None and assay.test == test.name:
        lower, upper = assay.lower_limit, assay.upper_limit
        if upper is not None and value > upper:
            upper = assay.upper_limit_diluted
    if comparator == "<":
        lower = value
    elif comparator == ">":
        upper = value
    return lower, upper


def swapped(test: Test, assay: Assay | None, comparator: str, value: float) -> bool:
    """Whether '>' stands before a lower limit or '<' before an upper one ('>0.05' for '<0.05').

    Without a named assay this is asked of antigens only: HBsAg limits are few and well known,
    while '>20' or '<1000' may be true statements about a nucleic acid.
    """
    if comparator not in ("<", ">"):
        return False
    candidates = assays() if test.kind == "antigen" else (assay,) if assay else ()
    for one in candidates:
        if one.test != test.name:
            continue
        wrong = (
            (one.lower_limit,) if comparator == ">" else (one.upper_limit, one.upper_limit_diluted)
        )
        if any(w is not None and math.isclose(value, w, rel_tol=SAME_LIMIT_WITHIN) for w in wrong):
            return True
    return False


def detection_of(
    test: Test, said: Said, comparator: str | None, value: float, lower_limit: float | None
) -> str | None:
    """quantified, detected below limit, not detected, or None where the text does not say.

    Nucleic acids only. '<20' alone is None: below the limit, whether detected was not stated. A
    number above the upper limit counts as quantified; a zero, or a number below the assay's limit,
    does not.
    """
    if test.kind != "nucleic acid":
        return None
    if False in said.detected:
        return "not detected"
    if comparator == "<":
        return "detected below limit" if said.answer == "positive" else None
    if comparator is None or value <= 0 or (lower_limit is not None and value < lower_limit):
        return None
    return "quantified"


def polarity_status(
    assay: Assay | None,
    comparator: str,
    value: float,
    value_high: float | None,
    reference_low: float | None,
    reference_high: float | None,
) -> tuple[str | None, str]:
    """The status of an index of a test whose polarity depends on the assay, and the basis.

    The printed reference range tells the polarity (normal > 1: competitive; normal < 1: sandwich);
    so does a named assay. Neither, or a dispute between them: no status.
    """
    by_range = None
    if reference_low == INDEX_CUTOFF and reference_high is None:
        by_range = "competitive"
    elif reference_high == INDEX_CUTOFF:
        by_range = "sandwich"
    by_assay = assay.polarity if assay is not None and assay.polarity else None
    if by_range and by_assay and by_range != by_assay:
        return None, ", polarity in dispute"
    polarity = by_assay or by_range
    if polarity is None:
        return None, ""
    side = _side_of_cutoff(comparator, value, value_high, polarity)
    if side is None:
        return None, ""
    positive = (side == "low") == (polarity == "competitive")
    basis = f", {polarity} by {'assay' if by_assay else 'reference range'}"
    return "positive" if positive else "negative", basis


def _side_of_cutoff(
    comparator: str, value: float, value_high: float | None, polarity: str
) -> str | None:
    """Which side of the cut-off a number is on; exactly 1 is positive on both kinds of assay."""
    if comparator == "=" and value == INDEX_CUTOFF:
        return "low" if polarity == "competitive" else "high"
    highest = math.inf if comparator == ">" else value_high if value_high is not None else value
    lowest = -math.inf if comparator == "<" else value
    if highest <= INDEX_CUTOFF and not (comparator == "range" and highest == INDEX_CUTOFF):
        return "low"
    if lowest >= INDEX_CUTOFF and not (comparator == "range" and lowest == INDEX_CUTOFF):
        return "high"
    return None
