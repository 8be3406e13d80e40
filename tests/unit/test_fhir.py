"""FHIR R4 in: each feature of a resource by hand, every sample valid by a FHIR library."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fhir_models import validate

from seroclear.errors import SeroclearError
from seroclear.records.check import check, in_words
from seroclear.records.load import Loaded, load
from seroclear.records.sources.fhir_parts import References, days, system_name

Resource = dict[str, Any]
PATIENT: Resource = {"resourceType": "Patient", "id": "1", "gender": "female"}
HBSAG, DNA, ALT = "5196-1", "42595-9", "1742-6"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def loinc(code: str, **more: Any) -> Resource:
    return {"coding": [{"system": "http://loinc.org", "code": code}], **more}


def observation(number: str, code: str = HBSAG, **members: Any) -> Resource:
    base = {
        "resourceType": "Observation",
        "id": number,
        "status": "final",
        "code": loinc(code),
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2020-03-05T23:30:00+08:00",
    }
    return {**base, **members}


def quantity(value: float, unit: str | None = None, **more: Any) -> Resource:
    return {"value": value, **({"unit": unit} if unit else {}), **more}


def said(code: str) -> list[Resource]:
    return [{"coding": [{"system": INTERPRETATION, "code": code}]}]


def snomed(code: str, **more: Any) -> Resource:
    return {"coding": [{"system": "http://snomed.info/sct", "code": code}], **more}


def drug(kind: str, number: str, **members: Any) -> Resource:
    base = {
        "resourceType": kind,
        "id": number,
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "entecavir 0.5 mg tablet"},
    }
    return {**base, **members}


# One readable result: a load without any is refused.
GOOD = observation("good", ALT, valueQuantity=quantity(35, "U/L"), effectiveDateTime="2020-01-01")
Load = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """Loads valid resources (a text is a line as it is) from one NDJSON file, with a patient and
    ALT; members that are None are left out."""

    def line(resource: Resource) -> str:
        members = {name: value for name, value in resource.items() if value is not None}
        validate(members)
        return json.dumps(members)

    def make(*resources: Resource | str, patients: tuple[Resource, ...] = (PATIENT,)) -> Loaded:
        folder = tmp_path / "fhir"
        folder.mkdir()
        lines = [one if isinstance(one, str) else line(one) for one in resources]
        start = [line(one) for one in (*patients, GOOD)]
        (folder / "any name.ndjson").write_text("\n".join([*start, *lines]) + "\n")
        return load(folder, tmp_path / "store")

    return make


def rows(one: Loaded, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        one.store.attach(con)
        return con.execute(query).fetchall()


def result(one: Loaded, source_row: str, columns: str = "value, comparator, status") -> Any:
    found = rows(one, f"SELECT {columns} FROM result WHERE source_row = '{source_row}'")
    assert len(found) == 1, found
    return found[0]


def reasons(one: Loaded) -> dict[str, tuple[str, str]]:
    """source row -> (table, reason with detail) of every rejected row."""
    found = rows(one, """SELECT source_row, "table", reason, detail FROM rejected""")
    assert all(counts.read == counts.used + counts.rejected for counts in one.counts.values())
    return {row: (table, f"{reason} {detail}".strip()) for row, table, reason, detail in found}


# --- results -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "members", "expected"),
    [
        (HBSAG, {"valueQuantity": quantity(1250.5, "IU/mL")}, (1250.5, "=", None)),
        (HBSAG, {"valueQuantity": quantity(0.05, "IU/mL", comparator="<")}, (0.05, "<", None)),
        # the unit's text cannot be read, its UCUM code can
        (HBSAG, {"valueQuantity": quantity(2, "thousand", code="k[IU]/mL")}, (2e3, "=", None)),
        (HBSAG, {"valueQuantity": quantity(3, "IU/mL"), "interpretation": said("POS")},
         (3.0, "=", "positive")),
        # no unit: only what the laboratory said of it counts
        (HBSAG, {"valueQuantity": quantity(0.3), "interpretation": said("NEG")},
         (None, None, "negative")),
        (HBSAG, {"valueCodeableConcept": snomed("10828004")}, (None, None, "positive")),
        (HBSAG, {"valueCodeableConcept": snomed("260385009")}, (None, None, "negative")),
        (HBSAG, {"valueCodeableConcept": snomed("260373001")}, (None, None, "positive")),
        (HBSAG, {"valueCodeableConcept": snomed("260415000")}, (None, None, "negative")),
        (HBSAG, {"valueCodeableConcept": {"text": "Reactive"}}, (None, None, "positive")),
        (HBSAG, {"valueCodeableConcept": snomed("260385009", text="see report")},
         (None, None, "negative")),
        (HBSAG, {"valueString": "＜0.05 IU/mL"}, (0.05, "<", None)),
        (HBSAG, {"valueRange": {"low": quantity(1, "IU/mL"), "high": quantity(2, "IU/mL")}},
         (1.0, "range", None)),
        (ALT, {"valueInteger": 40}, None),  # an integer has no unit
        (HBSAG, {"interpretation": said("IND")}, (None, None, "indeterminate")),
        (HBSAG, {"note": [{"text": "Negative"}]}, (None, None, "negative")),
        (HBSAG, {"dataAbsentReason": {"coding": [{"code": "as-text"}]},
                 "note": [{"text": "Positive"}]}, (None, None, "positive")),
        (DNA, {"valueQuantity": quantity(20, "IU/mL", comparator="<"),
               "interpretation": said("DET")}, (20.0, "<", "positive")),
        # a high or normal flag says nothing about presence
        (HBSAG, {"valueQuantity": quantity(0.3), "interpretation": said("N")}, None),
        (HBSAG, {"valueBoolean": True}, None),
        # a contradiction is not settled by leaving a half of it out
        (DNA, {"valueQuantity": quantity(5000, "IU/mL"), "interpretation": said("ND")}, None),
    ],
)  # fmt: skip
def test_each_form_of_value(loaded: Load, code: str, members: Resource, expected: Any) -> None:
    one = loaded(observation("x", code, **members))
    if expected is None:
        assert "Observation/x" in reasons(one)
    else:
        assert result(one, "Observation/x") == expected


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([{"low": quantity(9, "U/L"), "high": quantity(50, "U/L")}], (9.0, 50.0)),
        ([{"high": quantity(40)}], (None, 40.0)),
        ([{"text": "9-50"}], (9.0, 50.0)),
        ([{"high": quantity(0.8, "ukat/L")}], (None, None)),  # not in the result's unit
        ([{"high": quantity(40)}, {"high": quantity(50)}], (None, None)),  # which one?
        ([{"type": {"coding": [{"code": "treatment"}]}, "high": quantity(30)}], (None, None)),
    ],
)
def test_reference_range(loaded: Load, ranges: list[Resource], expected: Any) -> None:
    one = loaded(observation("x", ALT, valueQuantity=quantity(35, "U/L"), referenceRange=ranges))
    assert result(one, "Observation/x", "reference_low, reference_high") == expected


def test_day_of_a_result_is_the_records_own(loaded: Load) -> None:
    one = loaded(
        observation("a", valueString="Positive"),
        observation("b", valueString="Positive", effectiveDateTime=None,
                    effectivePeriod={"start": "2020-04-01"}),
        observation("c", valueString="Positive", effectiveDateTime=None,
                    effectiveInstant="2020-05-01T00:10:00Z"),
        observation("d", valueString="Positive", effectiveDateTime="2020-03"),
    )  # fmt: skip
    assert rows(one, "SELECT taken_at FROM result WHERE test = 'hbsag' ORDER BY 1") == [
        (date(2020, 3, 5),), (date(2020, 4, 1),), (date(2020, 5, 1),)
    ]  # fmt: skip
    assert reasons(one) == {"Observation/d": ("result", "date: not a date")}


def test_a_panel_gives_its_components_and_no_result_of_its_own(loaded: Load) -> None:
    one = loaded(
        observation("panel", "0-0", component=[
            {"code": loinc(HBSAG), "valueString": "Positive"},
            {"code": loinc(ALT), "valueQuantity": quantity(70, "U/L")},
        ]),
        observation("group", "0-0", hasMember=[{"reference": "Observation/panel"}]),
    )  # fmt: skip
    assert result(one, "Observation/panel#component 1")[2] == "positive"
    assert result(one, "Observation/panel#component 2")[0] == 70
    assert reasons(one) == {
        "Observation/group": ("FHIR Observation", "panel without a result of its own")
    }
    assert one.counts["result"].read == 3


def test_results_that_must_not_be_used_are_counted_with_their_reason(loaded: Load) -> None:
    one = loaded(
        observation("error", valueString="Positive", status="entered-in-error"),
        observation("cancelled", status="cancelled"),
        observation("masked", dataAbsentReason={"coding": [{"code": "masked"}]},
                    interpretation=said("POS")),
        observation("units", valueQuantity=quantity(20, "IU/mL", code="m[IU]/mL")),
        observation("mother", valueString="Positive", focus=[{"reference": "RelatedPerson/9"}]),
        observation("nobody", valueString="Positive", subject={"display": "a person"}),
        observation("ward", valueString="Positive", subject={"reference": "Location/3"}),
        observation("stranger", valueString="Positive", subject={"reference": "Patient/77"}),
        observation("unknown", "99999-9", valueString="Positive"),
    )  # fmt: skip
    assert reasons(one) == {
        "Observation/error": ("result", "status entered-in-error"),
        "Observation/cancelled": ("result", "status cancelled"),
        "Observation/masked": ("result", "result absent (dataAbsentReason) masked"),
        "Observation/units": ("result", "unit and its code differ IU/mL and m[IU]/mL"),
        "Observation/mother": ("result", "about another person or thing (focus)"),
        "Observation/nobody": ("result", "no reference to a patient"),
        "Observation/ward": ("result", "not about a patient Location"),
        "Observation/stranger": ("result", "patient not in the patient table"),
        "Observation/unknown": ("result", "not in vocabulary LOINC:99999-9"),
    }
    assert one.counts["result"].read == 10


def test_units_spelled_differently_but_equal_are_no_contradiction(loaded: Load) -> None:
    one = loaded(
        observation("x", ALT, valueQuantity=quantity(35, "IU/L", code="U/L")),
        observation("y", "5193-8", valueQuantity=quantity(12, "IU/L", code="m[IU]/mL")),
    )
    assert result(one, "Observation/x")[0] == 35
    assert result(one, "Observation/y")[0] == 12


# --- patients ------------------------------------------------------------------------------------


def test_patients(loaded: Load) -> None:
    one = loaded(
        patients=(
            {"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1970-02-03"},
            {"resourceType": "Patient", "id": "2", "gender": "male", "birthDate": "1970",
             "deceasedDateTime": "2015-06-01T08:00:00Z"},
            {"resourceType": "Patient", "id": "3", "gender": "other", "birthDate": "1970-05",
             "deceasedBoolean": True},
            {"resourceType": "Patient", "id": "4", "deceasedBoolean": False},
        )
    )  # fmt: skip
    columns = "patient_id, sex, birth_date, birth_inferred, death_date"
    assert rows(one, f"SELECT {columns} FROM patient ORDER BY 1") == [
        ("1", "female", date(1970, 2, 3), False, None),
        ("2", "male", date(1970, 7, 1), True, date(2015, 6, 1)),
        ("3", None, date(1970, 5, 15), True, None),
        ("4", None, None, False, None),
    ]
    assert one.store.manifest["unread_fields"] == {
        "death_date: not a date": 1, "sex: not read": 1
    }  # fmt: skip


def related(own: str, child: str, kind: str) -> dict[str, Any]:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": kind}
    return {
        "resourceType": "RelatedPerson",
        "id": own,
        "patient": {"reference": f"Patient/{child}"},
        "relationship": [{"coding": [coding]}],
    }


def test_a_mother_is_linked_to_the_related_person_of_her_child(loaded: Load) -> None:
    links = [{"other": {"reference": f"RelatedPerson/{n}"}, "type": "seealso"} for n in "abc"]
    one = loaded(
        related("a", "2", "NMTH"),
        related("b", "3", "MTH"),
        related("c", "4", "FTHR"),
        patients=(
            {"resourceType": "Patient", "id": "1", "birthDate": "1980-01-01", "link": links},
            *(
                {"resourceType": "Patient", "id": child, "birthDate": "2010-01-01"}
                for child in ("2", "3", "4")
            ),
        ),
    )
    assert rows(one, "SELECT patient_id, mother_id FROM patient ORDER BY 1") == [
        ("1", None), ("2", "1"), ("3", "1"), ("4", None)
    ]  # fmt: skip
    assert reasons(one)["RelatedPerson/c"] == ("FHIR RelatedPerson", "not a patient's mother")


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("Patient/1", "Patient/1"),
        ("https://server.example/fhir/r4/Patient/a-1.b", "Patient/a-1.b"),
        ("Patient/1/_history/3", "Patient/1"),
        ("urn:uuid:0c1", "urn/0c1"),
        ("http://bundle.example/x", "Patient/of-the-bundle"),
        ("#contained", None),
        ("Patient?identifier=1", None),
        (None, None),
    ],
)
def test_references(reference: str | None, key: str | None) -> None:
    references = References({"http://bundle.example/x": "Patient/of-the-bundle"})
    assert references.key({"reference": reference}) == key


# --- drugs and vaccines --------------------------------------------------------------------------


def exposures(one: Loaded) -> dict[str, tuple[Any, ...]]:
    query = 'SELECT source_row, agent, start, "end", end_inferred FROM exposure'
    return {row: tuple(rest) for row, *rest in rows(one, query)}


def test_each_kind_of_medication(loaded: Load) -> None:
    start = date(2020, 1, 1)
    one = loaded(
        drug("MedicationDispense", "a", whenHandedOver="2020-01-01", daysSupply={"value": 90}),
        drug("MedicationDispense", "b", whenHandedOver="2020-01-01",
             daysSupply={"value": 4, "unit": "weeks", "code": "wk"}),
        drug("MedicationRequest", "c", authoredOn="2020-01-01", intent="order", dispenseRequest={
            "expectedSupplyDuration": {"value": 30, "code": "d"}, "numberOfRepeatsAllowed": 2}),
        drug("MedicationRequest", "d", authoredOn="2019-12-24", intent="order", dispenseRequest={
            "validityPeriod": {"start": "2020-01-01", "end": "2020-01-10"}}),
        drug("MedicationAdministration", "e", effectiveDateTime="2020-01-01T08:00:00Z"),
        drug("MedicationStatement", "f",
             effectivePeriod={"start": "2020-01-01", "end": "2020-06-30"}),
        drug("MedicationDispense", "g", whenHandedOver="2020-01-01",
             daysSupply={"value": 90, "unit": "boxes"}),
    )  # fmt: skip
    assert exposures(one) == {
        "MedicationDispense/a": ("ETV", start, date(2020, 3, 30), True),
        "MedicationDispense/b": ("ETV", start, date(2020, 1, 28), True),
        "MedicationRequest/c": ("ETV", start, date(2020, 3, 30), True),
        "MedicationRequest/d": ("ETV", start, date(2020, 1, 10), True),
        "MedicationAdministration/e": ("ETV", start, start, False),
        "MedicationStatement/f": ("ETV", start, date(2020, 6, 30), False),
        # an unknown unit of supply: the drug's assumed days
        "MedicationDispense/g": ("ETV", start, date(2020, 1, 28), True),
    }


def test_how_a_drug_is_named(loaded: Load) -> None:
    tdf = {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AF07"}], "text": "Viread"}
    local = {"resourceType": "Medication", "id": "in", "code": tdf}
    referred = {"medicationCodeableConcept": None, "whenHandedOver": "2020-01-01"}
    one = loaded(
        drug("MedicationDispense", "code", whenHandedOver="2020-01-01",
             medicationCodeableConcept={"coding": tdf["coding"]}),
        drug("MedicationDispense", "display", whenHandedOver="2020-01-01",
             medicationCodeableConcept={"text": "pill", "coding": [{
                 "system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "485434",
                 "display": "entecavir 0.5 MG Oral Tablet"}]}),
        drug("MedicationDispense", "contained", **referred, contained=[local],
             medicationReference={"reference": "#in"}),
        drug("MedicationDispense", "elsewhere", **referred,
             medicationReference={"reference": "Medication/9"}),
        {"resourceType": "Medication", "id": "9", "ingredient": [
            {"itemCodeableConcept": {"text": "emtricitabine"}},
            {"itemCodeableConcept": {"text": "tenofovir"}}]},
    )  # fmt: skip
    found = rows(one, "SELECT source_row, string_agg(agent, ' ' ORDER BY agent) FROM exposure "
                      "GROUP BY 1 ORDER BY 1")  # fmt: skip
    assert found == [
        ("MedicationDispense/code", "TDF"),
        ("MedicationDispense/contained", "TDF"),
        ("MedicationDispense/display", "ETV"),
        ("MedicationDispense/elsewhere", "FTC TDF"),
    ]


def test_drugs_that_were_not_given_are_counted_with_their_reason(loaded: Load) -> None:
    day: Resource = {"whenHandedOver": "2020-01-01"}
    one = loaded(
        drug("MedicationDispense", "a", status="entered-in-error", **day),
        drug("MedicationDispense", "b", status="cancelled", **day),
        drug("MedicationAdministration", "c", status="not-done",
             effectiveDateTime="2020-01-01"),
        drug("MedicationStatement", "d", status="not-taken"),
        drug("MedicationRequest", "e", status="active", intent="proposal"),
        drug("MedicationRequest", "f", status="active", intent="order", doNotPerform=True),
        drug("MedicationRequest", "g", authoredOn="2020-01-01", intent="order", dispenseRequest={
            "validityPeriod": {"start": "2020-02-01", "end": "2020-01-01"}}),
    )  # fmt: skip
    assert reasons(one) == {
        "MedicationDispense/a": ("exposure", "status entered-in-error"),
        "MedicationDispense/b": ("exposure", "status cancelled"),
        "MedicationAdministration/c": ("exposure", "status not-done"),
        "MedicationStatement/d": ("exposure", "status not-taken"),
        "MedicationRequest/e": ("exposure", "intent proposal"),
        "MedicationRequest/f": ("exposure", "not to be given (doNotPerform)"),
        "MedicationRequest/g": ("exposure", "ends before it starts"),
    }


def test_vaccinations(loaded: Load) -> None:
    def vaccine(number: str, cvx: str, **members: Any) -> Resource:
        code = {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": cvx}]}
        base = {"resourceType": "Immunization", "id": number, "status": "completed",
                "patient": {"reference": "Patient/1"}, "vaccineCode": code,
                "occurrenceDateTime": "2020-01-01"}  # fmt: skip
        return {**base, **members}

    one = loaded(
        vaccine("hepb", "43"), vaccine("hbig", "30"), vaccine("influenza", "140"),
        vaccine("refused", "43", status="not-done"),
    )  # fmt: skip
    day = date(2020, 1, 1)
    assert exposures(one) == {
        "Immunization/hepb": ("HBVAX", day, day, True),
        "Immunization/hbig": ("HBIG", day, day, True),
    }
    assert reasons(one) == {
        "Immunization/influenza": ("exposure", "not in vocabulary CVX:140"),
        "Immunization/refused": ("exposure", "status not-done"),
    }


# --- diagnoses, procedures, visits ---------------------------------------------------------------


def test_conditions_with_the_setting_of_their_encounter(loaded: Load) -> None:
    def condition(number: str, system: str, code: str, **members: Any) -> Resource:
        return {"resourceType": "Condition", "id": number, "subject": {"reference": "Patient/1"},
                "code": {"coding": [{"system": system, "code": code}]},
                "recordedDate": "2020-02-02", **members}  # fmt: skip

    icd10, icd9 = "http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.103"
    refuted = {"coding": [{"code": "refuted"}]}
    one = loaded(
        {"resourceType": "Encounter", "id": "9", "status": "finished", "class": {"code": "IMP"},
         "subject": {"reference": "Patient/1"},
         "period": {"start": "2020-02-01", "end": "2020-02-09T10:00:00Z"}},
        condition("a", icd10, "B18.1", encounter={"reference": "Encounter/9"}),
        condition("b", icd9, "070.32", onsetDateTime="2019-12-31"),
        condition("c", icd10, "C22.0", onsetDateTime="2012"),  # the year alone is no day
        condition("d", icd10, "B18.1", verificationStatus=refuted),
    )  # fmt: skip
    found = rows(one, "SELECT source_row, condition, date, setting FROM condition ORDER BY 1")
    assert found == [
        ("Condition/a", "chronic_hbv", date(2020, 2, 2), "inpatient"),
        ("Condition/b", "chronic_hbv", date(2019, 12, 31), None),
        ("Condition/c", "hcc", date(2020, 2, 2), None),
    ]
    assert rows(one, 'SELECT start, "end", kind FROM visit') == [
        (date(2020, 2, 1), date(2020, 2, 9), "inpatient")
    ]
    assert reasons(one) == {"Condition/d": ("condition", "verificationStatus refuted")}


def test_procedures_and_visits(loaded: Load) -> None:
    def procedure(number: str, system: str, code: str, **members: Any) -> Resource:
        return {"resourceType": "Procedure", "id": number, "subject": {"reference": "Patient/1"},
                "status": "completed", "code": {"coding": [{"system": system, "code": code}]},
                "performedDateTime": "2020-02-02", **members}  # fmt: skip

    def visit(number: str, **members: Any) -> Resource:
        return {"resourceType": "Encounter", "id": number, "subject": {"reference": "Patient/1"},
                "period": {"start": "2020-02-01"}, "status": "finished", **members}  # fmt: skip

    one = loaded(
        procedure("cpt", "http://www.ama-assn.org/go/cpt", "47135"),
        procedure("volume3", "http://hl7.org/fhir/sid/icd-9-cm", "50.59"),
        procedure("not", "http://www.ama-assn.org/go/cpt", "47135", status="not-done"),
        visit("a", **{"class": {"code": "AMB"}}),
        visit("b", **{"class": {"code": "EMER"}}),
        visit("c", **{"class": {"code": "FLD"}}),
        visit("d", status="cancelled", **{"class": {"code": "AMB"}}),
    )
    assert rows(one, "SELECT source_row, procedure FROM procedure ORDER BY 1") == [
        ("Procedure/cpt", "liver_transplant"),
        ("Procedure/volume3", "liver_transplant"),
    ]
    assert rows(one, "SELECT kind FROM visit ORDER BY source_row") == [
        ("outpatient",), ("emergency",), (None,)
    ]  # fmt: skip
    assert set(reasons(one)) == {"Procedure/not", "Encounter/d"}


# --- files ---------------------------------------------------------------------------------------


def test_bad_lines_are_counted_and_located(loaded: Load) -> None:
    broken = '{"resourceType": "Observation", "id": "x", "valueStr'
    half = r'{"resourceType": "Group", "id": "\ud800"}'  # of a surrogate pair
    one = loaded(broken, "", "[1, 2]", "not json", '{"id": "no type"}', half)
    assert reasons(one) == {
        "any name.ndjson:3": ("result", "not valid JSON any name.ndjson"),
        "any name.ndjson:5": ("unknown", "not a FHIR resource any name.ndjson"),
        "any name.ndjson:6": ("unknown", "not valid JSON any name.ndjson"),
        "any name.ndjson:7": ("unknown", "not a FHIR resource any name.ndjson"),
        "any name.ndjson:8": ("unknown", "not valid JSON any name.ndjson"),
    }
    assert one.counts["result"].read == 2


def test_unknown_types_are_counted_never_silent(loaded: Load) -> None:
    report = {"resourceType": "DiagnosticReport", "id": "1", "status": "final",
              "code": {"text": "serology"},
              "contained": [observation("inner", valueString="Positive")]}  # fmt: skip
    one = loaded(
        report,
        {**report, "id": "2"},
        {"resourceType": "Group", "id": "3", "type": "person", "actual": True},
    )
    found = rows(one, """SELECT "table", reason, rows FROM rejected ORDER BY 1, 2""")
    assert found == [
        ("FHIR DiagnosticReport", "resource type not used", 2),
        ("FHIR Group", "resource type not used", 1),
        ("FHIR Observation", "contained in DiagnosticReport", 2),
    ]
    assert "FHIR DiagnosticReport: resource type not used" in in_words(check(one.store))
    assert one.store.manifest["absent"] == ["medications", "conditions", "procedures", "encounters"]


def test_a_resource_that_is_there_twice_counts_once_in_its_latest_version(loaded: Load) -> None:
    def version(value: str, updated: str | None, **members: Any) -> Resource:
        meta = {"meta": {"lastUpdated": updated}} if updated else {}
        return observation("x", valueString=value, **meta, **members)

    one = loaded(
        version("Positive", "2020-01-01T00:00:00+00:00"),
        # an hour later in universal time, though its text sorts first
        version("Negative", "2019-12-31T23:00:00-02:00"),
        version("Positive", None),
        {**GOOD, "id": "same"}, {**GOOD, "id": "same"},
        {**GOOD, "id": "gone", "meta": {"lastUpdated": "2020-01-01T00:00:00Z"}},
        {**GOOD, "id": "gone", "meta": {"lastUpdated": "2020-01-02T00:00:00Z"},
         "status": "entered-in-error"},
    )  # fmt: skip
    assert result(one, "Observation/x")[2] == "negative"
    assert rows(one, "SELECT count(*) FROM result WHERE source_row = 'Observation/same'") == [(1,)]
    query = "SELECT source_row, reason, count(*) FROM rejected GROUP BY ALL ORDER BY ALL"
    assert rows(one, query) == [
        ("Observation/gone", "another version of one resource", 1),
        ("Observation/gone", "status", 1),
        ("Observation/same", "another version of one resource", 1),
        ("Observation/x", "another version of one resource", 2),
    ]  # fmt: skip


def bundle(*entries: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def test_bundles_and_gzip_and_what_is_not_fhir(tmp_path: Path) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    anonymous = {key: value for key, value in PATIENT.items() if key != "id"}
    for name in ("a", "b"):
        first = bundle(
            {"fullUrl": f"urn:uuid:{name}", "resource": anonymous},
            {"resource": observation(name, ALT, valueQuantity=quantity(30, "U/L"),
                                     subject={"reference": f"urn:uuid:{name}"})},
            {"request": {"method": "DELETE", "url": "Patient/9"}},
        )  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(first, sort_keys=True))
    nameless = {key: value for key, value in GOOD.items() if key != "id"}
    lines = "\n".join(json.dumps(one) for one in (PATIENT, nameless))
    (folder / "more.ndjson.gz").write_bytes(gzip.compress(lines.encode("utf-8-sig")))
    (folder / "manifest.json").write_text('{"transactionTime": "2020-01-01", "output": []}')
    one = load(folder, tmp_path / "store")
    assert rows(one, "SELECT patient_id FROM patient ORDER BY 1") == [("1",), ("a",), ("b",)]
    assert rows(one, "SELECT patient_id, source_row FROM result ORDER BY 1") == [
        ("1", "more.ndjson.gz:2"), ("a", "Observation/a"), ("b", "Observation/b")
    ]  # fmt: skip
    assert [file.name for file in one.source.files] == ["a.json", "b.json", "more.ndjson.gz"]
    assert rows(one, 'SELECT "table", reason, rows FROM rejected') == [
        ("FHIR Bundle.entry", "entry without a resource", 2)
    ]
    single = load(folder / "a.json", tmp_path / "single")
    assert single.counts["result"].used == 1


def test_a_damaged_gzip_file_is_one_sentence(tmp_path: Path) -> None:
    data = gzip.compress(json.dumps(PATIENT).encode() * 100)
    (tmp_path / "x.ndjson.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(SeroclearError, match=r"x\.ndjson\.gz is a damaged"):
        load(tmp_path / "x.ndjson.gz", tmp_path / "store")


def test_a_folder_of_other_json_is_not_fhir(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"a": 1}')
    with pytest.raises(SeroclearError, match="holds no records"):
        load(tmp_path, tmp_path / "store")


def test_systems_and_durations() -> None:
    assert system_name("https://loinc.org/") == "LOINC"
    assert system_name("urn:oid:2.16.840.1.113883.6.96") == "SNOMED"
    assert system_name("http://hospital.example/codes") == "http://hospital.example/codes"
    assert days({"value": "2", "code": "wk"}) == 14
    assert days({"value": "2"}) is None
    assert days({"value": "two", "code": "d"}) is None
