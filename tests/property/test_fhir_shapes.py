"""FHIR resources of any shape: a part of the wrong type is a part that is not there, no crash."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seroclear.records.sources.fhir_parts import References
from seroclear.records.sources.fhir_readers import READERS
from seroclear.records.sources.fhir_tables import COLUMNS

# Property names that the readers look for, so that the shapes reach every branch.
NAMES = (
    *("id", "status", "code", "coding", "system", "display", "text", "subject", "reference"),
    *("valueQuantity", "value", "unit", "comparator", "valueRange", "low", "high", "component"),
    *("valueCodeableConcept", "valueString", "valueRatio", "numerator", "interpretation", "note"),
    *("dataAbsentReason", "referenceRange", "type", "focus", "hasMember", "effectivePeriod"),
    *("start", "end", "birthDate", "deceasedBoolean", "medicationReference", "contained"),
    *("medicationCodeableConcept", "dispenseRequest", "validityPeriod", "daysSupply"),
    *("expectedSupplyDuration", "numberOfRepeatsAllowed", "dosageInstruction", "doseAndRate"),
    *("ingredient", "itemCodeableConcept", "verificationStatus", "class", "period", "encounter"),
)
LEAVES = st.one_of(
    *(st.none(), st.booleans(), st.text(max_size=5)),
    st.sampled_from(["1", "-1", "1e999", "2020-01-01", "2020", "#a", "Patient/1", "d", "POS"]),
)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=60, deadline=None)
@given(members=st.dictionaries(st.sampled_from(NAMES), SHAPES, max_size=8))
def test_any_shape_gives_rows_of_texts(kind: str, members: dict[str, Any]) -> None:
    table, reader = READERS[kind]
    for row in reader({**members, "resourceType": kind}, References()):
        assert row.table == table
        assert set(row.cells) <= set(COLUMNS[table])
        assert all(cell is None or isinstance(cell, str) for cell in row.cells.values())
