"""Read what a laboratory wrote as a result: numbers, signs and words, in English and Chinese.

`<20`, `>250`, *target not detected* and *detected below 20* are four different things, and each
stays what it is. What cannot be read with certainty is returned as `Rejected` with its reason; a
number is never turned into positive or negative here, except where the assay's or the
laboratory's own printed cut-off says what it means (see `limits.polarity_status`).
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Final

from seroclear.records.grammar import Quantity, Said, Unread, read_statement
from seroclear.records.limits import detection_of
from seroclear.records.measure import Setting, measure, printed_limit, setting_of
from seroclear.records.panel import read_panel
from seroclear.records.reading import REASONS, Reading, Rejected
from seroclear.records.units import fold
from seroclear.records.words import NUMBER, read_number

__all__ = ["REASONS", "Reading", "Rejected", "read_result"]

# Two printed forms of one number ("1250 IU/mL (3.10 log)") agree within the rounding of one decimal
# of a log10: 10**0.05 = 1.12.
TWO_FORMS_AGREE_WITHIN: Final = 0.05

# Reasons that spoil the number only: a sign printed with it still stands.
_NUMBER_UNUSABLE: Final = (
    "no unit",
    "unknown unit",
    "unit does not fit the test",
    "no conversion factor",
)
_NOTHING_SAID: Final = Said()
_PLAIN: Final = re.compile(rf"(<=?|>=?|=)?\s?(-?{NUMBER})\.?")
_NOTHING: Final = re.compile(r"(?:none|nan\.?|[/.\s?*_-]*)")


def read_result(
    test: str,
    text: str | None,
    unit: str | None = None,
    *,
    assay: str | None = None,
    reference: str | None = None,
    default_unit: str | None = None,
    copies_per_iu: float | None = None,
) -> tuple[Reading, ...] | Rejected:
    """Read one laboratory result.

    Args:
        test: a name of vocabulary/tests.csv. A result may come back under a sister test: a COI
            given as `hbsag` is `hbsag_index`, and a sign given as `hbsag_index` is `hbsag`.
        text: the result as printed.
        unit: the unit column as printed. A unit printed in `text` itself wins.
        assay: assay, method or test name as printed, for limits, copies per IU and polarity.
        reference: the laboratory's reference range as printed.
        default_unit: unit of numbers that come without one, from the user; never guessed.
        copies_per_iu: HBV DNA copies in one IU, used only when the assay has no factor of its own.

    Returns:
        The readings (a panel, or a sign with an index, makes more than one), or why there is none.

    Raises:
        SeroclearError: `test` or `default_unit` is not in the vocabulary, or `copies_per_iu` is
            not positive. No text raises an error.
    """
    setting = setting_of(test, unit, assay, reference, default_unit, copies_per_iu)
    if text is None:
        return Rejected("no result", "")
    folded = fold(text)
    if setting.test.kind == "panel":
        return _read_panel(folded)
    plain = _PLAIN.fullmatch(folded)
    if plain is not None:
        return _read_plain(setting, plain)
    if folded == "-" and setting.test.kind != "number":
        # On Chinese reports a bare '-' is the negative sign; '--' and '/' are not.
        return (Reading(setting.test.name, status="negative", rule="status: bare sign"),)
    if _NOTHING.fullmatch(folded):
        return _nothing(folded)
    try:
        said = read_statement(folded, setting.test.name)
    except Unread as unread:
        return Rejected(*unread.args)
    return _read_said(setting, said)


def _nothing(folded: str) -> Rejected:
    if "__" in folded:
        return Rejected("redacted", "")
    return Rejected("unreadable" if folded.startswith("nan") else "no result", "")


def _read_panel(folded: str) -> tuple[Reading, ...] | Rejected:
    panel = read_panel(folded)
    if panel is None:
        reason = _nothing(folded).reason if _NOTHING.fullmatch(folded) else "unreadable"
        return Rejected(reason, "")
    statuses, rule = panel
    return tuple(Reading(test, status=status, rule=rule) for test, status in statuses.items())


def _read_plain(setting: Setting, match: re.Match[str]) -> tuple[Reading, ...] | Rejected:
    """A number or a comparator with a number, and nothing else: nine results in ten."""
    sign, printed = match.groups()
    value = -read_number(printed[1:]) if printed[0] == "-" else read_number(printed)
    comparator = sign[0] if sign else "="
    rule = "number" if comparator == "=" else "comparator"
    if "," in printed:
        # Read as thousands; named, because some countries write the decimal point as a comma.
        rule += ", thousands comma"
    reading = measure(setting, Quantity(comparator, value, None, None), _NOTHING_SAID, rule)
    return reading if isinstance(reading, Rejected) else (reading,)


def _read_said(setting: Setting, said: Said) -> tuple[Reading, ...] | Rejected:
    """Readings of a text with words in it."""
    if said.answer is not None and setting.test.kind == "number":
        return Rejected("status does not fit the test", said.answer)
    words = "weak positive" if said.weak else "status" if said.answer else ""
    if not said.quantities:
        return (_without_number(setting, said, words),)
    read = _one_number(setting, said, words)
    if isinstance(read, Rejected):
        if said.answer is None or read.reason not in _NUMBER_UNUSABLE:
            return read
        why = "without unit" if read.reason == "no unit" else f"dropped: {read.reason}"
        detection = detection_of(setting.test, said, said.quantities[0].comparator, 0.0, None)
        rule = f"{words}, number {why}"
        return (Reading(setting.test.name, status=said.answer, detection=detection, rule=rule),)
    if said.answer is None or read.test == setting.test.name:
        return (read,)
    # The sign belongs to the base test, the number to its sister (hbsag and hbsag_index).
    return (
        Reading(setting.test.name, status=said.answer, rule=read.rule),
        replace(read, status=None),
    )


def _one_number(setting: Setting, said: Said, words: str) -> Reading | Rejected:
    """The number of the text; several are one only when they print it in different units."""
    kinds = {"=": "number", "range": "range"}
    first = said.quantities[0]
    rule = "+".join(filter(None, (words, kinds.get(first.comparator, "comparator"))))
    if said.titre:
        rule = f"free text: {said.titre}"
    readings = [measure(setting, quantity, said, rule) for quantity in said.quantities]
    reading, *others = readings
    if isinstance(reading, Rejected) or not others:
        return reading
    units = {quantity.unit for quantity in said.quantities}
    if None in units or len(units) < len(readings):
        return Rejected("unreadable", "more than one number")
    for other in others:
        if isinstance(other, Rejected):
            return other
        if not _same_number(reading, other):
            return Rejected("contradictory", "numbers in two units differ")
    return reading


def _same_number(one: Reading, other: Reading) -> bool:
    if one.test != other.test or one.comparator != other.comparator or one.comparator == "range":
        return False
    if not one.value or not other.value:
        return one.value == other.value
    return abs(math.log10(one.value / other.value)) <= TWO_FORMS_AGREE_WITHIN


def _without_number(setting: Setting, said: Said, words: str) -> Reading:
    """A status, or 'below the limit' where only the assay may tell the limit."""
    test, assay = setting.test, setting.assay
    lower = printed_limit(setting, said.lower_limit, test.name)
    upper = printed_limit(setting, said.upper_limit, test.name)
    if assay is not None:
        lower, upper = lower or assay.lower_limit, upper or assay.upper_limit
    comparator = "<" if said.below else ">" if said.above else None
    value = lower if said.below else upper if said.above else None
    limit = {"<": "below limit", ">": "above limit"}.get(comparator or "", "")
    return Reading(
        test.name,
        value=value,
        comparator=comparator,
        unit=test.unit if value is not None else None,
        status=said.answer,
        detection=detection_of(test, said, comparator, value or 0.0, lower),
        lower_limit=lower,
        upper_limit=upper,
        rule="+".join(filter(None, (words, limit))),
    )
