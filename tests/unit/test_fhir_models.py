"""The simulator's FHIR is FHIR: every resource is valid by a FHIR library's models.

The samples of test_fhir.py go through the same models wherever they are loaded.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fhir_models import validate
from pydantic import ValidationError

from seroclear.records.load import load
from seroclear.simulate import Scenario, simulate, write_fhir

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated hospital as a bulk export."""
    folder = tmp_path_factory.mktemp("export")
    write_fhir(simulate(Scenario(n_patients=300, seed=1)), folder)
    return folder


def resources(export: Path) -> list[Resource]:
    return [
        json.loads(line)
        for file in sorted(export.glob("*.ndjson"))
        for line in file.read_text("utf-8").splitlines()
    ]


def test_every_resource_of_the_simulator_is_valid(export: Path) -> None:
    kinds = Counter(validate(one) for one in resources(export))
    assert set(kinds) == {
        "Patient",
        "Encounter",
        "Observation",
        "MedicationDispense",
        "Condition",
        "Procedure",
    }
    assert kinds["Observation"] > 1000


def test_a_bundle_of_them_is_valid_and_is_read(export: Path, tmp_path: Path) -> None:
    entry = [
        {"fullUrl": f"http://example.org/{one['resourceType']}/{one['id']}", "resource": one}
        for one in resources(export)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    assert validate(bundle) == "Bundle"
    (tmp_path / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    both = (load(tmp_path / "bundle.json", tmp_path / "a"), load(export, tmp_path / "b"))
    assert both[0].counts == both[1].counts


@pytest.mark.parametrize(
    ("kind", "member", "value"),
    [
        ("Observation", "status", None),
        ("Observation", "valueQuantity", {"value": "many"}),
        ("Patient", "birthDate", "1970-02-31"),
        ("Encounter", "period", {"begin": "2020-01-01"}),
    ],
)
def test_the_models_would_notice(export: Path, kind: str, member: str, value: object) -> None:
    good = next(one for one in resources(export) if one["resourceType"] == kind)
    broken = {**good, member: value}
    if value is None:
        del broken[member]
    with pytest.raises(ValidationError):
        validate(broken)
