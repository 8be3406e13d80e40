"""FHIR R4 patients, diagnoses, procedures and visits as rows of the raw views.

A row that must not be used (entered in error, cancelled, not about a patient) keeps its place with
the reason why, so that it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from seroclear.records.sources.fhir_parts import (
    Json,
    References,
    codes,
    full_date,
    items,
    name,
    part,
    text,
    visit_kind,
)

Refused = tuple[str, str]  # reason, detail
# FHIR R4 value sets of status: what was never done or given, or is taken back.
NOT_GIVEN: Final = {
    "Procedure": ("entered-in-error", "not-done", "preparation"),
    "Encounter": ("entered-in-error", "cancelled", "planned"),
}
NOT_DIAGNOSED: Final = ("entered-in-error", "refuted", "differential")


@dataclass(slots=True)
class Row:
    """One row of a raw view.

    Attributes:
        table: patient, result, exposure, condition, procedure, visit; or medication, mother and
            kin, to be joined.
        cells: by column; columns left out are null.
        refused: reason and detail of a row that must not be used.
        suffix: what is added to the resource's name where it makes several rows.
        link: 'Type/id' of the Medication, Encounter or RelatedPerson that is joined.
    """

    table: str
    cells: dict[str, str | None]
    refused: Refused | None = None
    suffix: str = ""
    link: str | None = None


@dataclass(slots=True)
class About:
    """Whom a resource is about."""

    cells: dict[str, str | None] = field(default_factory=dict)
    refused: Refused | None = None


def about_patient(resource: Json, references: References, key: str) -> About:
    """patient_id, or the reason why there is none."""
    target = references.key(part(resource, key))
    if target is None:
        return About(refused=("no reference to a patient", ""))
    kind, _, patient = target.partition("/")
    if kind not in ("Patient", "urn"):
        return About(refused=("not about a patient", kind))
    return About({"patient_id": patient})


def wrong_status(resource: Json, refused: tuple[str, ...]) -> Refused | None:
    """The reason to refuse a resource for its status, or None."""
    status = text(resource, "status")
    return ("status", status) if status in refused else None


def patient(resource: Json, references: References) -> Iterator[Row]:
    """A birth date of a year or month alone stands in its middle and is marked as inferred; and the
    records in which the patient is somebody's relative."""
    born = text(resource, "birthDate")
    middle = {4: "-07-01", 7: "-15"}.get(len(born or ""))
    died = text(resource, "deceasedDateTime")
    if died is None and part(resource, "deceasedBoolean") is True:
        died = "deceased, no date"  # no date can be read from it: counted as an unread field
    yield from links_to_related(resource, references)
    yield Row(
        "patient",
        {
            "patient_id": text(resource, "id"),
            "sex": text(resource, "gender"),
            "birth_date": born + middle if born and middle else born,
            "birth_inferred": "true" if middle else "false",
            "death_date": died,
        },
    )


# HL7 v3 RoleCode of the woman who gave birth: mother, natural mother, gestational mother. Step,
# adoptive and foster mothers do not infect at birth.
BIRTH_MOTHER: Final = ("MTH", "NMTH", "GESTM")


def links_to_related(resource: Json, references: References) -> Iterator[Row]:
    """Patient.link to the RelatedPerson as whom this patient is known to her child."""
    for link in items(resource, "link"):
        target = references.key(part(link, "other"))
        if target is not None and target.startswith("RelatedPerson/"):
            yield Row("kin", {"patient_id": text(resource, "id")}, link=target)


def related_person(resource: Json, references: References) -> Iterator[Row]:
    """A mother, under the patient_id of her child; other relatives are passed over."""
    kinds = [
        text(coding, "code")
        for relationship in items(resource, "relationship")
        for coding in items(relationship, "coding")
    ]
    child = about_patient(resource, references, "patient")
    if child.refused is None and any(kind in BIRTH_MOTHER for kind in kinds):
        yield Row("mother", child.cells)


def condition(resource: Json, references: References) -> Iterator[Row]:
    """A Condition on its onset, or on the day of recording when no day of onset is known."""
    about = about_patient(resource, references, "subject")
    refused = about.refused
    for coding in items(resource, "verificationStatus", "coding"):
        if text(coding, "code") in NOT_DIAGNOSED:
            refused = ("verificationStatus", text(coding, "code") or "")
    cells = {
        **about.cells,
        "date": full_date(
            text(resource, "onsetDateTime"),
            text(resource, "onsetPeriod", "start"),
            text(resource, "recordedDate"),
        ),
        "codes": codes(part(resource, "code")),
        "name": name(part(resource, "code")),
    }
    row = Row("condition", cells, refused)
    row.link = references.key(part(resource, "encounter"))
    yield row


def procedure(resource: Json, references: References) -> Iterator[Row]:
    """A Procedure; ICD-9-CM codes are those of its volume 3, which shares the system's URL."""
    about = about_patient(resource, references, "subject")
    code = part(resource, "code")
    cells = {
        **about.cells,
        "date": text(resource, "performedDateTime") or text(resource, "performedPeriod", "start"),
        "codes": codes(code).replace("ICD-9-CM:", "ICD-9-PCS:"),
        "name": name(code),
    }
    row = Row("procedure", cells, wrong_status(resource, NOT_GIVEN["Procedure"]) or about.refused)
    row.link = references.key(part(resource, "encounter"))
    yield row


def encounter(resource: Json, references: References) -> Iterator[Row]:
    """An Encounter is a visit."""
    about = about_patient(resource, references, "subject")
    cells = {
        **about.cells,
        "start": text(resource, "period", "start"),
        "end": text(resource, "period", "end"),
        "kind": visit_kind(resource),
    }
    yield Row("visit", cells, wrong_status(resource, NOT_GIVEN["Encounter"]) or about.refused)
