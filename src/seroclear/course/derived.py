"""The rows of a course: what a topic adds to it, and the columns they have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TEXT = "string"
SCHEMAS = {
    "finding": {
        "patient_id": _TEXT,
        "date": "date",
        "marker": _TEXT,
        "status": _TEXT,
        "reason": _TEXT,
        "value": "float64",
        "comparator": _TEXT,
        "threshold": "float64",
        "assay_limit": "float64",
        "source_row": _TEXT,
    },
    "regimen": {
        "patient_id": _TEXT,
        "line": "int64",
        "agents": _TEXT,
        "regimen_class": _TEXT,
        "start": "date",
        "end": "date",
        "end_inferred": "boolean",
        "why_ended": _TEXT,
        "licensed_for": _TEXT,
        "purpose": _TEXT,
        "purpose_row": _TEXT,
        "source_row": _TEXT,
    },
    "event": {
        "patient_id": _TEXT,
        "event": _TEXT,
        "occurrence": "int64",
        "date": "date",
        "earliest": "date",
        "latest": "date",
        "confirmed_on": "date",
        "detail": _TEXT,
        "evidence": _TEXT,
    },
    "state": {
        "patient_id": _TEXT,
        "marker": _TEXT,
        "state": _TEXT,
        "start": "date",
        "end": "date",
    },
}


@dataclass(slots=True)
class Derived:
    """What one topic adds to the course: tables with the columns of SCHEMAS."""

    finding: list[ir.Table] = field(default_factory=list)
    regimen: list[ir.Table] = field(default_factory=list)
    event: list[ir.Table] = field(default_factory=list)
    state: list[ir.Table] = field(default_factory=list)

    def tables(self) -> dict[str, list[ir.Table]]:
        """The kinds of rows that there are."""
        kinds = {kind: getattr(self, kind) for kind in SCHEMAS}
        return {kind: tables for kind, tables in kinds.items() if tables}


def empty(table: str) -> ir.Table:
    """A course table without rows."""
    return ibis.memtable([], schema=ibis.schema(SCHEMAS[table]))
