"""The tables of a store: their columns, types and meaning.

Dates are dates, ids are strings, and every row names the source row it came from. `result` is
partitioned by test and sorted by patient and date, so a question about HBsAg reads only HBsAg.
"""

from __future__ import annotations

from typing import Final

# column -> DuckDB type. Order is the order on disk.
PATIENT: Final = {
    "patient_id": "VARCHAR",
    "sex": "VARCHAR",  # female, male or null (unknown)
    "birth_date": "DATE",
    # true: only the year (or month) was recorded; 1 July (or the 15th) stands in
    "birth_inferred": "BOOLEAN",
    "death_date": "DATE",
    "mother_id": "VARCHAR",  # patient_id of the mother in the same store, null: unknown
    "observed_from": "DATE",
    "observed_to": "DATE",
    "source_row": "VARCHAR",
}

RESULT: Final = {
    "patient_id": "VARCHAR",
    "taken_at": "DATE",
    "test": "VARCHAR",  # a name of vocabulary/tests.csv
    "value": "DOUBLE",  # in the test's one canonical unit; the lower end when comparator is 'range'
    "value_high": "DOUBLE",  # only when comparator is 'range'
    "comparator": "VARCHAR",  # '<' '=' '>' 'range' or null (no number)
    "unit": "VARCHAR",  # the canonical unit, null when there is no number
    # what the laboratory said: positive, negative, indeterminate; null: it said nothing
    "status": "VARCHAR",
    "detection": "VARCHAR",  # quantified, detected below limit, not detected, or null (not stated)
    "lower_limit": "DOUBLE",  # assay limit of quantification, where the text or the assay tells
    "upper_limit": "DOUBLE",
    "reference_low": "DOUBLE",  # the laboratory's own normal range, in the canonical unit
    "reference_high": "DOUBLE",
    "assay": "VARCHAR",
    "raw_value": "VARCHAR",
    "raw_unit": "VARCHAR",
    "raw_name": "VARCHAR",
    "rule": "VARCHAR",  # the rule that read raw_value
    "source_row": "VARCHAR",
}

EXPOSURE: Final = {
    "patient_id": "VARCHAR",
    "start": "DATE",
    "end": "DATE",  # last day covered
    # true: from days' supply or the drug's assumed days, not a recorded stop
    "end_inferred": "BOOLEAN",
    "agent": "VARCHAR",  # abbreviation of vocabulary/drugs.csv: ETV, TDF, PEGIFN2A, HBIG ...
    "drug_class": "VARCHAR",  # NA, IFN, HBIG, vaccine, other
    # 'HIV' for fixed-dose HIV tablets that are active against HBV, else null
    "licensed_for": "VARCHAR",
    "dose": "DOUBLE",
    "dose_unit": "VARCHAR",
    "route": "VARCHAR",
    "raw_name": "VARCHAR",
    "source_row": "VARCHAR",
}

CONDITION: Final = {
    "patient_id": "VARCHAR",
    "date": "DATE",
    "condition": "VARCHAR",  # a name of vocabulary/diagnoses.csv
    "code": "VARCHAR",
    "code_system": "VARCHAR",
    "setting": "VARCHAR",  # inpatient, outpatient or null
    "raw_name": "VARCHAR",
    "source_row": "VARCHAR",
}

PROCEDURE: Final = {
    "patient_id": "VARCHAR",
    "date": "DATE",
    "procedure": "VARCHAR",
    "code": "VARCHAR",
    "code_system": "VARCHAR",
    "raw_name": "VARCHAR",
    "source_row": "VARCHAR",
}

VISIT: Final = {
    "patient_id": "VARCHAR",
    "start": "DATE",
    "end": "DATE",
    "kind": "VARCHAR",  # inpatient, outpatient, emergency or null
    "source_row": "VARCHAR",
}

MUTATION: Final = {
    "patient_id": "VARCHAR",
    "taken_at": "DATE",
    "gene": "VARCHAR",
    "mutation": "VARCHAR",
    "source_row": "VARCHAR",
}

# Every source row that was read and not used. `rows` is 1, except for reason 'not in vocabulary',
# where one line stands for all rows of one unknown test, drug or diagnosis, and for the FHIR
# resource types that a store has no place for.
REJECTED: Final = {
    "table": "VARCHAR",  # which store table it would have gone to
    "reason": "VARCHAR",
    "detail": "VARCHAR",  # what could not be read: a name, a unit, a pattern; never a patient
    "rows": "BIGINT",
    "source_row": "VARCHAR",  # the (first) source row
}

STORE_TABLES: Final = {
    "patient": PATIENT,
    "result": RESULT,
    "exposure": EXPOSURE,
    "condition": CONDITION,
    "procedure": PROCEDURE,
    "visit": VISIT,
    "mutation": MUTATION,
    "rejected": REJECTED,
}
