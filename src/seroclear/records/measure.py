"""A printed number in its test's canonical unit, with limits, reference range and meaning."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from seroclear.errors import SeroclearError
from seroclear.records.grammar import Quantity, Said
from seroclear.records.limits import detection_of, limits_of, polarity_status, swapped
from seroclear.records.reading import Reading, Rejected
from seroclear.records.reference import read_reference
from seroclear.records.units import (
    Assay,
    Conversion,
    Test,
    find_assay,
    find_conversion,
    read_unit,
    tests,
    unit_or_error,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything about a call but its text."""

    test: Test  # the base test
    assay: Assay | None
    unit: str  # canonical spelling of the column's (or default) unit, '' when there is none
    scale: Conversion | Rejected  # for numbers printed without a unit
    reference: str | None
    copies_per_iu: float | None
    reference_low: float | None
    reference_high: float | None


@lru_cache(maxsize=65536)
def setting_of(
    test: str,
    unit: str | None,
    assay: str | None,
    reference: str | None,
    default_unit: str | None,
    copies_per_iu: float | None,
) -> Setting:
    """What the arguments of `results.read_result` mean; see there for them and for the errors."""
    if test not in tests():
        raise SeroclearError(f"The test {test!r} is not in vocabulary/tests.csv: add it there.")
    if copies_per_iu is not None and not 0 < copies_per_iu < math.inf:
        raise SeroclearError("copies_per_iu must be a positive number of copies in one IU.")
    base = tests()[tests()[test].base]
    named = find_assay(base.name, assay)
    default = unit_or_error(default_unit) if default_unit else ""
    printed = read_unit(unit)
    known = printed or default
    if known == "log10":
        known = _log_of(default) if default else known
    if not known and base.unit == "1":
        known = "1"  # the INR is a ratio: it has no unit to miss
    scale: Conversion | Rejected
    if printed is None:
        known = ""
        scale = Rejected("unknown unit", (unit or "").strip()[:20])
    else:
        scale = _scale(base, known, named, copies_per_iu)
    low, high = _reference(reference, scale)
    return Setting(base, named, known, scale, reference, copies_per_iu, low, high)


def _scale(
    test: Test, unit: str, assay: Assay | None, copies_per_iu: float | None
) -> Conversion | Rejected:
    if not unit:
        return Rejected("no unit", "")
    found = find_conversion(test.name, unit, assay, copies_per_iu)
    if isinstance(found, Conversion):
        return found
    # A bare 'log' does not say of what: IU or copies.
    return Rejected("no unit" if unit == "log10" else found, unit)


def _log_of(unit: str) -> str:
    """What a bare 'log' means in a column whose unit is known."""
    return unit if unit.startswith("log") else f"log10 {unit}"


def _reference(text: str | None, scale: Conversion | Rejected) -> tuple[float | None, float | None]:
    if text is None or isinstance(scale, Rejected):
        return None, None
    low, high = read_reference(text)
    return None if low is None else scale(low), None if high is None else scale(high)


def measure(setting: Setting, quantity: Quantity, said: Said, rule: str) -> Reading | Rejected:
    """A printed number in the canonical unit, with its limits, or why it cannot be used."""
    scale = _scale_of(setting, quantity.unit)
    if isinstance(scale, Rejected):
        return scale
    value = scale(quantity.low)
    high = None if quantity.high is None else scale(quantity.high)
    test = tests()[scale.to_test]
    possible = test.possible_low <= value and (high or value) <= test.possible_high
    below_zero = quantity.low < 0 or (quantity.comparator == "<" and value <= 0)
    if below_zero or not possible:
        return Rejected("impossible value", quantity.unit or setting.unit)
    if swapped(test, setting.assay, quantity.comparator, value):
        return Rejected("swapped comparator", quantity.comparator)
    lower, upper = limits_of(test, setting.assay, quantity.comparator, value)
    lower = printed_limit(setting, said.lower_limit, scale.to_test) or lower
    upper = printed_limit(setting, said.upper_limit, scale.to_test) or upper
    reference_low, reference_high = setting.reference_low, setting.reference_high
    if isinstance(setting.scale, Rejected):
        reference_low, reference_high = _reference(setting.reference, scale)
    elif setting.scale.to_test != scale.to_test:
        reference_low = reference_high = None
    status = said.answer
    if status is None and test.polarity == "by assay":
        status, basis = polarity_status(
            setting.assay, quantity.comparator, value, high, reference_low, reference_high
        )
        rule += basis
    measured = value if quantity.low > 0 else 0.0  # a printed log of zero is a placeholder too
    return Reading(
        scale.to_test,
        value,
        high,
        quantity.comparator,
        scale.to_unit,
        status,
        detection_of(test, said, quantity.comparator, measured, lower),
        lower,
        upper,
        reference_low,
        reference_high,
        rule + scale.note,
    )


def _scale_of(setting: Setting, unit: str | None) -> Conversion | Rejected:
    """The scale of a number: the unit printed beside it, else the column's."""
    if unit is None:
        return setting.scale
    if unit == "log10" and setting.unit:
        unit = _log_of(setting.unit)
    return _scale(setting.test, unit, setting.assay, setting.copies_per_iu)


def printed_limit(setting: Setting, limit: Quantity | None, to_test: str) -> float | None:
    """An assay limit printed in the text, in the canonical unit of `to_test`; None if unclear."""
    if limit is None:
        return None
    scale = _scale_of(setting, limit.unit)
    if isinstance(scale, Rejected) or scale.to_test != to_test:
        return None
    return scale(limit.low)
