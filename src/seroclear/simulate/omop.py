"""The simulated hospital as OMOP CDM 5.4 in Parquet, one file a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from seroclear.simulate.hospital import Hospital, write_truth
from seroclear.simulate.omop_schema import TABLES
from seroclear.simulate.wording import wording

if TYPE_CHECKING:
    import duckdb

EHR: Final = "32817"  # type concept: from an electronic health record

# Ids whose meaning was verified; an agent or diagnosis that is not listed gets concept 0 and
# keeps its name or code as the source value.
DRUG_CONCEPTS: Final = {"LAM": 1704183, "TDF": 1710281, "PEGIFN2A": 1714165}
CONDITION_CONCEPTS: Final = {
    "cirrhosis": 4064161,
    "ascites": 200528,
    "variceal_bleeding": 28779,
    "hepatic_encephalopathy": 4029488,
    "spontaneous_bacterial_peritonitis": 199863,
    "hepatorenal_syndrome": 196455,
    "hcc": 4101758,
    "hcv": 197494,
    "hiv": 439727,
}
PERSON: Final = 1147314  # domain of fact_relationship
MOTHER: Final = 40478925  # mother of subject; the older of the two is the mother
TRANSPLANT_CONCEPT: Final = 4076862
IDS_A_PART: Final = 20_000_000  # of visits, results and the like; a multiple of LOG10_EVERY
LARGEST_ID: Final = 2**31 - 1  # the CDM's ids are integers of 32 bits
ONCE: Final = ("cdm_source", "concept")  # tables that are about no person
LOG10_EVERY: Final = 4  # before the assay change, each fourth viral load is in log10 IU/mL


def write_omop(hospital: Hospital, folder: Path | str, *, part: int | None = None) -> None:
    """Write the records as OMOP 5.4 Parquet, and the truth into `folder/truth`.

    Of a hospital in parts (see `parts`) this writes one: a file in each table's folder, no truth.

    Tests without a verified concept get measurement_concept_id 0 and their LOINC code (or a name,
    where there is none) as measurement_source_value; `concept` holds only rows whose code is known.
    ICD-10-CM codes carry the name of their edition. Bilirubin and creatinine change from mg/dL
    to µmol/L on the day of the assay change.
    """
    import duckdb

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        if part is not None:  # the other cores have parts of their own
            con.execute("SET threads = 1")
        for name in ("patient", "visit", "result", "exposure", "condition", "procedure"):
            con.register(f"in_{name}", getattr(hospital, name))
        con.register("form", wording("omop_measurements.csv"))
        con.register("known_concept", wording("omop_concepts.csv"))
        con.register("drug", wording("drugs.csv"))
        for table, query in _queries(hospital, (part or 0) * IDS_A_PART).items():
            if part is None or (table in ONCE and part == 0):
                _write(con, table, query, folder / f"{table}.parquet")
            elif table not in ONCE:
                _write(con, table, query, _part(folder, table, part))
    if part is None:
        write_mutations(hospital.mutation, folder / "hbv_mutation.parquet")
        write_truth(hospital, folder)
    else:
        write_mutations(hospital.mutation, _part(folder, "hbv_mutation", part))


def _part(folder: Path, table: str, part: int) -> Path:
    return folder / table / f"part-{part:05}.parquet"


def write_mutations(reported: pa.Table, file: Path) -> None:
    """The table hbv_mutation, for which OMOP has no place, if there is anything to tell."""
    if len(reported):
        columns = {"patient_id": "person_id", "taken_at": "mutation_date"}
        kept = reported.drop_columns("resistance_to")
        names = [columns.get(name, name) for name in kept.column_names]
        file.parent.mkdir(exist_ok=True)
        pq.write_table(kept.rename_columns(names), file, compression="zstd")


def _write(con: duckdb.DuckDBPyConnection, table: str, query: str, file: Path) -> None:
    """Give the query's columns their place and type; columns it does not name are null."""
    given = {row[0] for row in con.execute(f"DESCRIBE {query}").fetchall()}
    columns = ", ".join(
        f"CAST({name if name in given else 'NULL'} AS {kind}) AS {name}"
        for name, kind in TABLES[table].items()
    )
    rows = con.execute(f"SELECT {columns} FROM ({query}) ORDER BY 1, 2").to_arrow_table()
    file.parent.mkdir(exist_ok=True)
    pq.write_table(rows, file, compression="zstd")


def _queries(hospital: Hospital, numbered_after: int) -> dict[str, str]:
    scenario = hospital.scenario
    released = f"DATE '{scenario.end}'"
    number = f"{numbered_after} + row_number() OVER (ORDER BY patient_id, {{}})"
    return {
        "person": """
            SELECT patient_id AS person_id, if(sex = 'male', 8507, 8532) AS gender_concept_id,
                year(birth_date) AS year_of_birth, month(birth_date) AS month_of_birth,
                day(birth_date) AS day_of_birth, 0 AS race_concept_id, 0 AS ethnicity_concept_id,
                patient_id AS person_source_value, sex AS gender_source_value
            FROM in_patient""",
        "observation_period": f"""
            SELECT patient_id AS observation_period_id, patient_id AS person_id,
                observed_from AS observation_period_start_date,
                observed_to AS observation_period_end_date, {EHR} AS period_type_concept_id
            FROM in_patient""",
        "visit_occurrence": f"""
            SELECT visit_id AS visit_occurrence_id, patient_id AS person_id,
                if(kind = 'inpatient', 9201, 9202) AS visit_concept_id,
                start AS visit_start_date, "end" AS visit_end_date,
                {EHR} AS visit_type_concept_id, kind AS visit_source_value
            FROM in_visit""",
        "measurement": _measurement(scenario.assay_change),
        "drug_exposure": f"""
            SELECT {number.format("start, agent")} AS drug_exposure_id, patient_id AS person_id,
                {_lookup("agent", DRUG_CONCEPTS)} AS drug_concept_id,
                start AS drug_exposure_start_date, "end" AS drug_exposure_end_date,
                {EHR} AS drug_type_concept_id, days_supply,
                drug.name_en AS drug_source_value, route AS route_source_value,
                dose_unit AS dose_unit_source_value, 0 AS drug_source_concept_id
            FROM in_exposure JOIN drug USING (agent)""",
        "condition_occurrence": f"""
            SELECT {number.format("date, code")} AS condition_occurrence_id,
                patient_id AS person_id,
                {_lookup("condition", CONDITION_CONCEPTS)} AS condition_concept_id,
                date AS condition_start_date, {EHR} AS condition_type_concept_id,
                visit_id AS visit_occurrence_id,
                if(edition = 'ICD-10', '', 'ICD-10-CM:') || code AS condition_source_value,
                0 AS condition_source_concept_id
            FROM in_condition""",
        "procedure_occurrence": f"""
            SELECT {number.format("date")} AS procedure_occurrence_id, patient_id AS person_id,
                {TRANSPLANT_CONCEPT} AS procedure_concept_id, date AS procedure_date,
                {EHR} AS procedure_type_concept_id, procedure AS procedure_source_value,
                0 AS procedure_source_concept_id
            FROM in_procedure""",
        "fact_relationship": f"""
            SELECT {PERSON} AS domain_concept_id_1, patient_id AS fact_id_1,
                {PERSON} AS domain_concept_id_2, mother_id AS fact_id_2,
                {MOTHER} AS relationship_concept_id
            FROM in_patient WHERE mother_id IS NOT NULL""",
        "death": f"""
            SELECT patient_id AS person_id, death_date, {EHR} AS death_type_concept_id
            FROM in_patient WHERE death_date IS NOT NULL""",
        "cdm_source": f"""
            SELECT 'Simulated hospital' AS cdm_source_name, 'simulated' AS cdm_source_abbreviation,
                'seroclear' AS cdm_holder,
                'Simulated persons: no row describes anybody.' AS source_description,
                {released} AS source_release_date, {released} AS cdm_release_date,
                '5.4' AS cdm_version, 756265 AS cdm_version_concept_id,
                'none' AS vocabulary_version""",
        "concept": """
            SELECT *, DATE '1970-01-01' AS valid_start_date, DATE '2099-12-31' AS valid_end_date
            FROM known_concept""",
    }


def _measurement(assay_change: object) -> str:
    """Numbers in the unit of the day, operators for what was below or above a limit, concepts for
    words, and the text as printed."""
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
                    AS number
            FROM shaped JOIN form USING (form)
        )
        SELECT result_id AS measurement_id, patient_id AS person_id,
            concept_id AS measurement_concept_id, taken_at AS measurement_date,
            {EHR} AS measurement_type_concept_id,
            CASE comparator WHEN '<' THEN 4171756 WHEN '>' THEN 4172704 WHEN '=' THEN 4172703 END
                AS operator_concept_id,
            number AS value_as_number,
            CASE WHEN status = 'positive' THEN 9191 WHEN status = 'negative' THEN 9189
                WHEN detection = 'not detected' THEN 9190 END AS value_as_concept_id,
            CASE WHEN number IS NOT NULL THEN unit_concept_id END AS unit_concept_id,
            CASE WHEN number IS NOT NULL THEN range_low END AS range_low,
            CASE WHEN number IS NOT NULL THEN range_high END AS range_high,
            visit_id AS visit_occurrence_id,
            coalesce(loinc, local_name) AS measurement_source_value,
            0 AS measurement_source_concept_id,
            CASE WHEN number IS NOT NULL THEN printed_unit END AS unit_source_value,
            CASE WHEN detection = 'not detected' THEN 'Target Not Detected'
                WHEN detection = 'detected below limit' THEN 'Detected, <' || number
                WHEN status = 'positive' THEN 'Positive' WHEN status = 'negative' THEN 'Negative'
                WHEN status = 'indeterminate' THEN 'Equivocal'
                WHEN comparator = '=' THEN number::VARCHAR
                ELSE comparator::VARCHAR || number END AS value_source_value
        FROM numbered"""


def _lookup(column: str, concepts: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {concept}" for name, concept in concepts.items())
    return f"CASE {column} {cases} ELSE 0 END"
