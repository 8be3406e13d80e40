"""FHIR R4 Observations as rows of raw_result."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from seroclear.records.sources.fhir_parts import (
    Json,
    References,
    answer,
    answer_words,
    codes,
    items,
    name,
    part,
    text,
)
from seroclear.records.sources.fhir_rows import Row, about_patient, wrong_status
from seroclear.records.units import read_unit, vocabulary

# FHIR R4 ObservationStatus: these results were never made, or taken back.
NO_RESULT: Final = ("entered-in-error", "cancelled")
# dataAbsentReason of a result that is given in words elsewhere in the resource.
AS_TEXT: Final = "as-text"


def observation(resource: Json, references: References) -> Iterator[Row]:
    """The results of an Observation: its own and one for each component.

    A panel that only gathers (components or members, no value) has no result of its own.
    """
    taken = {
        "taken_at": text(resource, "effectiveDateTime")
        or text(resource, "effectivePeriod", "start")
        or text(resource, "effectiveInstant"),
        "assay": _assay(resource),
    }
    about = about_patient(resource, references, "subject")
    refused = wrong_status(resource, NO_RESULT) or about.refused
    if refused is None and items(resource, "focus"):
        refused = ("about another person or thing (focus)", "")
    components = items(resource, "component")
    valued = any(key.startswith("value") for key in resource)
    if valued or not (components or items(resource, "hasMember")):
        cells = {**about.cells, **taken}
        yield _result(resource, cells, refused)
    for number, component in enumerate(components, start=1):
        row = _result(component, {**about.cells, **taken}, refused)
        row.suffix = f"#component {number}"
        yield row


def _result(given: Json, cells: dict[str, str | None], refused: tuple[str, str] | None) -> Row:
    value, fallback = _value(given)
    unit, differ = _unit(_quantity(given))
    row = Row(
        "result",
        {
            **cells,
            "codes": codes(part(given, "code")),
            "name": name(part(given, "code")),
            "value": value,
            "fallback": fallback,
            "unit": unit,
            "reference": _reference(given, unit),
        },
        refused,
    )
    absent = _absent_reason(given)
    if row.refused is None and value is None and absent is not None:
        row.refused = ("result absent (dataAbsentReason)", absent)
    elif row.refused is None and differ:
        row.refused = ("unit and its code differ", differ)
    return row


def _quantity(given: Json) -> Any:
    return (
        part(given, "valueQuantity")
        or part(given, "valueRange", "high")
        or part(given, "valueRange", "low")
    )


def _value(given: Json) -> tuple[str | None, str | None]:
    """(value, fallback): what the laboratory gave, and what else says it.

    An interpretation that tells presence is set before a number, as laboratories print it: it may
    be all that can be used (no unit), or tell what the number means (competitive assays). It
    stands alone when there is no value, and so do notes.
    """
    word = answer(*items(given, "interpretation")) if "interpretation" in given else None
    number = _printed_number(given)
    if number is not None:
        return (f"{word} {number}", number) if word else (number, _notes(given))
    concept = part(given, "valueCodeableConcept")
    written, coded = answer_words(concept) if concept is not None else (_words(given), None)
    if written is None:
        # What is said to be absent is not made up from an interpretation of it.
        return (word or _notes(given) if _absent_reason(given) is None else None), None
    return written, coded or word or _notes(given)


def _absent_reason(given: Json) -> str | None:
    """Why there is no result; None when nothing says so or the result is given as text."""
    absent = part(given, "dataAbsentReason")
    if absent is None:
        return None
    reasons = [text(coding, "code") for coding in items(absent, "coding")]
    if AS_TEXT in reasons:
        return None
    return next(filter(None, reasons), None) or text(absent, "text") or ""


def _printed_number(given: Json) -> str | None:
    quantity = part(given, "valueQuantity")
    value = text(quantity, "value")
    if value is not None:
        return (text(quantity, "comparator") or "") + value
    low, high = (
        text(given, "valueRange", "low", "value"),
        text(given, "valueRange", "high", "value"),
    )
    if low is not None or high is not None:
        return f"{low}-{high}" if low and high else f">={low}" if low else f"<={high}"
    numerator = text(given, "valueRatio", "numerator", "value")
    if numerator is not None:
        return f"{numerator}:{text(given, 'valueRatio', 'denominator', 'value')}"
    return None


def _words(given: Json) -> str | None:
    """A string or integer; any other type of value is named, so that it is refused by its name."""
    written = text(given, "valueString") or text(given, "valueInteger")
    if written is not None:
        return written
    # A quantity without a number says nothing.
    known = {"valueQuantity", "valueRange", "valueString", "valueCodeableConcept"}
    other = sorted(key for key in given if key.startswith("value") and key not in known)
    return f"({other[0]})" if other else None


def _notes(given: Json) -> str | None:
    return "; ".join(filter(None, (text(note, "text") for note in items(given, "note")))) or None


def _unit(quantity: Any) -> tuple[str | None, str | None]:
    """(unit, conflict): the unit as printed, or its code where the print cannot be read.

    Printed unit and code may contradict each other (IU/mL and m[IU]/mL): nobody can tell which is
    right, and the factor is 1000.
    """
    printed, code = text(quantity, "unit"), text(quantity, "code")
    if printed and code and _differ(read_unit(printed), read_unit(code)):
        return printed, f"{printed} and {code}"
    return (printed if read_unit(printed) or not code else code), None


@cache
def _differ(one: str | None, other: str | None) -> bool:
    """True when some test can have both units and they are not the same amount."""
    if not one or not other or one == other:
        return False
    scale: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in vocabulary("conversions"):
        amount = (row["to_test"], row["factor"], row["transform"], row["assay"])
        scale[(row["test"], row["from_unit"])] = amount
    return any(
        unit == one and (test, other) in scale and scale[(test, other)] != amount
        for (test, unit), amount in scale.items()
    )


def _reference(given: Json, unit: str | None) -> str | None:
    """The laboratory's one normal range; none when several are given, for nobody says which."""
    if "referenceRange" not in given:
        return None
    ranges = [one for one in items(given, "referenceRange") if _is_normal(one)]
    if len(ranges) != 1:
        return None
    low, high = part(ranges[0], "low"), part(ranges[0], "high")
    for end in (low, high):
        own = _unit(end)[0]
        if own and unit and read_unit(own) != read_unit(unit):
            return None
    lowest, highest = text(low, "value"), text(high, "value")
    if lowest and highest:
        return f"{lowest}-{highest}"
    if lowest or highest:
        return f">{lowest}" if lowest else f"<{highest}"
    return text(ranges[0], "text")


def _is_normal(given: Json) -> bool:
    """Treatment targets and critical ranges are no normal ranges (R4: no type means normal)."""
    codings = items(given, "type", "coding")
    return not codings or any(text(coding, "code") == "normal" for coding in codings)


def _assay(resource: Json) -> str | None:
    words = (name(part(resource, "method")), text(resource, "device", "display"))
    return " ".join(filter(None, words)) or None
