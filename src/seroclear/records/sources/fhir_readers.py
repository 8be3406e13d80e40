"""Which FHIR R4 resource types are read, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from seroclear.records.sources import fhir_drugs as drugs
from seroclear.records.sources import fhir_rows as rows
from seroclear.records.sources.fhir_parts import References
from seroclear.records.sources.fhir_results import observation

Reader = Callable[[Any, References], Iterator[rows.Row]]
# Resource type -> the table of its rows and their reader. Medication and RelatedPerson are joined.
READERS: Final[dict[str, tuple[str, Reader]]] = {
    "Patient": ("patient", rows.patient),
    "Observation": ("result", observation),
    "Medication": ("medication", drugs.medication),
    "MedicationRequest": ("exposure", drugs.request),
    "MedicationDispense": ("exposure", drugs.dispense),
    "MedicationAdministration": ("exposure", drugs.administration),
    "MedicationStatement": ("exposure", drugs.statement),
    "Immunization": ("exposure", drugs.immunization),
    "Condition": ("condition", rows.condition),
    "Procedure": ("procedure", rows.procedure),
    "Encounter": ("visit", rows.encounter),
    "RelatedPerson": ("mother", rows.related_person),
}
