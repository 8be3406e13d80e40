"""What reading one laboratory result gives: a reading, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REASONS: Final = (
    "no result",
    "redacted",
    "unreadable",
    "contradictory",
    "in doubt",
    "names another test",
    "test not done",
    "test failed",
    "no unit",
    "unknown unit",
    "unit does not fit the test",
    "no conversion factor",
    "impossible value",
    "swapped comparator",
    "status does not fit the test",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One result as the store keeps it; fields as in `tables.RESULT`.

    `comparator` '<' with no value means below a limit that is not known. `detection` and `status`
    are null where the laboratory did not say; a nucleic acid that was measured is 'quantified',
    also above the upper limit.
    """

    test: str
    value: float | None = None
    value_high: float | None = None
    comparator: str | None = None
    unit: str | None = None
    status: str | None = None
    detection: str | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    reference_low: float | None = None
    reference_high: float | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A result that was read and cannot be used. `reason` is one of `REASONS`."""

    reason: str
    detail: str
