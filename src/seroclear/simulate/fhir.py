"""The simulated hospital as FHIR R4 NDJSON, one file a resource type, as a bulk export gives it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from seroclear.simulate.hospital import Hospital, write_truth
from seroclear.simulate.omop import LOG10_EVERY
from seroclear.simulate.wording import wording

if TYPE_CHECKING:
    import duckdb

LINES: Final = 100_000  # fetched and written at a time
INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ICD: Final = "http://hl7.org/fhir/sid/icd-10"
ROLE: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ACT: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def write_fhir(hospital: Hospital, folder: Path | str) -> None:
    """Write the records as FHIR R4 NDJSON, and the truth into `folder/truth`.

    Numbers are Quantities with their unit and comparator; words are SNOMED CT concepts. As in the
    OMOP form, bilirubin and creatinine change their unit on the day of the assay change, and each
    fourth viral load before it is in log10 IU/mL.
    """
    import duckdb

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        for name in ("patient", "visit", "result", "exposure", "condition", "procedure"):
            con.register(f"in_{name}", getattr(hospital, name))
        con.register("form", wording("omop_measurements.csv"))
        con.register("drug", wording("drugs.csv"))
        con.register("diagnosis", wording("diagnoses.csv"))
        con.execute(
            "CREATE MACRO reference_to(kind, id) AS {'reference': concat(kind, '/', id)};"
            "CREATE MACRO coded(url, code) AS {'coding': [{'system': url, 'code': code}]};"
            # A merge patch (RFC 7396) leaves out members that are null, as FHIR asks.
            "CREATE MACRO without_nulls(members) AS json_merge_patch('{}', to_json(members))"
        )
        for kind, query in _queries(str(hospital.scenario.assay_change)).items():
            _write(con, query, folder / f"{kind}.ndjson")
    write_truth(hospital, folder)


def _write(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """`query` gives id and the members of each resource."""
    found = con.execute(f"SELECT without_nulls(members)::VARCHAR FROM ({query}) ORDER BY id")
    with file.open("w", encoding="utf-8", newline="\n") as opened:
        while rows := found.fetchmany(LINES):
            opened.writelines(row[0] + "\n" for row in rows)


def _queries(assay_change: str) -> dict[str, str]:
    number = "row_number() OVER (ORDER BY patient_id, {})"
    return {
        "Patient": """
            WITH child AS (
                SELECT mother_id, list({
                    other: reference_to('RelatedPerson', patient_id), type: 'seealso'
                } ORDER BY patient_id) AS links
                FROM in_patient WHERE mother_id IS NOT NULL GROUP BY mother_id
            )
            SELECT patient_id AS id, {
                resourceType: 'Patient', id: patient_id::VARCHAR, gender: sex::VARCHAR,
                birthDate: birth_date, deceasedDateTime: death_date, link: links
            } AS members FROM in_patient LEFT JOIN child ON child.mother_id = patient_id""",
        # Under the identifier of the child: the mother as this child's relative.
        "RelatedPerson": f"""
            SELECT patient_id AS id, {{
                resourceType: 'RelatedPerson', id: patient_id::VARCHAR,
                patient: reference_to('Patient', patient_id),
                relationship: [coded('{ROLE}', 'NMTH')]
            }} AS members FROM in_patient WHERE mother_id IS NOT NULL""",
        "Encounter": f"""
            SELECT visit_id AS id, {{
                resourceType: 'Encounter', id: visit_id::VARCHAR, status: 'finished',
                class: {{system: '{ACT}', code: if(kind = 'inpatient', 'IMP', 'AMB')}},
                subject: reference_to('Patient', patient_id),
                period: {{'start': start, 'end': "end"}}
            }} AS members FROM in_visit""",
        "Observation": _observation(assay_change),
        "MedicationDispense": f"""
            SELECT {number.format("start, agent")} AS id, {{
                resourceType: 'MedicationDispense', id: id::VARCHAR, status: 'completed',
                medicationCodeableConcept: {{text: name_en}},
                subject: reference_to('Patient', patient_id),
                daysSupply: {{
                    value: days_supply, unit: 'days', system: 'http://unitsofmeasure.org', code: 'd'
                }},
                whenHandedOver: start
            }} AS members FROM in_exposure JOIN drug USING (agent)""",
        "Condition": f"""
            SELECT {number.format("date, code")} AS id, {{
                resourceType: 'Condition', id: id::VARCHAR,
                code: {{
                    coding: [{{
                        system: if(edition = 'ICD-10', '{ICD}', '{ICD}-cm'),
                        code: code::VARCHAR
                    }}],
                    text: name_en
                }},
                subject: reference_to('Patient', patient_id),
                encounter: reference_to('Encounter', visit_id), recordedDate: date
            }} AS members FROM in_condition JOIN diagnosis USING (condition)""",
        "Procedure": f"""
            SELECT {number.format("date")} AS id, {{
                resourceType: 'Procedure', id: id::VARCHAR, status: 'completed',
                code: {{text: replace(procedure::VARCHAR, '_', ' ')}},
                subject: reference_to('Patient', patient_id), performedDateTime: date
            }} AS members FROM in_procedure""",
    }


def _observation(assay_change: str) -> str:
    """A number is a Quantity, and what was said with it its interpretation (that HBV DNA was
    detected below the limit too); words alone are a concept."""
    return f"""
        WITH shaped AS (
            SELECT *, test::VARCHAR || CASE
                WHEN test = 'hbsag_index' THEN ''
                WHEN value IS NULL THEN ' words'
                WHEN taken_at >= DATE '{assay_change}' THEN ' quantity'
                WHEN test IN ('bilirubin', 'creatinine') THEN ' mg/dL'
                WHEN test = 'hbv_dna' AND result_id % {LOG10_EVERY} = 0 THEN ' log10'
                ELSE ' quantity' END AS form
            FROM in_result
        ), numbered AS (
            SELECT shaped.*, form.* EXCLUDE (form, unit), form.unit AS printed_unit,
                round(if(transform = 'log10', log10(value), value * factor), decimals::INTEGER)
                    AS number,
                CASE WHEN number IS NULL THEN NULL WHEN detection = 'detected below limit'
                    THEN 'DET' WHEN status = 'positive' THEN 'POS'
                    WHEN status = 'negative' THEN 'NEG' WHEN status = 'indeterminate' THEN 'IND'
                    END AS said,
                CASE WHEN number IS NOT NULL THEN NULL WHEN detection = 'not detected'
                    THEN '260415000' WHEN status = 'positive' THEN '10828004'
                    WHEN status = 'negative' THEN '260385009'
                    WHEN status = 'indeterminate' THEN '82334004' END AS snomed
            FROM shaped JOIN form USING (form)
        )
        SELECT result_id AS id, {{
            resourceType: 'Observation', id: result_id::VARCHAR, status: 'final',
            code: {{
                coding: CASE WHEN loinc IS NOT NULL
                    THEN [{{system: 'http://loinc.org', code: loinc}}] END,
                text: coalesce(local_name, test::VARCHAR)
            }}, subject: reference_to('Patient', patient_id),
            encounter: reference_to('Encounter', visit_id), effectiveDateTime: taken_at,
            valueQuantity: CASE WHEN number IS NOT NULL THEN {{
                value: number,
                comparator: CASE WHEN comparator IN ('<', '>') THEN comparator::VARCHAR END,
                unit: printed_unit
            }} END,
            valueCodeableConcept:
                CASE WHEN snomed IS NOT NULL THEN coded('http://snomed.info/sct', snomed) END,
            interpretation:
                CASE WHEN said IS NOT NULL THEN [coded('{INTERPRETATION}', said)] END,
            referenceRange:
                CASE WHEN number IS NOT NULL AND coalesce(range_low, range_high) IS NOT NULL THEN [
                    without_nulls({{
                        low: CASE WHEN range_low IS NOT NULL THEN {{value: range_low}} END,
                        high: CASE WHEN range_high IS NOT NULL THEN {{value: range_high}} END
                    }})
                ] END
        }} AS members FROM numbered"""
