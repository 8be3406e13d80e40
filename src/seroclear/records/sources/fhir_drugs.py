"""FHIR R4 medications and vaccinations as rows of raw_exposure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from seroclear.records.sources.fhir_parts import (
    Json,
    References,
    all_names,
    codes,
    days,
    full_date,
    items,
    name,
    part,
    text,
    whole_number,
)
from seroclear.records.sources.fhir_rows import Row, about_patient, wrong_status

# FHIR R4 value sets of status: what was never given, or is taken back.
NOT_GIVEN: Final = {
    "MedicationRequest": ("entered-in-error", "cancelled", "draft"),
    "MedicationAdministration": ("entered-in-error", "not-done"),
    "MedicationStatement": ("entered-in-error", "not-taken", "intended"),
    "MedicationDispense": ("entered-in-error", "cancelled", "declined", "preparation"),
    "Immunization": ("entered-in-error", "not-done"),
}
NOT_ORDERED: Final = ("proposal", "option")  # MedicationRequest.intent


def medication(resource: Json, references: References) -> Iterator[Row]:
    """A Medication that others refer to: not a row of the store by itself."""
    yield Row("medication", _drug(resource))


def _drug(given: Json) -> dict[str, str | None]:
    """codes and name of a Medication; of its ingredients where it has no name of its own."""
    code = part(given, "code")
    own = {"codes": codes(code), "name": all_names(code)}
    if own["codes"] or own["name"]:
        return own
    ingredients = [part(one, "itemCodeableConcept") for one in items(given, "ingredient")]
    return {
        "codes": " ".join(filter(None, map(codes, ingredients))),
        "name": " / ".join(filter(None, map(name, ingredients))) or None,
    }


def _exposure(resource: Json, references: References, cells: dict[str, str | None]) -> Row:
    concept, reference = (
        part(resource, "medicationCodeableConcept"),
        part(resource, "medicationReference"),
    )
    about = about_patient(resource, references, "subject")
    refused = (
        wrong_status(resource, NOT_GIVEN[text(resource, "resourceType") or ""]) or about.refused
    )
    local = text(reference, "reference") or ""
    if concept is not None:
        drug = {"codes": codes(concept), "name": all_names(concept)}
    else:
        drug = {"codes": "", "name": text(reference, "display")}
        contained = items(resource, "contained")
        for one in contained:
            if local == f"#{text(one, 'id')}":
                drug = _drug(one)
    row = Row("exposure", {**about.cells, **drug, **cells}, refused)
    row.link = references.key(reference)
    return row


def request(resource: Json, references: References) -> Iterator[Row]:
    """A MedicationRequest: from the day it holds, for the supply it orders with all repeats.

    What was ordered is not what was taken, so its end is always inferred.
    """
    valid = part(resource, "dispenseRequest", "validityPeriod")
    supply = days(part(resource, "dispenseRequest", "expectedSupplyDuration"))
    if supply is not None:
        supply *= 1 + whole_number(part(resource, "dispenseRequest"), "numberOfRepeatsAllowed")
    else:
        supply = _days_between(text(valid, "start"), text(valid, "end"))
    start = full_date(text(valid, "start"), text(resource, "authoredOn"))
    row = _exposure(
        resource, references, {"start": start, "days_supply": _plain(supply), **_dose(resource)}
    )
    if row.refused is None and part(resource, "doNotPerform") is True:
        row.refused = ("not to be given (doNotPerform)", "")
    if row.refused is None and text(resource, "intent") in NOT_ORDERED:
        row.refused = ("intent", text(resource, "intent") or "")
    if row.refused is None and supply is not None and supply <= 0:
        row.refused = ("ends before it starts", "")
    yield row


def _days_between(start: str | None, end: str | None) -> float | None:
    try:
        first, last = date.fromisoformat((start or "")[:10]), date.fromisoformat((end or "")[:10])
    except ValueError:
        return None
    return float((last - first).days + 1)


def _plain(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


def dispense(resource: Json, references: References) -> Iterator[Row]:
    """A MedicationDispense; daysSupply without a unit is in days, as its name says."""
    cells = {
        "start": text(resource, "whenHandedOver") or text(resource, "whenPrepared"),
        "days_supply": _plain(days(part(resource, "daysSupply"), unit="d")),
    }
    yield _exposure(resource, references, {**cells, **_dose(resource)})


def administration(resource: Json, references: References) -> Iterator[Row]:
    """A MedicationAdministration: given on its day, and on no other that is not recorded."""
    moment = text(resource, "effectiveDateTime")
    cells = {
        "start": moment or text(resource, "effectivePeriod", "start"),
        "end": moment or text(resource, "effectivePeriod", "end"),
        "dose": text(resource, "dosage", "dose", "value"),
        "dose_unit": text(resource, "dosage", "dose", "unit"),
        "route": name(part(resource, "dosage", "route")),
    }
    yield _exposure(resource, references, cells)


def statement(resource: Json, references: References) -> Iterator[Row]:
    """A MedicationStatement; without a period, it stands for the drug's assumed days."""
    cells = {
        "start": text(resource, "effectiveDateTime") or text(resource, "effectivePeriod", "start"),
        "end": text(resource, "effectivePeriod", "end"),
    }
    yield _exposure(resource, references, {**cells, **_dose(resource, "dosage")})


def _dose(resource: Json, key: str = "dosageInstruction") -> dict[str, str | None]:
    """Dose, its unit and the route, where one dosage says them."""
    dosages = items(resource, key)
    if len(dosages) != 1:
        return {}
    rates = items(dosages[0], "doseAndRate")
    dose = part(rates[0], "doseQuantity") if len(rates) == 1 else None
    return {
        "dose": text(dose, "value"),
        "dose_unit": text(dose, "unit"),
        "route": name(part(dosages[0], "route")),
    }


def immunization(resource: Json, references: References) -> Iterator[Row]:
    """A vaccination is an exposure of one day."""
    about = about_patient(resource, references, "patient")
    vaccine = part(resource, "vaccineCode")
    cells = {
        **about.cells,
        "start": text(resource, "occurrenceDateTime"),
        "codes": codes(vaccine),
        "name": all_names(vaccine),
        "route": name(part(resource, "route")),
    }
    yield Row("exposure", cells, wrong_status(resource, NOT_GIVEN["Immunization"]) or about.refused)
