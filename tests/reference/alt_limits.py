"""Plain reference: ALT held against multiples of its upper limit."""

from __future__ import annotations

from reference.findings import Finding


def times_limit(found: list[Finding], multiple: float) -> list[tuple[bool, Finding]]:
    """ALT at or above so many upper limits, or below; without those that tell neither."""
    classed = []
    for finding in alt_numbers(found):
        assert finding.value is not None
        if finding.threshold is None:  # sex unknown: no limit
            continue
        needed = finding.threshold * multiple
        if finding.comparator != "<" and finding.value >= needed:
            classed.append((True, finding))
        elif (finding.comparator == "=" and finding.value < needed) or (
            finding.comparator == "<" and finding.value <= needed
        ):
            classed.append((False, finding))
    return classed


def alt_numbers(found: list[Finding]) -> list[Finding]:
    """ALT with a number that no word contradicts."""
    return [
        finding
        for finding in found
        if finding.marker == "alt" and finding.value is not None
        if finding.status != "indeterminate" or finding.comparator == "<"
    ]
