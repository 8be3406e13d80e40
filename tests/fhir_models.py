"""FHIR resources against a FHIR library's models (fhir.resources, BSD licence).

The library has no models of R4 (4.0.1) itself; R4B (4.3.0) left the resources used here as they
were in R4 (HL7, "R4B changes": it changed medication definition, evidence and subscription).
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any


def validate(resource: dict[str, Any]) -> str:
    """The type of a resource that its model accepts; a ValidationError tells what is wrong."""
    kind = str(resource["resourceType"])
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    model.model_validate_json(json.dumps(resource))
    return kind
