"""OMOP CDM 5.4: the columns of the tables that the simulated hospital writes, in order."""

from __future__ import annotations

from typing import Final

_TYPES: Final = {"i": "INTEGER", "d": "DATE", "t": "TIMESTAMP", "s": "VARCHAR", "n": "DOUBLE"}


def _columns(text: str) -> dict[str, str]:
    pairs = (word.rsplit(":", 1) for word in text.split())
    return {name: _TYPES[kind] for name, kind in pairs}


# Names and types as in the published DDL of version 5.4; NUMERIC is written as DOUBLE.
TABLES: Final[dict[str, dict[str, str]]] = {
    "person": _columns(
        "person_id:i gender_concept_id:i year_of_birth:i month_of_birth:i day_of_birth:i"
        " birth_datetime:t race_concept_id:i ethnicity_concept_id:i location_id:i provider_id:i"
        " care_site_id:i person_source_value:s gender_source_value:s gender_source_concept_id:i"
        " race_source_value:s race_source_concept_id:i ethnicity_source_value:s"
        " ethnicity_source_concept_id:i"
    ),
    "observation_period": _columns(
        "observation_period_id:i person_id:i observation_period_start_date:d"
        " observation_period_end_date:d period_type_concept_id:i"
    ),
    "visit_occurrence": _columns(
        "visit_occurrence_id:i person_id:i visit_concept_id:i visit_start_date:d"
        " visit_start_datetime:t visit_end_date:d visit_end_datetime:t visit_type_concept_id:i"
        " provider_id:i care_site_id:i visit_source_value:s visit_source_concept_id:i"
        " admitted_from_concept_id:i admitted_from_source_value:s discharged_to_concept_id:i"
        " discharged_to_source_value:s preceding_visit_occurrence_id:i"
    ),
    "condition_occurrence": _columns(
        "condition_occurrence_id:i person_id:i condition_concept_id:i condition_start_date:d"
        " condition_start_datetime:t condition_end_date:d condition_end_datetime:t"
        " condition_type_concept_id:i condition_status_concept_id:i stop_reason:s provider_id:i"
        " visit_occurrence_id:i visit_detail_id:i condition_source_value:s"
        " condition_source_concept_id:i condition_status_source_value:s"
    ),
    "drug_exposure": _columns(
        "drug_exposure_id:i person_id:i drug_concept_id:i drug_exposure_start_date:d"
        " drug_exposure_start_datetime:t drug_exposure_end_date:d drug_exposure_end_datetime:t"
        " verbatim_end_date:d drug_type_concept_id:i stop_reason:s refills:i quantity:n"
        " days_supply:i sig:s route_concept_id:i lot_number:s provider_id:i"
        " visit_occurrence_id:i visit_detail_id:i drug_source_value:s drug_source_concept_id:i"
        " route_source_value:s dose_unit_source_value:s"
    ),
    "procedure_occurrence": _columns(
        "procedure_occurrence_id:i person_id:i procedure_concept_id:i procedure_date:d"
        " procedure_datetime:t procedure_end_date:d procedure_end_datetime:t"
        " procedure_type_concept_id:i modifier_concept_id:i quantity:i provider_id:i"
        " visit_occurrence_id:i visit_detail_id:i procedure_source_value:s"
        " procedure_source_concept_id:i modifier_source_value:s"
    ),
    "measurement": _columns(
        "measurement_id:i person_id:i measurement_concept_id:i measurement_date:d"
        " measurement_datetime:t measurement_time:s measurement_type_concept_id:i"
        " operator_concept_id:i value_as_number:n value_as_concept_id:i unit_concept_id:i"
        " range_low:n range_high:n provider_id:i visit_occurrence_id:i visit_detail_id:i"
        " measurement_source_value:s measurement_source_concept_id:i unit_source_value:s"
        " unit_source_concept_id:i value_source_value:s measurement_event_id:i"
        " meas_event_field_concept_id:i"
    ),
    "fact_relationship": _columns(
        "domain_concept_id_1:i fact_id_1:i domain_concept_id_2:i fact_id_2:i"
        " relationship_concept_id:i"
    ),
    "death": _columns(
        "person_id:i death_date:d death_datetime:t death_type_concept_id:i cause_concept_id:i"
        " cause_source_value:s cause_source_concept_id:i"
    ),
    "cdm_source": _columns(
        "cdm_source_name:s cdm_source_abbreviation:s cdm_holder:s source_description:s"
        " source_documentation_reference:s cdm_etl_reference:s source_release_date:d"
        " cdm_release_date:d cdm_version:s cdm_version_concept_id:i vocabulary_version:s"
    ),
    "concept": _columns(
        "concept_id:i concept_name:s domain_id:s vocabulary_id:s concept_class_id:s"
        " standard_concept:s concept_code:s valid_start_date:d valid_end_date:d invalid_reason:s"
    ),
}
