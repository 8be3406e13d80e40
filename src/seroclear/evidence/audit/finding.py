"""What a rule found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """From good to bad; the last one says that nothing could be computed.

    consistent: the printed numbers follow from each other.
    consistent-if: they do if the named condition holds, which the text does not state.
    note: a difference of rounding or truncation, which changes nothing.
    inconsistent: they do not, and no explanation that was tried makes them.
    impossible: no data whatever give these numbers.
    not-auditable: something is missing for a judgement.
    """

    CONSISTENT = "consistent"
    CONSISTENT_IF = "consistent-if"
    NOTE = "note"
    INCONSISTENT = "inconsistent"
    IMPOSSIBLE = "impossible"
    NOT_AUDITABLE = "not-auditable"


# How grave, for the order of a report and for --fail-on.
GRAVITY = {
    Verdict.NOT_AUDITABLE: -1,
    Verdict.CONSISTENT: 0,
    Verdict.NOTE: 1,
    Verdict.CONSISTENT_IF: 2,
    Verdict.INCONSISTENT: 3,
    Verdict.IMPOSSIBLE: 4,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One application of a rule.

    Attributes:
        rule: its id in rules.toml.
        quote: what is printed; start and end are its place in the text of the record.
        computation: what was computed from what.
        explanation: what it means, and under which condition it would be right.
        repair: the one change of the printed text that mends it; '' if none or several do.
    """

    rule: str
    verdict: Verdict
    quote: str
    start: int
    end: int
    computation: str
    explanation: str
    repair: str = ""
